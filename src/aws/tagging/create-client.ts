import type { Call } from '../../util/call.ts';
import { Batcher } from '../batcher.ts';
import type { Connection, ServiceDeps } from '../connection.ts';
import { readPages } from '../paging.ts';
import { type Tags, tagsFromSdk } from '../tags.ts';
import type { TaggingClient, TagQuery } from './client.ts';
import { matches, mergedQueries } from './merged-queries.ts';
import { taggingService } from './service.ts';

/** Most that AWS gives on a page. */
const PAGE_SIZE = 100;

type TagsByArn = ReadonlyMap<string, Tags>;

/** Gives the client of the Resource Groups Tagging API of one connection, for one call. */
export function createTaggingClient(connection: Connection, call: Call, deps: ServiceDeps): TaggingClient {
  const batcher = connection.keep('tagging', () => createBatcher(connection, deps));
  return { listTags: (query) => batcher.ask(JSON.stringify(query), call) };
}

/** The questions of a batch are whole queries, as JSON; merged, they never take more requests than one by one. */
function createBatcher(connection: Connection, { clock, log }: ServiceDeps): Batcher<TagsByArn> {
  const queryOf = (id: string): TagQuery => JSON.parse(id) as TagQuery;
  return new Batcher(clock, log, {
    service: 'tagging',
    operation: 'GetResources',
    list: async (ids, call) => {
      const merged = mergedQueries(ids.map(queryOf));
      const found = await Promise.all(merged.map((query) => readTags(connection, query, call)));
      const answers = new Map(ids.map((id) => [id, answerOf(queryOf(id), found)]));
      return { answers, requests: found.reduce((sum, { requests }) => sum + requests, 0) };
    },
  });
}

function answerOf(query: TagQuery, found: readonly Found[]): TagsByArn {
  const ofItsTypes = found.filter(({ resourceTypes }) => String(resourceTypes) === String(query.resourceTypes));
  return new Map(ofItsTypes.flatMap(({ tags }) => [...tags].filter(([, each]) => matches(query, each))));
}

interface Found {
  readonly resourceTypes: readonly string[];
  readonly tags: TagsByArn;
  readonly requests: number;
}

async function readTags(connection: Connection, { resourceTypes, tagFilters }: TagQuery, call: Call): Promise<Found> {
  const aws = connection.requester(taggingService, call);
  const TagFilters = tagFilters.map(({ key, values }) => ({ Key: key, ...(values && { Values: [...values] }) }));
  const { items, requests } = await readPages(async (PaginationToken) => {
    const page = await aws.send('GetResources', {
      ResourceTypeFilters: [...resourceTypes],
      TagFilters,
      ResourcesPerPage: PAGE_SIZE,
      ...(PaginationToken && { PaginationToken }),
    });
    return { items: page.ResourceTagMappingList, next: page.PaginationToken };
  });
  const tags = new Map(items.map(({ ResourceARN, Tags }) => [ResourceARN ?? '', tagsFromSdk(Tags)]));
  return { resourceTypes, tags, requests };
}
