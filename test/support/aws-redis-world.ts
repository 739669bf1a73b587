import { anIpRange, aCondition } from './cloud-control.ts';
import { anAwsRedisCluster, anAwsRedisInstance, aUserIpRange } from './cloud-resources.ts';
import { createUserWorld, type UserWorld } from './user-world.ts';
import type { AwsRedisCluster } from '../../src/api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import type { AwsRedisInstance } from '../../src/api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { LABELS, MODULE_LABEL } from '../../src/api/names.ts';
import type { Stop } from '../../src/composed/index.ts';
import { type Condition, type KubeSecret, secretKind } from '../../src/kube/index.ts';
import type {
  AwsRedisKind,
  AwsRedisObject,
  AwsRedisSpec,
  RedisCounterpart,
} from '../../src/reconcilers/cloud-resources/aws-redis/aws-redis-kind.ts';
import { awsRedisPipeline } from '../../src/reconcilers/cloud-resources/aws-redis/reconciler.ts';
import { type AwsRedisStart, createAwsRedisState } from '../../src/reconcilers/cloud-resources/aws-redis/state.ts';
import { awsRedisStatusOf } from '../../src/reconcilers/cloud-resources/aws-redis/status.ts';
import { DEFAULT_TIERS, type TierTable } from '../../src/reconcilers/cloud-resources/aws-redis/tiers.ts';
import { awsRedisCluster } from '../../src/reconcilers/cloud-resources/aws-redis-cluster/aws-redis-cluster.ts';
import { awsRedisInstance } from '../../src/reconcilers/cloud-resources/aws-redis-instance/aws-redis-instance.ts';
import { type Contests, createContests } from '../../src/reconcilers/common/contest.ts';
import { decoded, encoded } from '../../src/reconcilers/common/owned-secret.ts';

export const TOKEN = '0123456789abcdef-this-is-the-token';
const IP_RANGE_ID = 'aaaaaaaa-1111-4111-8111-111111111111';

/** What the two kinds are told apart by in tests. */
export interface RedisCase {
  readonly redis: AwsRedisKind<AwsRedisObject, RedisCounterpart>;
  readonly anObject: (parts?: { metadata?: object; spec?: Partial<AwsRedisSpec>; status?: object }) => AwsRedisObject;
  /** Where clients begin, as the control plane shows it. */
  readonly endpoints: Readonly<Record<string, unknown>>;
}

// Each case has objects of its kind alone.
const asCase = (one: object): RedisCase => one as RedisCase;

export const REDIS_CASES: readonly (readonly [string, RedisCase])[] = [
  [
    'AwsRedisInstance',
    asCase({
      redis: awsRedisInstance,
      anObject: (parts: Parameters<typeof anAwsRedisInstance>[0]): AwsRedisInstance => anAwsRedisInstance(parts),
      endpoints: { primaryEndpoint: 'h.example.com:6379', readEndpoint: 'r.example.com:6379' },
    }),
  ],
  [
    'AwsRedisCluster',
    asCase({
      redis: awsRedisCluster,
      anObject: (parts: Parameters<typeof anAwsRedisCluster>[0]): AwsRedisCluster => anAwsRedisCluster(parts),
      endpoints: { discoveryEndpoint: 'h.example.com:6379' },
    }),
  ],
];

/** A Redis of a user, and the control plane, whose part the test plays. */
export interface AwsRedisWorld extends Omit<UserWorld, 'pass'> {
  /** What the tiers mean. */
  tiers: TierTable;
  /** One pass over the Redis. */
  pass(): Promise<{ readonly stop: Stop; readonly news: readonly string[] }>;
  /** *Throws* when it is gone. */
  object(): AwsRedisObject;
  edit(spec: Partial<AwsRedisSpec>): void;
  annotate(annotations: Readonly<Record<string, string>>): void;
  /** *Throws* when there is none. */
  counterpart(): RedisCounterpart;
  /** The control plane says this of the counterpart as it is now. */
  tell(condition: Partial<Condition>, fields?: object): void;
  /** The control plane publishes how to connect, and says that it is ready. */
  provide(data?: Readonly<Record<string, string>>): void;
  /** What the Secret of the user says; undefined while there is none. */
  said(name?: string): Readonly<Record<string, string | undefined>> | undefined;
  secret(name?: string): KubeSecret | undefined;
}

