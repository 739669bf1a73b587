import { CreateSubnetCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { CreateUserGroupCommand, ModifyReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { requeueAfterMs } from '../../src/composed/index.ts';
import { isBeingDeleted } from '../../src/kube/resource.ts';
import { redisCluster } from '../../src/reconcilers/cloud-control/redis-cluster/redis-cluster.ts';
import { redisInstance } from '../../src/reconcilers/cloud-control/redis-instance/redis-instance.ts';
import { addressIn, addressOf } from '../../src/reconcilers/redis/address.ts';
import type { ConnectionSecrets } from '../../src/reconcilers/redis/connection-secret.ts';
import { NAME_INDEX } from '../../src/reconcilers/redis/name-claim.ts';
import { createRedisPasses, type RedisPassDeps, type RedisPasses } from '../../src/reconcilers/redis/reconciler.ts';
import type { RedisKind, RedisObject } from '../../src/reconcilers/redis/redis-kind.ts';
import type { Announcement, Connection, Timing } from '../../src/reconcilers/replication-group/state.ts';
import type { PassEnd } from '../../src/runtime/index.ts';
import { type DataPlane, noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import type { Call } from '../../src/util/call.ts';
import { startTestAws, type TestAws } from './aws-simulator.ts';
import { createTestClients } from './aws-clients.ts';
import { aCondition, aScope, anIpRange } from './cloud-control.ts';
import { createMemoryCluster, type MemoryCluster } from './memory-cluster.ts';
import { createMortality, type Mortality } from './mortality.ts';
import { aPass } from './pass.ts';
import { whileTimePasses } from './virtual-time.ts';

/** Redis objects on the simulator in virtual time: pipelines without controllers, one object at a time. */
export interface RedisWorld {
  readonly aws: TestAws;
  readonly mortality: Mortality;
  readonly cluster: MemoryCluster;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Makes one more subnet of the VPC and answers with its id. */
  addSubnet(cidr: string): Promise<string>;
  /** Makes the object refer to another IpRange. */
  point(object: RedisObject, ipRange: string): void;
  /** What opens the servers of the object's group now; empty text where none is needed. */
  validTokens(): readonly string[];
  /** Attaches a user group that is not ours, and waits until AWS is done. */
  attachForeignUserGroup(): Promise<void>;
  /** Lets AWS begin maintenance by itself; *throws* when the simulator refuses. */
  maintain(kind: 'nodes' | 'engineVersion' | 'snapshot'): Promise<void>;
  /** Takes fields out of the status, as a lost write does. */
  forget(object: RedisObject, fields: readonly string[]): void;
  readonly announcements: Announcement[];
  /** What clients read from the Secret; undefined while there is none. */
  readonly published: () => Connection | undefined;
  readonly publications: readonly Connection[];
  /** When clients were refused with what they read from the Secret, now or a grace time ago. It should never be. */
  readonly refusals: readonly string[];
  /** Changes what clients read from the Secret, as somebody else does. */
  misguide(endpoint: Connection['endpoint']): void;
  put(object: RedisObject): void;
  /** Changes the specification, as a user does. */
  change(object: RedisObject, aws: object): void;
  /** Sets annotations, or takes them away where they are undefined. */
  annotate(object: RedisObject, annotations: Readonly<Record<string, string | undefined>>): void;
  remove(object: RedisObject): void;
  find(object: RedisObject): RedisObject | undefined;
  /**
   * One pass; undefined when the object is gone. The status is written as the controller writes it, unless the pass was
   * aborted: then its process is dead, and the next pass begins a new one.
   */
  check(object: RedisObject, overrides?: Partial<Call>): Promise<PassEnd | undefined>;
  /** What the next pass states in the end is not written, as while the API server is away. */
  loseNextStatus(): void;
  /** Passes, each when the last one asked for it, until `isDone`; answers how long that took. *Throws* after `limitMs`. */
  until(object: RedisObject, isDone: (object: RedisObject | undefined) => boolean, limitMs?: number): Promise<number>;
  untilReady(object: RedisObject): Promise<number>;
  /** Until it is ready, and the published token is the only one that AWS takes. */
  untilSettled(object: RedisObject): Promise<number>;
  untilGone(object: RedisObject): Promise<number>;
  /** Begins a new process: nothing is remembered. */
  restart(): void;
  advance(ms: number): void;
  /** Operations that AWS was asked for since the last time. */
  takeCalls(): readonly string[];
  /** All that AWS has beside the network that was there before: ARNs of tagged resources, sorted. */
  resources(): Promise<readonly string[]>;
  /** The whole state of AWS as the simulator dumps it. */
  everything(): Promise<unknown>;
  stop(): Promise<void>;
}

/** The operator's defaults. */
const TIMING: Timing = {
  lookIntervalMs: 10 * 60_000,
  fullCheckIntervalMs: 6 * 3_600_000,
  waitScale: 1,
  waitTickMs: 10_000,
  tokenGraceMs: 600_000,
};

const HOUR_MS = 3_600_000;

async function makeSubnets(simulator: TestAws): Promise<{ vpcId: string; subnetIds: readonly string[] }> {
  const ec2 = simulator.ec2();
  const filters = [{ Name: 'tag:Name', Values: ['shoot--sandbox--demo'] }];
  const { Vpcs: vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: filters }));
  const vpcId = vpcs?.[0]?.VpcId ?? '';
  const subnetIds: string[] = [];
  for (const [index, zone] of ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'].entries()) {
    const input = { VpcId: vpcId, CidrBlock: `10.250.3.${index * 32}/27`, AvailabilityZone: zone };
    const { Subnet: subnet } = await ec2.send(new CreateSubnetCommand(input));
    subnetIds.push(subnet?.SubnetId ?? '');
  }
  return { vpcId, subnetIds };
}

interface Secrets extends ConnectionSecrets {
  published: Connection | undefined;
  readonly publications: Connection[];
}

function memorySecrets(onPublished: (authString: string) => void): Secrets {
  const secrets: Secrets = {
    published: undefined,
    publications: [],
    ensure: async (object, connection) => {
      if (JSON.stringify(secrets.published) !== JSON.stringify(connection)) secrets.publications.push(connection);
      secrets.published = connection;
      onPublished(connection.authString);
      return `cm-${object.metadata.name}`;
    },
    isIntact: (object) =>
      secrets.published !== undefined && [undefined, addressOf(secrets.published.endpoint)].includes(addressIn(object)),
    restMs: () => 0,
    delete: async () => {
      secrets.published = undefined;
    },
  };
  return secrets;
}

/** Watches whether clients are let in, at each moment at which that could change. */
function createDoors(validTokens: () => readonly string[]) {
  const refusals: string[] = [];
  /** What clients may still have, by when they were to read the next one. */
  const held = new Map<string, number>();
  let published: string | undefined;
  const look = (nowMs: number): void => {
    const tokens = validTokens();
    const isOpen = tokens.length === 0 || tokens.includes('');
    for (const [authString, untilMs] of held) {
      if (untilMs <= nowMs && authString !== published) held.delete(authString);
      else if (!isOpen && !tokens.includes(authString)) {
        const which = authString === published ? 'published' : 'former';
        refusals.push(`${new Date(nowMs).toISOString()}: the ${which} one, ${authString.slice(0, 4)}, is not accepted`);
      }
    }
  };
  return {
    refusals,
    look,
    publish: (authString: string, nowMs: number): void => {
      // A status keeps times in whole seconds.
      if (published !== undefined && authString !== published) held.set(published, nowMs + TIMING.tokenGraceMs - 1_000);
      published = authString;
      held.set(authString, Infinity);
      look(nowMs);
    },
  };
}

export async function startRedisWorld(options: WorldOptions = {}): Promise<RedisWorld> {
  let validTokens: readonly string[] = [];
  const doors = createDoors(() => validTokens);
  const dataPlane: DataPlane = {
    apply: (spec) => {
      validTokens = spec.tokens.map((token) => token ?? '');
      doors.look(simulator.clock.now());
      return noDataPlane.apply(spec);
    },
    remove: (key) => noDataPlane.remove(key),
  };
  const simulator = await startTestAws({ world: options, services: createAllServices(dataPlane) });
  const { vpcId, subnetIds } = await makeSubnets(simulator);
  const cluster = createMemoryCluster(
    {
      RedisInstance: { [NAME_INDEX]: ({ metadata }) => [metadata.name] },
      RedisCluster: { [NAME_INDEX]: ({ metadata }) => [metadata.name] },
    },
    simulator.clock,
  );
  cluster.put(aScope());
  const subnets = subnetIds.map((id, index) => ({ id, zone: `eu-central-1${'abc'[index] ?? ''}`, range: '' }));
  cluster.put(
    anIpRange({ status: { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, vpcId, subnets } }),
  );
  const aws = createTestClients(simulator);
  const announcements: Announcement[] = [];
  const announce = (_: RedisObject, announcement: Announcement) => void announcements.push(announcement);
  const secrets = memorySecrets((authString) => doors.publish(authString, simulator.clock.now()));
  const mortality = createMortality(simulator);
  const deps: RedisPassDeps = {
    aws,
    timing: TIMING,
    targetOf: ({ spec }) => ({ accountId: spec.scope.aws.accountId, region: spec.region, roleArn: undefined }),
  };
  const fresh = () => ({
    RedisInstance: createRedisPasses(redisInstance, deps),
    RedisCluster: createRedisPasses(redisCluster, deps),
  });
  let passes = fresh();
  const kindOf = ({ kind }: RedisObject): RedisKind<RedisObject> =>
    // A test puts objects of these two kinds in, each under its own name.
    kind === 'RedisInstance' ? redisInstance : redisCluster;
  const find = (object: RedisObject) => cluster.find(kindOf(object).kind, object.metadata.name);
  let isNextStatusLost = false;
  simulator.journal.clear();

  async function check(object: RedisObject, overrides: Partial<Call> = {}): Promise<PassEnd | undefined> {
    const current = find(object);
    if (current === undefined) return undefined;
    const run = passes[current.kind as keyof typeof passes] as unknown as RedisPasses<RedisObject>;
    const process = mortality.begin();
    const pass = aPass({ clock: simulator.clock, signal: process, ...overrides });
    const kubernetes = { cluster: mortality.clusterOf(cluster), secrets: mortality.secretsOf(secrets), announce };
    const result = await whileTimePasses(simulator, run(current, pass, kubernetes));
    const { status } = result;
    const isLost = isNextStatusLost;
    isNextStatusLost = false;
    const write = async () => {
      if (isLost) return;
      if (status !== undefined) cluster.setStatus(kindOf(object).kind, object.metadata.name, status);
    };
    if (!process.aborted) {
      await mortality.write(write).catch((error: unknown) => {
        // The death that comes with this very write is no failure; it is looked at below.
        if (error !== process.reason) throw error;
      });
    }
    if (!process.aborted) return result.outcome;
    passes = fresh();
    return { kind: 'stopWithRequeue', reason: 'a new process begins' };
  }

  function edit(object: RedisObject, change: (spec: RedisObject['spec']) => RedisObject['spec']): void {
    const current = find(object);
    if (current === undefined) throw new Error('the object is gone');
    const { metadata, spec } = current;
    const edited: RedisObject = {
      ...current,
      metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 },
      spec: change(spec),
    };
    cluster.put(edited);
  }

  async function until(
    object: RedisObject,
    isDone: (object: RedisObject | undefined) => boolean,
    limitMs = 3 * HOUR_MS,
  ): Promise<number> {
    const startMs = simulator.clock.monotonicMs();
    for (;;) {
      const outcome = await check(object);
      if (isDone(find(object))) return simulator.clock.monotonicMs() - startMs;
      if (simulator.clock.monotonicMs() - startMs > limitMs) {
        throw new Error(`Not reached: ${JSON.stringify(find(object)?.status)}`);
      }
      if (outcome?.kind === 'failed') throw outcome.error;
      const delayMs = outcome === undefined ? 0 : requeueAfterMs(outcome);
      simulator.clock.advance(delayMs === Infinity ? HOUR_MS : delayMs);
    }
  }

  return {
    aws: simulator,
    mortality,
    cluster,
    vpcId,
    subnetIds,
    addSubnet: async (cidr) => {
      const input = { VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: 'eu-central-1a' };
      const { Subnet: subnet } = await simulator.ec2().send(new CreateSubnetCommand(input));
      return subnet?.SubnetId ?? '';
    },
    validTokens: () => validTokens,
    refusals: doors.refusals,
    attachForeignUserGroup: async () => {
      const elastiCache = simulator.elastiCache();
      await elastiCache.send(
        new CreateUserGroupCommand({ UserGroupId: 'theirs', Engine: 'redis', UserIds: ['default'] }),
      );
      simulator.clock.advance(60_000);
      const change = { ReplicationGroupId: 'cm-demo', UserGroupIdsToAdd: ['theirs'], ApplyImmediately: true };
      await elastiCache.send(new ModifyReplicationGroupCommand(change));
      simulator.clock.advance(300_000);
    },
    maintain: async (kind) => {
      const body = JSON.stringify({ service: 'elasticache', resource: 'cm-demo', kind });
      const response = await fetch(`${simulator.endpoint}/_sandbox/maintenance`, { method: 'POST', body });
      if (!response.ok) throw new Error(await response.text());
    },
    forget: (object, fields) => {
      const none = Object.fromEntries(fields.map((field) => [field, undefined]));
      cluster.setStatus(kindOf(object).kind, object.metadata.name, none);
    },
    point: (object, name) => edit(object, (spec) => ({ ...spec, ipRange: { name } })),
    announcements,
    published: () => secrets.published,
    publications: secrets.publications,
    misguide: (endpoint) => {
      if (secrets.published !== undefined) secrets.published = { ...secrets.published, endpoint };
    },
    put: (object) => cluster.put(object),
    find,
    change: (object, fields) =>
      edit(object, (spec) => ({ ...spec, instance: { aws: { ...spec.instance.aws, ...fields } } })),
    annotate: (object, annotations) => {
      const current = find(object);
      if (current === undefined) throw new Error('the object is gone');
      const all = Object.entries({ ...current.metadata.annotations, ...annotations });
      const left = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
      cluster.put({ ...current, metadata: { ...current.metadata, annotations: Object.fromEntries(left) } });
    },
    remove: (object) => cluster.remove(kindOf(object).kind, object.metadata.name),
    check,
    loseNextStatus: () => {
      isNextStatusLost = true;
    },
    until,
    untilReady: (object) => until(object, isReadyNow),
    untilSettled: (object) => until(object, (now) => isReadyNow(now) && isTokenSettled(now)),
    untilGone: (object) => until(object, (now) => now === undefined || !isBeingDeleted(now)),
    restart: () => {
      passes = fresh();
    },
    advance: (ms) => simulator.clock.advance(ms),
    takeCalls: () => simulator.takeCalls(),
    everything: async () => structuredClone(simulator.state()),
    resources: async () => {
      const { ResourceTagMappingList: list } = await simulator.tagging().send(new GetResourcesCommand({}));
      return (list ?? []).map(({ ResourceARN }) => ResourceARN ?? '').sort((a, b) => a.localeCompare(b));
    },
    stop: async () => {
      aws.close();
      await simulator.stop();
    },
  };
}

function isTokenSettled(object: RedisObject | undefined): boolean {
  return [undefined, 'Settled'].includes(object?.status?.authToken?.phase);
}

function isReadyNow(object: RedisObject | undefined): boolean {
  const { metadata, status } = object ?? {};
  return status?.state === 'Ready' && status.observedGeneration === metadata?.generation;
}
