import type { RedisInstanceAws } from '../../../api/cloud-control/v1beta1/redis-instance.ts';
import type {
  AwsRedisInstanceSpec,
  AwsRedisInstanceStatus,
} from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import type { ResourceKind } from '../../../kube/index.ts';
import type { RemoteRef } from '../../common/indexes.ts';
import type { StatusObject } from '../../common/object-state.ts';
import type { Counterpart } from '../common/counterpart.ts';
import type { UserObject } from '../common/user-object.ts';
import type { RedisTier, TierNodes } from './tiers.ts';

/** What users ask of both kinds alike. */
export type AwsRedisSpec = Omit<AwsRedisInstanceSpec, 'redisTier'> & { readonly redisTier: RedisTier };

/** What both kinds show alike. */
export type AwsRedisStatus = NonNullable<UserObject['status']> &
  Pick<AwsRedisInstanceStatus, 'authSecret' | 'nodeType' | 'engineVersion'>;

/** A Redis of a user's cluster, of either kind. */
export interface AwsRedisObject extends UserObject {
  readonly spec: AwsRedisSpec;
  readonly status?: AwsRedisStatus | undefined;
}

/** What is asked of ElastiCache for both kinds alike. */
export type CommonRedisAws = Omit<RedisInstanceAws, 'readReplicas'> & { readonly authTokenRotationDays?: number };

/** The specification of what stands for either kind in the control plane. */
export interface RedisCounterpartSpec {
  readonly scope: { readonly name: string };
  readonly remoteRef: RemoteRef;
  readonly ipRange: { readonly name: string };
  readonly instance: { readonly aws: CommonRedisAws };
}

/** What stands for either kind in the control plane. */
export interface RedisCounterpart extends Counterpart {
  readonly spec: RedisCounterpartSpec;
  readonly status?: NonNullable<StatusObject['status']> & {
    readonly authSecret?: { readonly name: string };
    readonly nodeType?: string;
    readonly engineVersion?: string;
  };
}

/** Where clients reach a Redis, as `host:port`. */
export interface Endpoints {
  /** Where they begin. */
  readonly main: string;
  /** For reading alone; undefined where there is no other. */
  readonly read: string | undefined;
}

/** What tells one kind from the other. */
export interface AwsRedisKind<O extends AwsRedisObject, C extends RedisCounterpart> {
  readonly kind: ResourceKind<O>;
  /** That of the control plane. */
  readonly counterpart: ResourceKind<C>;
  /** Labels of the Secret, by which the object is known that it was made for. */
  readonly labels: { readonly statusId: string; readonly namespace: string };
  /** @param common - All that does not depend on the kind; `present` is what there is in the control plane. */
  readonly specOf: (
    common: RedisCounterpartSpec,
    asked: { readonly object: O; readonly tier: TierNodes },
    present: C['spec'] | undefined,
  ) => C['spec'];
  /** Undefined while the control plane shows none. */
  readonly endpointsOf: (counterpart: C) => Endpoints | undefined;
  /** Keys of the Secret that only this kind has; empty texts are left out. */
  readonly secretTextsOf: (endpoints: Endpoints) => Readonly<Record<string, string>>;
  /** Fields of the status that only this kind has, as the control plane shows them. */
  readonly statusFieldsOf: (counterpart: C) => Readonly<Record<string, unknown>>;
}

/** The parts of `host:port`. */
export function partsOf(address: string): { readonly host: string; readonly port: string } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at), port: address.slice(at + 1) };
}
