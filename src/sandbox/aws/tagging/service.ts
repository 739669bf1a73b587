import type {
  GetResourcesInput,
  GetResourcesOutput,
  ResourceTagMapping,
  TagFilter,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { AwsFault } from '../fault.ts';
import { pageOf } from '../paging.ts';
import type { RequestContext, ServiceDefinition, TaggedResource } from '../service.ts';
import { taggingThrottling } from '../throttle-tables.ts';

const LARGEST_PAGE = 100;
const MOST_ARNS = 100;

/** A filter of a service alone (`elasticache`) takes all its types. */
function hasType(resource: TaggedResource, filters: readonly string[]): boolean {
  return (
    filters.length === 0 ||
    filters.some((filter) => resource.resourceType === filter || resource.resourceType.startsWith(`${filter}:`))
  );
}

/** A filter without values asks for the key alone; all filters must be met. */
function hasTags({ tags }: TaggedResource, filters: readonly TagFilter[]): boolean {
  return filters.every(({ Key = '', Values = [] }) => {
    const value = tags.get(Key);
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });
}

function mappingOf({ arn, tags }: TaggedResource): ResourceTagMapping {
  return { ResourceARN: arn, Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

function assertConsistent({ ResourceARNList, TagFilters, ResourceTypeFilters }: GetResourcesInput): void {
  if (!ResourceARNList) return;
  if (ResourceARNList.length > MOST_ARNS) {
    throw new AwsFault('InvalidParameterException', `ResourceARNList must not have more than ${MOST_ARNS} members.`);
  }
  if (TagFilters || ResourceTypeFilters) {
    throw new AwsFault('InvalidParameterException', 'ResourceARNList cannot be used together with filters.');
  }
}

type Sources = () => readonly ServiceDefinition[];

/** The page size is in `ResourcesPerPage`; the older `TagsPerPage` is not simulated. */
function getResources(sources: Sources, input: GetResourcesInput, { partition }: RequestContext): GetResourcesOutput {
  assertConsistent(input);
  const { ResourceTypeFilters = [], TagFilters = [], ResourceARNList } = input;
  const resources = sources()
    .flatMap((service) => [...(service.taggedResources?.(partition) ?? [])])
    // The API shows what has tags; what never had any is unknown to it.
    .filter((resource) => resource.tags.size > 0)
    .filter((resource) => ResourceARNList?.includes(resource.arn) ?? true)
    .filter((resource) => hasType(resource, ResourceTypeFilters) && hasTags(resource, TagFilters));
  const page = pageOf(
    resources,
    { token: input.PaginationToken || undefined, size: input.ResourcesPerPage },
    {
      keyOf: ({ arn }) => arn,
      defaultSize: 50,
      minSize: 1,
      maxSize: LARGEST_PAGE,
      sizeFault: 'InvalidParameterException',
      tokenFault: 'PaginationTokenExpiredException',
    },
  );
  return { ResourceTagMappingList: page.items.map(mappingOf), PaginationToken: page.next ?? '' };
}

/** The Resource Groups Tagging API over what the services of `sources` have. */
export function createTaggingService(sources: Sources): ServiceDefinition {
  return {
    name: 'tagging',
    protocol: 'awsJson1_1',
    apiVersion: '2017-01-26',
    targetPrefix: 'ResourceGroupsTaggingAPI_20170126',
    iamPrefix: 'tag',
    operations: {
      GetResources: (input: GetResourcesInput, context: RequestContext) => getResources(sources, input, context),
    },
    throttling: taggingThrottling,
    slots: [],
  };
}
