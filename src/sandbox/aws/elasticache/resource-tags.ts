/** Tags by ARN. */
import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext, TaggedResource } from '../service.ts';
import {
  cacheClusterNotFound,
  invalidGroupState,
  parameterGroupNotFound,
  replicationGroupNotFound,
  subnetGroupNotFound,
  userGroupNotFound,
  userNotFound,
} from './faults.ts';
import { allMembers } from './cache-cluster.ts';
import type { ReplicationGroup, Tags } from './model.ts';
import { elastiCacheSlot } from './state.ts';
import { tagList, tagsFrom } from './tags.ts';

interface Tagged {
  readonly arn: string;
  readonly tags: Tags;
}

/** By the kind in the ARN: where to look, and what to say when nothing is there. */
function kinds(
  partition: Partition,
): Readonly<Record<string, readonly [Iterable<Tagged>, (name: string) => AwsFault]>> {
  const state = partition.get(elastiCacheSlot);
  return {
    replicationgroup: [state.replicationGroups.values(), replicationGroupNotFound],
    parametergroup: [state.parameterGroups.values(), parameterGroupNotFound],
    subnetgroup: [state.subnetGroups.values(), subnetGroupNotFound],
    usergroup: [state.userGroups.values(), userGroupNotFound],
    user: [state.users.values(), userNotFound],
    // Members carry the tags of their group.
    cluster: [
      allMembers(state).map(({ member, group }) => ({ arn: member.arn, tags: group.tags })),
      cacheClusterNotFound,
    ],
  };
}

const ARN = /^arn:aws:elasticache:([a-z0-9-]+):(\d{12}):([a-z]+):(.+)$/;

function taggedBy(arn: string, partition: Partition): Tagged {
  const [, region, account, kind = '', name = ''] = ARN.exec(arn) ?? [];
  const found = kinds(partition)[kind];
  if (!found || region !== partition.region || account !== partition.account) {
    throw new AwsFault('InvalidARN', `ARN ${arn} is malformed or not of this account and region`);
  }
  const [items, notFound] = found;
  const item = [...items].find((one) => one.arn === arn.toLowerCase());
  if (!item) throw notFound(name);
  assertTaggable(item, partition);
  return item;
}

/** AWS neither shows nor changes the tags of a group that is not available. */
function assertTaggable({ tags }: Tagged, partition: Partition): void {
  const groups: Iterable<ReplicationGroup> = partition.get(elastiCacheSlot).replicationGroups.values();
  const group = [...groups].find((one) => one.tags === tags);
  if (!group || group.cycle.state === 'available') return;
  throw invalidGroupState(
    `Cannot tag or list tags: replication group ${group.id} is not in available state (${group.cycle.state}).`,
  );
}

function addTagsToResource(input: AddTagsToResourceMessage, { partition }: RequestContext): TagListMessage {
  const { tags } = taggedBy(input.ResourceName ?? '', partition);
  for (const [key, value] of tagsFrom(input.Tags, tags)) tags.set(key, value);
  return { TagList: tagList(tags) };
}

function removeTagsFromResource(input: RemoveTagsFromResourceMessage, { partition }: RequestContext): TagListMessage {
  const { tags } = taggedBy(input.ResourceName ?? '', partition);
  const keys = input.TagKeys ?? [];
  const missing = keys.find((key) => !tags.has(key));
  if (missing !== undefined) throw new AwsFault('TagNotFound', `The requested tag ${missing} was not found.`);
  for (const key of keys) tags.delete(key);
  return { TagList: tagList(tags) };
}

function listTagsForResource(input: ListTagsForResourceMessage, { partition }: RequestContext): TagListMessage {
  return { TagList: tagList(taggedBy(input.ResourceName ?? '', partition).tags) };
}

export function* taggedResources(partition: Partition): Iterable<TaggedResource> {
  for (const [kind, [items]] of Object.entries(kinds(partition))) {
    for (const { arn, tags } of items) {
      if (tags.size > 0) yield { arn, resourceType: `elasticache:${kind}`, tags };
    }
  }
}

export const tagOperations = {
  AddTagsToResource: addTagsToResource,
  RemoveTagsFromResource: removeTagsFromResource,
  ListTagsForResource: listTagsForResource,
};
