import type { Tags } from '../tags.ts';

/** Host and port under which something answers. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * States of a replication group that AWS is known to show.
 *
 * AWS may add others; what is not in this list is passed on as text, so code that waits has to treat "anything else" as
 * "not yet".
 */
export type ReplicationGroupStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'deleting'
  | 'create-failed'
  | 'snapshotting'
  | (string & {});

/** A node group (shard) as far as AWS tells: with cluster mode on it has neither role nor endpoints of its own. */
export interface NodeGroup {
  readonly id: string;
  readonly status: string;
  readonly primaryEndpoint: Endpoint | undefined;
  readonly readerEndpoint: Endpoint | undefined;
  readonly members: readonly NodeGroupMember[];
  /** Hash slots, as `0-5461`; undefined with cluster mode off. */
  readonly slots: string | undefined;
}

/** A node of a shard, as the group tells of it; {@link Member} tells more. */
export interface NodeGroupMember {
  /** Id of the member (cache cluster). */
  readonly memberId: string;
  /** Undefined with cluster mode on, where AWS does not tell. */
  readonly role: 'primary' | 'replica' | undefined;
  readonly zone: string | undefined;
}

/** What AWS was asked to change and has not changed yet. */
export interface PendingChanges {
  readonly primaryMemberId: string | undefined;
  readonly automaticFailover: 'enabled' | 'disabled' | undefined;
  readonly authToken: 'setting' | 'rotating' | undefined;
  readonly userGroupIdsToAdd: readonly string[];
  readonly userGroupIdsToRemove: readonly string[];
  /** Percent of the slots that have moved; undefined when no resharding goes on. */
  readonly reshardingPercent: number | undefined;
  readonly transitEncryption: boolean | undefined;
}

/**
 * A replication group as ElastiCache describes it.
 *
 * While `creating` it has no node groups and no endpoint: that is an ordinary answer. AWS does not tell tags, engine
 * version, parameter group, security groups, subnet group or maintenance window here; see {@link Member}.
 *
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
 */
export interface ReplicationGroup {
  readonly id: string;
  readonly arn: string;
  readonly status: ReplicationGroupStatus;
  readonly description: string;
  readonly createTime: Date | undefined;
  /** `redis` or `valkey`; undefined where AWS leaves it out. */
  readonly engine: string | undefined;
  readonly clusterMode: boolean;
  readonly nodeType: string | undefined;
  /** In the order of their ids. */
  readonly nodeGroups: readonly NodeGroup[];
  /** In the order of their ids. */
  readonly memberIds: readonly string[];
  /** Only with cluster mode on, and only once it is available. */
  readonly configurationEndpoint: Endpoint | undefined;
  readonly authTokenEnabled: boolean;
  readonly authTokenLastModified: Date | undefined;
  readonly userGroupIds: readonly string[];
  readonly autoMinorVersionUpgrade: boolean;
  readonly automaticFailover: 'enabled' | 'disabled' | 'enabling' | 'disabling';
  readonly multiAz: boolean;
  readonly transitEncryption: boolean;
  readonly atRestEncryption: boolean;
  readonly pending: PendingChanges;
}

/** A replication group to be made, encrypted at rest and in transit. */
export interface CreateReplicationGroupRequest {
  readonly id: string;
  readonly description: string;
  readonly engine: 'redis' | 'valkey';
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  /** Number of node groups (shards); 1 with cluster mode off. */
  readonly shards: number;
  readonly replicasPerShard: number;
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
  readonly autoMinorVersionUpgrade: boolean;
  readonly parameterGroupName: string;
  readonly subnetGroupName: string;
  readonly securityGroupIds: readonly string[];
  /** `ddd:hh24:mi-ddd:hh24:mi` in UTC; undefined: AWS chooses. */
  readonly maintenanceWindow: string | undefined;
  /** A secret: never logged, never in an error. Undefined: no authentication. */
  readonly authToken: string | undefined;
  readonly tags: Tags;
}

/**
 * One family of change; AWS refuses or half-applies mixtures, so a modification carries exactly one. All are applied
 * at once, not in the maintenance window.
 */
export type ReplicationGroupChange =
  | { readonly nodeType: string }
  | { readonly autoMinorVersionUpgrade: boolean }
  | { readonly maintenanceWindow: string }
  | {
      readonly engineVersion: string;
      readonly parameterGroupName: string | undefined;
      readonly engine?: 'redis' | 'valkey';
    }
  | { readonly parameterGroupName: string }
  | { readonly automaticFailover: boolean; readonly multiAz: boolean }
  /** `rotate` adds the token beside the one before; `set` makes it the only one and is allowed after a `rotate` only. */
  | { readonly authToken: { readonly token: string; readonly strategy: 'rotate' | 'set' } }
  /** Goes over from the token to the user groups. */
  | { readonly authTokenReplacedByUserGroups: readonly string[] }
  | { readonly userGroupIdsToRemove: readonly string[] }
  | { readonly securityGroupIds: readonly string[] };

/** Operations on replication groups. Each write answers with the group as AWS shows it right after. */
export interface ReplicationGroupOperations {
  /**
   * Creates a replication group; it is `creating` for minutes.
   *
   * *Throws* `AwsError` of kind `already-exists` when the id is taken, by whomever.
   * *Safe to repeat?* After a lost answer, describe first: the group may be there and is billed.
   */
  createReplicationGroup(request: CreateReplicationGroupRequest): Promise<ReplicationGroup>;
  /**
   * Describes one group; questions of one moment about many groups are answered by one list.
   *
   * *Throws* `NotFoundError` when it is absent; absence in a list is confirmed by a direct read before.
   */
  describeReplicationGroup(id: string): Promise<ReplicationGroup>;
  /** As `describeReplicationGroup`, but undefined when the list does not show it, which proves no absence. */
  findReplicationGroup(id: string): Promise<ReplicationGroup | undefined>;
  /** Lists all groups of the account and region, whoever owns them. */
  listReplicationGroups(): Promise<readonly ReplicationGroup[]>;
  /** Changes one family of settings. *Throws* kind `invalid-state` while the group or a member is not `available`. */
  modifyReplicationGroup(id: string, change: ReplicationGroupChange): Promise<ReplicationGroup>;
  /** Changes the number of shards; `nodeGroupsToRemove` has to name those that go when the number shrinks. */
  changeShards(id: string, count: number, nodeGroupsToRemove: readonly string[]): Promise<ReplicationGroup>;
  /** Changes the number of replicas in each shard. */
  changeReplicas(id: string, count: number, direction: 'increase' | 'decrease'): Promise<ReplicationGroup>;
  /** Deletes a group with all its members, without a final snapshot. *Throws* `NotFoundError` when it is absent. */
  deleteReplicationGroup(id: string): Promise<ReplicationGroup>;
}
