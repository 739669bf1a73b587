import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteSubnetCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  ReleaseAddressCommand,
  type EC2Client,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';
import { createSubnet, createVpc, demoNetwork } from '../../../../../test/support/ec2-network.ts';

const SECOND_MS = 1000;

let aws: TestAws;
let ec2: EC2Client;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
});

afterEach(async () => aws.stop());

const allocate = async (): Promise<string> =>
  (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId ?? '';
const release = (AllocationId: string) => ec2.send(new ReleaseAddressCommand({ AllocationId }));
const remove = (NatGatewayId: string) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));

async function create(SubnetId: string, AllocationId?: string, ClientToken?: string): Promise<string> {
  const input = { SubnetId, AllocationId, ClientToken };
  return (await ec2.send(new CreateNatGatewayCommand(input))).NatGateway?.NatGatewayId ?? '';
}

async function gateway(id: string): Promise<NatGateway | undefined> {
  return (await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))).NatGateways?.[0];
}

async function find(Name: string, value: string): Promise<readonly NatGateway[]> {
  return (await ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name, Values: [value] }] }))).NatGateways ?? [];
}

/** A subnet of the demo's VPC, which has a way out. */
const demoSubnet = async (cidr = '10.250.3.0/28'): Promise<string> =>
  createSubnet(ec2, (await demoNetwork(ec2)).vpcId, cidr);

describe('a NAT gateway', () => {
  it('goes through all states of its life, and stays visible for about an hour after its end', async () => {
    const id = await create(await demoSubnet(), await allocate());
    expect(await gateway(id)).toMatchObject({ State: 'pending', ConnectivityType: 'public' });
    aws.clock.advance(90 * SECOND_MS);
    expect((await gateway(id))?.State).toBe('available');
    await remove(id);
    expect((await gateway(id))?.State).toBe('deleting');
    aws.clock.advance(45 * SECOND_MS);
    expect(await gateway(id)).toMatchObject({ State: 'deleted', DeleteTime: new Date(aws.clock.now()) });
    aws.clock.advance(3600 * SECOND_MS);
    await expect(gateway(id)).rejects.toMatchObject({ name: 'NatGatewayNotFound' });
  });

  it('holds its subnet and its address until it is deleted, and then still names the address', async () => {
    const SubnetId = await demoSubnet();
    const address = await allocate();
    const id = await create(SubnetId, address);
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [address] }));
    const publicIp = Addresses?.[0]?.PublicIp;
    expect((await gateway(id))?.NatGatewayAddresses).toMatchObject([{ PublicIp: publicIp, AllocationId: address }]);
    await expect(release(address)).rejects.toMatchObject({ name: 'InvalidIPAddress.InUse' });
    await expect(ec2.send(new DeleteSubnetCommand({ SubnetId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await remove(id);
    aws.clock.advance(45 * SECOND_MS);
    await release(address);
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    expect((await gateway(id))?.NatGatewayAddresses).toMatchObject([{ PublicIp: publicIp }]);
  });

  it('fails in a VPC without an internet gateway, with an address in use, or in a full subnet', async () => {
    const lonely = await create(await createSubnet(ec2, await createVpc(ec2)), await allocate());
    const [used] = (await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? [];
    const greedy = await create(await demoSubnet(), used?.AllocationId);
    expect((await gateway(lonely))?.State).toBe('pending');
    aws.clock.advance(90 * SECOND_MS);
    expect(await gateway(lonely)).toMatchObject({ State: 'failed', FailureCode: 'Gateway.NotAttached' });
    expect(await gateway(greedy)).toMatchObject({ State: 'failed', FailureCode: 'Resource.AlreadyAssociated' });
    aws.clock.advance(3600 * SECOND_MS);
    expect(await find('state', 'failed')).toEqual([]);
  });

  it('needs an address unless it is private', async () => {
    const SubnetId = await demoSubnet();
    await expect(create(SubnetId)).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(create(SubnetId, 'eipalloc-0')).rejects.toMatchObject({ name: 'InvalidAllocationID.NotFound' });
    const input = { SubnetId, ConnectivityType: 'private' as const };
    const { NatGateway } = await ec2.send(new CreateNatGatewayCommand(input));
    expect(NatGateway?.NatGatewayAddresses?.[0]).toEqual(expect.not.objectContaining({ PublicIp: expect.anything() }));
  });

  it('is made once for one client token', async () => {
    const SubnetId = await demoSubnet();
    const address = await allocate();
    const first = await create(SubnetId, address, 'one');
    expect(await create(SubnetId, address, 'one')).toBe(first);
    expect(await create(SubnetId, address, 'two')).not.toBe(first);
  });

  it('is found by what AWS documents as filters', async () => {
    const { natGatewayId, vpcId } = await demoNetwork(ec2);
    const [found] = await find('vpc-id', vpcId);
    expect(found?.NatGatewayId).toBe(natGatewayId);
    expect(await find('subnet-id', found?.SubnetId ?? '')).toHaveLength(1);
    expect(await find('state', 'pending')).toEqual([]);
    await expect(find('owner-id', '123456789012')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is refused above the quota of a zone, where deleted ones do not count', async () => {
    await aws.stop();
    aws = await startTestAws({ world: { quotas: { 'ec2.natGatewaysPerZone': 2 } } });
    ec2 = aws.ec2();
    const SubnetId = await demoSubnet();
    const id = await create(SubnetId, await allocate());
    const again = async () => create(SubnetId, await allocate());
    await expect(again()).rejects.toMatchObject({ name: 'NatGatewayLimitExceeded' });
    await remove(id);
    aws.clock.advance(45 * SECOND_MS);
    expect(await again()).toMatch(/^nat-/);
  });
});
