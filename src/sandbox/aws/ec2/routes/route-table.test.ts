import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteTableAssociationCommand,
  type DescribeRouteTablesCommandInput,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';
import {
  createSubnet,
  createVpc,
  demoNetwork,
  mainTableOf,
  tablesOf,
} from '../../../../../test/support/ec2-network.ts';

let aws: TestAws;
let ec2: EC2Client;
let vpcId: string;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
  vpcId = await createVpc(ec2);
});

afterEach(async () => aws.stop());

const create = async (ClientToken?: string): Promise<string> =>
  (await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId, ClientToken }))).RouteTable?.RouteTableId ?? '';
const remove = (RouteTableId: string | undefined) => ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
const associate = async (RouteTableId: string | undefined, SubnetId: string) =>
  (await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))).AssociationId;
const disassociate = (AssociationId: string | undefined) =>
  ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
const replace = async (AssociationId: string | undefined, RouteTableId: string) =>
  (await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId }))).NewAssociationId;
const describeTables = (input: DescribeRouteTablesCommandInput) => ec2.send(new DescribeRouteTablesCommand(input));

async function find(Name: string, value: string): Promise<readonly (string | undefined)[]> {
  const { RouteTables = [] } = await describeTables({ Filters: [{ Name, Values: [value] }] });
  return RouteTables.map(({ RouteTableId }) => RouteTableId);
}

const mainAssociation = async (): Promise<string | undefined> =>
  (await mainTableOf(ec2, vpcId)).Associations?.[0]?.RouteTableAssociationId;

describe('a route table', () => {
  it('comes as the main one with a VPC, with its local route', async () => {
    expect(await tablesOf(ec2, vpcId)).toMatchObject([
      {
        Associations: [{ Main: true, AssociationState: { State: 'associated' } }],
        Routes: [{ DestinationCidrBlock: '10.7.0.0/16', GatewayId: 'local' }],
      },
    ]);
  });

  it('is made once for one client token, and deleted while no subnet has it', async () => {
    const id = await create('one');
    expect(await create('one')).toBe(id);
    const association = await associate(id, await createSubnet(ec2, vpcId));
    await expect(remove(id)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await disassociate(association);
    await remove(id);
    await expect(remove(id)).rejects.toMatchObject({ name: 'InvalidRouteTableID.NotFound' });
  });

  it('is one alone for a subnet, until it is replaced', async () => {
    const [first, second] = [await create(), await create()];
    const subnetId = await createSubnet(ec2, vpcId);
    const association = await associate(first, subnetId);
    expect(await associate(first, subnetId)).toBe(association);
    await expect(associate(second, subnetId)).rejects.toMatchObject({ name: 'Resource.AlreadyAssociated' });
    const next = await replace(association, second);
    expect(next).not.toBe(association);
    expect(await find('association.subnet-id', subnetId)).toEqual([second]);
    await expect(disassociate(association)).rejects.toMatchObject({ name: 'InvalidAssociationID.NotFound' });
  });

  it('is not taken by a subnet of another VPC', async () => {
    const subnetId = await createSubnet(ec2, (await demoNetwork(ec2)).vpcId, '10.250.3.0/28');
    await expect(associate(await create(), subnetId)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('belong to different networks'),
    });
  });

  it('loses its subnet when that is deleted', async () => {
    const id = await create();
    const SubnetId = await createSubnet(ec2, vpcId);
    await associate(id, SubnetId);
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await remove(id);
    expect(await tablesOf(ec2, vpcId)).toHaveLength(1);
  });

  it('becomes the main one in place of another, which can be deleted then', async () => {
    const old = await mainTableOf(ec2, vpcId);
    await expect(remove(old.RouteTableId)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(disassociate(await mainAssociation())).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const id = await create();
    await replace(await mainAssociation(), id);
    expect((await mainTableOf(ec2, vpcId)).RouteTableId).toBe(id);
    await remove(old.RouteTableId);
  });

  it('is refused above the quota', async () => {
    await aws.stop();
    aws = await startTestAws({ world: { quotas: { 'ec2.routeTablesPerVpc': 2 } } });
    ec2 = aws.ec2();
    vpcId = await createVpc(ec2);
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'RouteTableLimitExceeded' });
  });
});

describe('route tables', () => {
  it('are found by what AWS documents as filters', async () => {
    const demo = await demoNetwork(ec2);
    const { RouteTableId: main } = await mainTableOf(ec2, vpcId);
    expect(await find('route-table-id', main ?? '')).toEqual([main]);
    expect(await find('association.main', 'true')).toHaveLength(2);
    expect(await find('association.route-table-association-id', (await mainAssociation()) ?? '')).toEqual([main]);
    expect(await find('route.gateway-id', demo.internetGatewayId)).toHaveLength(1);
    expect(await find('route.nat-gateway-id', demo.natGatewayId)).toHaveLength(3);
    expect(await find('route.vpc-peering-connection-id', 'pcx-*')).toEqual([]);
    expect(await find('route.state', 'blackhole')).toEqual([]);
    expect(await find('route.origin', 'CreateRoute')).toHaveLength(4);
    expect(await find('tag:Name', 'shoot--*-private-eu-central-1?')).toHaveLength(3);
    await expect(find('colour', 'red')).rejects.toMatchObject({ message: "The filter 'colour' is invalid" });
  });

  it('come in pages of 5 to 100', async () => {
    const first = await describeTables({ MaxResults: 5 });
    const second = await describeTables({ MaxResults: 5, NextToken: first.NextToken });
    expect([first.RouteTables?.length, second.RouteTables?.length, second.NextToken]).toEqual([5, 1, undefined]);
  });

  it.each([
    ['too small', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['too large', { MaxResults: 101 }, 'InvalidParameterValue'],
    ['asked for by ids', { MaxResults: 5, RouteTableIds: ['rtb-0'] }, 'InvalidParameterCombination'],
    ["after somebody else's token", { MaxResults: 5, NextToken: 'token' }, 'InvalidParameterValue'],
  ])('do not come in a page that is %s', async (_reason, input, name) => {
    await expect(describeTables(input)).rejects.toMatchObject({ name });
  });
});
