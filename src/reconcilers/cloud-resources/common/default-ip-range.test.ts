import { beforeEach, describe, expect, it } from 'vitest';
import { aCondition, anIpRange, aRedisCluster } from '../../../../test/support/cloud-control.ts';
import { anAwsRedisCluster, aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld, type UserWorld } from '../../../../test/support/user-world.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { DEFAULT_IP_RANGE_LABELS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { enter, stopAndForget } from '../../../composed/index.ts';
import type { ObjectMeta } from '../../../kube/index.ts';
import { type InIpRange, loadUserIpRange } from './default-ip-range.ts';
import { userIpRangeIndexValues } from './uses-ip-range.ts';
import { type InScope, loadClusterScope, type UserObjectState } from './user-object.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const CACHE_ID = 'bbbbbbbb-2222-4222-8222-222222222222';
const labels = { [LABELS.module]: MODULE_LABEL };

let world: UserWorld;
beforeEach(() => {
  world = createUserWorld();
});

/** The IpRange that the pass goes on with, or why it does not. */
async function load(ipRange?: AwsRedisCluster['spec']['ipRange']) {
  world.user.put(anAwsRedisCluster({ spec: { ...(ipRange && { ipRange }) }, status: { id: CACHE_ID } }));
  const seen: InIpRange[] = [];
  const pipeline = enter(
    loadClusterScope<AwsRedisCluster, UserObjectState<AwsRedisCluster>>(),
    enter(loadUserIpRange<AwsRedisCluster, InScope<AwsRedisCluster>>(redisClusterKind), ({ ipRange, ipRangeId }) => {
      seen.push({ ipRange, ipRangeId });
      return stopAndForget('goes on');
    }),
  );
  const { state, stop } = await world.pass(world.stateOf(awsRedisClusterKind, 'cache', 'default'), pipeline);
  return { found: seen[0], finding: state.finding, stop };
}

const ready: NonNullable<UserIpRange['status']> = {
  id: ID,
  state: 'Ready',
  conditions: [aCondition()],
  observedGeneration: 1,
};

function ipRange(status: NonNullable<UserIpRange['status']> = ready, metadata: Partial<ObjectMeta> = {}): void {
  world.user.put(aUserIpRange({ metadata, status }));
}

function made(name = ID, remote = 'default'): void {
  const spec = { remoteRef: { namespace: '', name: remote } };
  world.controlPlane.put(anIpRange({ metadata: { name, labels }, spec }));
}

/** What stands for the object itself. */
function provided(): void {
  const spec = { remoteRef: { namespace: 'default', name: 'cache' } };
  world.controlPlane.put(aRedisCluster({ metadata: { name: CACHE_ID, labels }, spec }));
}

describe('the IpRange of an object', () => {
  it.each([{ name: 'mine' }, { name: 'default' }])('is $name, which it names', async ({ name }) => {
    ipRange(ready, { name });
    made(ID, name);
    expect((await load({ name })).found).toMatchObject({ ipRange: { metadata: { name } }, ipRangeId: ID });
    expect(world.user.writes).toEqual([]);
  });

  it.each([undefined, {}, { name: '' }])('is the default one when it names none: %j', async (named) => {
    ipRange();
    made();
    expect((await load(named)).found).toMatchObject({ ipRange: { metadata: { name: 'default' } }, ipRangeId: ID });
  });

  it('is made when none is named and there is no default one, and is waited for', async () => {
    const { finding, stop } = await load();
    expect(stop.kind).toBe('stopAndForget');
    expect(finding).toEqual({
      state: 'Processing',
      reason: 'WaitingDependency',
      message: 'IpRange default is not ready yet',
    });
    const written = world.user.find(userIpRangeKind, 'default');
    expect(written).toMatchObject({ metadata: { labels: DEFAULT_IP_RANGE_LABELS }, spec: {} });
    await load();
    expect(world.user.writes).toHaveLength(1);
  });

  it('is not made for an object that is gone, and of which the cache has not heard', async () => {
    world.user.read = async () => undefined;
    expect((await load()).finding).toBeUndefined();
    expect(world.user.writes).toEqual([]);
  });

  it.each(['mine', 'default'])('is not made when it is named: %s', async (name) => {
    expect((await load({ name })).finding).toEqual({
      state: 'Error',
      reason: 'IpRangeNotFound',
      message: `IpRange ${name} does not exist: create it, or name another one`,
    });
    expect(world.user.writes).toEqual([]);
  });

  it('is that of its own id when somebody has written another one to its status', async () => {
    made('cccccccc-3333-4333-8333-333333333333', 'another');
    made();
    ipRange({ ...ready, id: 'cccccccc-3333-4333-8333-333333333333' });
    expect((await load()).found?.ipRangeId).toBe(ID);
  });
});

describe('an IpRange that is not ready', () => {
  const trouble = { type: 'Error', reason: 'CidrOverlap', message: 'CIDR overlaps with IpRange other' };

  it('is waited for, with the trouble that it is in', async () => {
    const conditions = [aCondition({ status: 'False', reason: 'CidrOverlap' }), aCondition(trouble)];
    ipRange({ ...ready, state: 'Error', conditions });
    made();
    expect((await load()).finding?.message).toBe('IpRange default is not ready: CIDR overlaps with IpRange other');
  });

  it('is waited for while nothing stands for it, whatever its status says', async () => {
    ipRange();
    expect((await load()).finding?.reason).toBe('WaitingDependency');
  });

  it('takes nothing new while it is being deleted', async () => {
    ipRange(ready, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] });
    made();
    expect((await load()).finding?.message).toBe('IpRange default is not ready: it is being deleted');
  });

  it('says what holds it when it cannot go', async () => {
    const held = {
      type: 'Warning',
      status: 'True' as const,
      reason: 'DeleteWhileUsed',
      message: 'Can not be deleted while used by x',
    };
    ipRange(
      { ...ready, conditions: [{ ...held, lastTransitionTime: '2026-01-01T00:00:00Z' }] },
      { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] },
    );
    expect((await load()).finding?.message).toBe(
      'IpRange default is not ready: it is being deleted. Can not be deleted while used by x',
    );
  });

  it.each([{}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] }])(
    'is no reason to hold up what exists in it: %j',
    async (metadata) => {
      ipRange({ ...ready, conditions: [aCondition({ status: 'False' }), aCondition(trouble)] }, metadata);
      made();
      provided();
      expect((await load()).found?.ipRangeId).toBe(ID);
    },
  );
});

it('is found by the index of those who are in it', () => {
  expect(userIpRangeIndexValues(anAwsRedisCluster())).toEqual(['/default']);
  expect(userIpRangeIndexValues(anAwsRedisCluster({ spec: { ipRange: { name: 'mine' } } }))).toEqual(['/mine']);
});
