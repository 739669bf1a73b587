import {
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  ReplaceRouteCommand,
  type EC2Client,
  type Route,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';
import { createVpc, demoNetwork, mainTableOf, type DemoNetwork } from '../../../../../test/support/ec2-network.ts';

const SECOND_MS = 1000;

let aws: TestAws;
let ec2: EC2Client;
let demo: DemoNetwork;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
  demo = await demoNetwork(ec2);
});

afterEach(async () => aws.stop());

type Target = Pick<Route, 'GatewayId' | 'NatGatewayId' | 'NetworkInterfaceId' | 'VpcPeeringConnectionId'>;

const byGateway = (): Target => ({ GatewayId: demo.internetGatewayId });
const byNat = (): Target => ({ NatGatewayId: demo.natGatewayId });
const create = (DestinationCidrBlock: string, target: Target) =>
  ec2.send(new CreateRouteCommand({ RouteTableId: demo.mainTableId, DestinationCidrBlock, ...target }));
const replace = (DestinationCidrBlock: string, target: Target & { LocalTarget?: boolean }) =>
  ec2.send(new ReplaceRouteCommand({ RouteTableId: demo.mainTableId, DestinationCidrBlock, ...target }));
const remove = (DestinationCidrBlock: string) =>
  ec2.send(new DeleteRouteCommand({ RouteTableId: demo.mainTableId, DestinationCidrBlock }));

const LOCAL = {
  DestinationCidrBlock: '10.250.0.0/22',
  GatewayId: 'local',
  Origin: 'CreateRouteTable',
  State: 'active',
};

async function routes(): Promise<readonly Route[] | undefined> {
  return (await mainTableOf(ec2, demo.vpcId)).Routes;
}

describe('a route', () => {
  it('is made with its host bits dropped, replaced and deleted', async () => {
    await create('100.68.0.18/18', byGateway());
    const made = { DestinationCidrBlock: '100.68.0.0/18', Origin: 'CreateRoute', State: 'active' };
    expect(await routes()).toEqual([LOCAL, { ...made, ...byGateway() }]);
    await replace('100.68.0.0/18', byNat());
    expect(await routes()).toEqual([LOCAL, { ...made, ...byNat() }]);
    await remove('100.68.0.18/18');
    expect(await routes()).toEqual([LOCAL]);
  });

  it('is made again without complaint, but not with another target', async () => {
    await create('10.1.0.0/16', byGateway());
    expect(await create('10.1.0.0/16', byGateway())).toMatchObject({ Return: true });
    await expect(create('10.1.0.0/16', byNat())).rejects.toMatchObject({
      name: 'RouteAlreadyExists',
      message: 'The route identified by 10.1.0.0/16 already exists.',
    });
  });

  it('is not replaced or deleted where there is none', async () => {
    await expect(replace('10.1.0.0/16', byNat())).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Use CreateRoute instead'),
    });
    await expect(remove('10.1.0.0/16')).rejects.toMatchObject({ name: 'InvalidRoute.NotFound' });
  });

  it.each([
    ['no target', {}, 'MissingParameter'],
    ['two targets', { GatewayId: 'igw-0', NatGatewayId: 'nat-0' }, 'InvalidParameterCombination'],
    ['an unknown gateway', { GatewayId: 'igw-0' }, 'InvalidGatewayID.NotFound'],
    ['an unknown NAT gateway', { NatGatewayId: 'nat-0' }, 'InvalidNatGatewayID.NotFound'],
    ['an unknown interface', { NetworkInterfaceId: 'eni-0' }, 'InvalidNetworkInterfaceID.NotFound'],
    ['an unknown peering', { VpcPeeringConnectionId: 'pcx-0' }, 'InvalidVpcPeeringConnectionID.NotFound'],
  ])('is refused with %s', async (_reason, target, name) => {
    await expect(create('10.1.0.0/16', target)).rejects.toMatchObject({ name });
  });

  it('is refused in a table that there is not, to a network that is none, and above the quota', async () => {
    const elsewhere = new CreateRouteCommand({ RouteTableId: 'rtb-0', DestinationCidrBlock: '10.1.0.0/16' });
    await expect(ec2.send(elsewhere)).rejects.toMatchObject({ name: 'InvalidRouteTableID.NotFound' });
    await expect(create('10.1.0.0', byNat())).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create('169.254.169.0/24', byNat())).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await aws.stop();
    aws = await startTestAws({ world: { quotas: { 'ec2.routesPerRouteTable': 1 } } });
    ec2 = aws.ec2();
    demo = await demoNetwork(ec2);
    await create('10.1.0.0/16', byNat());
    await expect(create('10.2.0.0/16', byNat())).rejects.toMatchObject({ name: 'RouteLimitExceeded' });
  });

  it('is refused by way of a gateway of another VPC', async () => {
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: await createVpc(ec2) }));
    await expect(create('10.1.0.0/16', { GatewayId: InternetGatewayId })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('belong to different networks'),
    });
  });
});

