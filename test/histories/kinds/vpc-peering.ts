import {
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateTagsCommand,
  DeleteRouteCommand,
  DeleteTagsCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  ModifyVpcPeeringConnectionOptionsCommand,
  RejectVpcPeeringConnectionCommand,
  ReplaceRouteCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { networkKind, type VpcPeering, vpcPeeringKind } from '../../../src/api/index.ts';
import { TAG_KEYS } from '../../../src/reconcilers/common/tags.ts';
import { vpcIdNamed } from '../foreign.ts';
import { type Expected, tableNameIn } from '../in-aws.ts';
import { type Asked, type Creation, type HistoryKind, historyKind, type Named, tagsOf } from '../kind.ts';
import { ec2In, HOME_PLACE, type World } from '../world.ts';
import { type Reference, REMOTES } from './network.ts';
import { VPCS } from './scope.ts';

type Peering = VpcPeering & Asked;

const SHOOT = 'demo';

function aPeering(name: string, scope: string, remote: string, details: object): Creation {
  const networks = { localNetwork: { name: `${scope}--kyma` }, remoteNetwork: { name: remote } };
  const refs = { remoteRef: { namespace: 'default', name }, scope: { name: scope } };
  return { kind: 'VpcPeering', name, spec: { ...refs, details: { ...networks, ...details } } };
}

interface Side extends Reference {
  readonly ec2: EC2Client;
}

function sidesOf({ spec }: Peering, world: World): Readonly<Record<'local' | 'remote', Side>> {
  const local = { place: HOME_PLACE, vpc: VPCS[spec.scope.name] ?? '' };
  const remote = REMOTES[spec.details?.remoteNetwork.name ?? ''] ?? local;
  const withClient = (side: Reference): Side => ({ ...side, ec2: ec2In(world, side.place) });
  return { local: withClient(local), remote: withClient(remote) };
}

async function tablesOf({ ec2, vpc }: Side): Promise<readonly RouteTable[]> {
  const Filters = [{ Name: 'vpc-id', Values: [await vpcIdNamed(ec2, vpc)] }];
  return (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables ?? [];
}

async function blocksOf({ ec2, vpc }: Side): Promise<readonly string[]> {
  const VpcIds = [await vpcIdNamed(ec2, vpc)];
  const { Vpcs: [found] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds }));
  const blocks = found?.CidrBlockAssociationSet ?? [];
  return blocks.flatMap(({ CidrBlock, CidrBlockState }) =>
    CidrBlockState?.State === 'associated' && CidrBlock !== undefined ? [CidrBlock] : [],
  );
}

/** The strategies that histories have. */
function tablesFor({ spec }: Peering, tables: readonly RouteTable[]): readonly RouteTable[] {
  if (spec.details?.remoteRouteTableUpdateStrategy !== 'MATCHED') return tables;
  return tables.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === SHOOT));
}

function routesIn(side: Side, tables: readonly RouteTable[], destinations: readonly string[], target: string) {
  return tables.flatMap(({ Tags = [] }) => {
    const of = Tags.find(({ Key }) => Key === 'Name')?.Value ?? tableNameIn(side.vpc);
    return destinations.map((destination) => ({
      place: side.place,
      slot: 'ec2.routeTables.routes',
      of,
      destination,
      target,
    }));
  });
}

async function expected(peering: Peering, world: World): Promise<readonly Expected[]> {
  const { local, remote } = sidesOf(peering, world);
  const { name } = peering.metadata;
  await assertDns(peering, local);
  const tags = tagsOf(peering, { Name: name });
  const remoteTables = tablesFor(peering, await tablesOf(remote));
  return [
    ...[...new Set([local.place, remote.place])].map((place) => {
      return { place, slot: 'ec2.vpcPeerings', state: 'active', tags };
    }),
    ...routesIn(local, await tablesOf(local), await blocksOf(remote), name),
    ...routesIn(remote, remoteTables, await blocksOf(local), name),
  ];
}

async function assertDns({ spec, status }: Peering, { ec2 }: Side): Promise<void> {
  const asked = spec.details?.dnsResolution?.local;
  if (asked === undefined) return;
  const VpcPeeringConnectionIds = [status?.id ?? ''];
  const { VpcPeeringConnections: [found] = [] } = await ec2.send(
    new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds }),
  );
  if (found?.RequesterVpcInfo?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc !== asked)
    throw new Error(`DNS resolution of ${status?.id ?? ''} is not as asked`);
}

