import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedisInstance, redisInstanceKind } from '../../src/api/cloud-control/v1beta1/redis-instance.ts';
import { configurationFor, installCrds } from '../../src/cli/operator-on-sandbox.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  namespaceKind,
} from '../../src/kube/index.ts';
import { loadOptions } from '../../src/operator/options.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { type AwsSimulator, startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { requestToAws } from './cuts.ts';
import { fastClock } from './fast-clock.ts';
import { NAMESPACE } from './namespace.ts';
import { aCall } from './pass.ts';
import { type RealKubeServer, startRealKube } from './real-kube.ts';
import { User } from './user.ts';

/** AWS and passes live so much faster, and no more, or calls would meet their deadlines; the wire to Kubernetes is real. */
const FACTOR = 5;
/** How much faster AWS works on top of that. */
const SPEED = 30;

/** An operator at work on many objects, on a real API server of its own that may go away, and on a simulated AWS. */
export interface RealFleet {
  readonly server: RealKubeServer;
  readonly aws: AwsSimulator;
  readonly operator: Operator;
  readonly kube: KubeClient;
  readonly user: User;
  /** How often AWS was asked for each write. */
  readonly writes: ReadonlyMap<string, number>;
  /** Resolves with the n-th write of that operation from now on. */
  whenAsked(operation: string, count: number): Promise<void>;
  /** Resolves when `holds` of so many RedisInstances; the server must not go away meanwhile. */
  untilEach(count: number, holds: (object: RedisInstance) => boolean): Promise<void>;
  /** Sum of a metric of the operator; of a histogram, how often. */
  figure(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

export async function startRealFleet(objects: number): Promise<RealFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-fleet-'));
  const server = await startRealKube();
  const clock = fastClock(FACTOR);
  const quotas = {
    'elasticache.nodesPerRegion': 2 * objects,
    'elasticache.parameterGroups': objects + 20,
    'elasticache.subnetGroups': objects + 20,
  };
  const aws = await startAwsSimulator({ clock, log: silentLogger, lifeCycle: { speed: SPEED }, world: { quotas } });
  const connection = new KubeConnection(clusterConfigFromText(server.kubeconfig));
  const kube = createKubeClient(connection, aCall({ clock: systemClock }));
  await installCrds(kube);
  await kube.create(namespaceKind, { metadata: { name: NAMESPACE } });
  const caFile = join(folder, 'ca.crt');
  await writeFile(caFile, (await createCertificateAuthority('redis', systemClock.now())).caPem);
  const { flags, env } = configurationFor({
    ...DEFAULT_ACCESS_KEY,
    kubeconfig: server.kubeconfigPath,
    caFile,
    awsEndpoint: aws.endpoint,
    region: DEFAULT_REGION,
  });
  const options = loadOptions({
    flags: { ...flags, shutdownTimeout: '1s', waitScale: String(1 / SPEED), waitTick: '2s', redisTokenGrace: '20s' },
    env,
  });
  const operator = createOperator(options, { clock, wireClock: systemClock, log: silentLogger });
  const writes = new Map<string, number>();
  const listeners = new Set<(operation: string) => void>();
  aws.faults.intercept(({ operation, input }) => {
    const { label, isWrite } = requestToAws(operation, input);
    const key = [label, input['GroupId'], input['CidrBlock']].filter((part) => typeof part === 'string').join(' ');
    if (isWrite) writes.set(key, (writes.get(key) ?? 0) + 1);
    for (const listener of listeners) listener(operation);
    return undefined;
  });
  await operator.start(AbortSignal.timeout(60_000));
  return {
    server,
    aws,
    operator,
    kube,
    user: new User(kube),
    writes,
    whenAsked: (operation, count) =>
      new Promise((resolve) => {
        let left = count;
        const listener = (asked: string): void => {
          if (asked === operation) left -= 1;
          if (left > 0) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    untilEach: (count, holds) => untilEach(kube, count, holds),
    figure: (name, labels = {}) => figureOf(operator, name, labels),
    stop: async () => {
      await operator.stop();
      connection.close();
      await aws.stop();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function untilEach(kube: KubeClient, count: number, holds: (object: RedisInstance) => boolean): Promise<void> {
  const fitting = new Set<string>();
  for (;;) {
    const { items, resourceVersion } = await kube.list(redisInstanceKind, { namespace: NAMESPACE });
    fitting.clear();
    for (const { metadata } of items.filter(holds)) fitting.add(metadata.name);
    if (fitting.size >= count) return;
    // A server lets go of watchers that are slow, as one is in a process as busy as this.
    for await (const event of kube.watch(redisInstanceKind, { namespace: NAMESPACE, resourceVersion })) {
      if (event.type === 'BOOKMARK') continue;
      const { name } = event.object.metadata;
      if (event.type !== 'DELETED' && holds(event.object)) fitting.add(name);
      else fitting.delete(name);
      if (fitting.size >= count) return;
    }
  }
}

async function figureOf(
  { registry }: Operator,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  const isMeant = (value: (typeof values)[number]): boolean =>
    !('metricName' in value && value.metricName !== `${name}_count`) &&
    Object.entries(labels).every(([label, text]) => value.labels[label] === text);
  return values.filter(isMeant).reduce((sum, { value }) => sum + value, 0);
}
