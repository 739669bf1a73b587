import type { EventInput } from '../../src/kube/events.ts';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Subnet,
  type VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import { CreateCacheSubnetGroupCommand, CreateReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { type IpRange, ipRangeKind } from '../../src/api/cloud-control/v1beta1/ip-range.ts';
import { type Network, networkKind } from '../../src/api/cloud-control/v1beta1/network.ts';
import { type Scope, scopeKind } from '../../src/api/cloud-control/v1beta1/scope.ts';
import { type Subscription, subscriptionKind } from '../../src/api/cloud-control/v1beta1/subscription.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../src/api/cloud-control/v1beta1/vpc-network.ts';
import type { VpcPeering } from '../../src/api/cloud-control/v1beta1/vpc-peering.ts';
import { type Action, requeueAfterMs, runPipeline, type Stop } from '../../src/composed/index.ts';
import type { KubeObject, ResourceKind } from '../../src/kube/resource.ts';
import { reconcileIpRange } from '../../src/reconcilers/cloud-control/ip-range/reconciler.ts';
import * as ipRange from '../../src/reconcilers/cloud-control/ip-range/state.ts';
import { reconcileNetwork } from '../../src/reconcilers/cloud-control/network/reconciler.ts';
import * as network from '../../src/reconcilers/cloud-control/network/state.ts';
import { reconcileScope } from '../../src/reconcilers/cloud-control/scope/reconciler.ts';
import * as scope from '../../src/reconcilers/cloud-control/scope/state.ts';
import { reconcileSubscription } from '../../src/reconcilers/cloud-control/subscription/reconciler.ts';
import * as subscription from '../../src/reconcilers/cloud-control/subscription/state.ts';
import { reconcileVpcNetwork } from '../../src/reconcilers/cloud-control/vpc-network/reconciler.ts';
import * as vpcNetwork from '../../src/reconcilers/cloud-control/vpc-network/state.ts';
import {
  IP_RANGE_INDEX,
  ipRangeIndexValues,
  LOCAL_NETWORK_INDEX,
  localNetworkIndexValues,
  NETWORK_INDEX,
  networkIndexValues,
  networkVpcIndexValues,
  peeredVpcIndexValues,
  referredVpcIndexValues,
  type RefersToIpRange,
  type RefersToNetworks,
  REMOTE_NETWORK_INDEX,
  remoteNetworkIndexValues,
  type RefersToNetwork,
  type RefersToScope,
  SCOPE_INDEX,
  scopeIndexValues,
  SUBSCRIPTION_INDEX,
  subscriptionIndexValues,
  VPC_INDEX,
  VPC_NETWORK_INDEX,
  vpcIndexValues,
  vpcNetworkIndexValues,
} from '../../src/reconcilers/common/indexes.ts';
import type { ObjectState, StatusObject } from '../../src/reconcilers/common/object-state.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import type { Call } from '../../src/util/call.ts';
import { createSerial } from '../../src/util/serial.ts';
import { startTestAws, type TestAws } from './aws-simulator.ts';
import { createTestClients } from './aws-clients.ts';
import { createMemoryCluster, type MemoryCluster } from './memory-cluster.ts';
import { aPass } from './pass.ts';
import { whileTimePasses } from './virtual-time.ts';

/** Scope, Network and IpRange on the simulator, in virtual time: pipelines without controllers. */
export interface NetworkWorld {
  /** What was told beside the findings, oldest first. */
  readonly news: readonly EventInput[];
  readonly aws: TestAws;
  readonly ec2: EC2Client;
  readonly cluster: MemoryCluster;
  /** The VPC that the Scope names: 10.250.0.0/22. */
  readonly vpcId: string;
  addVpc(name: string, cidr: string): Promise<string>;
  addSubnet(cidr: string, zone?: string): Promise<string>;
  /** A cache of somebody else in the subnets; its network interfaces hold them. */
  addForeignCache(subnetIds: readonly string[]): Promise<void>;
  subnets(): Promise<readonly Subnet[]>;
  /** The blocks that take up addresses. */
  blocks(): Promise<readonly VpcCidrBlockAssociation[]>;
  checkScope(overrides?: Partial<Call>): Promise<Stop | undefined>;
  /** Writes the Scope and lets it and its Network come to rest; no calls are left to take. */
  useScope(scope: Scope): Promise<void>;
  /** One pass; undefined when there is no such object. *Throws* what the pass throws. */
  checkNetwork(name?: string): Promise<Stop | undefined>;
  network(name?: string): Network | undefined;
  /** As `checkNetwork`. */
  checkIpRange(name?: string, overrides?: Partial<Call>): Promise<Stop | undefined>;
  /** Passes, each when the last one asked for it, until the object is ready, gone, or `passes` are over. */
  settleIpRange(name?: string, passes?: number): Promise<IpRange | undefined>;
  ipRange(name?: string): IpRange | undefined;
  checkSubscription(name?: string): Promise<Stop | undefined>;
  subscription(name?: string): Subscription | undefined;
  checkVpcNetwork(name?: string, overrides?: Partial<Call>): Promise<Stop | undefined>;
  /** As `settleIpRange`. */
  settleVpcNetwork(name?: string, passes?: number): Promise<VpcNetwork | undefined>;
  vpcNetwork(name?: string): VpcNetwork | undefined;
  /** What a process remembers of VpcNetworks is lost. */
  restartVpcNetworks(): void;
  /** Operations that AWS was asked for since the last time. */
  takeCalls(): readonly string[];
  stop(): Promise<void>;
}

const OWN_NETWORK = 'demo--kyma';

const LOOK_INTERVAL_MS = 600_000;
const FULL_CHECK_INTERVAL_MS = 6 * 3_600_000;

export const networkIndexes = {
  // The values of an index are asked of objects of its kind only.
  IpRange: {
    [SCOPE_INDEX]: (object: KubeObject) => scopeIndexValues(object as RefersToScope),
    [NETWORK_INDEX]: (object: KubeObject) => networkIndexValues(object as RefersToNetwork),
    [VPC_NETWORK_INDEX]: (object: KubeObject) => vpcNetworkIndexValues(object as RefersToNetwork),
    [VPC_INDEX]: vpcIndexValues,
  },
  Scope: { [VPC_INDEX]: vpcIndexValues },
  VpcNetwork: {
    [SUBSCRIPTION_INDEX]: (object: KubeObject) => subscriptionIndexValues(object as VpcNetwork),
    [VPC_INDEX]: (object: KubeObject) => networkVpcIndexValues(object as VpcNetwork),
  },
  Network: {
    [SCOPE_INDEX]: (object: KubeObject) => scopeIndexValues(object as RefersToScope),
    [VPC_INDEX]: (object: KubeObject) => referredVpcIndexValues(object as Network),
  },
  VpcPeering: {
    [SCOPE_INDEX]: (object: KubeObject) => scopeIndexValues(object as RefersToScope),
    [LOCAL_NETWORK_INDEX]: (object: KubeObject) => localNetworkIndexValues(object as RefersToNetworks),
    [REMOTE_NETWORK_INDEX]: (object: KubeObject) => remoteNetworkIndexValues(object as RefersToNetworks),
    [VPC_INDEX]: (object: KubeObject) => peeredVpcIndexValues(object as VpcPeering),
  },
  RedisInstance: redisIndexes(),
  RedisCluster: redisIndexes(),
};

function redisIndexes() {
  return {
    [SCOPE_INDEX]: (object: KubeObject) => scopeIndexValues(object as RefersToScope),
    [IP_RANGE_INDEX]: (object: KubeObject) => ipRangeIndexValues(object as RefersToIpRange),
  };
}

export async function startNetworkWorld(options: WorldOptions = {}, { blocksPerVpc = 5 } = {}): Promise<NetworkWorld> {
  const simulator = await startTestAws({ world: { throttling: 'off', ...options } });
  const ec2 = simulator.ec2();
  const aws = createTestClients(simulator);
  const cluster = createMemoryCluster(networkIndexes, simulator.clock);
  const targetOf = (object: Scope) => ({
    accountId: object.spec.scope.aws.accountId,
    region: object.spec.region,
    roleArn: undefined,
  });
  const deps = {
    ...aws,
    targetOf,
    targetIn: (accountId: string, region: string) => ({ accountId, region, roleArn: undefined }),
    region: 'eu-central-1',
    network: { namePrefix: 'default', blocksPerVpc },
    timing: { lookIntervalMs: LOOK_INTERVAL_MS, fullCheckIntervalMs: FULL_CHECK_INTERVAL_MS, waitScale: 1 },
    serial: createSerial(),
    blocksPerVpc,
  };
  // Made once, as controllers do: they remember since when something is waited for.
  const pipelines = {
    scope: reconcileScope(deps),
    ipRange: reconcileIpRange(deps),
    subscription: reconcileSubscription(deps),
    vpcNetwork: reconcileVpcNetwork(deps),
  };
  const addVpc = async (name: string, cidr: string): Promise<string> => {
    const tags = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: name }] }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: tags }));
    return Vpc?.VpcId ?? '';
  };
  const named = [{ Name: 'tag:Name', Values: ['shoot--sandbox--demo'] }];
  const { Vpcs: vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: named }));
  const vpcId = vpcs?.[0]?.VpcId ?? '';
  simulator.journal.clear();

  const news: EventInput[] = [];
  async function check<O extends StatusObject, S extends ObjectState<O>>(parts: {
    readonly kind: ResourceKind<O>;
    readonly name: string;
    readonly createState: (object: O, cluster: MemoryCluster) => S;
    readonly pipeline: Action<S>;
    readonly statusOf: (state: S) => object;
    readonly overrides?: Partial<Call> | undefined;
  }): Promise<Stop | undefined> {
    const object = cluster.find(parts.kind, parts.name);
    if (object === undefined) return undefined;
    const state = parts.createState(object, cluster);
    const pass = aPass({ clock: simulator.clock, ...parts.overrides });
    try {
      return await whileTimePasses(simulator, runPipeline(parts.pipeline, state, pass));
    } finally {
      news.push(...state.news);
      cluster.setStatus(parts.kind, parts.name, parts.statusOf(state));
    }
  }

  const settle = async <T extends KubeObject>(
    check: () => Promise<Stop | undefined>,
    kind: ResourceKind<T>,
    name: string,
    passes: number,
  ): Promise<T | undefined> => {
    for (let i = 0; i < passes; i += 1) {
      const stop = await check();
      const object = cluster.find(kind, name);
      if (stop === undefined || object === undefined) return object;
      const delayMs = requeueAfterMs(stop);
      if (delayMs === Infinity || delayMs >= LOOK_INTERVAL_MS) return object;
      simulator.clock.advance(delayMs);
    }
    return cluster.find(kind, name);
  };

  const checkIpRange: NetworkWorld['checkIpRange'] = (name = 'range', overrides) => {
    const { createIpRangeState: createState, statusOf } = ipRange;
    return check({ kind: ipRangeKind, name, createState, statusOf, pipeline: pipelines.ipRange, overrides });
  };
  const checkScope: NetworkWorld['checkScope'] = (overrides) => {
    const { createScopeState: createState, statusOf } = scope;
    return check({ kind: scopeKind, name: 'demo', createState, statusOf, pipeline: pipelines.scope, overrides });
  };
  const checkNetwork: NetworkWorld['checkNetwork'] = (name = OWN_NETWORK) => {
    const { createNetworkState: createState, statusOf } = network;
    return check({ kind: networkKind, name, createState, statusOf, pipeline: reconcileNetwork });
  };
  const checkVpcNetwork: NetworkWorld['checkVpcNetwork'] = (name = 'net', overrides) => {
    const { createVpcNetworkState: createState, statusOf } = vpcNetwork;
    return check({ kind: vpcNetworkKind, name, createState, statusOf, pipeline: pipelines.vpcNetwork, overrides });
  };
  return {
    aws: simulator,
    news,
    ec2,
    cluster,
    vpcId,
    addVpc,
    addSubnet: async (cidr, zone = 'eu-central-1a') => {
      const input = { VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: zone };
      const { Subnet: subnet } = await ec2.send(new CreateSubnetCommand(input));
      return subnet?.SubnetId ?? '';
    },
    addForeignCache: async (SubnetIds) => {
      const elastiCache = simulator.elastiCache();
      const CacheSubnetGroupName = 'theirs';
      const subnets = { CacheSubnetGroupName, CacheSubnetGroupDescription: 'theirs', SubnetIds: [...SubnetIds] };
      await elastiCache.send(new CreateCacheSubnetGroupCommand(subnets));
      const group = { ReplicationGroupId: 'theirs', ReplicationGroupDescription: 'theirs', CacheSubnetGroupName };
      await elastiCache.send(new CreateReplicationGroupCommand({ ...group, CacheNodeType: 'cache.t4g.micro' }));
      simulator.clock.advance(900_000);
    },
    subnets: async () => {
      const filters = [{ Name: 'vpc-id', Values: [vpcId] }];
      return (await ec2.send(new DescribeSubnetsCommand({ Filters: filters }))).Subnets ?? [];
    },
    blocks: async () => {
      const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
      const present = ['associating', 'associated', 'disassociating'];
      return (Vpcs?.[0]?.CidrBlockAssociationSet ?? []).filter(({ CidrBlockState: state }) =>
        present.includes(state?.State ?? ''),
      );
    },
    checkScope,
    useScope: async (object) => {
      cluster.put(object);
      // A Network that is made anew takes a pass to go and one to come.
      for (let round = 0; round < 3; round += 1) {
        await checkScope();
        await checkNetwork();
      }
      simulator.takeCalls();
    },
    checkNetwork,
    network: (name = OWN_NETWORK) => cluster.find(networkKind, name),
    checkIpRange,
    settleIpRange: (name = 'range', passes = 20) => settle(() => checkIpRange(name), ipRangeKind, name, passes),
    ipRange: (name = 'range') => cluster.find(ipRangeKind, name),
    checkSubscription: (name = 'account') => {
      const { createSubscriptionState: createState, statusOf } = subscription;
      return check({ kind: subscriptionKind, name, createState, statusOf, pipeline: pipelines.subscription });
    },
    subscription: (name = 'account') => cluster.find(subscriptionKind, name),
    checkVpcNetwork,
    settleVpcNetwork: (name = 'net', passes = 30) => settle(() => checkVpcNetwork(name), vpcNetworkKind, name, passes),
    vpcNetwork: (name = 'net') => cluster.find(vpcNetworkKind, name),
    restartVpcNetworks: () => {
      pipelines.vpcNetwork = reconcileVpcNetwork(deps);
    },
    takeCalls: () => simulator.takeCalls(),
    stop: async () => {
      aws.close();
      await simulator.stop();
    },
  };
}