const idOf = ({ status }: Peering): string => status?.id ?? 'pcx-0';

function drift(
  side: 'local' | 'remote',
  work: (side: Side, peering: Peering, world: World) => Promise<unknown>,
): HistoryKind<Peering>['drifts'][string] {
  return (world, peering) => work(sidesOf(peering, world)[side], peering, world);
}

/** A route through the peering, the last one. */
async function routeThrough(side: Side, peering: Peering) {
  const routes = (await tablesOf(side)).flatMap(({ RouteTableId, Routes = [] }) =>
    Routes.filter(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === idOf(peering)).map(
      ({ DestinationCidrBlock }) => ({ RouteTableId, DestinationCidrBlock }),
    ),
  );
  return routes.at(-1);
}

async function deleteRoute(side: Side, peering: Peering): Promise<void> {
  const route = await routeThrough(side, peering);
  if (route) await side.ec2.send(new DeleteRouteCommand(route));
}

/** Leads a route of the peering elsewhere: from then on it is somebody else's. */
async function takeRoute(side: Side, peering: Peering, world: World): Promise<void> {
  const route = await routeThrough(side, peering);
  const { ec2, vpc } = side;
  const vpcId = await vpcIdNamed(ec2, vpc);
  const Filters = [{ Name: 'attachment.vpc-id', Values: [vpcId] }];
  const { InternetGateways: [gateway] = [] } = await ec2.send(new DescribeInternetGatewaysCommand({ Filters }));
  // What stands in a VPC that is made goes with it.
  if (!route || !gateway || vpc === VPCS['inside']) return;
  const GatewayId = gateway.InternetGatewayId;
  await ec2.send(new ReplaceRouteCommand({ ...route, GatewayId }));
  world.obstacles.set(`route to ${route.DestinationCidrBlock ?? ''} in ${route.RouteTableId ?? ''}`, {
    isUntouched: async () => {
      const table = (await tablesOf(side)).find(({ RouteTableId }) => RouteTableId === route.RouteTableId);
      const found = table?.Routes?.find((one) => one.DestinationCidrBlock === route.DestinationCidrBlock);
      return found?.GatewayId === GatewayId;
    },
    remove: () => ec2.send(new DeleteRouteCommand(route)),
  });
}

/** A route of somebody through our peering to where it does not lead. */
async function addRoute({ ec2, vpc, ...side }: Side, peering: Peering): Promise<void> {
  const [table] = tablesFor(peering, await tablesOf({ ...side, ec2, vpc }));
  const key = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: '10.199.0.0/24' };
  await ec2.send(new CreateRouteCommand({ ...key, VpcPeeringConnectionId: idOf(peering) }));
}

async function loseTags({ ec2 }: Side, { status }: Peering): Promise<void> {
  // What has no tags is proved ours by its id, once that is recorded.
  if (status?.id === undefined) return;
  const Tags = [TAG_KEYS.name, TAG_KEYS.scope].map((Key) => ({ Key }));
  await ec2.send(new DeleteTagsCommand({ Resources: [status.id], Tags }));
}

/** A table of the owner of the VPC, which then has to lead to the other one. */
async function addTable({ ec2, place, vpc }: Side, _: Peering, { added }: World): Promise<void> {
  // What stands in a VPC that is made keeps it from being deleted.
  if (vpc === VPCS['inside']) return;
  const name = `${vpc}-added-${added.length}`;
  const Tags = [{ Key: 'Name', Value: name }];
  const TagSpecifications = [{ ResourceType: 'route-table' as const, Tags }];
  await ec2.send(new CreateRouteTableCommand({ VpcId: await vpcIdNamed(ec2, vpc), TagSpecifications }));
  added.push({ place, slot: 'ec2.routeTables', name, vpcId: vpc, isMain: false, subnetIds: [] });
}

