import type { ClusterMode, SourceType, TransitEncryptionMode } from '@aws-sdk/client-elasticache';
import type { LifeCycle } from '../life-cycle.ts';
import type { Deployment } from './data-plane.ts';

export type Tags = Map<string, string>;

export interface ParameterGroup {
  readonly name: string;
  readonly arn: string;
  readonly family: string;
  readonly description: string;
  readonly tags: Tags;
  /** What differs from the family's defaults. */
  readonly values: Map<string, string>;
  /** Comes with the account; cannot be changed. */
  readonly isDefault: boolean;
  /** By the life-cycle clock: nodes take a moment to apply a change. */
  changedAtMs: number;
}

export interface SubnetGroup {
  readonly name: string;
  readonly arn: string;
  readonly vpcId: string;
  readonly tags: Tags;
  description: string;
  subnetIds: readonly string[];
}

export type UserStatus = 'active' | 'modifying' | 'deleting' | 'gone';

export interface User {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly engine: string;
  readonly tags: Tags;
  accessString: string;
  /** How many passwords it has; the passwords themselves are of no use to the simulator. */
  passwordCount: number;
  authentication: 'password' | 'no-password' | 'iam';
  readonly cycle: LifeCycle<UserStatus>;
}

export type UserGroupStatus = 'creating' | 'active' | 'modifying' | 'deleting' | 'gone';

export interface UserGroup {
  readonly id: string;
  readonly arn: string;
  readonly engine: string;
  readonly tags: Tags;
  userIds: readonly string[];
  pending: { readonly add: readonly string[]; readonly remove: readonly string[] } | undefined;
  readonly cycle: LifeCycle<UserGroupStatus>;
}

/**
 * `planned` and `leaving` have no end of their own: the group's change brings it. They are shown as `creating` and
 * `deleting`, which a member may stay for a moment after its group is available again.
 */
export type MemberStatus = 'planned' | 'creating' | 'available' | 'leaving' | 'deleting' | 'gone';

/** A node of a group; AWS shows it as a cache cluster with one node. */
export interface Member {
  readonly id: string;
  readonly shardId: string;
  readonly arn: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly networkInterfaceId: string;
  readonly createdAt: Date;
  readonly cycle: LifeCycle<MemberStatus>;
}

export interface Shard {
  readonly id: string;
  /** The first one is the primary. */
  members: readonly Member[];
  slots: string;
}

/** `settling`: the time of the change is over, the data plane is not there yet; shown as what it comes from. */
export type GroupStatus =
  | 'creating'
  | 'available'
  | 'modifying'
  | 'snapshotting'
  | 'settling'
  | 'create-failed'
  | 'deleting'
  | 'gone';

/** What a call to modify may change. */
export interface GroupSettings {
  readonly description: string;
  readonly nodeType: string;
  /** In full, as members show it: `7.0.7`. */
  readonly engineVersion: string;
  readonly parameterGroupName: string;
  readonly securityGroupIds: readonly string[];
  readonly maintenanceWindow: string;
  readonly autoMinorVersionUpgrade: boolean;
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
  readonly snapshotWindow: string;
  readonly snapshotRetentionLimit: number;
  readonly notificationTopicArn: string | undefined;
  readonly transitEncryptionMode: TransitEncryptionMode | undefined;
  readonly clusterMode: ClusterMode;
  readonly access: Access;
}

/**
 * Who gets in. Without user groups each entry of `tokens` opens, `undefined` standing for no token at all; there are
 * two while a token is rotated. With user groups the tokens are empty.
 */
export interface Access {
  readonly tokens: readonly (string | undefined)[];
  readonly userGroupIds: readonly string[];
  readonly tokenModifiedAt: Date | undefined;
}

/** What `PendingModifiedValues` shows of a change. */
export interface PendingValues {
  readonly authTokenStatus?: 'SETTING' | 'ROTATING';
  readonly userGroupIdsToAdd?: readonly string[];
  readonly userGroupIdsToRemove?: readonly string[];
  readonly isResharding?: boolean;
  readonly automaticFailover?: 'enabled' | 'disabled';
  readonly nodeType?: string;
  readonly engineVersion?: string;
  readonly transitEncryptionMode?: TransitEncryptionMode;
  readonly clusterMode?: ClusterMode;
}

/** A change on its way: what it does when its time is over, and what is shown of it until then. */
export interface Change {
  readonly settings: Partial<GroupSettings>;
  /** Changes members and shards; the settings are changed already. */
  readonly reshape: (() => void) | undefined;
  readonly pending: PendingValues;
  readonly event: string;
}

export interface ReplicationGroup {
  readonly id: string;
  readonly arn: string;
  readonly engine: string;
  readonly createdAt: Date;
  readonly port: number;
  readonly isEncryptedAtRest: boolean;
  readonly kmsKeyId: string | undefined;
  readonly subnetGroupName: string;
  readonly tags: Tags;
  readonly cycle: LifeCycle<GroupStatus>;
  settings: GroupSettings;
  shards: readonly Shard[];
  /** Members that were taken out and are not gone yet. */
  leaving: readonly Member[];
  /** What runs now. */
  change: Change | undefined;
  /** What waits for the maintenance window. */
  deferred: { readonly change: Change; readonly cancel: () => void } | undefined;
  /** Where the nodes answer; undefined until the group was available for the first time. */
  deployment: Deployment | undefined;
}

export interface ServiceEvent {
  readonly sourceId: string;
  readonly sourceType: SourceType;
  readonly message: string;
  readonly at: Date;
}

export interface ElastiCacheState {
  readonly replicationGroups: Map<string, ReplicationGroup>;
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  readonly users: Map<string, User>;
  readonly userGroups: Map<string, UserGroup>;
  readonly events: ServiceEvent[];
  /** How many creations have been made to fail so far, see the quota `elasticache.failingCreations`. */
  failedCreations: number;
}