export function createAwsRedisWorld(
  one: RedisCase,
  parts: Parameters<RedisCase['anObject']>[0] = {},
  contests: Contests = createContests(),
): AwsRedisWorld {
  const { redis, anObject, endpoints } = one;
  const world = createUserWorld();
  const passIn = world.pass.bind(world);
  const first = anObject(parts);
  const { name, namespace = '' } = first.metadata;
  world.user.put(first);
  putIpRange(world);
  const object = (): AwsRedisObject => {
    const found = world.user.find(redis.kind, name, namespace);
    if (found === undefined) throw new Error('The Redis is gone');
    return found;
  };
  const counterpart = (): RedisCounterpart => {
    const found = world.controlPlane.find(redis.counterpart, object().status?.id ?? '');
    if (found === undefined) throw new Error('There is no counterpart');
    return found;
  };
  const secret = (secretName = name): KubeSecret | undefined => world.user.find(secretKind, secretName, namespace);
  const it: AwsRedisWorld = Object.assign(world, {
    tiers: DEFAULT_TIERS,
    pass: async () => {
      const start: AwsRedisStart<AwsRedisObject, RedisCounterpart> = createAwsRedisState(
        world.stateOf(redis.kind, name, namespace),
      );
      const pipeline = awsRedisPipeline(redis, { tiers: it.tiers, contests });
      const { stop, state } = await passIn(start, pipeline, (end) => awsRedisStatusOf(redis, end));
      return { stop, news: state.news.map(({ reason, message }) => `${reason}: ${message}`) };
    },
    object,
    edit: (spec: Partial<AwsRedisSpec>) => {
      const { metadata, spec: before, ...rest } = object();
      const generation = (metadata.generation ?? 0) + 1;
      world.user.put({
        ...rest,
        metadata: { ...metadata, generation },
        spec: { ...before, ...spec },
      } as AwsRedisObject);
    },
    annotate: (annotations: Readonly<Record<string, string>>) => {
      const { metadata, ...rest } = object();
      world.user.put({ ...rest, metadata: { ...metadata, annotations } });
    },
    counterpart,
    tell: (condition: Partial<Condition>, fields: object = {}) => {
      const { metadata } = counterpart();
      const ready = aCondition({ status: 'False', reason: 'Processing', message: 'Works on it' });
      const conditions =
        condition.type === undefined || condition.type === 'Ready'
          ? [{ ...aCondition(), ...condition }]
          : [ready, aCondition(condition)];
      const status = { observedGeneration: metadata.generation, conditions, ...fields };
      world.controlPlane.setStatus(redis.counterpart, metadata.name, status);
    },
    provide: (data: Readonly<Record<string, string>> = { host: 'h.example.com', port: '6379', authString: TOKEN }) => {
      world.controlPlane.put(controlPlaneSecret(counterpart(), data));
      it.tell({}, { ...endpoints, nodeType: 'cache.t4g.small', engineVersion: '7.0.7', authSecret: { name: 'cm-it' } });
    },
    secret,
    said: (secretName?: string) => {
      const found = secret(secretName);
      return found && decoded(found);
    },
  });
  return it;
}

/** The Secret that the control plane publishes for a counterpart. */
export function controlPlaneSecret(owner: RedisCounterpart, data: Readonly<Record<string, string>>): KubeSecret {
  const { name, uid, namespace = '' } = owner.metadata;
  const ownerReferences = [{ apiVersion: 'x/v1', kind: owner.kind, name, uid }];
  const metadata = { name: 'cm-it', namespace, uid: 'uid-cm-it', resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: encoded(data) };
}

function putIpRange({ user, controlPlane }: UserWorld): void {
  const status = { id: IP_RANGE_ID, conditions: [aCondition()], observedGeneration: 1 };
  user.put(aUserIpRange({ status }));
  const metadata = { name: IP_RANGE_ID, labels: { [LABELS.module]: MODULE_LABEL } };
  controlPlane.put(anIpRange({ metadata, spec: { remoteRef: { namespace: '', name: 'default' } } }));
}
