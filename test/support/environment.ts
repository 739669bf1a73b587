import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import { CONTROL_PLANE_KINDS, ipRangeKind } from '../../src/api/index.ts';
import {
  applyPatch,
  clusterConfigFromText,
  createKubeClient,
  findCondition,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  type Condition,
  namespaceKind,
  type ResourceKind,
  secretKind,
} from '../../src/kube/index.ts';
import { loadOptions } from '../../src/operator/options.ts';
import type { Manager } from '../../src/runtime/index.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import type { KubeApi } from '../../src/sandbox/kube-api/server.ts';
import type { ServiceDefinition } from '../../src/sandbox/aws/service.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { type Authority, unlimitedAuthority } from '../../src/util/call.ts';
import { systemClock } from '../../src/util/clock.ts';
import { type Logger, silentLogger } from '../../src/util/log.ts';
import type { VirtualClock } from '../../src/util/virtual-clock.ts';
import { startTestAws, type TestAws } from './aws-simulator.ts';
import { anIpRangeManifest, aScopeManifest, type Manifest } from './manifests.ts';
import { aCall } from './pass.ts';
import { Passage } from './passage.ts';
import { NAMESPACE } from './namespace.ts';
import type { Restoration } from './restorable-kube.ts';
import { type ScenarioKube, startScenarioKube } from './scenario-kube.ts';
import { TestUserCluster } from './user-cluster.ts';
import { User, USER_AGENT } from './user.ts';
import { turns, whileTimePasses } from './virtual-time.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Reported extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[]; readonly observedGeneration?: number };
}

export interface EnvironmentOptions {
  readonly world?: WorldOptions;
  /** Default: all of AWS that the simulator has. */
  readonly services?: readonly ServiceDefinition[];
  readonly log?: Logger;
  /** Flags of the operator, by their names in `loadOptions`. */
  readonly flags?: Readonly<Record<string, string>>;
  /**
   * Whether the operator's way to the API server can be blocked; its time-outs and pauses on the wire then are in virtual
   * time too, which costs some turns of the event loop each time that time moves.
   */
  readonly hasPassage?: boolean;
  /**
   * Clusters of users beside the control plane, by the names of their Scopes, which the test writes; their kubeconfigs are
   * there from the start. Default: the operator has a single cluster.
   */
  readonly userClusters?: readonly string[];
  /** Whether the API server of the control plane can be restored. Those of users' clusters always can. Default: false. */
  readonly isRestorable?: boolean;
}

const HOUR_MS = 3_600_000;

/** How an API server is away: it is stopped, nobody is let in, or nothing comes through and nothing fails. */
export type Loss = 'stopped' | 'refused' | 'blocked';

interface Lost {
  readonly passage: Passage;
  readonly api: KubeApi;
  readonly timePasses: Promise<void>;
}

interface EnvironmentParts {
  readonly aws: TestAws;
  readonly api: ScenarioKube;
  readonly folder: string;
  readonly passage: Passage | undefined;
  readonly userClusters: readonly TestUserCluster[];
}

/** The kinds that the operator follows. */
const SERVED: ReadonlySet<ResourceKind> = new Set(CONTROL_PLANE_KINDS);

/** One life of the operator: what it may write ends with it. */
interface Life {
  readonly operator: Operator;
  /** Aborts with the death. */
  readonly death: AbortController;
}

/** Within so many turns of the event loop a ping over loopback is answered. */
const WIRE_TURNS = 40;

/**
 * The whole system in one process and in virtual time: Kubernetes API, AWS simulator and operator, over real sockets. The
 * Kubernetes API is the embedded one, in `npm run test:kube` a real one. Passes, waiting, life cycles, signatures and
 * buckets follow `clock`; the operator's wire to Kubernetes lives in real time, unless `hasPassage`.
 */
export class Environment {
  readonly aws: TestAws;
  readonly api: ScenarioKube;
  /** A user's client: nothing that it does counts as the operator's. */
  readonly kube: KubeClient;
  readonly user: User;
  readonly #options: EnvironmentOptions;
  readonly #connection: KubeConnection;
  readonly #folder: string;
  readonly #passage: Passage | undefined;
  readonly #userClusters: readonly TestUserCluster[];
  /** The revision of the latest write of a Secret of the control plane. */
  #kubeconfigs: string | undefined;
  readonly #others: Operator[] = [];
  #isLost = false;
  #backSinceMs = -Infinity;
  #return: Promise<unknown> = Promise.resolve();
  /** The revision of the user's latest write to a kind. */
  readonly #written = new Map<ResourceKind, string>();
  #life: Life | undefined;

