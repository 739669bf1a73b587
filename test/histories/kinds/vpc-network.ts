import {
  AssociateDhcpOptionsCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteDhcpOptionsCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateVpcCidrBlockCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
  type VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { type VpcNetwork, vpcNetworkKind } from '../../../src/api/index.ts';
import { TAG_KEYS } from '../../../src/reconcilers/common/tags.ts';
import type { Expected } from '../in-aws.ts';
import { type Asked, type Creation, type HistoryKind, historyKind, tagsOf } from '../kind.ts';
import { ec2In, type World } from '../world.ts';
import { placeIn } from './subscription.ts';

/** The VPC in which a Scope and an IpRange live. */
export const MADE_VPC = 'made';

const PRIMARY = '10.20.0.0/16';
/** Of somebody else, in a VPC that is made. */
const FOREIGN_BLOCK = '10.29.0.0/20';
const FOREIGN_SUBNET = '10.20.128.0/24';
const FOREIGN_DESTINATION = '198.51.100.0/24';

type Made = VpcNetwork & Asked;

function aVpcNetwork(name: string, subscription: string, region: string): Creation {
  const spec = { subscription, region, vpcNetworkName: name, cidrBlocks: [PRIMARY, '10.24.0.0/20'] };
  return { kind: 'VpcNetwork', name, spec };
}

const placeOf = ({ spec }: Made): string => placeIn(spec.subscription, spec.region);
const idsOf = ({ status }: Made) => status?.identifiers ?? {};
const vpcIdOf = (network: Made): string => idsOf(network).vpc ?? 'vpc-0';

async function blocksOf(ec2: EC2Client, vpcId: string): Promise<readonly VpcCidrBlockAssociation[]> {
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  return vpc?.CidrBlockAssociationSet ?? [];
}

async function takeBlock(ec2: EC2Client, vpcId: string, cidr: string): Promise<void> {
  const block = (await blocksOf(ec2, vpcId)).find(({ CidrBlock }) => CidrBlock === cidr);
  await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: block?.AssociationId ?? 'vpc-cidr-assoc-0' }));
}

async function hasVpc(ec2: EC2Client, vpcId: string): Promise<boolean> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }));
  return Vpcs.length > 0;
}

/** What is in a VPC goes with it. */
function addObstacle(
  world: World,
  { ec2, vpcId, what, isThere, remove }: Thing & { readonly ec2: EC2Client; readonly vpcId: string },
): void {
  world.obstacles.set(`${what} in ${vpcId}`, {
    isUntouched: async () => !(await hasVpc(ec2, vpcId)) || (await isThere()),
    remove: async () => ((await hasVpc(ec2, vpcId)) ? remove() : undefined),
  });
}

interface Thing {
  readonly what: string;
  readonly isThere: () => Promise<boolean>;
  readonly remove: () => Promise<unknown>;
}

/** What somebody does with their client. */
function drift(
  work: (ec2: EC2Client, network: Made, world: World) => Promise<unknown>,
): HistoryKind<Made>['drifts'][string] {
  return (world, network) => work(ec2In(world, placeOf(network)), network, world);
}

/** What is recorded is ours also without tags. */
function loseTags(part: 'vpc' | 'internetGateway' | 'dhcpOptions' | 'securityGroup') {
  return drift(async (ec2, network) => {
    const id = idsOf(network)[part];
    if (id === undefined) return;
    const Tags = [TAG_KEYS.name, TAG_KEYS.subscription].map((Key) => ({ Key }));
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
  });
}

const detach = (ec2: EC2Client, network: Made) =>
  ec2.send(
    new DetachInternetGatewayCommand({ InternetGatewayId: idsOf(network).internetGateway, VpcId: vpcIdOf(network) }),
  );
const dropDhcpOptions = (ec2: EC2Client, network: Made) =>
  ec2.send(new AssociateDhcpOptionsCommand({ DhcpOptionsId: 'default', VpcId: vpcIdOf(network) }));