/** A further block of a remote VPC, to which the other side then has to lead. */
async function addBlock({ ec2, place, vpc }: Side, _: Peering, { added }: World): Promise<void> {
  const [primary = ''] = await blocksOf({ ec2, place, vpc });
  const cidr = primary.replace('.0.0/22', '.8.0/24');
  await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: await vpcIdNamed(ec2, vpc), CidrBlock: cidr }));
  added.push({ place, slot: 'ec2.vpcs.blocks', of: vpc, cidr, state: 'associated' });
}

const deleteConnection = ({ ec2 }: Side, peering: Peering) =>
  ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: idOf(peering) }));

const PERMISSION = { Key: SHOOT };

const DRIFTS: HistoryKind<Peering>['drifts'] = {
  connectionDeleted: drift('local', deleteConnection),
  connectionDeletedThere: drift('remote', deleteConnection),
  rejected: drift('remote', ({ ec2 }, peering) =>
    ec2.send(new RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId: idOf(peering) })),
  ),
  permissionWithdrawn: drift('remote', async ({ ec2, vpc }) =>
    ec2.send(new DeleteTagsCommand({ Resources: [await vpcIdNamed(ec2, vpc)], Tags: [PERMISSION] })),
  ),
  routeDeleted: drift('local', deleteRoute),
  routeDeletedThere: drift('remote', deleteRoute),
  routeTaken: drift('local', takeRoute),
  routeTakenThere: drift('remote', takeRoute),
  routeAdded: drift('local', addRoute),
  routeAddedThere: drift('remote', addRoute),
  tableAdded: drift('local', addTable),
  tableAddedThere: drift('remote', addTable),
  blockAddedThere: drift('remote', addBlock),
  tagsLost: drift('local', loseTags),
  tagsLostThere: drift('remote', loseTags),
  dnsResolutionOff: drift('local', ({ ec2 }, peering) => {
    const options = { AllowDnsResolutionFromRemoteVpc: false };
    const VpcPeeringConnectionId = idOf(peering);
    return ec2.send(
      new ModifyVpcPeeringConnectionOptionsCommand({
        VpcPeeringConnectionId,
        RequesterPeeringConnectionOptions: options,
      }),
    );
  }),
};

/** Owners permit again what they have withdrawn, and clear up what a peering may leave with them. */
async function settle(world: World): Promise<void> {
  for (const { place, vpc } of Object.values(REMOTES)) {
    const ec2 = ec2In(world, place);
    const Resources = [await vpcIdNamed(ec2, vpc)];
    const Value = vpc === 'neighbour' ? '' : 'may peer';
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ ...PERMISSION, Value }] }));
  }
  const { place, vpc } = REMOTES['partner'] as Reference;
  await clearUp({ place, vpc, ec2: ec2In(world, place) });
}

/** Without `deleteRemotePeering` routes to what has ended stay with the owner. */
async function clearUp(side: Side): Promise<void> {
  for (const { RouteTableId, Routes = [] } of await tablesOf(side)) {
    for (const { DestinationCidrBlock, VpcPeeringConnectionId, State } of Routes) {
      if (State === 'blackhole' && VpcPeeringConnectionId !== undefined)
        await side.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    }
  }
}

function dependenciesOf({ spec }: { readonly spec: object }): readonly Named[] {
  // Of a creation or an object of this kind.
  const { scope, details } = spec as VpcPeering['spec'];
  return [
    { kind: 'Scope', name: scope.name },
    { kind: networkKind.kind, name: details?.remoteNetwork.name ?? '' },
  ];
}

export const vpcPeerings = historyKind<Peering>({
  kind: vpcPeeringKind,
  creations: [
    aPeering('far', 'left', 'partner', {}),
    aPeering('matched', 'inside', 'other', {
      remoteRouteTableUpdateStrategy: 'MATCHED',
      deleteRemotePeering: true,
      dnsResolution: { local: true },
    }),
    aPeering('near', 'right', 'neighbour', { deleteRemotePeering: true }),
  ],
  edits: [],
  drifts: DRIFTS,
  operations: [
    'CreateVpcPeeringConnection',
    'AcceptVpcPeeringConnection',
    'DescribeVpcPeeringConnections',
    'DeleteVpcPeeringConnection',
    'CreateRoute',
    'DeleteRoute',
    'DescribeRouteTables',
  ],
  dependenciesOf,
  settle,
  expected,
});
