/** User groups on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import { firstOf, type Named, orNotFound } from '../answers.ts';
import { sdkFromTags } from '../tags.ts';
import type { ElastiCacheContext } from './context.ts';
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

export function userGroupCalls({ aws }: ElastiCacheContext): UserGroupOperations {
  return {
    createUserGroup: async ({ id, engine, userIds, tags }) => {
      const input = { UserGroupId: id, Engine: engine, UserIds: [...userIds], Tags: sdkFromTags(tags) };
      return userGroupFromSdk(await aws.send('CreateUserGroup', input));
    },
    describeUserGroup: async (id) => {
      const answer = await orNotFound(NAMED, id, aws.send('DescribeUserGroups', { UserGroupId: id }));
      return userGroupFromSdk(firstOf(NAMED, id, answer.UserGroups));
    },
    deleteUserGroup: async (id) =>
      userGroupFromSdk(await orNotFound(NAMED, id, aws.send('DeleteUserGroup', { UserGroupId: id }))),
  };
}
