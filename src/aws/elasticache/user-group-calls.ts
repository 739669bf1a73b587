/** User groups on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import { firstOf, type Named, orNotFound } from '../answers.ts';
import { type Paged, readPages } from '../paging.ts';
import { sdkFromTags } from '../tags.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import type { UserGroup, UserGroupOperations } from './user-group.ts';

const NAMED: Named = { resource: 'user group', codes: ['UserGroupNotFound'] };

function userGroupFromSdk(group: Sdk.UserGroup): UserGroup {
  return {
    id: group.UserGroupId ?? '',
    arn: group.ARN ?? '',
    status: group.Status ?? '',
    engine: group.Engine,
    userIds: group.UserIds ?? [],
    replicationGroupIds: group.ReplicationGroups ?? [],
  };
}

export async function readUserGroup(aws: ElastiCacheRequester, id: string): Promise<UserGroup> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeUserGroups', { UserGroupId: id }));
  return userGroupFromSdk(firstOf(NAMED, id, answer.UserGroups));
}

export async function readUserGroups(aws: ElastiCacheRequester): Promise<Paged<UserGroup>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeUserGroups', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.UserGroups, next: page.Marker };
  });
  return { items: items.map(userGroupFromSdk), requests };
}

export function userGroupCalls({ aws, call, shared }: ElastiCacheContext): UserGroupOperations {
  return {
    createUserGroup: async ({ id, engine, userIds, tags }) => {
      const input = { UserGroupId: id, Engine: engine, UserIds: [...userIds], Tags: sdkFromTags(tags) };
      return userGroupFromSdk(await aws.send('CreateUserGroup', input));
    },
    describeUserGroup: (id) => shared.userGroups.ask(id, call),
    findUserGroup: (id) => shared.userGroups.find(id, call),
    deleteUserGroup: async (id) =>
      userGroupFromSdk(await orNotFound(NAMED, id, aws.send('DeleteUserGroup', { UserGroupId: id }))),
  };
}
