import {
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  type EC2Client,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { Network } from '../../src/api/cloud-control/v1beta1/network.ts';
import { type VpcPeering, vpcPeeringKind } from '../../src/api/cloud-control/v1beta1/vpc-peering.ts';
import { requeueAfterMs, runPipeline, type Stop, stopWithRequeue } from '../../src/composed/index.ts';
import type { EventInput } from '../../src/kube/events.ts';
import { reconcileVpcPeering } from '../../src/reconcilers/cloud-control/vpc-peering/reconciler.ts';
import { createPeeringState, statusOf } from '../../src/reconcilers/cloud-control/vpc-peering/state.ts';
import type { VpcOptions, WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import type { Call } from '../../src/util/call.ts';
import { createTestClients } from './aws-clients.ts';
import { startTestAws, type TestAws } from './aws-simulator.ts';
import { aCondition, aNetwork, aScope, aVpcPeering } from './cloud-control.ts';
import { createMemoryCluster, type MemoryCluster } from './memory-cluster.ts';
import { networkIndexes } from './network-world.ts';
import { createMortality, type Mortality } from './mortality.ts';
import { aPass } from './pass.ts';
import { whileTimePasses } from './virtual-time.ts';

/** VpcPeerings on the simulator, in virtual time: pipelines without controllers, and the owners of both VPCs. */
export interface PeeringWorld {
  readonly aws: TestAws;
  readonly mortality: Mortality;
  readonly cluster: MemoryCluster;
  /** 10.250.0.0/22 in the Scope's account, and 10.180.0.0/22 in the partner's, in another region. */
  readonly local: Owner;
  readonly remote: Owner;
  /** What was told beside the findings, oldest first. */
  readonly news: readonly EventInput[];
  put(peering?: VpcPeering): void;
  peering(name?: string): VpcPeering | undefined;
  /** One pass; undefined when there is no such object. *Throws* what the pass throws. */
  check(name?: string): Promise<Stop | undefined>;
  /** A pass over each of the objects, all at once. */
  checkTogether(names: readonly string[]): Promise<void>;
  /** Passes, each when the last one asked for it, until the object rests, is gone, or `passes` are over. */
  settle(name?: string, passes?: number): Promise<VpcPeering | undefined>;
  /** Asks for the deletion. */
  remove(name?: string): void;
  /** Forgets what the process remembers. */
  restart(): void;
  /** The next look at rest, and what follows from it. */
  look(): Promise<VpcPeering | undefined>;
  /** Operations that AWS was asked for since the last time. */
  takeCalls(): readonly string[];
  stop(): Promise<void>;
}

/** A route through a peering, or of somebody else: not those of the VPC itself. */
export interface SeenRoute {
  readonly table: string;
  readonly destination: string;
  readonly target: string;
  readonly state: string;
}

/** Who owns a VPC, with all rights in its account. */
export interface Owner {
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
  readonly ec2: EC2Client;
  /** The main table, and those that were added, oldest first. */
  tables(): Promise<readonly string[]>;
  addTable(tags?: Readonly<Record<string, string>>): Promise<string>;
  deleteTable(id: string): Promise<void>;
  /** Of all tables of the VPC, without what leads to its own addresses and to the internet. */
  routes(): Promise<readonly SeenRoute[]>;
  setNatRoute(table: string, destination: string, natGatewayId: string): Promise<void>;
  setPeeringRoute(table: string, destination: string, peeringId: string): Promise<void>;
  deleteRoute(table: string, destination: string): Promise<void>;
  addBlock(cidr: string): Promise<void>;
  removeBlock(cidr: string): Promise<void>;
  setTags(id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  deleteTags(id: string, ...keys: readonly string[]): Promise<void>;
  connections(): Promise<readonly VpcPeeringConnection[]>;
  deleteVpc(): Promise<void>;
}

const LOOK_INTERVAL_MS = 600_000;
export const PARTNER = '222222222222';
export const PEERING_ROLE = 'CloudManagerPeeringRole';
export const PARTNER_KEY = { accessKeyId: 'AKIAPARTNER', secretAccessKey: 'partner' };

const role = { name: PEERING_ROLE, trusts: [{ principal: 'arn:aws:iam::123456789012:root' }] };
const partnerVpc = { region: 'eu-west-1', cidrBlock: '10.180.0.0/22', tags: { Name: 'partner', demo: 'may peer' } };
/** The operator's account, and that of a partner who lets it in. */
export const accountsWith = (remoteVpcs: readonly VpcOptions[] = []): NonNullable<WorldOptions['accounts']> => [
  { id: '123456789012', roles: [role] },
  { id: PARTNER, roles: [role], accessKeys: [PARTNER_KEY], defaultVpc: false, vpcs: [partnerVpc, ...remoteVpcs] },
];

/** The ARN of the role that is taken on in an account. */
export function peeringRoleIn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/${PEERING_ROLE}`;
}

export async function startPeeringWorld(
  options: WorldOptions & { readonly peeringTag?: string; readonly remoteVpcs?: readonly VpcOptions[] } = {},
): Promise<PeeringWorld> {
  const { peeringTag, remoteVpcs = [], ...world } = options;
  const simulator = await startTestAws({ world: { throttling: 'off', accounts: accountsWith(remoteVpcs), ...world } });
  const aws = createTestClients(simulator);
  const cluster = createMemoryCluster(networkIndexes, simulator.clock);
  const local = await ownerOf('123456789012', 'eu-central-1', 'shoot--sandbox--demo', simulator.ec2());
  const ec2 = simulator.ec2({ region: partnerVpc.region, credentials: PARTNER_KEY });
  const remote = await ownerOf(PARTNER, partnerVpc.region, 'partner', ec2);
  const deps = {
    peering: aws.peering,
    peeringTag,
    targetIn: (accountId: string, region: string) => ({ accountId, region, roleArn: peeringRoleIn(accountId) }),
    timing: { lookIntervalMs: LOOK_INTERVAL_MS, waitScale: 1, waitTickMs: 10_000 },
  };
  const mortality = createMortality(simulator);
  const news: EventInput[] = [];
  let pipeline = reconcileVpcPeering(deps);
  putScope(cluster, local);
  cluster.put(networkOf('theirs', remote));
  simulator.journal.clear();

  const pass = async (name: string, overrides: Partial<Call> = {}): Promise<Stop | undefined> => {
    const object = cluster.find(vpcPeeringKind, name);
    if (object === undefined) return undefined;
    const state = createPeeringState(object, mortality.clusterOf(cluster));
    const { signal } = overrides;
    try {
      return await runPipeline(pipeline, state, aPass({ clock: simulator.clock, ...overrides }));
    } finally {
      // The dead write nothing.
      if (signal?.aborted !== true)
        await mortality.write(async () => cluster.setStatus(vpcPeeringKind, name, statusOf(state)));
      news.push(...state.news);
    }
  };
  const check: PeeringWorld['check'] = async (name = 'peering') => {
    const signal = mortality.begin();
    try {
      return await whileTimePasses(simulator, pass(name, { signal }));
    } catch (error) {
      if (!signal.aborted) throw error;
      pipeline = reconcileVpcPeering(deps);
      return stopWithRequeue('a new process begins');
    }
  };
  const settle: PeeringWorld['settle'] = async (name = 'peering', most = 20) => {
    for (let pass = 0; pass < most; pass += 1) {
      const stop = await check(name);
      const object = cluster.find(vpcPeeringKind, name);
      if (stop === undefined || object === undefined || isAtRest(object)) return object;
      const delayMs = requeueAfterMs(stop);
      if (delayMs === Infinity) return object;
      simulator.clock.advance(delayMs);
    }
    return cluster.find(vpcPeeringKind, name);
  };
  return {
    aws: simulator,
    cluster,
    local,
    remote,
    mortality,
    news,
    put: (peering = aVpcPeering()) => cluster.put(peering),
    peering: (name = 'peering') => cluster.find(vpcPeeringKind, name),
    check,
    checkTogether: async (names) => {
      await whileTimePasses(simulator, Promise.all(names.map((name) => pass(name))));
    },
    settle,
    remove: (name = 'peering') => cluster.remove(vpcPeeringKind, name),
    restart: () => {
      pipeline = reconcileVpcPeering(deps);
    },
    look: async () => {
      simulator.clock.advance(LOOK_INTERVAL_MS);
      return settle();
    },
    takeCalls: () => simulator.takeCalls(),
    stop: async () => {
      aws.close();
      await simulator.stop();
    },
  };
}

/** Ready, or in a trouble that only somebody else can end. */
function isAtRest({ status, metadata }: VpcPeering): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return (status?.conditions ?? []).some(({ type, status: value }) => type !== 'Stalled' && value === 'True');
}

/** The Scope is ready and has found this VPC, and its Network stands for it. */
export function putScope(
  cluster: Pick<MemoryCluster, 'put'>,
  owner: Pick<Owner, 'accountId' | 'region' | 'vpcId'>,
): void {
  const { vpcId } = owner;
  cluster.put(aScope({ status: { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, vpcId } }));
  cluster.put(networkOf('demo--kyma', owner));
}

/** A Network that is ready and stands for the VPC, which it may know by a name alone. */
export function networkOf(
  name: string,
  owner: Pick<Owner, 'accountId' | 'region' | 'vpcId'>,
  networkName?: string,
): Network {
  const vpc = networkName === undefined ? { vpcId: owner.vpcId } : { networkName };
  const aws = { awsAccountId: owner.accountId, region: owner.region, ...vpc };
  return aNetwork({
    metadata: { name },
    spec: { network: { reference: { aws } } },
    status: {
      state: 'Ready',
      conditions: [aCondition()],
      observedGeneration: 1,
      networkType: 'external',
      network: { aws },
    },
  });
}

/** The owner of the VPC that has this Name tag. */
export async function ownerOf(accountId: string, region: string, name: string, ec2: EC2Client): Promise<Owner> {
  const named = [{ Name: 'tag:Name', Values: [name] }];
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: named }));
  return ownerIn(ec2, { accountId, region, vpcId: Vpcs?.[0]?.VpcId ?? '' });
}

/** Another VPC of the same owner. */
export async function otherVpc(
  { ec2, accountId, region }: Owner,
  cidr: string,
  tags: Readonly<Record<string, string>> = { demo: '' },
): Promise<Owner> {
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: tagList(tags) }];
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications }));
  return ownerIn(ec2, { accountId, region, vpcId: Vpc?.VpcId ?? '' });
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function ownerIn(ec2: EC2Client, place: Pick<Owner, 'accountId' | 'region' | 'vpcId'>): Owner {
  const { vpcId: VpcId } = place;
  const readTables = async () => {
    const { RouteTables = [] } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
    );
    return RouteTables;
  };
  return {
    ...place,
    ec2,
    tables: async () => (await readTables()).map(({ RouteTableId = '' }) => RouteTableId),
    addTable: async (tags = {}) => {
      const TagSpecifications = [{ ResourceType: 'route-table' as const, Tags: tagList(tags) }];
      const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId, TagSpecifications }));
      return RouteTable?.RouteTableId ?? '';
    },
    deleteTable: async (RouteTableId) => {
      await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    },
    routes: async () => {
      const tables = await readTables();
      return tables.flatMap(({ RouteTableId: table = '', Routes = [] }) =>
        Routes.filter(({ GatewayId }) => GatewayId === undefined).map((route) => ({
          table,
          destination: route.DestinationCidrBlock ?? '',
          target: route.VpcPeeringConnectionId ?? route.NatGatewayId ?? '',
          state: route.State ?? '',
        })),
      );
    },
    setPeeringRoute: async (RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId) => {
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId }));
    },
    setNatRoute: async (RouteTableId, DestinationCidrBlock, NatGatewayId) => {
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, NatGatewayId }));
    },
    deleteRoute: async (RouteTableId, DestinationCidrBlock) => {
      await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    },
    addBlock: async (CidrBlock) => {
      await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock }));
    },
    removeBlock: async (cidr) => {
      const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
      const block = Vpcs?.[0]?.CidrBlockAssociationSet?.find(({ CidrBlock }) => CidrBlock === cidr);
      await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId: block?.AssociationId }));
    },
    setTags: async (id, tags) => {
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) }));
    },
    deleteTags: async (id, ...keys) => {
      await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }));
    },
    deleteVpc: async () => {
      await ec2.send(new DeleteVpcCommand({ VpcId }));
    },
    connections: async () => {
      const { VpcPeeringConnections = [] } = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
      return VpcPeeringConnections.filter(({ RequesterVpcInfo, AccepterVpcInfo }) =>
        [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId].includes(VpcId),
      );
    },
  };
}
