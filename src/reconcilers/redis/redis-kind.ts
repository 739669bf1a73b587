import type { Member, ReplicationGroup } from '../../aws/index.ts';
import type { KubeObject, ResourceKind } from '../../kube/resource.ts';
import type { CommonStatus } from '../common/status.ts';
import type { Topology } from '../replication-group/asked.ts';
import type { TokenRecord } from '../replication-group/token-record.ts';

/** What both Redis kinds ask for alike. */
export interface RedisAws {
  readonly cacheNodeType: string;
  readonly engineVersion: string;
  readonly autoMinorVersionUpgrade: boolean;
  readonly authEnabled: boolean;
  readonly authTokenRotationDays?: number;
  readonly preferredMaintenanceWindow?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What both Redis kinds show alike, and where clients begin, for which each has a field of its own. */
export interface RedisStatus extends CommonStatus {
  readonly id?: string;
  readonly arn?: string;
  readonly createTime?: string;
  readonly createIntent?: { readonly time: string; readonly attempt: number };
  readonly authToken?: TokenStatus;
  readonly handledRequests?: { readonly rotateAuthToken?: string; readonly reconcileNow?: string };
  readonly authSecret?: { readonly name: string };
  readonly nodeType?: string;
  readonly engineVersion?: string;
  readonly pending?: readonly string[];
  readonly primaryEndpoint?: string;
  readonly discoveryEndpoint?: string;
}

type OptionalInStatus = 'publishedAt' | 'version' | 'modified' | 'accepted' | 'open';

/** A token's record as the status keeps it: what is unknown or false is left out. */
export type TokenStatus = Omit<TokenRecord, OptionalInStatus> & {
  readonly [F in OptionalInStatus]?: NonNullable<TokenRecord[F]>;
};

export interface RedisObject extends KubeObject {
  readonly spec: {
    readonly remoteRef: { readonly namespace: string; readonly name: string };
    readonly ipRange: { readonly name: string };
    readonly scope: { readonly name: string };
    readonly instance: { readonly aws: RedisAws };
  };
  readonly status?: RedisStatus | undefined;
}

/** What tells one Redis kind from the other. */
export interface RedisKind<O extends RedisObject> {
  readonly kind: ResourceKind<O>;
  topologyOf(object: O): Topology;
  /** Fields of the status that only this kind has, from what AWS shows; undefined where AWS shows nothing. */
  statusFieldsOf(group: ReplicationGroup, members: readonly Member[]): Readonly<Record<string, unknown>>;
}
