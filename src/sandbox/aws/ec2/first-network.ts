import { cidrOf, type Cidr } from '../../../util/cidr.ts';
import type { Partition } from '../service.ts';
import { addSubnet, addVpc } from './additions.ts';
import { addElasticIp, addInternetGateway } from './gateways/gateway-additions.ts';
import type { Ec2State, NatGateway, RouteTable, RouteTarget, Subnet, Tags, Vpc } from './model.ts';
import { addNatGateway } from './gateways/nat-gateway-additions.ts';
import { addAssociation, addRouteTable, putRoute } from './routes/route-table-additions.ts';

/** The VPC of the demo, as a Gardener cluster's network looks before anything is added to it. */
const DEMO_VPC = { name: 'shoot--sandbox--demo', block: cidrOf('10.250.0.0/22'), nodePrefix: 24 } as const;

/** Where its NAT gateway stands, at the end of the VPC, out of the way. */
const PUBLIC_BLOCK = cidrOf('10.250.3.240/28');

const EVERYWHERE = cidrOf('0.0.0.0/0');

const named = (name: string): Tags => new Map([['Name', name]]);

interface Zoned {
  readonly vpc: Vpc;
  readonly block: Cidr;
  readonly subnetPrefix: number;
  readonly tagsOf: (index: number) => Tags;
}

/** Puts a subnet of one size into each zone, one behind the other. */
function addSubnets(
  state: Ec2State,
  partition: Partition,
  { vpc, block, subnetPrefix: prefix, tagsOf }: Zoned,
): readonly Subnet[] {
  return partition.settings.zones.map((zone, index) => {
    const first = block.first + index * 2 ** (32 - prefix);
    const asked = { vpcId: vpc.id, block: { first, prefix }, zone, isDefault: vpc.isDefault, tags: tagsOf(index) };
    return addSubnet(state, partition, asked, 'available');
  });
}

function addTable(
  state: Ec2State,
  partition: Partition,
  { subnet, name, target }: { readonly subnet: Subnet; readonly name: string; readonly target: RouteTarget },
): void {
  const table = addRouteTable(state, partition, { vpcId: subnet.vpcId, tags: named(name), clientToken: undefined });
  putRoute(table, { destination: EVERYWHERE, target });
  addAssociation(table, partition, subnet.id);
}

/** The way out: a public subnet on the internet gateway, in it a NAT gateway with an address. */
function addWayOut(state: Ec2State, partition: Partition, vpc: Vpc, zone: string): NatGateway {
  const { name } = DEMO_VPC;
  const { id } = addInternetGateway(state, partition, { vpcId: vpc.id, tags: named(name) });
  const tags = named(`${name}-public-utility-z0`);
  const asked = { vpcId: vpc.id, block: PUBLIC_BLOCK, zone, isDefault: false, tags };
  const subnet = addSubnet(state, partition, asked, 'available');
  addTable(state, partition, { subnet, name, target: { kind: 'internet-gateway', id } });
  const address = addElasticIp(state, partition, named(`${name}-eip-natgw-z0`));
  const nat = { subnet, address, failure: undefined, tags: named(`${name}-natgw-z0`), clientToken: undefined };
  return addNatGateway(state, partition, nat, 'available');
}

/** Names and routes as Gardener's; its nodes reach the internet by the NAT gateway, zone by zone. */
function addDemoNetwork(state: Ec2State, partition: Partition): void {
  const { name, block, nodePrefix } = DEMO_VPC;
  const vpc = addVpc(state, partition, { block, isDefault: false, tags: named(name) }, 'available');
  const tagsOf = (index: number): Tags => named(`${name}-nodes-z${index}`);
  const nodes = addSubnets(state, partition, { vpc, block, subnetPrefix: nodePrefix, tagsOf });
  const { id } = addWayOut(state, partition, vpc, partition.settings.zones[0] ?? '');
  for (const subnet of nodes) {
    addTable(state, partition, {
      subnet,
      name: `${name}-private-${subnet.zone}`,
      target: { kind: 'natgateway', id },
    });
  }
}

function mainTable({ routeTables }: Ec2State, vpc: Vpc): RouteTable | undefined {
  return [...routeTables.values()].find(({ vpcId }) => vpcId === vpc.id);
}

/** In a default VPC all subnets are public, by the main route table. */
function addDefaultNetwork(state: Ec2State, partition: Partition, block: Cidr): void {
  const vpc = addVpc(state, partition, { block, isDefault: true, tags: new Map() }, 'available');
  const subnetPrefix = Math.min(block.prefix + 4, 28);
  addSubnets(state, partition, { vpc, block, subnetPrefix, tagsOf: () => new Map() });
  const { id } = addInternetGateway(state, partition, { vpcId: vpc.id, tags: new Map() });
  const table = mainTable(state, vpc);
  if (table) putRoute(table, { destination: EVERYWHERE, target: { kind: 'internet-gateway', id } });
}

/** What an account has in a region from the beginning: the demo's VPC at home, elsewhere a default VPC, and what the options say. */
export function addFirstNetwork(state: Ec2State, partition: Partition): void {
  const { defaultVpc, isHome, vpcs } = partition.settings;
  if (isHome) addDemoNetwork(state, partition);
  else if (defaultVpc) addDefaultNetwork(state, partition, cidrOf(defaultVpc.cidrBlock));
  for (const { cidrBlock, tags = {} } of vpcs) {
    const asked = { block: cidrOf(cidrBlock), isDefault: false, tags: new Map(Object.entries(tags)) };
    addVpc(state, partition, asked, 'available');
  }
}
