import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { aRedisCluster, aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/conditions.ts';
import type { RedisObject } from './redis-kind.ts';

let world: RedisWorld;
let before: readonly string[];

beforeEach(async () => {
  world = await startRedisWorld();
  before = await world.resources();
});

afterEach(() => world.stop());

function made<O extends RedisObject>(object: O, creationTimestamp: string): O {
  return { ...object, metadata: { ...object.metadata, creationTimestamp } };
}

const older = made(aRedisCluster(), '2026-01-01T10:00:00Z');
const younger = made(aRedisInstance(), '2026-01-01T10:00:01Z');

function putScopeElsewhere(namespace = 'kcp-system'): void {
  const spec = { ...aScope().spec, region: 'eu-west-1', kymaName: 'elsewhere' };
  world.cluster.put(aScope({ metadata: { name: 'elsewhere', namespace }, spec }));
}

const errorOf = (object: RedisObject) => findCondition(world.find(object)?.status?.conditions, 'Error');

const TAKEN = {
  reason: 'NameTaken',
  message:
    'The name cm-demo in AWS account 123456789012, region eu-central-1 is taken by RedisCluster kcp-system/demo; ' +
    'this object gets it when that one is deleted',
};

describe('of two Redis objects of one name', () => {
  it.each([
    { first: 'the older', order: [older, younger] },
    { first: 'the younger', order: [younger, older] },
  ])('the older one gets it when $first is looked at first, and the other asks AWS nothing', async ({ order }) => {
    for (const object of order) world.put(object);
    for (const object of order) await world.check(object);
    await world.untilReady(older);
    expect(errorOf(younger)).toMatchObject(TAKEN);
    expect(world.find(younger)?.metadata.finalizers ?? []).toEqual([]);
    world.takeCalls();
    expect(await world.check(younger)).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 600_000 });
    expect(world.takeCalls()).toEqual([]);
  });

  it('the one that has the group keeps it, also when it is the younger', async () => {
    world.put(younger);
    await world.untilReady(younger);
    world.put(older);
    await world.check(older);
    expect(errorOf(older)?.message).toContain('is taken by RedisInstance kcp-system/demo');
    await world.check(younger);
    expect(world.find(younger)?.status?.state).toBe('Ready');
  });

  it('the other one gets the name when the first is gone', async () => {
    world.put(older);
    world.put(younger);
    await world.check(younger);
    await world.untilReady(older);
    world.remove(older);
    await world.untilGone(older);
    await world.untilReady(younger);
    expect(errorOf(younger)).toBeUndefined();
  });

  it('the younger takes down what it has made already, so that neither stands in the way of the other', async () => {
    world.aws.faults.add({ service: 'elasticache', operation: 'CreateReplicationGroup', error: 'AccessDenied' });
    world.put(younger);
    await world.check(younger);
    expect(world.takeCalls()).toContain('CreateSecurityGroup');
    world.put(older);
    await world.check(older);
    await world.until(younger, () => errorOf(younger)?.reason === 'NameTaken');
    await world.untilReady(older);
    expect(errorOf(younger)).toMatchObject(TAKEN);
    world.remove(older);
    await world.untilGone(older);
    expect(await world.resources()).toEqual(before);
  });

  it('the younger is deleted whole when it was cut short while it took down what it had made, and then lived on', async () => {
    world.aws.faults.add({ service: 'elasticache', operation: 'CreateReplicationGroup', error: 'AccessDenied' });
    world.put(younger);
    await world.check(younger);
    world.put(older);
    world.aws.faults.add({ service: 'ec2', operation: 'DeleteSecurityGroup', error: 'UnauthorizedOperation' });
    await world.check(younger);
    world.remove(older);
    await world.untilReady(younger);
    world.remove(younger);
    await world.untilGone(younger);
    expect(await world.resources()).toEqual(before);
  });

  it('the younger keeps it when it has made the group, although its status does not say so and the older one asks', async () => {
    world.put(younger);
    await world.untilReady(younger);
    world.forget(younger, ['arn', 'createTime', 'createIntent']);
    world.put(older);
    await world.check(older);
    expect(errorOf(older)?.message).toContain('its tags do not say that it is ours');
    await world.untilReady(younger);
    expect(errorOf(younger)).toBeUndefined();
    await world.until(older, () => errorOf(older)?.reason === 'NameTaken');
    world.remove(younger);
    await world.untilGone(younger);
    await world.untilReady(older);
    expect(errorOf(older)).toBeUndefined();
  });

  it('the younger gives nothing up while AWS does not tell whose the group is', async () => {
    world.put(younger);
    await world.until(younger, () => world.find(younger)?.status?.createIntent !== undefined);
    world.forget(younger, ['arn', 'createTime', 'createIntent']);
    world.restart();
    world.put(older);
    world.takeCalls();
    await world.check(younger);
    expect(world.takeCalls()).toEqual(['DescribeReplicationGroups']);
    expect(errorOf(younger)).toMatchObject(TAKEN);
    await world.untilReady(younger);
    expect(errorOf(younger)).toBeUndefined();
  });

  it('only one gets it in one namespace, also in different regions: they would publish to the same Secret', async () => {
    putScopeElsewhere();
    world.put({ ...older, spec: { ...older.spec, scope: { name: 'elsewhere' } } });
    world.put(younger);
    await world.check(younger);
    expect(errorOf(younger)).toMatchObject({
      reason: 'NameTaken',
      message:
        'The name cm-demo in namespace kcp-system is taken by RedisCluster kcp-system/demo; ' +
        'this object gets it when that one is deleted',
    });
  });

  it('both get it where they stand in different namespaces and regions', async () => {
    putScopeElsewhere('theirs');
    const metadata = { ...older.metadata, namespace: 'theirs' };
    world.put({ ...older, metadata, spec: { ...older.spec, scope: { name: 'elsewhere' } } });
    world.put(younger);
    await world.untilReady(younger);
    expect(world.find(younger)?.status?.state).toBe('Ready');
  });
});
