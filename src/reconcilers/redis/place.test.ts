import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/conditions.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const redis = aRedisInstance();
const error = () => findCondition(world.find(redis)?.status?.conditions, 'Error');

/** As somebody does it who takes the finalizer off the Scope, deletes it and makes it anew. */
function remakeScope(accountId: string): void {
  const { spec } = aScope();
  const aws = { ...spec.scope.aws, accountId };
  world.cluster.put(aScope({ spec: { ...spec, scope: { aws } } }));
}

describe('a Scope that was made anew in another account', () => {
  beforeEach(async () => {
    world.put(redis);
    await world.untilReady(redis);
    remakeScope('999999999999');
    world.takeCalls();
  });

  it('is refused, with what to do, and nothing is asked of AWS', async () => {
    expect(await world.check(redis)).toMatchObject({ kind: 'stopAndForget' });
    expect(error()).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: expect.stringContaining('Scope kcp-system/demo is in account 999999999999, region eu-central-1 now'),
    });
    expect(world.takeCalls()).toEqual([]);
    remakeScope('123456789012');
    await world.untilReady(redis);
    expect(world.takeCalls()).not.toContain('CreateReplicationGroup');
  });

  it('leaves nothing behind of an object that is deleted meanwhile', async () => {
    world.remove(redis);
    await world.check(redis);
    expect(world.find(redis)?.metadata.finalizers).toHaveLength(1);
    expect(error()?.message).toContain('The replication group stands in AWS account 123456789012');
    remakeScope('123456789012');
    await world.untilGone(redis);
    expect((await world.resources()).filter((arn) => arn.includes('elasticache'))).toEqual([]);
  });
});