describe('a route whose target goes', () => {
  const statesOf = async (): Promise<readonly (string | undefined)[]> => {
    const Filters = [{ Name: 'route.destination-cidr-block', Values: ['0.0.0.0/0'] }];
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    return RouteTables.map(({ Routes }) => Routes?.find((one) => one.DestinationCidrBlock === '0.0.0.0/0')?.State);
  };

  it('is a blackhole, and active again when the target is back', async () => {
    const { natGatewayId: NatGatewayId, internetGatewayId: InternetGatewayId, vpcId: VpcId } = demo;
    expect(await statesOf()).toEqual(['active', 'active', 'active', 'active']);
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    expect(await statesOf()).toEqual(['active', 'blackhole', 'blackhole', 'blackhole']);
    aws.clock.advance(45 * SECOND_MS);
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    expect(await statesOf()).toEqual(['blackhole', 'blackhole', 'blackhole', 'blackhole']);
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    expect((await statesOf())[0]).toBe('active');
  });
});

describe('the local route', () => {
  it('cannot be deleted, and leads elsewhere only by an interface, until it is restored', async () => {
    await expect(remove('10.250.0.0/22')).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('cannot remove local route'),
    });
    await expect(replace('10.250.0.0/22', byGateway())).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await replace('10.250.0.0/22', byNat());
    expect(await routes()).toMatchObject([{ NatGatewayId: demo.natGatewayId, Origin: 'CreateRouteTable' }]);
    await replace('10.250.0.0/22', { LocalTarget: true });
    expect(await routes()).toEqual([LOCAL]);
  });

  it('has beside it only routes to whole subnets, by an interface', async () => {
    await expect(create('10.250.0.0/24', byGateway())).rejects.toMatchObject({
      message: expect.stringContaining('equal to or more specific than one of this VPC'),
    });
    await expect(create('10.250.0.0/25', byNat())).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    await create('10.250.0.0/24', { NetworkInterfaceId: NetworkInterfaces?.[0]?.NetworkInterfaceId });
    expect(await routes()).toHaveLength(2);
  });

  it('comes and goes with the blocks of the VPC', async () => {
    const input = { VpcId: demo.vpcId, CidrBlock: '10.251.0.0/22' };
    const { CidrBlockAssociation } = await ec2.send(new AssociateVpcCidrBlockCommand(input));
    expect(await routes()).toEqual([LOCAL]);
    aws.clock.advance(5 * SECOND_MS);
    const second = { ...LOCAL, DestinationCidrBlock: '10.251.0.0/22' };
    expect(await routes()).toEqual([LOCAL, second]);
    await replace('10.251.0.0/22', byNat());
    const { AssociationId } = CidrBlockAssociation ?? {};
    await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    expect(await routes()).toEqual([LOCAL]);
  });

  it('is not made for a block that is as large as the destination of another route, or larger', async () => {
    await create('10.251.0.0/24', byNat());
    const associate = (CidrBlock: string) =>
      ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: demo.vpcId, CidrBlock }));
    await expect(associate('10.251.0.0/22')).rejects.toMatchObject({ name: 'InvalidVpc.Range' });
    await expect(associate('10.251.0.0/24')).rejects.toMatchObject({ name: 'InvalidVpc.Range' });
    await associate('10.251.0.0/25');
  });
});
