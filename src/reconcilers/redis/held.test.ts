import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { findCondition } from '../../kube/conditions.ts';

let world: RedisWorld;
beforeEach(async () => {
  world = await startRedisWorld();
});
afterEach(() => world.stop());

const HOUR_MS = 3_600_000;

/** Makes a security group of somebody else whose rule refers to ours, so that AWS does not let ours go. */
async function referToOurs(): Promise<string> {
  const ec2 = world.aws.ec2();
  const Filters = [{ Name: 'group-name', Values: ['cm-demo'] }];
  const { SecurityGroups: found } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const ours = found?.[0]?.GroupId ?? '';
  const asked = { VpcId: world.vpcId, GroupName: 'web', Description: 'theirs' };
  const { GroupId: theirs = '' } = await ec2.send(new CreateSecurityGroupCommand(asked));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: ours }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: theirs, IpPermissions }));
  return theirs;
}

describe('a security group that somebody else holds', () => {
  it('is asked for ever less often, with the name of who holds it, and goes with the last that does', async () => {
    const redis = aRedisInstance();
    const before = await world.resources();
    world.put(redis);
    await world.untilReady(redis);
    const theirs = await referToOurs();
    world.remove(redis);
    const startMs = world.aws.clock.monotonicMs();
    const passed = (): number => world.aws.clock.monotonicMs() - startMs;
    await world.until(redis, () => passed() >= 2 * HOUR_MS);
    world.takeCalls();
    await world.until(redis, () => passed() >= 10 * HOUR_MS, 9 * HOUR_MS);
    const attempts = world.takeCalls().filter((call) => call === 'DeleteSecurityGroup');
    expect(attempts.length).toBeLessThanOrEqual(8 * 4 + 1);
    expect(findCondition(world.find(redis)?.status?.conditions, 'Ready')?.message).toBe(
      `Waiting: the security group is still in use by security group ${theirs} (web); it goes on when they let go.`,
    );
    await world.aws.ec2().send(new DeleteSecurityGroupCommand({ GroupId: theirs }));
    await world.untilGone(redis);
    expect(await world.resources()).toEqual(before);
  });
});
