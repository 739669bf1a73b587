import {
  AcceptVpcPeeringConnectionCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteRouteCommand,
  DeleteSubnetCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { findCondition } from '../../../kube/conditions.ts';
import type { WorldOptions } from '../../../sandbox/aws/world-options-schema.ts';

let world: NetworkWorld;

afterEach(() => world.stop());

/** A VpcNetwork with these blocks, as ready as it gets. */
async function made(cidrBlocks: readonly string[], options: WorldOptions = {}): Promise<VpcNetwork | undefined> {
  world = await startNetworkWorld(options);
  world.cluster.put(aSubscription());
  world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: [...cidrBlocks] } }));
  const object = await world.settleVpcNetwork();
  world.takeCalls();
  return object;
}

function edit(...cidrBlocks: readonly string[]): void {
  const object = world.vpcNetwork();
  if (object === undefined) throw new Error('there is no VpcNetwork');
  const metadata = { ...object.metadata, generation: (object.metadata.generation ?? 0) + 1 };
  world.cluster.put({ ...object, metadata, spec: { ...object.spec, cidrBlocks: [...cidrBlocks] } } as VpcNetwork);
}

async function edited(...cidrBlocks: readonly string[]): Promise<VpcNetwork | undefined> {
  edit(...cidrBlocks);
  return world.settleVpcNetwork();
}

const blocksNow = async () => (await vpcPartsIn(world.ec2, 'kyma-default-net')).blocks;
const vpcId = () => world.vpcNetwork()?.status?.identifiers?.vpc ?? '';
const readyNow = () => findCondition(world.vpcNetwork()?.status?.conditions, 'Ready');

async function addBlock(CidrBlock: string): Promise<void> {
  await world.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId(), CidrBlock }));
  world.aws.clock.advance(10_000);
}

async function addSubnet(CidrBlock: string): Promise<string> {
  const { Subnet } = await world.ec2.send(new CreateSubnetCommand({ VpcId: vpcId(), CidrBlock }));
  return Subnet?.SubnetId ?? '';
}

async function associationOf(cidr: string): Promise<string> {
  const { Vpcs = [] } = await world.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId()] }));
  const found = Vpcs[0]?.CidrBlockAssociationSet?.find(
    ({ CidrBlock, CidrBlockState }) => CidrBlock === cidr && CidrBlockState?.State === 'associated',
  );
  return found?.AssociationId ?? '';
}

describe('the blocks of a VpcNetwork', () => {
  it('come and go with the specification', async () => {
    await made(['10.20.0.0/16']);
    await edited('10.20.0.0/16', '10.30.0.0/16', '10.40.0.0/16');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/16', '10.40.0.0/16']);
    const object = await edited('10.40.0.0/16', '10.20.0.0/16');
    expect(object?.status).toMatchObject({ state: 'Ready', cidrBlocks: ['10.20.0.0/16', '10.40.0.0/16'] });
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.40.0.0/16']);
    expect(object?.status?.blocks?.map(({ cidr }) => cidr)).toEqual(['10.40.0.0/16']);
  });

  it('D19: that were taken out are added again, whatever AWS still shows of them', async () => {
    await made(['10.20.0.0/16', '10.30.0.0/16']);
    await edited('10.20.0.0/16');
    expect((await edited('10.20.0.0/16', '10.30.0.0/16'))?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/16']);
  });

  it('D19: of others are left alone', async () => {
    await made(['10.20.0.0/16', '10.30.0.0/16']);
    await addBlock('10.50.0.0/16');
    expect((await edited('10.20.0.0/16'))?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.50.0.0/16']);
  });

  it('that were there before they were asked for stay when they are not any more', async () => {
    await made(['10.20.0.0/16']);
    await addBlock('10.50.0.0/16');
    await edited('10.20.0.0/16', '10.50.0.0/16');
    expect(readyNow()?.status).toBe('True');
    await edited('10.20.0.0/16');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.50.0.0/16']);
  });

  it('are exchanged where they overlap, and where they fill the quota', async () => {
    await made(['10.20.0.0/16', '10.30.0.0/24', '10.31.0.0/24', '10.32.0.0/24', '10.33.0.0/24']);
    const object = await edited('10.20.0.0/16', '10.30.0.0/22', '10.41.0.0/24', '10.42.0.0/24', '10.43.0.0/24');
    expect(object?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/22', '10.41.0.0/24', '10.42.0.0/24', '10.43.0.0/24']);
  });

  it('that somebody took out are added again', async () => {
    await made(['10.20.0.0/16', '10.30.0.0/16']);
    await world.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: await associationOf('10.30.0.0/16') }));
    world.aws.clock.advance(600_000);
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/16']);
    expect(world.news.map(({ message }) => message)).toContain(
      'The block 10.30.0.0/16 was gone from the VPC and is in it again',
    );
  });

  it('that are in use stay, with who uses them, and go when nobody does any more', async () => {
    await made(['10.20.0.0/16', '10.30.0.0/16']);
    const subnet = await addSubnet('10.30.1.0/24');
    edit('10.20.0.0/16', '10.40.0.0/16');
    await world.settleVpcNetwork('net', 4);
    expect(world.vpcNetwork()?.status?.state).toBe('Warning');
    expect(readyNow()).toMatchObject({
      status: 'False',
      reason: 'FailedDisassociatingVpcAddressSpace',
      message: `The block 10.30.0.0/16, which is not asked for, stays in the VPC while it is used by subnet ${subnet} (10.30.1.0/24); it goes on when they let go`,
    });
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/16', '10.40.0.0/16']);
    await world.ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.40.0.0/16']);
  });

  it('show a failed association with its cause, and are added anew', async () => {
    await made(['10.20.0.0/16'], { quotas: { 'ec2.failingCidrAssociations': 1 } });
    edit('10.20.0.0/16', '10.30.0.0/16');
    await world.checkVpcNetwork();
    world.aws.clock.advance(5_000);
    expect(await world.checkVpcNetwork()).toMatchObject({ delayMs: 60_000 });
    expect(readyNow()).toMatchObject({ status: 'False', reason: 'CidrAssociationFailed' });
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
    expect(await blocksNow()).toEqual(['10.20.0.0/16', '10.30.0.0/16']);
  });
});

