import { DeleteSubnetCommand, DeleteVpcCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aRedisCluster, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { requeueAfterMs, stopAndForget } from '../../../composed/index.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  await world.useScope(aScope({ status: {} }));
});

afterEach(() => world.stop());

async function settled(...names: string[]): Promise<void> {
  for (const name of names) {
    world.cluster.put(anIpRange({ metadata: { name } }));
    expect((await world.settleIpRange(name))?.status?.state).toBe('Ready');
  }
  world.takeCalls();
}

/** How many subnets and blocks the VPC has beside those of its own. */
async function additions(): Promise<{ readonly subnets: number; readonly blocks: number }> {
  const [subnets, blocks] = [await world.subnets(), await world.blocks()];
  return {
    subnets: subnets.filter(({ CidrBlock }) => !CidrBlock?.startsWith('10.250.0.') && !isOfNodes(CidrBlock)).length,
    blocks: blocks.length - 1,
  };
}

const isOfNodes = (cidr: string | undefined): boolean => /^10\.250\.[0-3]\./.test(cidr ?? '');

describe('an IpRange that is deleted', () => {
  it('goes with its subnets and its block, in few calls', async () => {
    await settled('range');
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(world.takeCalls().length).toBeLessThanOrEqual(9);
    expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
  });

  it('D1: leaves the subnets and the block of another IpRange alone', async () => {
    await settled('one', 'two');
    const kept = world.ipRange('two')?.status;
    world.cluster.remove(ipRangeKind, 'one');
    await world.settleIpRange('one');
    expect(await additions()).toEqual({ subnets: 3, blocks: 1 });
    expect((await world.settleIpRange('two'))?.status).toEqual(kept);
  });

  it('D7: leaves a block that was there before', async () => {
    await settled('first');
    for (const { SubnetId, CidrBlock } of await world.subnets()) {
      if (!isOfNodes(CidrBlock)) await world.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    }
    world.cluster.put(anIpRange({ metadata: { name: 'first' }, status: {} }));
    world.cluster.put(anIpRange({ spec: { cidr: '10.250.4.0/22' } }));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await additions()).toEqual({ subnets: 0, blocks: 1 });
  });

  it('D7: takes its block out also when the range was written with host bits', async () => {
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.3.9/22' } }));
    expect((await world.settleIpRange())?.status?.cidr).toBe('10.181.0.0/22');
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
  });

  it('takes its block out when it is deleted while the block is associating', async () => {
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
  });

  it('takes its block out also when the answer to the association was lost', async () => {
    world.aws.faults.add({ service: 'ec2', operation: 'AssociateVpcCidrBlock', when: 'after', drop: true });
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    expect(world.ipRange()?.status?.addressSpaceId).toBeUndefined();
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
  });

  it('goes at once when nothing was ever made', async () => {
    world.cluster.put(anIpRange({ spec: { cidr: '10.250.0.0/24' } }));
    await world.checkIpRange();
    world.takeCalls();
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(world.takeCalls()).toEqual([]);
  });

  it('D4: goes also when its VPC is gone', async () => {
    const { spec } = aScope();
    const VpcId = await world.addVpc('short-lived', '10.9.0.0/22');
    const vpcNetwork = 'short-lived';
    await world.useScope(aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, vpcNetwork } } }, status: {} }));
    await settled('range');
    for (const { id } of world.ipRange()?.status?.subnets ?? []) {
      await world.ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
    }
    await world.ec2.send(new DeleteVpcCommand({ VpcId }));
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
  });

  it('D4: goes also when the VPC was never found', async () => {
    const { spec } = aScope();
    const vpcNetwork = 'nowhere';
    await world.useScope(aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, vpcNetwork } } }, status: {} }));
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkIpRange();
    expect(world.ipRange()?.metadata.finalizers ?? []).toEqual([]);
  });

  it('stays while AWS does not let us see whether anything is left', async () => {
    await settled('range');
    world.cluster.remove(ipRangeKind, 'range');
    world.aws.faults.add({ service: 'ec2', operation: 'DescribeVpcs', error: 'UnauthorizedOperation' });
    await world.checkIpRange();
    expect(findCondition(world.ipRange()?.status?.conditions, 'Error')?.message).toContain('UnauthorizedOperation');
    expect(await world.settleIpRange()).toBeUndefined();
  });

  it('D16: waits for network interfaces to go, without an Error', async () => {
    await settled('range');
    world.aws.faults.add({ service: 'ec2', operation: 'DeleteSubnet', error: 'DependencyViolation', count: 2 });
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 15_000 });
    const { state, conditions } = world.ipRange()?.status ?? {};
    expect(state).toBe('Deleting');
    expect(findCondition(conditions, 'Ready')?.message).toMatch(/^waiting until nothing uses the subnets subnet-/);
    expect(findCondition(conditions, 'Error')).toBeUndefined();
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
  });

  it('names who holds its subnets for long, and asks ever less often, once in 15 minutes at last', async () => {
    await settled('range');
    const { subnets = [] } = world.ipRange()?.status ?? {};
    await world.addForeignCache(subnets.map(({ id }) => id));
    world.cluster.remove(ipRangeKind, 'range');
    const delays: number[] = [];
    for (let hours = 0; hours < 3; hours += (delays.at(-1) ?? 0) / 3_600_000) {
      delays.push(requeueAfterMs((await world.checkIpRange()) ?? stopAndForget('gone')));
      world.aws.clock.advance(delays.at(-1) ?? 0);
    }
    expect([delays[0], delays.at(-1)]).toEqual([15_000, 900_000]);
    expect(delays.length).toBeLessThan(40);
    const message = findCondition(world.ipRange()?.status?.conditions, 'Ready')?.message;
    expect(message).toMatch(
      /^waiting until nothing uses the subnets subnet-\w+ any more; they are used by network interface eni-\w+ \(ElastiCache theirs-001\); it goes on when they let go$/,
    );
  });

  it('does not stumble over a role that may not see who holds them', async () => {
    await settled('range');
    await world.addForeignCache((world.ipRange()?.status?.subnets ?? []).map(({ id }) => id));
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkIpRange();
    world.aws.clock.advance(3_600_000);
    world.aws.faults.add({ service: 'ec2', operation: 'DescribeNetworkInterfaces', error: 'UnauthorizedOperation' });
    await world.checkIpRange();
    expect(world.ipRange()?.status?.state).toBe('Deleting');
    expect(world.takeCalls()).toContain('DescribeNetworkInterfaces');
  });

  it('waits while a subnet of somebody else lies in its block', async () => {
    await settled('range');
    const foreign = await world.addSubnet('10.250.7.0/24');
    world.cluster.remove(ipRangeKind, 'range');
    const waiting = await world.settleIpRange('range', 3);
    expect(waiting?.status?.state).toBe('Deleting');
    expect((await world.subnets()).some(({ SubnetId }) => SubnetId === foreign)).toBe(true);
    await world.ec2.send(new DeleteSubnetCommand({ SubnetId: foreign }));
    expect(await world.settleIpRange()).toBeUndefined();
  });

  it.each(['DeleteSubnet', 'DisassociateVpcCidrBlock', 'DescribeSubnets'])(
    'goes also when answers to %s are lost',
    async (operation) => {
      await settled('range');
      world.aws.faults.add({ service: 'ec2', operation, when: 'after', drop: true, count: 4 });
      world.cluster.remove(ipRangeKind, 'range');
      expect(await world.settleIpRange()).toBeUndefined();
      expect(await additions()).toEqual({ subnets: 0, blocks: 0 });
    },
  );
});

describe('a deletion while the IpRange is used', () => {
  it('is refused with who uses it, without a call to AWS, and goes on when the user is gone', async () => {
    await settled('range');
    world.cluster.put(aRedisCluster({ metadata: { finalizers: [] } }));
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.takeCalls()).toEqual([]);
    const { state, conditions } = world.ipRange()?.status ?? {};
    expect(state).toBe('Warning');
    for (const type of ['Warning', 'DeleteWhileUsed']) {
      expect(findCondition(conditions, type)).toMatchObject({
        status: 'True',
        reason: 'DeleteWhileUsed',
        message: 'Can not be deleted while used by RedisCluster: [kcp-system/redis]',
      });
    }
    world.cluster.remove(redisClusterKind, 'redis');
    expect(await world.settleIpRange()).toBeUndefined();
  });
});

describe('a Scope', () => {
  it('is not let go before the IpRange in it', async () => {
    await settled('range');
    world.cluster.remove(scopeKind, 'demo');
    await world.checkScope();
    expect(world.cluster.find(scopeKind, 'demo')?.status?.state).toBe('Warning');
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    await world.checkScope();
    await world.checkNetwork();
    await world.checkScope();
    expect(world.cluster.find(scopeKind, 'demo')).toBeUndefined();
  });
});