const DRIFTS: HistoryKind<Made>['drifts'] = {
  gatewayDetached: drift(detach),
  gatewayDeleted: drift(async (ec2, network) => {
    await detach(ec2, network);
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: idsOf(network).internetGateway }));
  }),
  dhcpReplaced: drift(dropDhcpOptions),
  dhcpDeleted: drift(async (ec2, network) => {
    await dropDhcpOptions(ec2, network);
    await ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: idsOf(network).dhcpOptions }));
  }),
  groupDeleted: drift((ec2, network) =>
    ec2.send(new DeleteSecurityGroupCommand({ GroupId: idsOf(network).securityGroup ?? 'sg-0' })),
  ),
  vpcTagsLost: loseTags('vpc'),
  gatewayTagsLost: loseTags('internetGateway'),
  dhcpTagsLost: loseTags('dhcpOptions'),
  groupTagsLost: loseTags('securityGroup'),
  renamed: drift((ec2, network) =>
    ec2.send(new CreateTagsCommand({ Resources: [vpcIdOf(network)], Tags: [{ Key: 'Name', Value: 'theirs' }] })),
  ),
  dnsOff: drift((ec2, network) =>
    ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcIdOf(network), EnableDnsHostnames: { Value: false } })),
  ),
  blockTaken: drift((ec2, network) => takeBlock(ec2, vpcIdOf(network), network.spec.cidrBlocks[1] ?? '')),
  foreignBlock: drift(async (ec2, network, world) => {
    const vpcId = vpcIdOf(network);
    await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock: FOREIGN_BLOCK }));
    const isThere = async () =>
      (await blocksOf(ec2, vpcId)).some(
        ({ CidrBlock, CidrBlockState }) => CidrBlock === FOREIGN_BLOCK && CidrBlockState?.State === 'associated',
      );
    const remove = () => takeBlock(ec2, vpcId, FOREIGN_BLOCK);
    addObstacle(world, { ec2, vpcId, what: 'block', isThere, remove });
  }),
  foreignSubnet: drift(async (ec2, network, world) => {
    const vpcId = vpcIdOf(network);
    const { Subnet: subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: FOREIGN_SUBNET }));
    const SubnetId = subnet?.SubnetId ?? '';
    const isThere = async () => {
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
      return Subnets.length === 1;
    };
    const remove = () => ec2.send(new DeleteSubnetCommand({ SubnetId }));
    world.obstacles.set(`subnet in ${vpcId}`, { isUntouched: isThere, remove });
  }),
  foreignRoute: drift(async (ec2, network, world) => {
    const vpcId = vpcIdOf(network);
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const mainTable = async () => (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0];
    const key = { RouteTableId: (await mainTable())?.RouteTableId, DestinationCidrBlock: FOREIGN_DESTINATION };
    const GatewayId = idsOf(network).internetGateway;
    await ec2.send(new CreateRouteCommand({ ...key, GatewayId }));
    const isThere = async () =>
      (await mainTable())?.Routes?.some(
        (route) => route.DestinationCidrBlock === FOREIGN_DESTINATION && route.GatewayId === GatewayId,
      ) === true;
    const remove = () => ec2.send(new DeleteRouteCommand(key));
    addObstacle(world, { ec2, vpcId, what: 'route', isThere, remove });
  }),
};

async function assertDns(ec2: EC2Client, VpcId: string): Promise<void> {
  const support = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' }));
  const names = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  if (support.EnableDnsSupport?.Value !== true || names.EnableDnsHostnames?.Value !== true)
    throw new Error(`DNS of ${VpcId} is off`);
}

async function expected(network: Made, world: World): Promise<readonly Expected[]> {
  const place = placeOf(network);
  await assertDns(ec2In(world, place), vpcIdOf(network));
  const { name } = network.metadata;
  const tags = tagsOf(network, { Name: name, [TAG_KEYS.kind]: 'VpcNetwork' });
  return [
    { place, slot: 'ec2.vpcs', name, state: 'available', tags },
    ...network.spec.cidrBlocks.map((cidr) => ({ place, slot: 'ec2.vpcs.blocks', of: name, cidr, state: 'associated' })),
    { place, slot: 'ec2.internetGateways', name, vpcId: name, tags },
    { place, slot: 'ec2.dhcpOptions', name, vpcIds: [name], tags },
    { place, slot: 'ec2.securityGroups', name, vpcId: name, tags },
    // These two come with every VPC.
    { place, slot: 'ec2.securityGroups', name: 'default', vpcId: name },
    { place, slot: 'ec2.routeTables', vpcId: name, isMain: true, subnetIds: [], tags: {} },
  ];
}

/** One in which a Scope and an IpRange live, and one alone, in another account and region. */
export const vpcNetworks = historyKind<Made>({
  kind: vpcNetworkKind,
  creations: [aVpcNetwork(MADE_VPC, 'home', 'eu-central-1'), aVpcNetwork('alone', 'abroad', 'eu-west-1')],
  edits: [
    {
      weight: 3,
      spec: fc
        .constantFrom([], ['10.24.0.0/20'], ['10.25.0.0/20', '10.24.0.0/20'], ['10.24.0.0/21'])
        .map((blocks) => ({ cidrBlocks: [PRIMARY, ...blocks] })),
    },
  ],
  drifts: DRIFTS,
  operations: [
    'CreateVpc',
    'CreateInternetGateway',
    'AttachInternetGateway',
    'CreateDhcpOptions',
    'AssociateDhcpOptions',
    'CreateSecurityGroup',
    'ModifyVpcAttribute',
    'DetachInternetGateway',
    'DeleteInternetGateway',
    'DeleteDhcpOptions',
    'DeleteVpc',
  ],
  dependenciesOf: ({ spec }) => [{ kind: 'Subscription', name: (spec as VpcNetwork['spec']).subscription }],
  expected,
});
