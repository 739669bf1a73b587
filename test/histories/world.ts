import { EC2Client } from '@aws-sdk/client-ec2';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { configurationFor } from '../../src/cli/operator-on-sandbox.ts';
import { createKubeClient, type KubeClient, KubeConnection } from '../../src/kube/index.ts';
import { loadOptions } from '../../src/operator/options.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { type DataPlane, noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import { type AwsSimulator, startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { memoryAws } from '../support/memory-aws.ts';
import { MemoryKube } from '../support/memory-kube.ts';
import { aCall } from '../support/pass.ts';
import { QUICK_CACHES } from '../support/quick-caches.ts';
import { turn } from '../support/virtual-time.ts';
import type { Expected } from './in-aws.ts';
import { Troubles } from './troubles.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Waiting for AWS is no part of what histories are about. */
const DURATIONS_SECONDS = {
  ...QUICK_CACHES,
  // A week in AWS: so long nobody plays.
  'ec2.peering.pendingAcceptance': 600,
};

/** The account of somebody else, who lets us in, and where it is. */
const PARTNER = { accountId: '222222222222', region: 'eu-west-1' } as const;
const PARTNER_KEY = { accessKeyId: 'AKIAPARTNER', secretAccessKey: 'partner' };

/** Where things are. */
export const HOME_PLACE = `${DEFAULT_ACCOUNT}/${DEFAULT_REGION}`;
export const PARTNER_PLACE = `${PARTNER.accountId}/${PARTNER.region}`;

const WORLD: WorldOptions = {
  // With a zone more than most objects ask for.
  regions: [{ name: DEFAULT_REGION, zones: ['a', 'b', 'c', 'd'] }, { name: PARTNER.region }],
  accounts: [
    { id: DEFAULT_ACCOUNT, defaultVpc: false },
    {
      id: PARTNER.accountId,
      accessKeys: [PARTNER_KEY],
      roles: [{ name: 'CloudManagerRole', trusts: [{ principal: `arn:aws:iam::${DEFAULT_ACCOUNT}:root` }] }],
      defaultVpc: false,
      vpcs: [
        { region: PARTNER.region, cidrBlock: '10.180.0.0/22', tags: { Name: 'partner', demo: 'may peer' } },
        { region: PARTNER.region, cidrBlock: '10.184.0.0/22', tags: { Name: 'other', demo: 'may peer' } },
      ],
    },
  ],
  // What is made twice by troubles is no matter of quotas.
  quotas: { 'ec2.vpcsPerRegion': 50, 'ec2.internetGatewaysPerRegion': 50 },
  durationsSeconds: DURATIONS_SECONDS,
};

export const LOOK_INTERVAL_MS = 5 * 60_000;
export const FULL_CHECK_INTERVAL_MS = 10 * 60_000;

const FLAGS = {
  leases: 'off',
  shutdownTimeout: '20s',
  workers: '10',
  lookInterval: `${LOOK_INTERVAL_MS}ms`,
  fullCheckInterval: `${FULL_CHECK_INTERVAL_MS}ms`,
};

const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'memory',
  contexts: [{ name: 'memory', context: { cluster: 'memory', user: 'memory' } }],
  clusters: [{ name: 'memory', cluster: { server: 'https://kubernetes.memory' } }],
  users: [{ name: 'memory', user: { token: MemoryKube.token } }],
};

/** After so many turns of the event loop in which nobody asked anything, all wait for time to pass. */
const QUIET_TURNS = 3;

/** One life of the operator: what it may write ends with it. */
interface Life {
  readonly operator: Operator;
  /** Aborts with the death. */
  readonly death: AbortController;
}

/**
 * Kubernetes, AWS, whoever else works in both, and the operator as the program runs it, in one process, in virtual time and
 * without a socket. All that happens, happens within turns of the event loop that no outside decides: the same steps give
 * the same history, call for call.
 */
