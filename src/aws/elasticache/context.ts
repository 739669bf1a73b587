import type { Call } from '../../util/call.ts';
import type { Batcher } from '../batcher.ts';
import type { Requester } from '../connection.ts';
import type { Member } from './member.ts';
import type { ParameterGroup } from './parameter-group.ts';
import type { ReplicationGroup } from './replication-group.ts';
import type { elastiCacheOperations } from './service.ts';
import type { SubnetGroup } from './subnet-group.ts';
import type { UserGroup } from './user-group.ts';

export type ElastiCacheRequester = Requester<typeof elastiCacheOperations>;

/** What all passes over one account and region share. */
export interface ElastiCacheShared {
  readonly replicationGroups: Batcher<ReplicationGroup>;
  readonly members: Batcher<readonly Member[]>;
  readonly parameterGroups: Batcher<ParameterGroup>;
  readonly subnetGroups: Batcher<SubnetGroup>;
  readonly userGroups: Batcher<UserGroup>;
}

/** What the operations on one noun work with, for one call. */
export interface ElastiCacheContext {
  readonly aws: ElastiCacheRequester;
  readonly call: Call;
  readonly shared: ElastiCacheShared;
}

/** Most that ElastiCache gives on a page. */
export const PAGE_SIZE = 100;
