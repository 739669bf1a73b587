import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../fault.ts';
import type { RequestContext } from '../service.ts';
import { invalidValue, kindOf, notFound, type Ec2Kind } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import { isVisible, taggables, type Taggable } from './lookup.ts';
import type { Tags } from './model.ts';

const MOST_TAGS = 50;
const RESERVED = /^aws:/i;

function assertTags(tags: Tags): void {
  const reserved = [...tags.keys()].find((key) => RESERVED.test(key));
  if (reserved !== undefined) {
    throw new AwsFault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
  }
  const long = [...tags].find(([key, value]) => key.length < 1 || key.length > 127 || value.length > 255);
  if (long) throw new AwsFault('InvalidParameterValue', `Tag '${long[0]}' is too long or empty`);
  if (tags.size > MOST_TAGS) throw new AwsFault('TagLimitExceeded', `More than ${MOST_TAGS} tags on a resource`);
}

function tagsFrom(list: readonly Tag[] | undefined): Tags {
  const tags: Tags = new Map((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  if (tags.size < (list?.length ?? 0)) throw new AwsFault('InvalidParameterValue', 'Duplicate tag keys found');
  assertTags(tags);
  return tags;
}

/** The tags that a create operation gives its resource. *Throws* when they are meant for another type of resource. */
export function tagsFromSpecifications(specifications: readonly TagSpecification[] | undefined, kind: Ec2Kind): Tags {
  const other = (specifications ?? []).find(({ ResourceType }) => ResourceType !== kind);
  if (other) {
    const type = other.ResourceType ?? '';
    throw new AwsFault('InvalidParameterValue', `'${type}' is not a valid taggable resource type for this operation.`);
  }
  return tagsFrom(specifications?.flatMap(({ Tags = [] }) => Tags));
}

export function tagList(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

function resourcesOf(ids: readonly string[] | undefined, { partition }: RequestContext): readonly Taggable[] {
  const known = new Map(taggables(partition).map(([, item]) => [item.id, item]));
  return (ids ?? []).map((id) => {
    const item = known.get(id);
    if (item && isVisible(item, partition)) return item;
    throw unknownResource(id);
  });
}

function unknownResource(id: string): AwsFault {
  const kind = kindOf(id);
  return kind ? notFound(kind)(id) : new AwsFault('InvalidID', `The ID '${id}' is not valid`);
}

function createTags(input: CreateTagsRequest, context: RequestContext): void {
  const added = tagsFrom(input.Tags);
  const resources = resourcesOf(input.Resources, context);
  for (const { tags } of resources) assertTags(new Map([...tags, ...added]));
  for (const { tags } of resources) for (const [key, value] of added) tags.set(key, value);
}

/** A tag given with a value goes only if it has that value; without tags all go. */
function deleteTags(input: DeleteTagsRequest, context: RequestContext): void {
  for (const { tags } of resourcesOf(input.Resources, context)) {
    if (!input.Tags) tags.clear();
    for (const { Key = '', Value } of input.Tags ?? []) {
      if (Value === undefined || tags.get(Key) === Value) tags.delete(Key);
    }
  }
}

interface TagRow {
  readonly kind: Ec2Kind;
  readonly resourceId: string;
  readonly key: string;
  readonly value: string;
  readonly tags: Tags;
}

const FILTERS: FilterTable<TagRow> = {
  key: ({ key }) => [key],
  value: ({ value }) => [value],
  'resource-id': ({ resourceId }) => [resourceId],
  'resource-type': ({ kind }) => [kind],
};

function describeTags(input: DescribeTagsRequest, { partition }: RequestContext): DescribeTagsResult {
  const rows = taggables(partition)
    .filter(([, item]) => isVisible(item, partition))
    .flatMap(([kind, { id, tags }]) =>
      [...tags].map(([key, value]): TagRow => ({ kind, resourceId: id, key, value, tags: new Map([[key, value]]) })),
    );
  const page = listed(
    {
      items: rows,
      idOf: ({ resourceId, key }) => `${resourceId}/${key}`,
      table: FILTERS,
      notFound: (id) => invalidValue('tag', id),
    },
    { ...input, ids: undefined },
  );
  return {
    Tags: page.items.map(({ kind, resourceId, key, value }) => ({
      ResourceId: resourceId,
      ResourceType: kind,
      Key: key,
      Value: value,
    })),
    NextToken: page.next,
  };
}

export const tagOperations = { CreateTags: createTags, DeleteTags: deleteTags, DescribeTags: describeTags };
