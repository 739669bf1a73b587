import { beforeEach, describe, expect, it } from 'vitest';
import { aCondition, anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { anAwsRedisCluster, anAwsRedisInstance, aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { progressOf } from '../../../../test/support/kstatus.ts';
import { ignoreDeath } from '../../../../test/support/memory-cluster.ts';
import { createUserIpRangeWorld, type UserIpRangeWorld } from '../../../../test/support/user-ip-range-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { awsRedisInstanceKind } from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { FINALIZER, LABELS, LEGACY_FINALIZERS, MODULE_LABEL, USER_LABELS } from '../../../api/names.ts';
import { findCondition } from '../../../kube/index.ts';

/** Of an object that is in the IpRange. */
const OTHER_ID = 'bbbbbbbb-2222-4222-8222-222222222222';
let world: UserIpRangeWorld;
beforeEach(() => {
  world = createUserIpRangeWorld();
});

const CIDR = '10.251.0.0/22';
const condition = (type: string) => findCondition(world.ipRange()?.status?.conditions, type);

describe('an IpRange of a user', () => {
  it('is an IpRange of the control plane, in the Network of the Scope', async () => {
    world.user.put(aUserIpRange({ spec: { cidr: CIDR } }));
    expect((await world.check()).kind).toBe('stopAndForget');
    expect(world.made()?.spec).toEqual({
      remoteRef: { namespace: '', name: 'default' },
      scope: { name: 'demo' },
      cidr: CIDR,
      network: { name: 'demo--kyma' },
    });
    expect(world.ipRange()).toMatchObject({
      metadata: { finalizers: [FINALIZER], labels: { [USER_LABELS.id]: world.made()?.metadata.name } },
      status: { state: 'Creating', id: world.made()?.metadata.name },
    });
    expect(condition('Submitted')).toMatchObject({ status: 'True', reason: 'SubmissionSucceeded' });
    expect(progressOf(world.ipRange() ?? {})).toBe('InProgress');
  });

  it('is ready when that is, and needs nothing more then: no write, no look after a while', async () => {
    world.user.put(aUserIpRange({ spec: { cidr: CIDR } }));
    await world.check();
    world.provide(CIDR);
    expect((await world.check()).kind).toBe('stopAndForget');
    expect(world.ipRange()?.status).toMatchObject({ state: 'Ready', cidr: CIDR, observedGeneration: 1 });
    expect(world.ipRange()?.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
    expect(progressOf(world.ipRange() ?? {})).toBe('Current');
    const before = [world.ipRange(), world.user.writes.length, world.controlPlane.writes.length];
    expect((await world.check()).kind).toBe('stopAndForget');
    expect([world.ipRange(), world.user.writes.length, world.controlPlane.writes.length]).toEqual(before);
  });

  it.each([{}, { cidr: '' }])('shows the range that was found when it asks for none: %j', async (spec) => {
    world.user.put(aUserIpRange({ spec }));
    await world.check();
    expect(world.made()?.spec).not.toHaveProperty('cidr');
    expect(world.ipRange()?.status).not.toHaveProperty('cidr');
    world.provide('10.252.0.0/22');
    await world.check();
    expect(world.ipRange()?.status).toMatchObject({ state: 'Ready', cidr: '10.252.0.0/22' });
  });

  it('says what the control plane says is wrong', async () => {
    world.user.put(aUserIpRange());
    await world.check();
    const message = 'No free range of /22 is left in the VPC';
    const conditions = [aCondition({ type: 'Error', reason: 'CidrAllocationFailed', message })];
    world.controlPlane.setStatus(ipRangeKind, world.made()?.metadata.name ?? '', { conditions, observedGeneration: 1 });
    await world.check();
    expect(world.ipRange()?.status?.state).toBe('Error');
    expect(condition('Error')).toMatchObject({ reason: 'CidrAllocationFailed', message });
    expect(progressOf(world.ipRange() ?? {})).toBe('Failed');
  });

  it('is updated when a zone comes later', async () => {
    world.user.put(aUserIpRange());
    await world.check();
    world.provide(CIDR);
    const conditions = [
      aCondition({ status: 'False', reason: 'Processing', message: 'making a subnet in eu-central-1b' }),
    ];
    world.controlPlane.setStatus(ipRangeKind, world.made()?.metadata.name ?? '', { conditions });
    await world.check();
    expect(world.ipRange()?.status).toMatchObject({ state: 'Updating', cidr: CIDR });
    expect(condition('Updating')?.message).toBe('making a subnet in eu-central-1b');
  });

  it('waits for a Scope, and nothing is written before', async () => {
    world.scope = undefined;
    world.user.put(aUserIpRange());
    await world.check();
    expect(condition('Ready')).toMatchObject({ status: 'False', reason: 'MissingScope' });
    expect(world.user.writes).toEqual([]);
    world.scope = aScope();
    await world.check();
    expect(world.made()).toBeDefined();
  });

  it('is told that a range cannot change when one of that name with another range comes out of a backup', async () => {
    world.user.put(aUserIpRange({ spec: { cidr: CIDR } }));
    const labels = { [LABELS.module]: MODULE_LABEL };
    const spec = { remoteRef: { namespace: '', name: 'default' }, cidr: '10.1.0.0/22' };
    world.controlPlane.put(anIpRange({ metadata: { labels }, spec }));
    await world.check();
    expect(world.ipRange()?.status?.id).toBe('range');
    expect(condition('Error')).toMatchObject({
      reason: 'CidrCanNotBeChanged',
      message: expect.stringContaining('The range is 10.1.0.0/22'),
    });
  });
});

describe('the deletion of an IpRange of a user', () => {
  async function aReadyOne(): Promise<void> {
    world.user.put(aUserIpRange({ metadata: { finalizers: [...LEGACY_FINALIZERS] } }));
    await world.check();
    world.provide(CIDR);
    await world.check();
    const made = world.made();
    if (made !== undefined)
      world.controlPlane.put({ ...made, metadata: { ...made.metadata, finalizers: [FINALIZER] } });
  }

  it('waits until what stands for it is gone', async () => {
    await aReadyOne();
    world.user.remove(userIpRangeKind, 'default');
    expect((await world.check()).kind).toBe('stopAndForget');
    expect(world.made()?.metadata.deletionTimestamp).toBeDefined();
    expect(world.ipRange()?.status).toMatchObject({ state: 'Deleting', cidr: CIDR });
    world.release();
    await world.check();
    expect(world.ipRange()).toBeUndefined();
  });

  it('does not wait for what only waits to be in it', async () => {
    await aReadyOne();
    world.user.put(anAwsRedisInstance({ metadata: { namespace: 'team' } }));
    world.user.remove(userIpRangeKind, 'default');
    await world.check();
    expect(world.made()?.metadata.deletionTimestamp).toBeDefined();
  });

  it.each([
    {
      kind: awsRedisInstanceKind,
      user: anAwsRedisInstance({ metadata: { namespace: 'team' }, status: { id: OTHER_ID } }),
    },
    {
      kind: awsRedisClusterKind,
      user: anAwsRedisCluster({
        metadata: { namespace: 'team' },
        spec: { ipRange: { name: 'default' } },
        status: { id: OTHER_ID },
      }),
    },
  ])('is refused while an $kind.kind is in it', async ({ kind, user }) => {
    await aReadyOne();
    world.user.put(user);
    world.user.remove(userIpRangeKind, 'default');
    expect((await world.check()).kind).toBe('stopAndForget');
    const message = `Can not be deleted while used by ${kind.kind}: [team/cache]`;
    expect(world.ipRange()?.status?.state).toBe('Warning');
    expect(condition('Warning')).toMatchObject({ reason: 'DeleteWhileUsed', message });
    expect(condition('DeleteWhileUsed')).toMatchObject({ status: 'True', message });
    expect(world.made()?.metadata.deletionTimestamp).toBeUndefined();
    world.user.remove(kind, 'cache', 'team');
    await world.check();
    expect(world.made()?.metadata.deletionTimestamp).toBeDefined();
  });

  it('does not wait for what is in another one', async () => {
    await aReadyOne();
    world.user.put(anAwsRedisInstance({ spec: { ipRange: { name: 'other' } } }));
    world.user.remove(userIpRangeKind, 'default');
    await world.check();
    expect(world.ipRange()?.status?.state).toBe('Deleting');
  });
});

describe('wherever a pass dies', () => {
  /** A pass that dies is tried again. */
  async function untilDone(isDone: () => boolean): Promise<void> {
    for (let passes = 0; !isDone() && passes < 10; passes += 1) {
      await world.check().catch(ignoreDeath);
    }
    expect(isDone()).toBe(true);
  }

  const writesOf = () => [...world.user.writes, ...world.controlPlane.writes];

  /** Finalizer, id, label and the end of the finalizer; what stands for it is made and deleted. */
  const WRITES = [
    ...[1, 2, 3, 4].map((nth) => ({ side: 'user', nth }) as const),
    ...[1, 2].map((nth) => ({ side: 'controlPlane', nth }) as const),
  ];

  it.each(WRITES.flatMap((one) => (['before', 'after'] as const).map((when) => ({ ...one, when }))))(
    'an IpRange is made once, and goes: write $nth of the $side fails $when it',
    async ({ side, when, nth }) => {
      world.user.put(aUserIpRange());
      for (let failures = 1; failures < nth; failures += 1) world[side].failNextWrite('none');
      world[side].failNextWrite(when);
      await untilDone(() => world.made() !== undefined && world.ipRange()?.status?.state === 'Creating');
      world.provide(CIDR);
      await untilDone(() => world.ipRange()?.status?.state === 'Ready');
      world.user.remove(userIpRangeKind, 'default');
      await untilDone(() => world.ipRange() === undefined);
      expect(new Set(writesOf().filter((write) => write.startsWith('create'))).size).toBe(1);
      expect(world.controlPlane.all(ipRangeKind)).toEqual([]);
    },
  );
});
