import { DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { findCondition } from '../../../kube/conditions.ts';
import type { WorldOptions } from '../../../sandbox/aws/world-options-schema.ts';

let world: NetworkWorld;

async function start(options?: WorldOptions): Promise<void> {
  world = await startNetworkWorld(options);
  await world.useScope(aScope({ status: {} }));
}

beforeEach(() => start());

afterEach(() => world.stop());

const zonesOf = (object: IpRange | undefined) => object?.status?.subnets?.map(({ zone, range }) => `${zone} ${range}`);

const messageOf = (object: IpRange | undefined) => findCondition(object?.status?.conditions, 'Ready')?.message;

describe('an IpRange that is made', () => {
  it('D12: becomes ready with a block and a subnet in each zone, in zone order, in few calls', async () => {
    world.cluster.put(anIpRange());
    const object = await world.settleIpRange();
    expect(world.takeCalls().length).toBeLessThanOrEqual(12);
    expect(object?.status).toMatchObject({
      state: 'Ready',
      cidr: '10.250.4.0/22',
      vpcId: world.vpcId,
      ranges: ['10.250.4.0/24', '10.250.5.0/24', '10.250.6.0/24'],
      addressSpaceCreated: true,
      subnets: [
        { zone: 'eu-central-1a', range: '10.250.4.0/24', name: 'range-0' },
        { zone: 'eu-central-1b', range: '10.250.5.0/24', name: 'range-1' },
        { zone: 'eu-central-1c', range: '10.250.6.0/24', name: 'range-2' },
      ],
    });
    expect(object?.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
  });

  it('takes a given range as it is', async () => {
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.0.0/16' } }));
    const object = await world.settleIpRange();
    expect(object?.status?.cidr).toBe('10.181.0.0/16');
    expect(zonesOf(object)).toEqual([
      'eu-central-1a 10.181.0.0/18',
      'eu-central-1b 10.181.64.0/18',
      'eu-central-1c 10.181.128.0/18',
    ]);
  });

  it('D5, D14: makes no subnet before the block is associated, and tells what it waits for', async () => {
    world.cluster.put(anIpRange());
    const stop = await world.checkIpRange();
    expect(world.takeCalls().toSorted()).toEqual([
      'AssociateVpcCidrBlock',
      'DescribeRouteTables',
      // Of peerings that the VPC has asked for, and of those that it was asked for.
      'DescribeVpcPeeringConnections',
      'DescribeVpcPeeringConnections',
      'DescribeVpcs',
    ]);
    expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 6_000 });
    expect(world.ipRange()?.status?.state).toBe('Processing');
    expect(messageOf(world.ipRange())).toBe('waiting for AWS: the block 10.250.4.0/22 is associating');
    await world.checkIpRange();
    expect(world.takeCalls()).not.toContain('CreateSubnet');
  });

  it('writes the claim and the intent before AWS is asked', async () => {
    world.cluster.put(anIpRange());
    world.aws.faults.add({ service: 'ec2', operation: 'AssociateVpcCidrBlock', drop: true });
    await world.checkIpRange();
    expect(world.ipRange()?.status).toMatchObject({ cidr: '10.250.4.0/22', addressSpaceCreated: true });
  });

  it('tags the subnets with whose they are', async () => {
    world.cluster.put(anIpRange());
    await world.settleIpRange();
    const own = (await world.subnets()).find(({ CidrBlock }) => CidrBlock === '10.250.5.0/24');
    expect(Object.fromEntries((own?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      Name: 'range-1',
      'cloud-manager.kyma-project.io/name': 'kcp-system/range',
      'cloud-manager.kyma-project.io/remote-name': 'default--range',
      'cloud-manager.kyma-project.io/scope': 'demo',
      'cloud-manager.kyma-project.io/iprange': '1',
    });
  });

  it('uses a block that is there already, without taking it for its own', async () => {
    await world.useScope(aScope({ status: {} }));
    world.cluster.put(anIpRange({ metadata: { name: 'first' }, spec: { cidr: '10.181.0.0/22' } }));
    await world.settleIpRange('first');
    // What is left of an object whose record was lost: its block, without its subnets.
    for (const { SubnetId } of (await world.subnets()).filter((subnet) => subnet.CidrBlock?.startsWith('10.181.'))) {
      await world.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    }
    world.cluster.put(anIpRange({ metadata: { name: 'first' }, status: {} }));
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.0.0/22' } }));
    const object = await world.settleIpRange();
    expect(object?.status).toMatchObject({ state: 'Ready', addressSpaceCreated: false });
  });
});

describe('an IpRange that cannot be made', () => {
  it.each([
    { cidr: '10.250.0.0/24', reason: 'CidrOverlap', message: 'the VPC block 10.250.0.0/22' },
    { cidr: '10.100.0.0/16', reason: 'CidrOverlap', message: 'the pods range 10.96.0.0/13' },
    { cidr: '10.104.0.0/22', reason: 'CidrOverlap', message: 'the services range 10.104.0.0/13' },
    { cidr: '10.181.0.0/28', reason: 'CidrCanNotSplit', message: 'can not be split to 3 subnets' },
    { cidr: '10.181.0.0/27', reason: 'CidrCanNotSplit', message: 'can not be split to 3 subnets' },
    { cidr: '10.128.0.0/10', reason: 'InvalidCidr', message: 'AWS takes blocks from /16 to /28' },
    { cidr: '172.16.0.0/22', reason: 'InvalidCidr', message: 'AWS does not add a block of 172.16.0.0/12' },
    { cidr: 'nonsense', reason: 'InvalidCidr', message: 'Can not parse CIDR nonsense' },
  ])('D9: says why not before anything is changed: $cidr', async ({ cidr, reason, message }) => {
    world.cluster.put(anIpRange({ spec: { cidr } }));
    await world.checkIpRange();
    const { state, conditions } = world.ipRange()?.status ?? {};
    expect(state).toBe('Error');
    expect(findCondition(conditions, 'Error')).toMatchObject({ status: 'True', reason });
    expect(findCondition(conditions, 'Error')?.message).toContain(message);
    expect(world.takeCalls()).toEqual(['DescribeVpcs']);
    expect(world.cluster.writes.filter((write) => write.startsWith('recordStatus range'))).toEqual([]);
  });

  it('recovers by itself when the cause goes', async () => {
    await world.useScope(aScope({ spec: withPods('10.181.0.0/16'), status: {} }));
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.0.0/22' } }));
    expect((await world.settleIpRange('range', 1))?.status?.state).toBe('Error');
    await world.useScope(aScope({ status: {} }));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('D3: does not take a refusal to describe the VPC for its absence', async () => {
    world.aws.faults.add({ service: 'ec2', operation: 'DescribeVpcs', error: 'UnauthorizedOperation' });
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    const error = findCondition(world.ipRange()?.status?.conditions, 'Error');
    expect(error).toMatchObject({ reason: 'CloudProviderError' });
    expect(error?.message).toContain('UnauthorizedOperation');
  });

  it('D6: shows a failed association with its cause, then tries anew', async () => {
    await world.stop();
    await start({ quotas: { 'ec2.failingCidrAssociations': 1 } });
    world.cluster.put(anIpRange());
    const failed = await world.settleIpRange('range', 2);
    expect(findCondition(failed?.status?.conditions, 'Error')).toMatchObject({
      reason: 'CidrAssociationFailed',
      message: 'CIDR block 10.250.4.0/22 status state is failed: The CIDR block could not be associated.',
    });
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
    expect(await world.blocks()).toHaveLength(2);
  });

  it('shows a quota of AWS with its code, once a minute at first', async () => {
    world.aws.faults.add({ service: 'ec2', operation: 'AssociateVpcCidrBlock', error: 'CidrLimitExceeded' });
    world.cluster.put(anIpRange());
    expect(await world.checkIpRange()).toMatchObject({ delayMs: 60_000 });
    expect(messageOf(world.ipRange())).toContain('CidrLimitExceeded');
    expect(world.ipRange()?.status?.addressSpaceCreated).toBeUndefined();
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('C3, C10: is told what it lacks when its Scope does not exist, at no cost', async () => {
    world.cluster.put(anIpRange({ spec: { scope: { name: 'other' } } }));
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(findCondition(world.ipRange()?.status?.conditions, 'Error')?.reason).toBe('ScopeNoFound');
    expect(world.takeCalls()).toEqual([]);
  });
});

function withPods(pods: string): Scope['spec'] {
  const { spec } = aScope();
  const { aws } = spec.scope;
  return { ...spec, scope: { aws: { ...aws, network: { ...aws.network, pods } } } };
}

describe('several IpRanges of one VPC', () => {
  it('D1, D8: get ranges of their own, also when both are allocated at once', async () => {
    world.cluster.put(anIpRange({ metadata: { name: 'one' } }));
    world.cluster.put(anIpRange({ metadata: { name: 'two' } }));
    await Promise.all([world.checkIpRange('one'), world.checkIpRange('two')]);
    const cidrs = ['one', 'two'].map((name) => world.ipRange(name)?.status?.cidr);
    expect(new Set(cidrs)).toEqual(new Set(['10.250.4.0/22', '10.250.8.0/22']));
  });

  it('D1: do not take the subnets of another for their own', async () => {
    world.cluster.put(anIpRange({ metadata: { name: 'one' } }));
    world.cluster.put(anIpRange({ metadata: { name: 'two' } }));
    const [one, two] = [await world.settleIpRange('one'), await world.settleIpRange('two')];
    expect(zonesOf(one)).toHaveLength(3);
    expect(zonesOf(two)).toHaveLength(3);
    expect(new Set([...(zonesOf(one) ?? []), ...(zonesOf(two) ?? [])]).size).toBe(6);
  });

  it('are refused a range that another has claimed, though AWS does not know of it yet', async () => {
    world.cluster.put(anIpRange({ metadata: { name: 'one' }, status: { cidr: '10.181.0.0/22' } }));
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.2.0/23' } }));
    await world.checkIpRange();
    expect(messageOf(world.ipRange())).toBe('CIDR 10.181.2.0/23 overlaps with IpRange kcp-system/one 10.181.0.0/22');
  });

  it('are not allocated a range that another wishes', async () => {
    world.cluster.put(anIpRange({ metadata: { name: 'one' }, spec: { cidr: '10.250.4.0/24' } }));
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    expect(world.ipRange()?.status?.cidr).toBe('10.250.8.0/22');
  });
});

describe('an allocated range', () => {
  it('D8: is given up for another when somebody else took it before AWS gave it to us', async () => {
    world.cluster.put(anIpRange({ status: { cidr: '10.250.4.0/22' } }));
    const cidr = '10.250.4.0/24';
    world.cluster.put(anIpRange({ metadata: { name: 'thief' }, spec: { cidr }, status: { cidr } }));
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', cidr: '10.250.8.0/22' });
  });
});

describe('two IpRanges that both claimed one range, through two programs at once', () => {
  const claimed = (name: string, creationTimestamp: string) =>
    anIpRange({
      metadata: { name, creationTimestamp },
      spec: { cidr: '10.181.0.0/22' },
      status: { cidr: '10.181.0.0/22', vpcId: world.vpcId },
    });

  it.each(['older', 'younger'])(
    "are the older one's when the %s is looked at first; it goes to the other later",
    async (first) => {
      world.cluster.put(claimed('older', '2026-01-01T10:00:00Z'));
      world.cluster.put(claimed('younger', '2026-01-01T10:00:01Z'));
      await world.settleIpRange(first);
      await world.settleIpRange('older');
      await world.settleIpRange('younger', 1);
      expect(world.ipRange('older')?.status?.state).toBe('Ready');
      expect(messageOf(world.ipRange('younger'))).toBe(
        'CIDR 10.181.0.0/22 overlaps with IpRange kcp-system/older 10.181.0.0/22',
      );
      world.cluster.remove(ipRangeKind, 'older');
      await world.settleIpRange('older');
      expect((await world.settleIpRange('younger'))?.status?.state).toBe('Ready');
    },
  );
});