export class World {
  readonly clock = new VirtualClock();
  readonly aws: AwsSimulator;
  readonly kube: MemoryKube;
  /** A user's client, which no trouble meets. */
  readonly user: KubeClient;
  readonly troubles: Troubles;
  /** What somebody else does in AWS. */
  readonly somebody: Somebody;
  /** What somebody has added for good in VPCs that are not ours. */
  readonly added: Expected[] = [];
  /** By what they are, for people. */
  readonly obstacles = new Map<string, Obstacle>();
  /** What opens the servers of each replication group, by its id. */
  readonly tokens: ReadonlyMap<string, readonly string[]>;
  /** What was asked of AWS and written to Kubernetes, and when. */
  readonly trace: string[] = [];
  readonly #userConnection: KubeConnection;
  readonly #folder: string;
  readonly #goings: Promise<void>[] = [];
  #life: Life | undefined;
  #due: (() => void) | undefined;

  private constructor(aws: AwsSimulator, kube: MemoryKube, clock: VirtualClock, tokens: World['tokens']) {
    this.clock = clock;
    this.aws = aws;
    this.kube = kube;
    this.tokens = tokens;
    this.#folder = mkdtempSync(join(tmpdir(), 'cloud-manager-test-'));
    writeFileSync(join(this.#folder, 'kubeconfig'), JSON.stringify(KUBECONFIG));
    this.#userConnection = new KubeConnection(kube.config, { clock, userAgent: USER_AGENT, transport: kube.connect() });
    this.user = createKubeClient(this.#userConnection, aCall({ clock }));
    this.somebody = createSomebody(aws, clock);
    this.troubles = new Troubles(this, USER_AGENT);
  }

  static async start(): Promise<World> {
    const clock = new VirtualClock();
    const tokens = new Map<string, readonly string[]>();
    const dataPlane: DataPlane = {
      apply: (spec) => {
        tokens.set(
          spec.groupId,
          spec.tokens.map((token) => token ?? ''),
        );
        return noDataPlane.apply(spec);
      },
      remove: (key) => noDataPlane.remove(key),
    };
    const aws = await startAwsSimulator({
      clock,
      log: silentLogger,
      services: createAllServices(dataPlane),
      world: WORLD,
    });
    return new World(aws, await MemoryKube.start(clock), clock, tokens);
  }

  get isOperatorAlive(): boolean {
    return this.#life !== undefined && !this.#life.death.signal.aborted;
  }

  /** Begins a life; what it needs to begin comes as time passes. */
  startOperator(): void {
    const death = new AbortController();
    const authority = { expiresAtMs: () => (death.signal.aborted ? -Infinity : Infinity) };
    const { flags, env } = configurationFor({
      ...DEFAULT_ACCESS_KEY,
      kubeconfig: join(this.#folder, 'kubeconfig'),
      caFile: '',
      awsEndpoint: 'http://aws.memory',
      region: DEFAULT_REGION,
    });
    const { redisCaFile: _publicAuthorities, ...own } = flags;
    const operator = createOperator(loadOptions({ flags: { ...own, ...FLAGS }, env }), {
      clock: this.clock,
      wireClock: this.clock,
      log: silentLogger,
      random: () => 0.5,
      authority,
      transportTo: () => this.kube.connect(),
      awsTransport: memoryAws(this.aws),
    });
    this.#life = { operator, death };
    // It waits for nothing that could refuse it; a start that never ends shows in objects that never get ready.
    void operator.start(death.signal).catch((error: unknown) => {
      if (!death.signal.aborted) throw error;
    });
  }

  /** The operator is dead at once: it writes nothing more. What it had sent goes its way. Another one starts after `downMs`. */
  killOperator(downMs: number): void {
    const life = this.#life;
    if (!life || life.death.signal.aborted) return;
    this.note('the operator dies');
    life.death.abort(new Error('the operator is dead'));
    this.clock.schedule(downMs, () => {
      this.#due = () => {
        this.#goings.push(life.operator.stop());
        this.startOperator();
      };
    });
  }

  /** The operator ends as it is asked to, and another one starts in its place. */
  async replaceOperator(): Promise<void> {
    const life = this.#life;
    if (!life || life.death.signal.aborted) return;
    this.#life = undefined;
    await this.whileTimePasses(life.operator.stop());
    life.death.abort(new Error('the operator has ended'));
    this.startOperator();
  }

  /** Lets everything happen that happens without time going by. */
  async settle(): Promise<void> {
    let happened = this.#happened();
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await turn();
      const now = this.#happened();
      if (now !== happened) quiet = 0;
      happened = now;
    }
  }

  /** Moves time on, letting what falls due happen when it does. */
  async advance(ms: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms;
    await this.settle();
    while (this.clock.monotonicMs() < endMs) await this.#move(endMs - this.clock.monotonicMs());
  }

  /** Lets time go by until `holds`; gives whether that was within `limitMs`. */
  async until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    const endMs = this.clock.monotonicMs() + limitMs;
    await this.settle();
    while (!(await holds())) {
      if (this.clock.monotonicMs() >= endMs) return false;
      await this.#move(endMs - this.clock.monotonicMs());
    }
    return true;
  }

  async whileTimePasses(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    await this.until(() => isOver, 3_600_000);
    await work;
  }

  note(what: string): void {
    this.trace.push(`${(this.clock.monotonicMs() / 1000).toFixed(3)} ${what}`);
  }

  async stop(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    life?.death.abort(new Error('the world ends'));
    await this.whileTimePasses(Promise.all([life?.operator.stop(), ...this.#goings]));
    this.#userConnection.close();
    this.somebody.stop();
    await this.aws.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async #move(mostMs: number): Promise<void> {
    this.clock.advance(Math.min(Math.max(this.clock.nextDueInMs ?? mostMs, 1), mostMs));
    const due = this.#due;
    this.#due = undefined;
    due?.();
    await this.settle();
  }

  #happened(): number {
    return this.kube.happened() + this.troubles.calls;
  }
}

const USER_AGENT = 'user';

/** What somebody has put into the way of an object, and takes away at last: until then nobody else may. */
export interface Obstacle {
  isUntouched(): Promise<boolean>;
  remove(): Promise<unknown>;
}

/** Clients of somebody who has the same rights in AWS as we have. */
export interface Somebody {
  readonly ec2: EC2Client;
  /** In the account and region of the partner. */
  readonly partnerEc2: EC2Client;
  readonly elastiCache: ElastiCacheClient;
  readonly secretsManager: SecretsManagerClient;
  stop(): void;
}

/** Somebody's client where a thing is. */
export function ec2In({ somebody }: Pick<World, 'somebody'>, place: string): EC2Client {
  return place === PARTNER_PLACE ? somebody.partnerEc2 : somebody.ec2;
}

function createSomebody(aws: AwsSimulator, clock: VirtualClock): Somebody {
  const config = () => ({
    endpoint: 'http://aws.memory',
    region: DEFAULT_REGION,
    credentials: { ...DEFAULT_ACCESS_KEY },
    maxAttempts: 1,
    requestHandler: memoryAws(aws),
  });
  const signed = <C extends { readonly config: object }>(client: C): C => {
    // The SDK signs at the system's time plus this; a getter makes that the virtual time of each request.
    Object.defineProperty(client.config, 'systemClockOffset', { get: () => clock.now() - Date.now(), set: () => {} });
    return client;
  };
  const clients = {
    ec2: signed(new EC2Client(config())),
    partnerEc2: signed(new EC2Client({ ...config(), region: PARTNER.region, credentials: { ...PARTNER_KEY } })),
    elastiCache: signed(new ElastiCacheClient(config())),
    secretsManager: signed(new SecretsManagerClient(config())),
  };
  return {
    ...clients,
    stop: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
