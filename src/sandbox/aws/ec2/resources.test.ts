/** What all the nouns of a network have in common: tags, a moment in which nobody sees them, a place in the state. */
import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateTagsCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DeleteRouteTableCommand,
  type EC2Client,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import { createVpc, demoNetwork } from '../../../../test/support/ec2-network.ts';

const SECOND_MS = 1000;

let aws: TestAws;
let ec2: EC2Client;

async function start(durationsSeconds: Record<string, number> = {}): Promise<void> {
  aws = await startTestAws({ world: { durationsSeconds } });
  ec2 = aws.ec2();
}

beforeEach(async () => start());
afterEach(async () => aws.stop());

const tagged = (ResourceType: ResourceType) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key: 'Name', Value: 'new' }] }],
});
const Filters = [{ Name: 'tag:Name', Values: ['new'] }];

async function createAll(): Promise<Record<string, string | undefined>> {
  const { vpcId: VpcId } = await demoNetwork(ec2);
  const DhcpConfigurations = [{ Key: 'domain-name', Values: ['example.internal'] }];
  const [gateway, options, address, table] = await Promise.all([
    ec2.send(new CreateInternetGatewayCommand(tagged('internet-gateway'))),
    ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations, ...tagged('dhcp-options') })),
    ec2.send(new AllocateAddressCommand(tagged('elastic-ip'))),
    ec2.send(new CreateRouteTableCommand({ VpcId, ...tagged('route-table') })),
  ]);
  return {
    'internet-gateway': gateway.InternetGateway?.InternetGatewayId,
    'dhcp-options': options.DhcpOptions?.DhcpOptionsId,
    'elastic-ip': address.AllocationId,
    'route-table': table.RouteTable?.RouteTableId,
  };
}

async function named(): Promise<readonly (string | undefined)[]> {
  const [gateways, options, addresses, tables] = await Promise.all([
    ec2.send(new DescribeInternetGatewaysCommand({ Filters })),
    ec2.send(new DescribeDhcpOptionsCommand({ Filters })),
    ec2.send(new DescribeAddressesCommand({ Filters })),
    ec2.send(new DescribeRouteTablesCommand({ Filters })),
  ]);
  return [
    ...(gateways.InternetGateways ?? []).map((one) => one.InternetGatewayId),
    ...(options.DhcpOptions ?? []).map((one) => one.DhcpOptionsId),
    ...(addresses.Addresses ?? []).map((one) => one.AllocationId),
    ...(tables.RouteTables ?? []).map((one) => one.RouteTableId),
  ];
}

