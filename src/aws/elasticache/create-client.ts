import type { Call } from '../../util/call.ts';
import { Batcher, type BatchSource, type Listed } from '../batcher.ts';
import type { Connection, ServiceDeps } from '../connection.ts';
import { type Paged, readPages } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import type { ElastiCacheClient, ElastiCacheTagOperations } from './client.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, type ElastiCacheShared, PAGE_SIZE } from './context.ts';
import type { EventOperations } from './event.ts';
import { memberCalls, membersSource } from './member-calls.ts';
import { parameterGroupCalls, readParameterGroup, readParameterGroups } from './parameter-group-calls.ts';
import { readReplicationGroup, readReplicationGroups, replicationGroupCalls } from './replication-group-calls.ts';
import { elastiCacheService } from './service.ts';
import { readSubnetGroup, readSubnetGroups, subnetGroupCalls } from './subnet-group-calls.ts';
import { readUserGroup, readUserGroups, userGroupCalls } from './user-group-calls.ts';

/** Gives the client of ElastiCache of one connection, for one call. */
export function createElastiCacheClient(connection: Connection, call: Call, deps: ServiceDeps): ElastiCacheClient {
  const shared = connection.keep('elasticache', () => createShared(connection, deps));
  const context: ElastiCacheContext = { aws: connection.requester(elastiCacheService, call), call, shared };
  return {
    ...replicationGroupCalls(context),
    ...memberCalls(context),
    ...parameterGroupCalls(context),
    ...subnetGroupCalls(context),
    ...userGroupCalls(context),
    ...eventCalls(context),
    ...tagCalls(context),
  };
}

function createShared(connection: Connection, { clock, log }: ServiceDeps): ElastiCacheShared {
  const requesterOf = (call: Call): ElastiCacheRequester => connection.requester(elastiCacheService, call);
  const batcher = <A>(source: BatchSource<A>): Batcher<A> => new Batcher(clock, log, source);
  return {
    replicationGroups: batcher({
      service: 'elasticache',
      operation: 'DescribeReplicationGroups',
      readOne: (id, call) => readReplicationGroup(requesterOf(call), id),
      list: (_, call) => keyed(readReplicationGroups(requesterOf(call)), ({ id }) => id),
    }),
    members: batcher(membersSource(requesterOf)),
    parameterGroups: batcher({
      service: 'elasticache',
      operation: 'DescribeCacheParameterGroups',
      readOne: (name, call) => readParameterGroup(requesterOf(call), name),
      list: (_, call) => keyed(readParameterGroups(requesterOf(call)), ({ name }) => name),
    }),
    subnetGroups: batcher({
      service: 'elasticache',
      operation: 'DescribeCacheSubnetGroups',
      readOne: (name, call) => readSubnetGroup(requesterOf(call), name),
      list: (_, call) => keyed(readSubnetGroups(requesterOf(call)), ({ name }) => name),
    }),
    userGroups: batcher({
      service: 'elasticache',
      operation: 'DescribeUserGroups',
      readOne: (id, call) => readUserGroup(requesterOf(call), id),
      list: (_, call) => keyed(readUserGroups(requesterOf(call)), ({ id }) => id),
    }),
  };
}

async function keyed<A>(paged: Promise<Paged<A>>, keyOf: (item: A) => string): Promise<Listed<A>> {
  const { items, requests } = await paged;
  return { answers: new Map(items.map((item) => [keyOf(item), item])), requests };
}

function eventCalls({ aws }: ElastiCacheContext): EventOperations {
  return {
    describeEvents: async (source, sourceId, minutes) => {
      const { items } = await readPages(async (Marker) => {
        const input = { SourceType: source, SourceIdentifier: sourceId, Duration: minutes, MaxRecords: PAGE_SIZE };
        const page = await aws.send('DescribeEvents', { ...input, ...(Marker && { Marker }) });
        return { items: page.Events, next: page.Marker };
      });
      const events = items.flatMap(({ SourceIdentifier, Message, Date: date }) =>
        date ? [{ sourceId: SourceIdentifier ?? sourceId, message: Message ?? '', date }] : [],
      );
      return events.sort((left, right) => left.date.getTime() - right.date.getTime());
    },
  };
}

function tagCalls({ aws }: ElastiCacheContext): ElastiCacheTagOperations {
  return {
    listTags: async (arn) => tagsFromSdk((await aws.send('ListTagsForResource', { ResourceName: arn })).TagList),
    addTags: async (arn, tags) => {
      await aws.send('AddTagsToResource', { ResourceName: arn, Tags: sdkFromTags(tags) });
    },
  };
}
