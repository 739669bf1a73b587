/** What tests of the simulated networks start from. */
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';

/** The demo's network, as the home of a simulated world has it. */
export interface DemoNetwork {
  readonly vpcId: string;
  readonly internetGatewayId: string;
  readonly natGatewayId: string;
  /** The one that its subnets share which have no other. */
  readonly mainTableId: string;
}

export async function tablesOf(ec2: EC2Client, vpcId: string): Promise<readonly RouteTable[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  return (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables ?? [];
}

export async function mainTableOf(ec2: EC2Client, vpcId: string): Promise<RouteTable> {
  const tables = await tablesOf(ec2, vpcId);
  const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  if (!main) throw new Error(`${vpcId} has no main route table`);
  return main;
}

export async function demoNetwork(ec2: EC2Client): Promise<DemoNetwork> {
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const vpcId = Vpcs?.[0]?.VpcId ?? '';
  return {
    vpcId,
    internetGatewayId: InternetGateways?.[0]?.InternetGatewayId ?? '',
    natGatewayId: NatGateways?.[0]?.NatGatewayId ?? '',
    mainTableId: (await mainTableOf(ec2, vpcId)).RouteTableId ?? '',
  };
}

export async function createVpc(ec2: EC2Client, CidrBlock = '10.7.0.0/16'): Promise<string> {
  return (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? '';
}

export async function createSubnet(ec2: EC2Client, VpcId: string, CidrBlock = '10.7.0.0/24'): Promise<string> {
  return (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).Subnet?.SubnetId ?? '';
}