describe('the resources of a network', () => {
  it('have tags from the start, by their types', async () => {
    const ids = await createAll();
    expect(await named()).toEqual(Object.values(ids));
    const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'value', Values: ['new'] }] }));
    expect(Object.fromEntries(Tags.map((one) => [one.ResourceType, one.ResourceId]))).toEqual(ids);
    const wrong = new CreateInternetGatewayCommand(tagged('route-table'));
    await expect(ec2.send(wrong)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('get tags later, which the tagging API shows with their ARNs', async () => {
    const { natGatewayId, mainTableId } = await demoNetwork(ec2);
    const Tags = [{ Key: 'team', Value: 'a' }];
    await ec2.send(new CreateTagsCommand({ Resources: [natGatewayId, mainTableId], Tags }));
    const query = { TagFilters: [{ Key: 'team' }], ResourceTypeFilters: ['ec2:natgateway', 'ec2:route-table'] };
    const { ResourceTagMappingList = [] } = await aws.tagging().send(new GetResourcesCommand(query));
    expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual([
      `arn:aws:ec2:eu-central-1:123456789012:natgateway/${natGatewayId}`,
      `arn:aws:ec2:eu-central-1:123456789012:route-table/${mainTableId}`,
    ]);
    for (const id of ['rtb-0', 'nat-0', 'igw-0', 'dopt-0', 'eipalloc-0', 'pcx-0']) {
      const lost = new CreateTagsCommand({ Resources: [id], Tags });
      await expect(ec2.send(lost)).rejects.toMatchObject({ name: expect.stringContaining('NotFound') });
    }
  });

  it('are unknown for a moment, when the world wants that, as targets too', async () => {
    await aws.stop();
    await start({ 'ec2.resource.invisible': 3 });
    await ec2.send(new DescribeVpcsCommand({}));
    aws.clock.advance(3 * SECOND_MS);
    const { mainTableId: RouteTableId, vpcId: VpcId } = await demoNetwork(ec2);
    const ids = await createAll();
    expect(await named()).toEqual([]);
    const InternetGatewayId = ids['internet-gateway'];
    const attach = () => ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await expect(attach()).rejects.toMatchObject({ name: 'InvalidInternetGatewayID.NotFound' });
    const route = { RouteTableId, DestinationCidrBlock: '10.1.0.0/16', GatewayId: InternetGatewayId };
    await expect(ec2.send(new CreateRouteCommand(route))).rejects.toMatchObject({ name: 'InvalidGatewayID.NotFound' });
    aws.clock.advance(3 * SECOND_MS);
    expect(await named()).toEqual(Object.values(ids));
    await expect(attach()).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('stand in the state that the sandbox shows', async () => {
    const { natGatewayId, internetGatewayId, vpcId } = await demoNetwork(ec2);
    const answer = await fetch(`${aws.endpoint}/_sandbox/state`);
    const ec2State = {
      vpcs: [{ id: vpcId, state: 'available' }],
      internetGateways: [{ id: internetGatewayId, vpcId, name: 'shoot--sandbox--demo' }],
      dhcpOptions: [{ vpcIds: [vpcId], options: { 'domain-name': ['eu-central-1.compute.internal'] } }],
      elasticIps: [{ publicIp: expect.stringMatching(/^198\.18\./) }],
      natGateways: [{ id: natGatewayId, state: 'available' }],
      routeTables: [
        { isMain: true, routes: [] },
        { name: 'shoot--sandbox--demo', routes: [{ destination: '0.0.0.0/0', target: internetGatewayId }] },
        { name: 'shoot--sandbox--demo-private-eu-central-1a', routes: [{ target: natGatewayId }] },
        { name: 'shoot--sandbox--demo-private-eu-central-1b' },
        { name: 'shoot--sandbox--demo-private-eu-central-1c' },
      ],
    };
    expect(await answer.json()).toMatchObject({
      accounts: { '123456789012': { 'eu-central-1': { ec2: ec2State } } },
    });
  });
});

describe('a VPC', () => {
  it('is pending for a moment', async () => {
    const vpcId = await createVpc(ec2);
    const pending = { Filters: [{ Name: 'state', Values: ['pending'] }] };
    expect((await ec2.send(new DescribeVpcsCommand(pending))).Vpcs).toMatchObject([{ VpcId: vpcId }]);
    aws.clock.advance(2 * SECOND_MS);
    expect((await ec2.send(new DescribeVpcsCommand(pending))).Vpcs).toEqual([]);
  });

  it('is not deleted while it has a gateway or a route table of its own, but with its main table', async () => {
    const VpcId = await createVpc(ec2);
    const remove = () => ec2.send(new DeleteVpcCommand({ VpcId }));
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const attachment = { InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId };
    await ec2.send(new AttachInternetGatewayCommand(attachment));
    await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
    await ec2.send(new DetachInternetGatewayCommand(attachment));
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId }));
    await remove();
    const inVpc = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] };
    expect((await ec2.send(new DescribeRouteTablesCommand(inVpc))).RouteTables).toEqual([]);
  });

  it('has in other regions a way out for all subnets', async () => {
    const other = aws.ec2({ region: 'eu-west-1' });
    const { RouteTables } = await other.send(new DescribeRouteTablesCommand({}));
    const { InternetGateways } = await other.send(new DescribeInternetGatewaysCommand({}));
    const GatewayId = InternetGateways?.[0]?.InternetGatewayId;
    expect(RouteTables).toMatchObject([
      { Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }, { GatewayId, State: 'active' }] },
    ]);
    expect((await other.send(new DescribeNatGatewaysCommand({}))).NatGateways).toEqual([]);
  });
});
