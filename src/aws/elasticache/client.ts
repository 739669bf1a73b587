import type { Tags } from '../tags.ts';
import type { EventOperations } from './event.ts';
import type { MemberOperations } from './member.ts';
import type { ParameterGroupOperations } from './parameter-group.ts';
import type { ReplicationGroupOperations } from './replication-group.ts';
import type { SubnetGroupOperations } from './subnet-group.ts';
import type { UserGroupOperations } from './user-group.ts';

export interface ElastiCacheTagOperations {
  /** *Throws* kind `invalid-state` while the resource is not available: ElastiCache lists no tags then. */
  listTags(arn: string): Promise<Tags>;
  /** Adds tags and overwrites those of the same key; others stay. */
  addTags(arn: string, tags: Tags): Promise<void>;
}

/** ElastiCache in business operations. */
export interface ElastiCacheClient
  extends
    ReplicationGroupOperations,
    MemberOperations,
    ParameterGroupOperations,
    SubnetGroupOperations,
    UserGroupOperations,
    EventOperations,
    ElastiCacheTagOperations {}
