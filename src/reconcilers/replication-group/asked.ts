import { namesOf, type ReplicationGroupNames } from './names.ts';

/** Where the nodes stand: cluster mode off is one shard, and clients see it as a single Redis. */
export interface Topology {
  readonly clusterMode: boolean;
  readonly shards: number;
  readonly replicasPerShard: number;
}

/** Whose replication group it is, as far as a deletion has to know. */
export interface ReplicationGroupIdentity {
  readonly objectName: string;
  readonly names: ReplicationGroupNames;
  /** Every part in AWS carries all of them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Those of the tags that together say whose a part is; the others only inform. */
  readonly identifyingTags: Readonly<Record<string, string>>;
}

/** What somebody asked for, in the words of ElastiCache and of no Kubernetes kind. */
export interface AskedReplicationGroup extends ReplicationGroupIdentity {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Networks that may reach port 6379; nobody else may. */
  readonly allowedCidrs: readonly string[];
  readonly nodeType: string;
  /** A floor: AWS may run a later version. `6.x` is any version 6. */
  readonly engineVersion: string;
  readonly autoMinorVersionUpgrade: boolean;
  readonly authEnabled: boolean;
  /** After so many days a token is replaced; undefined: only when somebody asks. */
  readonly tokenRotationDays: number | undefined;
  /** `ddd:hh24:mi-ddd:hh24:mi`; undefined leaves the choice to AWS. */
  readonly maintenanceWindow: string | undefined;
  /** What differs from the defaults of the family. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly topology: Topology;
  readonly requests: Requests;
}

/** What people ask for once, each time by a new value. */
export interface Requests {
  readonly rotateToken: string | undefined;
  /** To check everything, now. */
  readonly checkNow: string | undefined;
}

export function identityOf(
  objectName: string,
  identifyingTags: Readonly<Record<string, string>>,
  informingTags: Readonly<Record<string, string>>,
): ReplicationGroupIdentity {
  return { objectName, names: namesOf(objectName), tags: { ...informingTags, ...identifyingTags }, identifyingTags };
}

/** Networks of a Scope in one canonical list: known ones, once each. */
export function allowedCidrsOf(network: {
  readonly pods: string | undefined;
  readonly nodes: string | undefined;
  readonly vpcCidr: string | undefined;
}): readonly string[] {
  const known = [network.pods, network.nodes, network.vpcCidr].flatMap((cidr) => cidr || []);
  return [...new Set(known)].sort();
}

/** Multi-AZ needs a replica to fail over to. */
export function wantsMultiAz(topology: Topology): boolean {
  return topology.replicasPerShard > 0;
}

/** AWS demands automatic failover with cluster mode, and refuses it for a single node without. */
export function wantsAutomaticFailover(topology: Topology): boolean {
  return topology.clusterMode || topology.replicasPerShard > 0;
}
