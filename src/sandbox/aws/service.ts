/**
 * The contract between the simulator's ground and its services.
 *
 * A service is data and functions: {@link ServiceDefinition} names the protocol, the operations and the limits;
 * an operation is a function from the SDK's input type to the SDK's result type. The ground does the rest, in this
 * order: decode, check the signature, take a token of the bucket, check permissions, inject faults, call the
 * operation, encode, write the journal. What an operation throws as an {@link AwsFault} becomes the error that the
 * protocol prescribes; anything else is a bug of the simulator and becomes `InternalFailure` (500).
 *
 * Operations are synchronous by preference: then a request is atomic. State lives in a {@link Partition}, one for each
 * account and region, in slots that a service declares with {@link defineState}; a service reads another's slot by
 * importing its definition (ElastiCache looks up subnets of EC2).
 */
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../../util/log.ts';
import type { Ids } from './ids.ts';
import type { BucketSpec } from './throttle.ts';
import type { RoleOptions, VpcOptions } from './world-options-schema.ts';

export type WireProtocol = 'awsQuery' | 'ec2Query' | 'awsJson1_1';

/** The name in the credential scope of a signature, which also is the service's host prefix. */
export type ServiceName = 'sts' | 'ec2' | 'elasticache' | 'secretsmanager' | 'tagging';

/** Who signed the request. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'assumed-role' | 'anonymous';
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** The user or, of a session, the role: what permissions hang on. */
  readonly identityArn: string;
}

/** A slot of a partition's state: what one service remembers of one account and region. */
export interface StateSlot<S> {
  readonly name: string;
  readonly create: (partition: Partition) => S;
  /** What `GET /_sandbox/state` shows: plain JSON, no secret. */
  readonly dump: (state: S) => unknown;
}

/** A slot of any type, for lists of slots; `create` and `dump` of one slot always meet the same type. */
export interface AnyStateSlot {
  readonly name: string;
  readonly create: (partition: Partition) => unknown;
  readonly dump: (state: never) => unknown;
}

export function defineState<S>(slot: StateSlot<S>): StateSlot<S> {
  return slot;
}

/** How a new account and region looks; from the world options. */
export interface PartitionSettings {
  /** Undefined: the account has no default VPC. */
  readonly defaultVpc: { readonly cidrBlock: string } | undefined;
  /** Those that stand there from the beginning beside it. */
  readonly vpcs: readonly Pick<VpcOptions, 'cidrBlock' | 'tags'>[];
  /** Names of the availability zones, in order. */
  readonly zones: readonly string[];
  /** True of the first account and region: the one that samples and demo are written for. */
  readonly isHome: boolean;
}

/** One account in one region: the state of all services in it. */
export interface Partition {
  readonly account: string;
  readonly region: string;
  /** The scaled life-cycle clock: for transitions only, because with a speed it runs ahead of every client's clock. */
  readonly clock: Clock;
  /** The clock of signatures, credentials and buckets, and of the times that AWS shows (`CreateTime`). */
  readonly wallClock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly settings: PartitionSettings;
  /** The state of `slot`, created on first use. */
  get<S>(slot: StateSlot<S>): S;
  /**
   * A limit by its name in {@link ServiceDefinition.quotas}, with the world's override.
   *
   * *Throws* when no service declares it.
   */
  quota(name: string): number;
  /** How long a state lasts, by its name in {@link ServiceDefinition.durationsSeconds}, with the world's override. */
  durationMs(name: string): number;
  /** Another partition of the same world, say of a peer account; undefined when that account or region does not exist. */
  sibling(account: string, region: string): Partition | undefined;
}

/** A secret that can sign, and for whom. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly principal: Principal;
  /** Only temporary credentials have these; the time is the wall's. */
  readonly session: { readonly token: string; readonly expiresAtMs: number } | undefined;
}

/** A role of an account, with what IAM would know of it. */
export interface Role extends RoleOptions {
  readonly account: string;
  readonly arn: string;
  readonly id: string;
}

/** Roles and credentials of the whole world. */
export interface Identities {
  role(arn: string): Role | undefined;
  credential(accessKeyId: string): Credential | undefined;
  addSession(credential: Credential): void;
}

export interface RequestContext {
  readonly identities: Identities;
  readonly partition: Partition;
  /** These three are the partition's, for short. */
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly principal: Principal;
  readonly requestId: string;
}

/**
 * One operation. `input` is the SDK's request type (`CreateVpcRequest`), already checked for required members; the
 * answer is the SDK's result type without `$metadata` (`CreateVpcResult`), `{}` or nothing when it has no members.
 */
export type Operation<I, O> = (input: I, context: RequestContext) => O | Promise<O>;

/** `never`, because a table holds operations of many input types; the codec guarantees that each gets its own. */
export type OperationTable = Readonly<Record<string, Operation<never, unknown>>>;

export interface Throttling {
  /** The code of a refused call: `RequestLimitExceeded`, `Throttling`, `ThrottlingException`. */
  readonly code: string;
  readonly message: string;
  /** Default: 400. */
  readonly httpStatus?: number;
  /** The bucket of a call; the decoded input decides where AWS lets it (an EC2 describe without filter). */
  readonly bucketOf: (operation: string, input: Readonly<Record<string, unknown>>) => BucketSpec;
}

export interface TaggedResource {
  readonly arn: string;
  /** `elasticache:replicationgroup`, `ec2:vpc`, as in `ResourceTypeFilters`. */
  readonly resourceType: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What AWS does to resources of a service by itself, for who plays with the simulator to begin. */
export interface Maintenance {
  readonly kinds: readonly string[];
  /** *Throws* an `AwsFault` where the resource does not exist, or cannot take it now. */
  readonly begin: (kind: string, resource: string, partition: Partition) => void;
}

export interface ServiceDefinition {
  readonly name: ServiceName;
  readonly protocol: WireProtocol;
  /** Of the API; query protocols send it as `Version`. */
  readonly apiVersion: string;
  /** JSON protocols: what stands before the operation in `X-Amz-Target`. */
  readonly targetPrefix?: string;
  /** In IAM actions. Default: `name`. */
  readonly iamPrefix?: string;
  readonly operations: OperationTable;
  readonly throttling: Throttling;
  /** Slots that `GET /_sandbox/state` shows; others stay private. */
  readonly slots: readonly AnyStateSlot[];
  /** `elasticache.nodesPerRegion` -> 300. Names start with the service's name. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** `elasticache.replicationGroup.creating` -> 360. Names start with the service's name. */
  readonly durationsSeconds?: Readonly<Record<string, number>>;
  /** Everything in a partition that can have tags, for the Resource Groups Tagging API and for permissions. */
  readonly taggedResources?: (partition: Partition) => Iterable<TaggedResource>;
  readonly maintenance?: Maintenance;
  /** Ends what lives outside of a partition (servers behind endpoints) before a reset drops its state. */
  readonly forget?: (partition: Partition) => void;
  /** Operations that anybody may call, without a signature (`AssumeRoleWithWebIdentity`). */
  readonly unsigned?: readonly string[];
}
