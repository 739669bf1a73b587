import { AllocateAddressCommand, CreateNatGatewayCommand, DeleteNatGatewayCommand } from '@aws-sdk/client-ec2';
import { CreateCacheSubnetGroupCommand, DeleteCacheSubnetGroupCommand } from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

const REGION = { name: 'eu-central-1', zones: ['a', 'b', 'c', 'd'] };

beforeEach(async () => {
  world = await startNetworkWorld({ regions: [REGION] });
});

afterEach(() => world.stop());

const withZones = (...letters: string[]): Scope => {
  const { spec } = aScope();
  const { aws } = spec.scope;
  const zones = letters.map((letter) => ({ name: `eu-central-1${letter}` }));
  return aScope({ spec: { ...spec, scope: { aws: { ...aws, network: { ...aws.network, zones } } } }, status: {} });
};

const zonesOf = (object: IpRange | undefined) =>
  object?.status?.subnets?.map(({ zone, range }) => `${zone.slice(-1)} ${range}`);

const readyOf = (object: IpRange | undefined) => findCondition(object?.status?.conditions, 'Ready');

const subnetOf = (zone: string) => world.ipRange()?.status?.subnets?.find((one) => one.zone.endsWith(zone))?.id ?? '';

const ranges = async () =>
  (await world.subnets()).map(({ CidrBlock }) => CidrBlock ?? '').filter((cidr) => !/^10\.250\.[0-3]\./.test(cidr));

/** Something with a network interface; tells how to take it away. */
async function addGateway(SubnetId: string): Promise<() => Promise<void>> {
  const { AllocationId } = await world.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await world.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  world.aws.clock.advance(600_000);
  return async () => {
    await world.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }));
    world.aws.clock.advance(600_000);
  };
}

/** An IpRange that is ready in these zones. */
async function settled(...letters: string[]): Promise<void> {
  await world.useScope(withZones(...letters));
  world.cluster.put(anIpRange());
  await world.settleIpRange();
  world.takeCalls();
}

describe('a zone that is added', () => {
  it('D10: gets the part that is left, and the others keep theirs', async () => {
    await settled('a', 'b', 'c');
    await world.useScope(withZones('d', 'a', 'b', 'c'));
    const object = await world.settleIpRange();
    expect(readyOf(object)).toMatchObject({ status: 'True', message: 'Ready' });
    expect(zonesOf(object)).toEqual(['d 10.250.7.0/24', 'a 10.250.4.0/24', 'b 10.250.5.0/24', 'c 10.250.6.0/24']);
  });

  it('D10: is an Error that names it when there is no room, and the others stay as they are', async () => {
    await settled('a', 'b');
    await world.useScope(withZones('a', 'b', 'c'));
    const object = await world.settleIpRange('range', 3);
    expect(object?.status?.state).toBe('Error');
    expect(readyOf(object)).toMatchObject({
      reason: 'ShootAndVpcMismatch',
      message: 'CIDR 10.250.4.0/22 has no room for a subnet in zone eu-central-1c',
    });
    expect(zonesOf(object)).toEqual(['a 10.250.4.0/23', 'b 10.250.6.0/23']);
    await world.useScope(withZones('b', 'a'));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });
});

