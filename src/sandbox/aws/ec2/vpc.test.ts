import {
  AssociateVpcCidrBlockCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  ModifyVpcAttributeCommand,
  type EC2Client,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import type { AwsSimulatorOptions } from '../server.ts';

const SECOND_MS = 1000;

let aws: TestAws;
let ec2: EC2Client;

async function start(options: Partial<AwsSimulatorOptions> = {}): Promise<void> {
  aws = await startTestAws(options);
  ec2 = aws.ec2();
}

async function restart(world: AwsSimulatorOptions['world'] = {}): Promise<void> {
  await aws.stop();
  await start({ world });
}

beforeEach(async () => start());
afterEach(async () => aws.stop());

const byName = { Filters: [{ Name: 'tag:Name', Values: ['shoot--sandbox--demo'] }] };

async function demoVpc(): Promise<Vpc> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand(byName));
  expect(Vpcs).toHaveLength(1);
  return Vpcs[0] ?? {};
}

const vpcId = async (): Promise<string> => (await demoVpc()).VpcId ?? '';

async function associate(CidrBlock: string): Promise<string> {
  const answer = await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: await vpcId(), CidrBlock }));
  expect(answer.CidrBlockAssociation?.CidrBlockState?.State).toBe('associating');
  return answer.CidrBlockAssociation?.AssociationId ?? '';
}

async function stateOf(associationId: string): Promise<string | undefined> {
  const { CidrBlockAssociationSet = [] } = await demoVpc();
  return CidrBlockAssociationSet.find((one) => one.AssociationId === associationId)?.CidrBlockState?.State;
}

const createSubnet = async (CidrBlock: string, AvailabilityZone = 'eu-central-1b') =>
  ec2.send(new CreateSubnetCommand({ VpcId: await vpcId(), CidrBlock, AvailabilityZone }));

describe('the world at the start', () => {
  it("has the demo's network in one region and a default VPC in the others", async () => {
    expect(await demoVpc()).toMatchObject({ CidrBlock: '10.250.0.0/22', IsDefault: false, State: 'available' });
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    expect(Subnets.map((one) => [one.AvailabilityZone, one.CidrBlock, one.State])).toEqual([
      ['eu-central-1a', '10.250.0.0/24', 'available'],
      ['eu-central-1b', '10.250.1.0/24', 'available'],
      ['eu-central-1c', '10.250.2.0/24', 'available'],
      ['eu-central-1a', '10.250.3.240/28', 'available'],
    ]);
    const { Vpcs } = await aws.ec2({ region: 'us-east-1' }).send(new DescribeVpcsCommand({}));
    expect(Vpcs).toMatchObject([{ CidrBlock: '172.31.0.0/16', IsDefault: true }]);
  });

  it('names its zones', async () => {
    const { AvailabilityZones } = await ec2.send(
      new DescribeAvailabilityZonesCommand({ ZoneNames: ['eu-central-1c'] }),
    );
    expect(AvailabilityZones).toMatchObject([{ ZoneId: 'euc1-az3', RegionName: 'eu-central-1', State: 'available' }]);
    await expect(
      ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['eu-central-1x'] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('a block of a VPC', () => {
  it('goes through all states of its life, and stays visible for a while after its end', async () => {
    const id = await associate('10.251.0.0/22');
    expect(await stateOf(id)).toBe('associating');
    aws.clock.advance(5 * SECOND_MS);
    expect(await stateOf(id)).toBe('associated');
    await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: id }));
    expect(await stateOf(id)).toBe('disassociating');
    aws.clock.advance(10 * SECOND_MS);
    expect(await stateOf(id)).toBe('disassociated');
    aws.clock.advance(60 * SECOND_MS);
    expect(await stateOf(id)).toBeUndefined();
  });

  it('is found by the filters on blocks', async () => {
    await associate('10.251.0.0/22');
    const find = (Name: string, value: string) =>
      ec2.send(new DescribeVpcsCommand({ Filters: [{ Name, Values: [value] }] }));
    expect((await find('cidr-block-association.cidr-block', '10.251.0.0/22')).Vpcs).toHaveLength(1);
    expect((await find('cidr-block-association.state', 'associating')).Vpcs).toHaveLength(1);
    expect((await find('cidr-block-association.state', 'failed')).Vpcs).toEqual([]);
    await expect(find('colour', 'red')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is refused above the quota, in which a block on its way out counts until it is gone', async () => {
    const ids: string[] = [];
    for (const octet of [1, 2, 3, 4]) ids.push(await associate(`10.${octet}.0.0/24`));
    await expect(associate('10.9.0.0/24')).rejects.toMatchObject({ name: 'CidrLimitExceeded' });
    aws.clock.advance(5 * SECOND_MS);
    await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: ids[0] }));
    await expect(associate('10.9.0.0/24')).rejects.toMatchObject({ name: 'CidrLimitExceeded' });
    aws.clock.advance(10 * SECOND_MS);
    await associate('10.9.0.0/24');
  });

  it('fails when the world says so, and the next one does not', async () => {
    await restart({ quotas: { 'ec2.failingCidrAssociations': 1 } });
    const id = await associate('10.251.0.0/22');
    aws.clock.advance(5 * SECOND_MS);
    expect(await stateOf(id)).toBe('failed');
    const second = await associate('10.251.0.0/22');
    aws.clock.advance(5 * SECOND_MS);
    expect(await stateOf(second)).toBe('associated');
  });

  it('is not taken away when it is the first one, unknown, or has a subnet', async () => {
    const disassociate = (AssociationId: string | undefined) =>
      ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    const primary = (await demoVpc()).CidrBlockAssociationSet?.[0]?.AssociationId;
    await expect(disassociate(primary)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await expect(disassociate('vpc-cidr-assoc-0')).rejects.toMatchObject({
      name: 'InvalidVpcCidrBlockAssociationID.NotFound',
    });
    const id = await associate('10.251.0.0/22');
    aws.clock.advance(5 * SECOND_MS);
    await createSubnet('10.251.0.0/24');
    await expect(disassociate(id)).rejects.toMatchObject({ name: 'InvalidCidrBlock.InUse' });
  });
});

describe('a subnet', () => {
  it('is pending at first, and counts its addresses', async () => {
    const { Subnet } = await createSubnet('10.250.3.0/26');
    expect(Subnet).toMatchObject({ State: 'pending', AvailableIpAddressCount: 59, AvailabilityZoneId: 'euc1-az2' });
    aws.clock.advance(2 * SECOND_MS);
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [Subnet?.SubnetId ?? ''] }));
    expect(Subnets).toMatchObject([{ State: 'available', CidrBlock: '10.250.3.0/26' }]);
  });

  it.each([
    ['outside of the VPC', '10.99.0.0/24', 'eu-central-1a', 'InvalidSubnet.Range'],
    ['too small', '10.250.3.0/29', 'eu-central-1a', 'InvalidSubnet.Range'],
    ['on another one', '10.250.0.128/25', 'eu-central-1a', 'InvalidSubnet.Conflict'],
    ['in a zone elsewhere', '10.250.3.0/24', 'us-east-1a', 'InvalidParameterValue'],
    ['no block', 'here', 'eu-central-1a', 'InvalidParameterValue'],
  ])('is refused when it lies %s', async (_reason, cidr, zone, name) => {
    await expect(createSubnet(cidr, zone)).rejects.toMatchObject({ name });
  });

  it('is refused in a block that is not associated yet', async () => {
    await associate('10.251.0.0/22');
    await expect(createSubnet('10.251.0.0/24')).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
    aws.clock.advance(5 * SECOND_MS);
    await createSubnet('10.251.0.0/24');
  });

  it('is not found once it is deleted', async () => {
    const SubnetId = (await createSubnet('10.250.3.0/25')).Subnet?.SubnetId ?? '';
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId }))).rejects.toMatchObject({
      name: 'InvalidSubnetID.NotFound',
    });
    await expect(ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }))).rejects.toMatchObject({
      name: 'InvalidSubnetID.NotFound',
    });
  });
});

