import { beforeEach, describe, expect, it } from 'vitest';
import { aRedisCluster } from '../../../../test/support/cloud-control.ts';
import { anAwsRedisCluster } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld, type UserWorld } from '../../../../test/support/user-world.ts';
import { type RedisCluster, redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { enter, sequence, stopAndForget } from '../../../composed/index.ts';
import { type FieldCause, KubeApiError, type ObjectMeta } from '../../../kube/index.ts';
import { type CounterpartKind, type CounterpartState, ensureCounterpart } from './counterpart.ts';
import { refOf } from './id.ts';
import { loadClusterScope, type UserObjectState } from './user-object.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';

type State = CounterpartState<AwsRedisCluster, RedisCluster>;
type Start = UserObjectState<AwsRedisCluster> & { counterpart: RedisCluster | undefined };

/** The number of shards is the user's, and the parameters are the control plane's own. */
const redis: CounterpartKind<AwsRedisCluster, RedisCluster> = {
  kind: redisClusterKind,
  specOf: ({ object, scope }, present) => ({
    ...(present ?? aRedisCluster().spec),
    remoteRef: refOf(object),
    scope: { name: scope.metadata.name },
    instance: { aws: { ...(present ?? aRedisCluster().spec).instance.aws, shardCount: object.spec.shardCount } },
  }),
  invalidReasons: { 'spec.cidr': 'InvalidCidr' },
  userFields: { 'spec.instance.aws': 'spec', 'spec.instance.aws.cacheNodeType': 'spec.redisTier' },
};

const ensure = enter(
  loadClusterScope<AwsRedisCluster, Start>(),
  sequence<State>('ensure', ensureCounterpart(redis), () => stopAndForget('ensured')),
);

let world: UserWorld;
beforeEach(() => {
  world = createUserWorld();
});

type Parts = Parameters<typeof anAwsRedisCluster>[0];

function write({ metadata, ...rest }: Parts = {}): void {
  world.user.put(anAwsRedisCluster({ ...rest, metadata: { namespace: 'team', ...metadata } }));
}

async function pass(name = 'cache') {
  const state = world.stateOf(awsRedisClusterKind, name, 'team');
  return world.pass<Start>(Object.assign(state, { counterpart: undefined }), ensure);
}

const recorded = (name = 'cache') => world.user.find(awsRedisClusterKind, name, 'team')?.status?.id ?? '';

function made(name = 'cache'): RedisCluster {
  const found = world.controlPlane.find(redisClusterKind, recorded(name));
  if (found === undefined) throw new Error('Nothing was made');
  return found;
}

/** Somebody in the control plane changes what was made. */
function change({
  metadata,
  ...rest
}: Omit<Partial<RedisCluster>, 'metadata'> & { readonly metadata?: Partial<ObjectMeta> }): void {
  const present = made();
  world.controlPlane.put({ ...present, ...rest, metadata: { ...present.metadata, ...metadata } });
}

describe('what stands for an object of a user', () => {
  it('is made under its id, beside the Scope, and says whom it was made for', async () => {
    write({ spec: { shardCount: 3 } });
    const { state } = await pass();
    expect(state.counterpart).toEqual(made());
    expect(made()).toMatchObject({
      metadata: {
        namespace: 'kcp-system',
        name: recorded(),
        labels: {
          [LABELS.module]: MODULE_LABEL,
          [LABELS.kymaName]: 'demo',
          [LABELS.remoteName]: 'cache',
          [LABELS.remoteNamespace]: 'team',
        },
        annotations: { [LABELS.kymaName]: 'demo', [LABELS.remoteName]: 'cache', [LABELS.remoteNamespace]: 'team' },
      },
      spec: {
        remoteRef: { namespace: 'team', name: 'cache' },
        scope: { name: 'demo' },
        instance: { aws: { shardCount: 3 } },
      },
    });
  });

  it('has names that are too long for labels in its annotations alone', async () => {
    const name = 'long-'.repeat(30) + 'name';
    write({ metadata: { name } });
    await pass(name);
    const { labels, annotations } = made(name).metadata ?? {};
    expect(labels).not.toHaveProperty([LABELS.remoteName]);
    expect(labels).toHaveProperty([LABELS.remoteNamespace], 'team');
    expect(annotations).toHaveProperty([LABELS.remoteName], name);
  });

  it('costs nothing when it is as it has to be', async () => {
    write();
    await pass();
    const writes = [...world.controlPlane.writes, ...world.user.writes];
    expect((await pass()).stop.reason).toBe('ensured');
    expect([...world.controlPlane.writes, ...world.user.writes]).toEqual(writes);
  });

  it('gets what the user changes, also in Error, and keeps what the control plane decides', async () => {
    write();
    await pass();
    const { spec } = made();
    const aws = { ...spec.instance.aws, parameters: { 'maxmemory-policy': 'noeviction' } };
    change({ spec: { ...spec, instance: { aws } }, status: { state: 'Error' } });
    write({ spec: { shardCount: 5 }, status: { id: recorded() } });
    await pass();
    expect(made().spec.instance.aws).toMatchObject({
      shardCount: 5,
      parameters: { 'maxmemory-policy': 'noeviction' },
    });
    expect(world.controlPlane.writes.at(-1)).toContain('{"spec":{"instance":{"aws":{"shardCount":5}}}}');
  });

  it('gets its labels and annotations back, and keeps those of others', async () => {
    write();
    await pass();
    const { metadata } = made();
    change({ metadata: { labels: { team: 'ours' }, annotations: { note: 'ours' } } });
    await pass();
    expect(made().metadata.labels).toEqual({ ...metadata.labels, team: 'ours' });
    expect(made().metadata.annotations).toEqual({ ...metadata.annotations, note: 'ours' });
  });

  it('is taken for an orphan no longer', async () => {
    write();
    await pass();
    const { metadata } = made();
    change({
      metadata: { annotations: { ...metadata.annotations, [ANNOTATIONS.orphanedSince]: '2026-01-01T00:00:00Z' } },
    });
    await pass();
    expect(made().metadata.annotations).toEqual(metadata.annotations);
  });

  it('has another id when something else turns out to have the first one', async () => {
    write({ status: { id: ID } });
    const foreign = { namespace: 'other', name: 'cache' };
    world.controlPlane.put(aRedisCluster({ metadata: { name: ID }, spec: { remoteRef: foreign } }));
    world.controlPlane.hide(redisClusterKind, ID);
    const { stop, state } = await pass();
    expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 1_000 });
    expect(state.counterpart).toBeUndefined();
    expect(recorded()).not.toBe(ID);
    await pass();
    expect(made().spec.remoteRef).toEqual({ namespace: 'team', name: 'cache' });
    expect(world.controlPlane.find(redisClusterKind, ID)?.spec.remoteRef).toEqual(foreign);
  });

  it('is found where the answer to its creation was lost', async () => {
    write();
    world.controlPlane.failNextWrite('after');
    await expect(pass()).rejects.toThrow('answer lost');
    expect((await pass()).stop.reason).toBe('ensured');
    expect(world.controlPlane.writes.filter((write) => write.startsWith('create'))).toHaveLength(1);
  });

  it('is waited for while it is being deleted, and made again then', async () => {
    write();
    await pass();
    change({ metadata: { finalizers: ['x'] } });
    world.controlPlane.remove(redisClusterKind, recorded());
    const { stop, state } = await pass();
    expect(stop.kind).toBe('stopAndForget');
    expect(state.finding).toMatchObject({ state: 'Processing', message: expect.stringContaining('is being deleted') });
    change({ metadata: { finalizers: [] } });
    await pass();
    expect(made().metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('annotations by which a user steers', () => {
  const pause = ANNOTATIONS.pause;
  const annotate = (annotations: Readonly<Record<string, string>>): void =>
    write({ metadata: { annotations }, status: { id: recorded() || ID } });
  const set = (annotations: Readonly<Record<string, string>>): void =>
    change({ metadata: { annotations: { ...made().metadata.annotations, ...annotations } } });
  const paused = () => made().metadata.annotations?.[pause];

  it('are taken over at the creation and later, and taken away again', async () => {
    annotate({ [pause]: 'true' });
    await pass();
    expect(paused()).toBe('true');
    annotate({ [ANNOTATIONS.reconcileNow]: '1' });
    await pass();
    expect(paused()).toBeUndefined();
    expect(made().metadata.annotations).toMatchObject({ [ANNOTATIONS.reconcileNow]: '1' });
    annotate({});
    await pass();
    expect(Object.keys(made().metadata.annotations ?? {}).toSorted()).toEqual(
      [LABELS.kymaName, LABELS.remoteName, LABELS.remoteNamespace].toSorted(),
    );
  });

  it('do not undo what somebody in the control plane has said since', async () => {
    annotate({ [ANNOTATIONS.rotateAuthToken]: 'first' });
    await pass();
    set({ [pause]: 'true', [ANNOTATIONS.rotateAuthToken]: 'second' });
    await pass();
    expect(made().metadata.annotations).toMatchObject({ [pause]: 'true', [ANNOTATIONS.rotateAuthToken]: 'second' });
    annotate({ [ANNOTATIONS.rotateAuthToken]: 'third' });
    await pass();
    expect(made().metadata.annotations).toMatchObject({ [pause]: 'true', [ANNOTATIONS.rotateAuthToken]: 'third' });
  });

  it('are taken over by their fingerprint when they are long, because they stand twice in what is made', async () => {
    const long = 'x'.repeat(140_000);
    annotate({ [ANNOTATIONS.reconcileNow]: long });
    await pass();
    const { annotations = {} } = made().metadata;
    expect(annotations[ANNOTATIONS.reconcileNow]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(JSON.stringify(annotations).length).toBeLessThan(2_000);
    const { length } = world.controlPlane.writes;
    await pass();
    expect(world.controlPlane.writes).toHaveLength(length);
    annotate({ [ANNOTATIONS.reconcileNow]: `${long}y` });
    await pass();
    expect(made().metadata.annotations?.[ANNOTATIONS.reconcileNow]).not.toBe(annotations[ANNOTATIONS.reconcileNow]);
  });

  it('are no others than those', async () => {
    annotate({ 'example.com/note': 'mine' });
    await pass();
    expect(made().metadata.annotations).not.toHaveProperty(['example.com/note']);
  });
});

describe('a control plane that refuses', () => {
  function refusal(code: number, ...causes: readonly FieldCause[]): KubeApiError {
    return new KubeApiError({
      code,
      reason: code === 422 ? 'Invalid' : 'Forbidden',
      verb: 'create',
      resource: 'redisclusters',
      cluster: 'kcp',
      namespace: 'kcp-system',
      name: ID,
      detail: 'quota of tenant 17 is used up',
      causes,
    });
  }

  it('is told as the control plane, without its inner life, and asked again ever less often', async () => {
    write();
    world.controlPlane.failNextWrite(refusal(403));
    const { stop, state } = await pass();
    expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
    expect(state.finding).toMatchObject({ state: 'Error', reason: 'SubmissionFailed' });
    expect(state.finding?.message).not.toMatch(/tenant|kcp/);
    expect((await pass()).stop.reason).toBe('ensured');
  });

  it.each([
    { field: 'spec.cidr', reason: 'InvalidCidr', told: 'spec.cidr' },
    { field: 'spec.instance.aws', reason: 'InvalidSpec', told: 'spec' },
    { field: 'spec.instance.aws.shardCount', reason: 'InvalidSpec', told: 'spec.shardCount' },
    { field: 'spec.instance.aws.cacheNodeType', reason: 'InvalidSpec', told: 'spec.redisTier' },
    { field: 'spec.instance.awsome', reason: 'InvalidSpec', told: 'spec.instance.awsome' },
  ])('to take a value says which, under $reason for $field', async ({ field, reason, told }) => {
    write({ status: { id: ID } });
    const message = `Invalid value: IpRange kcp-system/${ID} has no room`;
    world.controlPlane.failNextWrite(refusal(422, { field, reason: 'FieldValueInvalid', message }));
    const { state } = await pass();
    expect(state.finding).toMatchObject({
      state: 'Error',
      reason,
      message: `It is not accepted: ${told}: Invalid value: AwsRedisCluster team/cache has no room`,
    });
  });

  it.each([
    {
      what: 'beside others',
      others: [{ field: 'spec.cidr', reason: '', message: 'Too long' }],
      told: 'spec.cidr: Too long',
    },
    { what: 'alone', others: [], told: 'Invalid value: some rules were not checked' },
  ])('is not quoted with a field where there is none: $what', async ({ others, told }) => {
    write();
    const ofNone = { field: '<nil>', reason: '', message: 'Invalid value: some rules were not checked' };
    world.controlPlane.failNextWrite(refusal(422, ...others, ofNone));
    expect((await pass()).state.finding?.message).toBe(`It is not accepted: ${told}`);
  });

  it('is no matter of the refusals of the cluster of the user', async () => {
    write();
    world.user.failNextWrite(refusal(403));
    await expect(pass()).rejects.toThrow('403 Forbidden');
  });

  it('is not said to refuse while it is only away', async () => {
    write();
    world.controlPlane.failNextWrite(refusal(0));
    await expect(pass()).rejects.toThrow(KubeApiError);
  });
});