describe('a zone that is taken out', () => {
  it('D10: takes its subnet along when that is empty, after the status has told', async () => {
    await settled('a', 'b', 'c');
    const id = subnetOf('b');
    await world.useScope(withZones('c', 'a'));
    await world.checkIpRange();
    expect(zonesOf(world.ipRange())).toEqual(['c 10.250.6.0/24', 'a 10.250.4.0/24']);
    expect(readyOf(world.ipRange())).toMatchObject({ status: 'True' });
    expect(await ranges()).toContain('10.250.5.0/24');
    const object = await world.settleIpRange();
    expect(await ranges()).toEqual(['10.250.4.0/24', '10.250.6.0/24']);
    expect(readyOf(object)?.message).toBe('Ready');
    const message = `The subnet ${id} in zone eu-central-1b, which the Scope no longer has, was empty and is deleted`;
    expect(world.news).toEqual([{ type: 'Normal', reason: 'SubnetDeleted', message }]);
    world.takeCalls();
    await world.checkIpRange();
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeSubnets']);
  });

  it('D10: leaves its part to another zone', async () => {
    await settled('a', 'b');
    await world.useScope(withZones('c', 'a'));
    const object = await world.settleIpRange();
    expect(object?.status?.state).toBe('Ready');
    expect(zonesOf(object)).toEqual(['c 10.250.6.0/23', 'a 10.250.4.0/23']);
  });

  it('keeps its subnet while a network interface is in it, which is named, and asks ever less often', async () => {
    await settled('a', 'b', 'c');
    const id = subnetOf('b');
    const removeGateway = await addGateway(id);
    await world.useScope(withZones('a', 'c'));
    await world.checkIpRange();
    expect(await world.checkIpRange()).toMatchObject({ delayMs: 15_000 });
    expect(readyOf(world.ipRange())?.status).toBe('True');
    expect(readyOf(world.ipRange())?.message).toMatch(
      /^Ready; the subnet subnet-\w+ in zone eu-central-1b, which the Scope no longer has, is still used by network interface eni-\w+ \(.*nat-.*\); it goes on when they let go$/,
    );
    world.aws.clock.advance(7_200_000);
    expect(await world.checkIpRange()).toMatchObject({ delayMs: 600_000 });
    await removeGateway();
    await world.checkIpRange();
    expect(await ranges()).not.toContain('10.250.5.0/24');
    expect(readyOf(world.ipRange())?.message).toBe('Ready');
  });

  it('keeps its subnet while a subnet group of ElastiCache names it, though nothing stands in it', async () => {
    await settled('a', 'b', 'c');
    const id = subnetOf('b');
    const elastiCache = world.aws.elastiCache();
    const group = {
      CacheSubnetGroupName: 'cm-redis',
      CacheSubnetGroupDescription: 'x',
      SubnetIds: [id, subnetOf('a')],
    };
    await elastiCache.send(new CreateCacheSubnetGroupCommand(group));
    await world.useScope(withZones('a', 'c'));
    await world.checkIpRange();
    await world.checkIpRange();
    expect(readyOf(world.ipRange())?.message).toMatch(/is still used by subnet group cm-redis$/);
    expect(await ranges()).toContain('10.250.5.0/24');
    await elastiCache.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: 'cm-redis' }));
    await world.checkIpRange();
    expect(await ranges()).not.toContain('10.250.5.0/24');
  });

  it('says for whom a new zone waits when the part that is to be its own is still used', async () => {
    await settled('a', 'b');
    const removeGateway = await addGateway(subnetOf('b'));
    await world.useScope(withZones('a', 'c'));
    await world.checkIpRange();
    await world.checkIpRange();
    expect(readyOf(world.ipRange())?.message).toMatch(
      /^CIDR 10\.250\.4\.0\/22 has no room for a subnet in zone eu-central-1c; the subnet subnet-\w+ in zone eu-central-1b, .* is still used by network interface/,
    );
    await removeGateway();
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
    expect(zonesOf(world.ipRange())).toHaveLength(2);
  });

  it('keeps its subnet when the zone comes back in time', async () => {
    await settled('a', 'b', 'c');
    const id = subnetOf('b');
    await world.useScope(withZones('a', 'c'));
    await world.checkIpRange();
    await world.useScope(withZones('a', 'b', 'c'));
    await world.settleIpRange();
    expect(subnetOf('b')).toBe(id);
  });

  it('is no hindrance for the deletion of the IpRange', async () => {
    await settled('a', 'b', 'c');
    await world.useScope(withZones('a', 'c'));
    await world.checkIpRange();
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await ranges()).toEqual([]);
    expect(await world.blocks()).toHaveLength(1);
  });

  it.each(['DeleteSubnet', 'DescribeNetworkInterfaces', 'DescribeCacheSubnetGroups'])(
    'goes also when answers to %s are lost',
    async (operation) => {
      await settled('a', 'b', 'c');
      await world.useScope(withZones('a', 'c'));
      world.aws.faults.add({ service: '*', operation, when: 'after', drop: true, count: 4 });
      await world.settleIpRange();
      expect(await ranges()).toEqual(['10.250.4.0/24', '10.250.6.0/24']);
    },
  );
});

describe('an IpRange that was taken away by force and made anew with another range', () => {
  it('has its subnets in that range, and those of the old one go as soon as nothing is in them', async () => {
    await world.useScope(withZones('a', 'b'));
    world.cluster.put(anIpRange({ spec: { cidr: '10.251.0.0/22' } }));
    await world.settleIpRange();
    const used = subnetOf('a');
    const letGo = await addGateway(used);
    world.cluster.put(anIpRange({ metadata: { uid: 'another' }, spec: { cidr: '10.252.0.0/22' } }));
    const object = await world.settleIpRange();
    expect(zonesOf(object)).toEqual(['a 10.252.0.0/23', 'b 10.252.2.0/23']);
    expect(readyOf(object)).toMatchObject({
      status: 'True',
      message: expect.stringContaining(
        `the subnet ${used} (10.251.0.0/23), which lies outside of the range, is still used`,
      ),
    });
    await letGo();
    expect(readyOf(await world.settleIpRange())?.message).toBe('Ready');
    expect((await ranges()).toSorted()).toEqual(['10.252.0.0/23', '10.252.2.0/23']);
  });
});