  private constructor(options: EnvironmentOptions, { aws, api, folder, passage, userClusters }: EnvironmentParts) {
    this.#options = options;
    this.aws = aws;
    this.api = api;
    this.#folder = folder;
    this.#passage = passage;
    this.#userClusters = userClusters;
    this.#connection = new KubeConnection(clusterConfigFromText(api.kubeconfig), { userAgent: USER_AGENT });
    this.kube = createKubeClient(this.#connection, aCall({ clock: systemClock }), (kind, { metadata }) => {
      if (SERVED.has(kind)) this.#written.set(kind, metadata.resourceVersion);
      if (kind === secretKind) this.#kubeconfigs = metadata.resourceVersion;
    });
    this.user = new User(this.kube);
  }

  static async start(options: EnvironmentOptions = {}): Promise<Environment> {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const { world, services, isRestorable = false } = options;
    const aws = await startTestAws({ ...(world && { world }), ...(services && { services }) });
    // Both ends of a watch in the same time: one that its server ends each minute would be broken off for its client.
    const wireClock = options.hasPassage === true ? aws.clock : systemClock;
    const api = await startScenarioKube({ clock: aws.clock, wireClock, dataDir: folder, isRestorable });
    const { port } = new URL(api.url);
    const passage = options.hasPassage === true ? await Passage.to(Number(port)) : undefined;
    const kubeconfig = api.kubeconfig.replaceAll(`:${port}`, `:${passage?.port ?? port}`);
    await writeFile(join(folder, 'kubeconfig'), kubeconfig);
    const names = options.userClusters ?? [];
    const starts = names.map((name) =>
      TestUserCluster.start(name, { clock: aws.clock, wireClock, hasPassage: passage !== undefined }),
    );
    const userClusters = await Promise.all(starts);
    const environment = new Environment(options, { aws, api, folder, passage, userClusters });
    for (const { name, kubeconfig: of } of userClusters) await environment.setKubeconfig(name, of);
    await environment.startOperator();
    return environment;
  }

  get clock(): VirtualClock {
    return this.aws.clock;
  }

  get operator(): Operator {
    if (!this.#life) throw new Error('No operator runs');
    return this.#life.operator;
  }

  get userClusters(): readonly TestUserCluster[] {
    return this.#userClusters;
  }

  userCluster(name: string): TestUserCluster {
    const found = this.#userClusters.find((cluster) => cluster.name === name);
    if (!found) throw new Error(`The environment was made without a cluster ${name}`);
    return found;
  }

  /** Writes the Secret by which the operator knows the cluster of a Scope. */
  async setKubeconfig(scope: string, kubeconfig: string): Promise<void> {
    const metadata = { namespace: NAMESPACE, name: `kubeconfig-${scope}` };
    const data = { config: Buffer.from(kubeconfig).toString('base64') };
    const body = { metadata, type: 'Opaque', data };
    await this.kube.patch(secretKind, metadata, applyPatch(body, { fieldManager: 'test', force: true }));
  }

  get isOperatorAlive(): boolean {
    return this.#life !== undefined && !this.#life.death.signal.aborted;
  }

  async startOperator(): Promise<void> {
    const death = new AbortController();
    const operator = this.#createOperator({ expiresAtMs: () => (death.signal.aborted ? -Infinity : Infinity) });
    this.#life = { operator, death };
    await this.#whileTimePasses(operator.start(AbortSignal.timeout(20_000)));
  }

  /**
   * One more operator, as that of the environment, but not in step with it. What the user wrote, it may hear of a little
   * later.
   */
  async startAnotherOperator(flags: Readonly<Record<string, string>> = {}): Promise<void> {
    const operator = this.#createOperator(unlimitedAuthority, { random: 0.7, flags });
    this.#others.push(operator);
    await this.#whileTimePasses(operator.start(AbortSignal.timeout(20_000)));
  }

  #createOperator(authority: Authority, { random = 0.5, flags: own = {} } = {}): Operator {
    const { flags, env } = configurationFor({
      ...DEFAULT_ACCESS_KEY,
      kubeconfig: join(this.#folder, 'kubeconfig'),
      caFile: join(this.#folder, 'ca.crt'),
      awsEndpoint: this.aws.endpoint,
      region: DEFAULT_REGION,
    });
    const clusters = { clustersNamespace: NAMESPACE, ...(this.#userClusters.length > 0 && { clusters: 'remote' }) };
    const options = loadOptions({
      flags: { ...flags, ...clusters, leases: 'off', shutdownTimeout: '0s', ...this.#options.flags, ...own },
      env,
    });
    return createOperator(options, {
      clock: this.clock,
      ...(this.#passage && { wireClock: this.clock }),
      log: this.#options.log ?? silentLogger,
      random: () => random,
      authority,
    });
  }

  /**
   * For `ms` the operator cannot reach the API server of the control plane, or of a cluster of users. One that is stopped has the
   * same data afterwards. *Throws* without `hasPassage`.
   */
  loseKubernetes(how: Loss, ms: number, userCluster?: string): void {
    const cluster = userCluster === undefined ? undefined : this.userCluster(userCluster);
    const passage = cluster?.passage ?? this.#passage;
    if (!passage) throw new Error('The environment was made without a passage');
    const { promise: timePasses, resolve } = Promise.withResolvers<void>();
    this.clock.schedule(ms, resolve);
    this.#isLost = true;
    this.#return = this.#lose(how, { passage, api: cluster?.api ?? this.api.embedded(), timePasses });
  }

  async #lose(how: Loss, { passage, api, timePasses }: Lost): Promise<void> {
    if (how === 'blocked') passage.block();
    else passage.refuse();
    if (how === 'stopped') await api.stop();
    await timePasses;
    if (how === 'stopped') await api.start();
    passage.open();
    this.#isLost = false;
    this.#backSinceMs = this.clock.monotonicMs();
  }

  /** Whether one of the API servers is away. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** How long all API servers have been there, unless one `isLost`; infinite when none was away. */
  get backForMs(): number {
    return this.clock.monotonicMs() - this.#backSinceMs;
  }

  /** Of the control plane. *Throws* unless the environment was made with `isRestorable`. */
  async backUp(): Promise<void> {
    await this.api.restorable().backUp();
    await this.#connect();
  }

  /** The operator meets it as it is: alive, or stopped. */
  async restore(how: Restoration): Promise<void> {
    await this.api.restorable().restore(how);
    this.#written.clear();
    this.#kubeconfigs = undefined;
    await this.#connect();
  }

  /** The connections were broken; a read is tried again until there is another one, and what is written then arrives. */
  async #connect(): Promise<void> {
    await this.kube.list(namespaceKind);
  }

  /** The operator is dead at once: it writes nothing more, to AWS or Kubernetes. What it had sent goes its way. */
  killOperator(): void {
    this.#life?.death.abort();
  }

  /** Clears away a dead or a living operator, without letting it finish its work. */
  async stopOperator(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    if (!life) return;
    life.death.abort();
    await this.#whileTimePasses(life.operator.stop());
  }

  async restartOperator(): Promise<void> {
    await this.stopOperator();
    await this.startOperator();
  }

  /** Lets everything happen that happens without time going by, but for the moments that batches and retries take. */
  async settle(): Promise<void> {
    await this.#untilTold();
    await this.#whileTimePasses(this.#untilIdle(), 1_000);
  }

  /** Moves time on, letting what falls due happen when it does. */
  async advance(ms: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms;
    await this.settle();
    while (this.clock.monotonicMs() < endMs) {
      const leftMs = endMs - this.clock.monotonicMs();
      await this.#move(Math.min(Math.max(this.clock.nextDueInMs ?? leftMs, 1), leftMs));
      await this.settle();
    }
  }

  /**
   * Lets time go by until `holds`; gives how much of it. An operator that died is cleared away, and a new one started.
   *
   * *Throws* after `limitMs` of virtual time, counted from when all API servers were there, with `describe`'s words.
   */
  async until(
    holds: () => boolean | Promise<boolean>,
    { limitMs = 2 * HOUR_MS, describe = async () => '' }: { limitMs?: number; describe?: () => Promise<string> } = {},
  ): Promise<number> {
    const startMs = this.clock.monotonicMs();
    await this.settle();
    while (this.#isLost || !(await holds())) {
      const passedMs = Math.min(this.clock.monotonicMs() - startMs, this.backForMs);
      if (passedMs >= limitMs && !this.#isLost)
        throw new Error(`Not reached within ${limitMs} ms: ${await describe()}`);
      if (this.#life?.death.signal.aborted) await this.restartOperator();
      else await this.#move(Math.max(this.clock.nextDueInMs ?? 1_000, 1));
      await this.settle();
    }
    return this.clock.monotonicMs() - startMs;
  }

  /** Waits until the object is Ready for its present specification; gives how long that took. */
  untilReady(kind: ResourceKind, name: string, limitMs?: number): Promise<number> {
    return this.until(async () => isReady(await this.find(kind, name)), {
      ...(limitMs !== undefined && { limitMs }),
      describe: async () => JSON.stringify(await this.find(kind, name)),
    });
  }

  untilGone(kind: ResourceKind, name: string, limitMs?: number): Promise<number> {
    return this.until(async () => (await this.find(kind, name)) === undefined, {
      ...(limitMs !== undefined && { limitMs }),
      describe: async () => JSON.stringify(await this.find(kind, name)),
    });
  }

  /** As `kubectl apply --server-side` does. */
  apply(...manifests: readonly Manifest[]): Promise<void> {
    return this.user.apply(...manifests);
  }

  /** Changes fields below `spec.instance.aws`. */
  edit(manifest: Manifest, aws: object): Promise<void> {
    return this.user.edit(manifest, aws);
  }

  /** Asks for the deletion of all of them. */
  delete(...manifests: readonly Manifest[]): Promise<void> {
    return this.user.delete(...manifests);
  }

  /** Applies a Scope and an IpRange, and waits until both are ready. */
  async prepareNetwork(): Promise<void> {
    await this.apply(aScopeManifest(), anIpRangeManifest());
    await this.untilReady(ipRangeKind, 'demo-range');
    this.aws.journal.clear();
  }

  find<T extends KubeObject>(kind: ResourceKind<T>, name: string, namespace = NAMESPACE): Promise<T | undefined> {
    return this.user.find(kind, name, namespace);
  }

  /** Operations that AWS was asked for since the last time, oldest first. */
  takeCalls(): readonly string[] {
    return this.aws.takeCalls();
  }

  async stop(): Promise<void> {
    await this.stopOperator();
    for (const operator of this.#others) await this.#whileTimePasses(operator.stop());
    this.#connection.close();
    await this.#passage?.close();
    await this.api.stop();
    for (const cluster of this.#userClusters) await cluster.stop();
    await this.aws.stop();
    await rm(this.#folder, { recursive: true });
  }

  /**
   * Resolves when the operator knows what the user wrote. With a passage that may take it time on the wire: the server ends
   * watches after some minutes, and the operator pauses before it begins new ones.
   */
  async #untilTold(): Promise<void> {
    if (this.#isLost) return;
    await this.#return;
    const told = this.#whileAlive(async ({ operator: { manager, users } }, signal) => {
      for (const [kind, revision] of this.#written) {
        await manager.whenObserved(this.#connection.cluster, kind, revision, signal);
      }
      await users.whenIdle(this.#kubeconfigs, signal);
      for (const { key, written } of this.#userClusters) {
        for (const [kind, revision] of written) {
          if (isFollowed(manager, key, kind)) await manager.whenObserved(key, kind, revision, signal);
        }
      }
    });
    await (this.#passage || this.#userClusters.length > 0 ? this.#whileTimePasses(told) : told);
  }

  async #move(ms: number): Promise<void> {
    this.clock.advance(ms);
    if (this.#passage || this.#others.length > 0) await turns(WIRE_TURNS);
  }

  /** Resolves when the operators rest; others do when theirs is dead. */
  async #untilIdle(): Promise<void> {
    await this.#whileAlive(({ operator }, signal) => this.#whenIdle([operator, ...this.#others], signal));
    if (this.#others.length > 0) await this.#whenIdle(this.#others, AbortSignal.timeout(20_000));
  }

  async #whenIdle(operators: readonly Operator[], signal: AbortSignal): Promise<void> {
    do {
      await this.api.whenTold(signal);
      await Promise.all(operators.map(({ manager }) => manager.whenIdle(signal)));
    } while (this.api.inFlight() > 0);
  }

  /** Awaits what a living operator does; its death ends that. */
  async #whileAlive(wait: (life: Life, signal: AbortSignal) => Promise<void>): Promise<void> {
    const life = this.#life;
    if (!life) return;
    const { signal: death } = life.death;
    try {
      await wait(life, AbortSignal.any([death, AbortSignal.timeout(20_000)]));
    } catch (error) {
      if (!death.aborted) throw error;
    }
  }

  /** Awaits what both sides do, and moves time where only time is waited for, by `mostMs` at once. */
  #whileTimePasses<T>(work: Promise<T>, mostMs = HOUR_MS): Promise<T> {
    const { aws, api } = this;
    const inUserClusters = (): number => this.#userClusters.reduce((sum, cluster) => sum + cluster.happened(), 0);
    const happened = (): number => aws.happened() + api.happened() + inUserClusters();
    const inFlight = (): number => aws.inFlight() + api.inFlight();
    return whileTimePasses({ clock: aws.clock, inFlight, happened }, work, mostMs);
  }
}

/** Kinds of a role that a cluster does not have are not; nor is anything in a cluster that is not served. */
export function isFollowed(manager: Manager, cluster: string, kind: ResourceKind): boolean {
  try {
    manager.cluster(cluster).cache(kind);
    return true;
  } catch {
    return false;
  }
}

function isReady(object: Reported | undefined): boolean {
  if (object === undefined) return false;
  const isCurrent = object.status?.observedGeneration === object.metadata.generation;
  return isCurrent && findCondition(object.status?.conditions, 'Ready')?.status === 'True';
}
