import type { Call } from '../../util/call.ts';
import type { Connection } from '../connection.ts';
import { readPages } from '../paging.ts';
import { tagsFromSdk } from '../tags.ts';
import type { TaggingClient } from './client.ts';
import { taggingService } from './service.ts';

/** Most that AWS gives on a page. */
const PAGE_SIZE = 100;

/** Gives the client of the Resource Groups Tagging API of one connection, for one call. */
export function createTaggingClient(connection: Connection, call: Call): TaggingClient {
  const aws = connection.requester(taggingService, call);
  return {
    listTags: async ({ resourceTypes, tagFilters }) => {
      const TagFilters = tagFilters.map(({ key, values }) => ({ Key: key, ...(values && { Values: [...values] }) }));
      const { items } = await readPages(async (PaginationToken) => {
        const page = await aws.send('GetResources', {
          ResourceTypeFilters: [...resourceTypes],
          TagFilters,
          ResourcesPerPage: PAGE_SIZE,
          ...(PaginationToken && { PaginationToken }),
        });
        return { items: page.ResourceTagMappingList, next: page.PaginationToken };
      });
      return new Map(items.map(({ ResourceARN, Tags }) => [ResourceARN ?? '', tagsFromSdk(Tags)]));
    },
  };
}