describe('lists', () => {
  it('come in pages and by patterns', async () => {
    for (const last of [0, 64, 128]) await createSubnet(`10.250.3.${last}/26`);
    const first = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 5 }));
    const second = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    const ids = [first, second].flatMap(({ Subnets = [] }) => Subnets.map(({ SubnetId }) => SubnetId));
    expect([first.Subnets?.length, second.NextToken, new Set(ids).size]).toEqual([5, undefined, 7]);
    await expect(ec2.send(new DescribeSubnetsCommand({ MaxResults: 2 }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const nodes = { Filters: [{ Name: 'tag:Name', Values: ['shoot--*-nodes-z?'] }] };
    expect((await ec2.send(new DescribeSubnetsCommand(nodes))).Subnets).toHaveLength(3);
  });

  it('do not have a new resource for a moment, when the world wants that', async () => {
    await restart({ durationsSeconds: { 'ec2.resource.invisible': 3 } });
    aws.clock.advance(3 * SECOND_MS);
    // The demo's network is made when it is first asked for, so it is new at that moment too.
    await ec2.send(new DescribeVpcsCommand({}));
    aws.clock.advance(3 * SECOND_MS);
    const SubnetId = (await createSubnet('10.250.3.0/25')).Subnet?.SubnetId ?? '';
    const find = () => ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    await expect(find()).rejects.toMatchObject({ name: 'InvalidSubnetID.NotFound' });
    aws.clock.advance(3 * SECOND_MS);
    expect((await find()).Subnets).toHaveLength(1);
  });
});

describe('a VPC', () => {
  it('is made, keeps its attributes, and is deleted when nothing is in it', async () => {
    const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }))).Vpc?.VpcId ?? '';
    const subnet = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.7.0.0/24' }));
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    expect(await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }))).toMatchObject({
      EnableDnsHostnames: { Value: true },
    });
    await expect(ec2.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({ name: 'DependencyViolation' });
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.Subnet?.SubnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
  });

  it('is not made when the call only asks whether it might', async () => {
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16', DryRun: true }))).rejects.toMatchObject({
      name: 'DryRunOperation',
    });
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });
});
