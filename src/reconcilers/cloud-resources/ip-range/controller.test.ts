import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aCondition } from '../../../../test/support/cloud-control.ts';
import { type PlanesApis, PlanesWorld, scopeInput, startPlanesApis } from '../../../../test/support/planes-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import {
  type AwsRedisInstance,
  awsRedisInstanceKind,
} from '../../../api/cloud-resources/v1beta1/aws-redis-instance.ts';
import { type UserIpRange, userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { ANNOTATIONS, LABELS, MODULE_LABEL } from '../../../api/names.ts';
import { stopAndForget } from '../../../composed/index.ts';
import { findCondition, mergePatch } from '../../../kube/index.ts';
import { controller, type Controller } from '../../../runtime/index.ts';
import {
  IP_RANGE_INDEX,
  REMOTE_INDEX,
  remoteIndexValues,
  SCOPE_INDEX,
  scopeIndexValues,
} from '../../common/indexes.ts';
import { userIpRangeIndexValues } from '../common/uses-ip-range.ts';
import { MODULE_ROLE, type Planes } from '../common/planes.ts';
import { userIpRangeController } from './reconciler.ts';

const GRACE_MS = 600_000;

/** Of an object that is in the IpRange. */
const OTHER_ID = 'bbbbbbbb-2222-4222-8222-222222222222';
let apis: PlanesApis;
beforeAll(async () => {
  apis = await startPlanesApis();
});
afterAll(() => apis.stop());

let world: PlanesWorld;
beforeEach(() => {
  world = new PlanesWorld(apis, controllers);
});
afterEach(async () => {
  await world.stop();
  // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
  expect(world.clock.pending).toBe(0);
});

/** That of the IpRanges of users, and what the controllers of other kinds index. */
function controllers(planes: Planes): readonly Controller[] {
  const rest = async () => ({ outcome: stopAndForget('not tested here') });
  const indexes = { [IP_RANGE_INDEX]: userIpRangeIndexValues };
  const madeForUsers = { [REMOTE_INDEX]: remoteIndexValues, [SCOPE_INDEX]: scopeIndexValues };
  return [
    userIpRangeController({ planes, orphanGraceMs: GRACE_MS, ipRangesPerCluster: 1 }, 10),
    controller<IpRange>({ kind: ipRangeKind, indexes: madeForUsers, reconcile: rest }),
    controller<AwsRedisInstance>({ kind: awsRedisInstanceKind, role: MODULE_ROLE, indexes, reconcile: rest }),
    controller<AwsRedisCluster>({ kind: awsRedisClusterKind, role: MODULE_ROLE, indexes, reconcile: rest }),
  ];
}

const write = (name = 'default', cidr?: string) =>
  world.user.create(userIpRangeKind, { metadata: { name }, spec: cidr === undefined ? {} : { cidr } });
const read = (name = 'default') => world.user.find(userIpRangeKind, { name });
const reasonOf = (ipRange: UserIpRange | undefined) => findCondition(ipRange?.status?.conditions, 'Ready')?.reason;

async function made(): Promise<IpRange | undefined> {
  const { items } = await world.operator.list(ipRangeKind);
  return items[0];
}

/** The control plane says that it is ready. */
async function provide(): Promise<void> {
  const found = await made();
  const { generation = 0 } = found?.metadata ?? {};
  const conditions = [aCondition({ observedGeneration: generation })];
  const status = { state: 'Ready', conditions, observedGeneration: generation, cidr: '10.251.0.0/22' };
  await world.operator.patchStatus(ipRangeKind, found?.metadata ?? { name: '' }, mergePatch({ status }));
  await world.settle();
}

/** Of an earlier life of the IpRange `default`: the cluster came back from a backup without it. */
function leaveBehind(): Promise<IpRange> {
  const metadata = { namespace: 'kcp-system', name: ID, labels: { [LABELS.module]: MODULE_LABEL } };
  const spec = { scope: { name: 'demo' }, remoteRef: { namespace: '', name: 'default' } };
  return world.operator.create(ipRangeKind, { metadata, spec });
}

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';

describe('IpRanges of users, between two clusters', () => {
  beforeEach(async () => {
    await world.operator.create(scopeKind, scopeInput());
  });

  it('follow the control plane without a poll', async () => {
    await world.start();
    await write();
    await world.settle();
    expect((await read())?.status?.state).toBe('Creating');
    await provide();
    expect((await read())?.status).toMatchObject({ state: 'Ready', cidr: '10.251.0.0/22' });
    const asked = world.userApi.journal.entries.length;
    await world.advance(24 * 3_600_000);
    expect(world.userApi.journal.entries.slice(asked)).toEqual([]);
  });

  it.each([
    { cidr: '10.1.0.0/30', said: 'prefix length from /16 to /28' },
    { cidr: '8.8.0.0/16', said: 'must lie within a private range' },
  ])('are told what the control plane does not take: $cidr', async ({ cidr, said }) => {
    await world.start();
    await write('default', cidr);
    await world.settle();
    expect(await made()).toBeUndefined();
    const condition = findCondition((await read())?.status?.conditions, 'Error');
    expect(condition).toMatchObject({ reason: 'InvalidCidr', message: expect.stringContaining(said) });
    expect(condition?.message).not.toContain('kcp-system');
    await world.user.delete(userIpRangeKind, { name: 'default' });
    await world.settle();
    expect(await read()).toBeUndefined();
  });

  it('take over what a user says by annotations', async () => {
    await world.start();
    await write();
    await world.settle();
    const annotations = { [ANNOTATIONS.reconcileNow]: 'today' };
    await world.user.patch(userIpRangeKind, { name: 'default' }, mergePatch({ metadata: { annotations } }));
    await world.settle();
    expect((await made())?.metadata.annotations).toMatchObject(annotations);
  });

  it('beyond the quota are made as soon as one is gone', async () => {
    await world.start();
    await write('first');
    await world.settle();
    await write('second');
    await world.settle();
    expect(reasonOf(await read('second'))).toBe('QuotaExceeded');
    await world.user.delete(userIpRangeKind, { name: 'first' });
    await world.settle();
    expect(await read('first')).toBeUndefined();
    expect(reasonOf(await read('second'))).toBe('SubmissionSucceeded');
  });

  it('are deleted as soon as nothing is in them', async () => {
    await world.start();
    await write();
    await world.settle();
    const cache = { namespace: 'default', name: 'cache' };
    await world.user.create(awsRedisInstanceKind, {
      metadata: cache,
      spec: { redisTier: 'S1' } as AwsRedisInstance['spec'],
    });
    await world.user.patchStatus(awsRedisInstanceKind, cache, mergePatch({ status: { id: OTHER_ID } }));
    await world.settle();
    await world.user.delete(userIpRangeKind, { name: 'default' });
    await world.settle();
    expect(reasonOf(await read())).toBe('DeleteWhileUsed');
    await world.user.delete(awsRedisInstanceKind, cache);
    await world.settle();
    expect([await read(), await made()]).toEqual([undefined, undefined]);
  });
});

describe('what an IpRange that is gone has left in the control plane', () => {
  beforeEach(async () => {
    await world.operator.create(scopeKind, scopeInput());
  });

  const orphanedSince = async () => (await made())?.metadata.annotations?.[ANNOTATIONS.orphanedSince];

  it('is kept for a while, and deleted then', async () => {
    await world.start();
    await leaveBehind();
    await world.settle();
    expect(await orphanedSince()).toBe(new Date(world.clock.now()).toISOString());
    await world.advance(GRACE_MS - 1);
    expect(await made()).toBeDefined();
    await world.advance(1);
    expect(await made()).toBeUndefined();
  });

  it('is found at the start', async () => {
    await leaveBehind();
    await world.start();
    await world.advance(GRACE_MS);
    expect(await made()).toBeUndefined();
  });

  it('is kept no longer because the program began anew', async () => {
    await world.start();
    await leaveBehind();
    await world.settle();
    await world.manager.stop();
    const later = new PlanesWorld(apis, controllers);
    later.clock.advance(GRACE_MS);
    await later.start();
    expect(await made()).toBeUndefined();
    await later.manager.stop();
  });

  it('stands for the object again when that comes back in time', async () => {
    await world.start();
    const left = await leaveBehind();
    await world.settle();
    await world.advance(GRACE_MS / 2);
    await write();
    await world.settle();
    expect((await read())?.status?.id).toBe(ID);
    expect(await orphanedSince()).toBeUndefined();
    await world.advance(2 * GRACE_MS);
    expect((await made())?.metadata.uid).toBe(left.metadata.uid);
  });

  it('stays while the API server does not say that the object is gone, such as without the kind', async () => {
    await world.start();
    world.userApi.faults.add({ verb: 'list', resource: 'ipranges', status: 404, count: 1_000 });
    await leaveBehind();
    await world.settle();
    await world.advance(10 * GRACE_MS);
    expect(await orphanedSince()).toBeUndefined();
    world.userApi.faults.clear();
  });

  it('is nothing that a person wrote there', async () => {
    await world.start();
    const metadata = { namespace: 'kcp-system', name: ID };
    const spec = { scope: { name: 'demo' }, remoteRef: { namespace: '', name: 'default' } };
    await world.operator.create(ipRangeKind, { metadata, spec });
    await world.settle();
    await world.advance(10 * GRACE_MS);
    expect((await made())?.metadata).not.toHaveProperty('annotations');
  });
});

describe('a cluster whose Scope comes later', () => {
  it('has all its IpRanges made then', async () => {
    await world.start();
    await write();
    await world.settle();
    expect(reasonOf(await read())).toBe('MissingScope');
    await world.operator.create(scopeKind, scopeInput());
    await world.settle();
    expect(reasonOf(await read())).toBe('SubmissionSucceeded');
    await world.operator.delete(scopeKind, { namespace: 'kcp-system', name: 'demo' });
    await world.settle();
    expect(await made()).toBeDefined();
  });
});
