import {
  AcceptVpcPeeringConnectionCommand,
  CreateRouteCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  await world.useScope(aScope({ status: {} }));
});

afterEach(() => world.stop());

const readyOf = () => findCondition(world.ipRange()?.status?.conditions, 'Ready');

/** Asks for a peering with another VPC, in this direction. */
async function peer(
  cidr: string,
  direction: 'asks' | 'is asked',
): Promise<{ readonly id: string; readonly vpcId: string }> {
  const vpcId = await world.addVpc('peer', cidr);
  const [VpcId, PeerVpcId] = direction === 'asks' ? [world.vpcId, vpcId] : [vpcId, world.vpcId];
  const { VpcPeeringConnection } = await world.ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
  world.aws.clock.advance(60_000);
  return { id: VpcPeeringConnection?.VpcPeeringConnectionId ?? '', vpcId };
}

async function accept(VpcPeeringConnectionId: string): Promise<void> {
  await world.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  world.aws.clock.advance(60_000);
}

async function addRoute(DestinationCidrBlock: string): Promise<string> {
  const Filters = [{ Name: 'vpc-id', Values: [world.vpcId] }];
  const { RouteTables = [] } = await world.ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const target = RouteTables.flatMap(({ Routes }) => Routes ?? []).find(({ GatewayId }) =>
    GatewayId?.startsWith('igw-'),
  );
  const RouteTableId = RouteTables[0]?.RouteTableId ?? '';
  const GatewayId = target?.GatewayId;
  await world.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
  return RouteTableId;
}

describe('D8: a range that is allocated', () => {
  it.each(['asks', 'is asked'] as const)('keeps clear of a peered VPC, when the VPC %s', async (direction) => {
    await accept((await peer('10.250.4.0/22', direction)).id);
    world.cluster.put(anIpRange());
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', cidr: '10.250.8.0/22' });
  });

  it('keeps clear of where routes lead', async () => {
    await addRoute('10.250.5.0/24');
    world.cluster.put(anIpRange());
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', cidr: '10.250.8.0/22' });
  });

  it('does not mind a peering that has ended', async () => {
    const { id } = await peer('10.250.4.0/22', 'is asked');
    await world.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    world.aws.clock.advance(60_000);
    world.cluster.put(anIpRange());
    expect((await world.settleIpRange())?.status?.cidr).toBe('10.250.4.0/22');
  });

  it('is not given up for a route or a peering that comes later', async () => {
    world.cluster.put(anIpRange());
    const before = await world.settleIpRange();
    await addRoute('10.250.8.0/22');
    world.takeCalls();
    expect((await world.settleIpRange())?.status).toEqual(before?.status);
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeSubnets']);
  });
});

describe('a range that is given', () => {
  it('is a CidrOverlap that names the peered VPC, and nothing is changed', async () => {
    const { id, vpcId } = await peer('10.181.0.0/20', 'asks');
    await accept(id);
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.4.0/22' } }));
    await world.checkIpRange();
    expect(readyOf()).toMatchObject({
      reason: 'CidrOverlap',
      message: `CIDR 10.181.4.0/22 overlaps with VPC ${vpcId}, which is peered by ${id}, 10.181.0.0/20`,
    });
    expect(await world.blocks()).toHaveLength(1);
    expect(world.ipRange()?.status?.cidr).toBeUndefined();
  });

  it('D9: is a CidrOverlap that names the route table whose route leads into it', async () => {
    const table = await addRoute('10.181.4.0/24');
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.4.0/22' } }));
    await world.checkIpRange();
    expect(readyOf()?.reason).toBe('CidrOverlap');
    expect(readyOf()?.message).toContain(`CIDR 10.181.4.0/22 holds a route in ${table} to 10.181.4.0/24`);
    expect(await world.blocks()).toHaveLength(1);
  });

  it('may lie in where a wider route leads, as AWS has it', async () => {
    await addRoute('10.181.0.0/16');
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.4.0/22' } }));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });
});

describe('a VPC that takes no block', () => {
  it('is waited for while its own peering is not accepted, which is no Error', async () => {
    const { id } = await peer('10.9.0.0/22', 'asks');
    world.cluster.put(anIpRange());
    expect(await world.checkIpRange()).toMatchObject({ delayMs: 60_000 });
    expect(world.ipRange()?.status?.state).toBe('Processing');
    expect(readyOf()?.message).toBe(
      `waiting: AWS adds no block to VPC ${world.vpcId} until its peering ${id} is accepted`,
    );
    await accept(id);
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('D9: is told before AWS refuses, with the quota and its option', async () => {
    await world.stop();
    world = await startNetworkWorld({}, { blocksPerVpc: 1 });
    await world.useScope(aScope({ status: {} }));
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    expect(readyOf()).toMatchObject({
      reason: 'FailedExtendingVpcAddressSpace',
      message: expect.stringContaining('tell the operator with --blocks-per-vpc'),
    });
    expect(world.takeCalls()).not.toContain('AssociateVpcCidrBlock');
    expect(world.ipRange()?.status?.cidr).toBeUndefined();
  });
});

it('is not asked for what is wrong wherever a VPC leads to', async () => {
  world.cluster.put(anIpRange({ spec: { cidr: '10.250.0.0/24' } }));
  await world.checkIpRange();
  expect(world.takeCalls()).toEqual(['DescribeVpcs']);
});