describe('blocks that a VPC cannot have', () => {
  it.each([
    {
      cidrBlocks: ['10.30.0.0/16'],
      reason: 'InvalidCidr',
      message: /^The primary block 10\.20\.0\.0\/16 of VPC vpc-\w+ must be among cidrBlocks/,
    },
    {
      cidrBlocks: ['10.20.0.0/16', '10.50.1.0/24'],
      reason: 'CidrOverlap',
      message: /^CIDR 10\.50\.1\.0\/24 overlaps with the VPC block 10\.50\.0\.0\/16$/,
    },
    {
      cidrBlocks: ['10.20.0.0/16', '10.61.0.0/24', '10.62.0.0/24', '10.63.0.0/24', '10.64.0.0/24'],
      reason: 'InvalidCidr',
      message: /^5 CIDR blocks are asked for beside 1 of others, and a VPC may have 5/,
    },
    {
      cidrBlocks: ['10.20.0.0/16', '192.168.0.0/24'],
      reason: 'InvalidCidr',
      message: /AWS does not add a block of 192/,
    },
  ])('are said before anything is changed: $cidrBlocks', async ({ cidrBlocks, reason, message }) => {
    await made(['10.20.0.0/16', '10.30.0.0/16']);
    await addBlock('10.50.0.0/16');
    const before = await blocksNow();
    await edited(...cidrBlocks);
    expect(readyNow()).toMatchObject({ status: 'False', reason, message: expect.stringMatching(message) });
    expect(await blocksNow()).toEqual(before);
  });

  it('are tried again, because somebody may make room for them', async () => {
    await made(['10.20.0.0/16']);
    await addBlock('10.50.0.0/16');
    await edited('10.20.0.0/16', '10.50.1.0/24');
    await world.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: await associationOf('10.50.0.0/16') }));
    world.aws.clock.advance(60_000);
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
  });
});

describe('a block that AWS would refuse for what lies around the VPC', () => {
  async function peered(cidr: string): Promise<{ readonly id: string; readonly peer: string }> {
    const peer = await world.addVpc('peer', cidr);
    const request = new CreateVpcPeeringConnectionCommand({ VpcId: vpcId(), PeerVpcId: peer });
    const { VpcPeeringConnection } = await world.ec2.send(request);
    world.aws.clock.advance(60_000);
    return { id: VpcPeeringConnection?.VpcPeeringConnectionId ?? '', peer };
  }

  async function accept(VpcPeeringConnectionId: string): Promise<void> {
    await world.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    world.aws.clock.advance(60_000);
  }

  it('is a CidrOverlap that names the peered VPC, and AWS is not asked for it', async () => {
    await made(['10.20.0.0/16']);
    const { id, peer } = await peered('10.21.0.0/20');
    await accept(id);
    world.takeCalls();
    await edited('10.20.0.0/16', '10.21.0.0/16');
    expect(readyNow()).toMatchObject({
      reason: 'CidrOverlap',
      message: `CIDR 10.21.0.0/16 overlaps with VPC ${peer}, which is peered by ${id}, 10.21.0.0/20`,
    });
    expect(world.takeCalls()).not.toContain('AssociateVpcCidrBlock');
  });

  it('is a CidrOverlap that names the table whose route leads into it', async () => {
    await made(['10.20.0.0/16']);
    const Filters = [{ Name: 'vpc-id', Values: [vpcId()] }];
    const { RouteTables = [] } = await world.ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const RouteTableId = RouteTables[0]?.RouteTableId ?? '';
    const GatewayId = world.vpcNetwork()?.status?.identifiers?.internetGateway;
    await world.ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.21.4.0/24', GatewayId }));
    await edited('10.20.0.0/16', '10.21.0.0/16');
    expect(readyNow()?.reason).toBe('CidrOverlap');
    expect(readyNow()?.message).toContain(`CIDR 10.21.0.0/16 holds a route in ${RouteTableId} to 10.21.4.0/24`);
    await world.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.21.4.0/24' }));
    world.aws.clock.advance(60_000);
    expect((await world.settleVpcNetwork())?.status?.cidrBlocks).toEqual(['10.20.0.0/16', '10.21.0.0/16']);
  });

  it('is waited for while a peering that the VPC has asked for is not accepted, which is no Error', async () => {
    await made(['10.20.0.0/16']);
    const { id } = await peered('10.99.0.0/16');
    edit('10.20.0.0/16', '10.21.0.0/16');
    await world.checkVpcNetwork();
    expect(world.vpcNetwork()?.status?.state).toBe('Processing');
    expect(readyNow()?.message).toBe(
      `waiting: AWS adds no block to VPC ${vpcId()} until its peering ${id} is accepted`,
    );
    await accept(id);
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
  });
});
