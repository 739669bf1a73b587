import { loadSamples, kindOf } from '../../src/cli/demo/manifests.ts';
import { findCondition, type Condition, type KubeObject, secretKind } from '../../src/kube/index.ts';
import { type DataPlane, type DeploymentSpec, noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import type { ServiceDefinition } from '../../src/sandbox/aws/service.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { Cuts, type Mortal } from './cuts.ts';
import { changed, type Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';
import type { ScenarioKube } from './scenario-kube.ts';
import type { User } from './user.ts';

/*
 * The demo's story, told in virtual time and without words: the samples are applied, changed, and deleted at once. After
 * each chapter one can ask what came of it, in a form in which two tellings of the story are equal.
 */

interface Reported extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    readonly [field: string]: unknown;
  };
}

/** Kubernetes, AWS and an operator, in one process or in several. */
export interface DemoSystem extends Mortal {
  readonly aws: Pick<AwsSimulator, 'faults' | 'state'>;
  readonly api: Pick<ScenarioKube, 'faults' | 'resourceVersion'>;
  readonly user: User;
  /** Lets time go by until `holds`, and starts an operator in the place of one that died. */
  until(holds: () => Promise<boolean>, options: { readonly describe: () => Promise<string> }): Promise<unknown>;
  advance(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoSystemOptions {
  readonly world: WorldOptions;
  readonly services: readonly ServiceDefinition[];
  /** Of the operator, by their names in `loadOptions`. */
  readonly flags: Readonly<Record<string, string>>;
}

/** What a chapter is about. */
export type Part = 'creation' | 'change' | 'deletion';

interface Chapter {
  readonly part: Part;
  readonly title: string;
  /** What a user does: all of it in one breath, so that the operator meets it in the same order each time. */
  readonly ask: (world: DemoWorld) => Promise<void>;
}

/** Waiting for AWS is no part of what this story is told for: everything takes so long that one look or two see its end. */
const DURATIONS_SECONDS = {
  'elasticache.replicationGroup.creating': 60,
  'elasticache.replicationGroup.deleting': 60,
  'elasticache.replicationGroup.modifying.settings': 20,
  'elasticache.replicationGroup.modifying.parameterGroup': 20,
  'elasticache.replicationGroup.modifying.access': 20,
  'elasticache.replicationGroup.modifying.nodeType': 20,
  'elasticache.replicationGroup.modifying.engineVersion': 20,
  'elasticache.replicationGroup.modifying.shards': 20,
  'elasticache.replicationGroup.modifying.replicas': 20,
  'elasticache.member.tail': 5,
  'elasticache.parameters.applying': 5,
  'elasticache.userGroup.modifying': 10,
};

/** Longer than AWS goes on showing what is gone. */
const LINGERING_MS = 10 * 60_000;

const of = (samples: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] =>
  samples.filter(({ kind }) => kinds.includes(kind));

async function edit({ system, samples }: DemoWorld, kind: string, aws: object): Promise<void> {
  await Promise.all(of(samples, kind).map((manifest) => system.user.edit(manifest, aws)));
}

const apply =
  (...kinds: readonly string[]) =>
  async ({ system, samples }: DemoWorld): Promise<void> => {
    await Promise.all(of(samples, ...kinds).map((manifest) => system.user.apply(manifest)));
  };

function inNamespace(sample: Manifest): Manifest {
  return changed(sample, 'metadata.namespace', NAMESPACE);
}

/** An engine that is to be left for one of another family, by way of a temporary parameter group. */
function withOldEngine(sample: Manifest): Manifest {
  return sample.kind === 'RedisInstance' ? changed(sample, 'spec.instance.aws.engineVersion', '6.x') : sample;
}

async function deleteEverything({ system, samples }: DemoWorld): Promise<void> {
  await Promise.all(samples.map((manifest) => system.user.delete(manifest)));
}

const DEMO_STORY: readonly Chapter[] = [
  { part: 'creation', title: 'a Scope', ask: apply('Scope') },
  { part: 'creation', title: 'two IpRanges', ask: apply('IpRange') },
  { part: 'creation', title: 'a RedisInstance and a RedisCluster', ask: apply('RedisInstance', 'RedisCluster') },
  {
    part: 'change',
    title: 'more shards and replicas, larger nodes, other parameters',
    ask: async (world) => {
      const parameters = { 'maxmemory-policy': 'volatile-ttl' };
      await Promise.all([
        edit(world, 'RedisCluster', { shardCount: 4, replicasPerShard: 2, parameters: { timeout: '20' } }),
        edit(world, 'RedisInstance', { cacheNodeType: 'cache.m7g.large', parameters }),
      ]);
    },
  },
  { part: 'change', title: 'no token any more', ask: (world) => edit(world, 'RedisInstance', { authEnabled: false }) },
  {
    part: 'change',
    title: 'a token again, and an engine of a newer family',
    ask: (world) => edit(world, 'RedisInstance', { authEnabled: true, engineVersion: '7.1' }),
  },
  { part: 'deletion', title: 'everything deleted at once', ask: deleteEverything },
];

/** Ids and dates, which are others each time. */
const ACCIDENTAL =
  /\b(vpc|subnet|sg|eni|vpc-cidr-assoc)-[0-9a-f]{17}\b|(?<=authToken-)\w{6}\b|sha256:\w+|\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const ACCIDENTAL_FIELDS: ReadonlySet<string> = new Set([
  'versions',
  'createTime',
  'lastTransitionTime',
  'zone',
  'ca.crt',
]);

/** Whether it is deleted, and AWS shows it a little longer: how long, depends on how soon one looks. */
function isLeaving(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return ('phase' in item && item.phase === 'erasing') || ('state' in item && item.state === 'disassociated');
}

/** `value` without what differs from one telling to the next; the order of lists does not count. */
function outlineOf(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(ACCIDENTAL, '<$1>');
  if (Array.isArray(value)) {
    const items = value.filter((item) => !isLeaving(item)).map((item) => outlineOf(item));
    return items.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !ACCIDENTAL_FIELDS.has(name));
  const inOrder = fields.toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(inOrder.map(([name, field]) => [name, outlineOf(field)]));
}

/** What opens the servers of a replication group, by its id. */
type Tokens = ReadonlyMap<string, DeploymentSpec['tokens']>;

/** A system in which the story can be told, again and again. */
export class DemoWorld {
  readonly system: DemoSystem;
  readonly samples: readonly Manifest[];
  readonly #tokens: Tokens;

  private constructor(system: DemoSystem, samples: readonly Manifest[], tokens: Tokens) {
    this.system = system;
    this.samples = samples;
    this.#tokens = tokens;
  }

  static async start(startSystem: (options: DemoSystemOptions) => Promise<DemoSystem>): Promise<DemoWorld> {
    const tokens = new Map<string, DeploymentSpec['tokens']>();
    const dataPlane: DataPlane = {
      apply: (spec) => {
        tokens.set(spec.groupId, spec.tokens);
        return noDataPlane.apply(spec);
      },
      remove: (key) => noDataPlane.remove(key),
    };
    const system = await startSystem({
      world: { durationsSeconds: DURATIONS_SECONDS },
      services: createAllServices(dataPlane),
      // Enough for five objects; each more costs a little at every start.
      flags: { workers: '5' },
    });
    const samples = (await loadSamples()).filter(({ kind }) => kind !== 'Namespace');
    // Samples have what manifests of tests have: a namespace and a spec too.
    const manifests = samples as unknown as readonly Manifest[];
    return new DemoWorld(system, manifests.map(inNamespace).map(withOldEngine), tokens);
  }

  /**
   * Tells the story once, with an operator that dies where `shallDieAt` says so; gives what there was after each chapter.
   * Without `parts`, all are told. After each chapter `restMs` go by in which whatever comes late comes.
   *
   * *Throws* when a chapter does not come to its end.
   */
  async tell(
    shallDieAt: (moment: string, part: Part) => boolean,
    parts: readonly Part[] = ['creation', 'change', 'deletion'],
    restMs = 0,
  ): Promise<ReadonlyMap<string, unknown>> {
    const outcomes = new Map<string, unknown>();
    for (const { part, title, ask } of DEMO_STORY.filter((chapter) => parts.includes(chapter.part))) {
      const cuts = new Cuts(this.system, (moment) => shallDieAt(moment, part));
      const end = cuts.begin(title);
      await ask(this);
      await this.#untilDone();
      if (restMs > 0) {
        await this.system.advance(restMs);
        await this.#untilDone();
      }
      end();
      outcomes.set(title, await this.outcome());
    }
    return outcomes;
  }

  /**
   * Everything is asked for at once, and as soon as the operator is dead, or all is Ready, everything is deleted again.
   * Gives whether the operator died.
   */
  async giveUp(shallDieAt: (moment: string) => boolean): Promise<boolean> {
    let hasDied = false;
    const dieOnce = (moment: string): boolean => {
      if (hasDied) return false;
      hasDied = shallDieAt(moment);
      return hasDied;
    };
    const end = new Cuts(this.system, dieOnce).begin('given up');
    await Promise.all(this.samples.map((manifest) => this.system.user.apply(manifest)));
    const isOver = async (): Promise<boolean> => hasDied || (await this.#objects()).every(isReady);
    await this.system.until(isOver, { describe: () => this.#describe() });
    end();
    await deleteEverything(this);
    await this.#untilDone();
    return hasDied;
  }

  /** Resolves when the user sees all objects that there are Ready for what they ask, and those being deleted gone. */
  async #untilDone(): Promise<void> {
    let revision = -1;
    const isDone = async (): Promise<boolean> => {
      if (this.system.api.resourceVersion() === revision || !this.system.isOperatorAlive) return false;
      revision = this.system.api.resourceVersion();
      return (await this.#objects()).every(isReady);
    };
    await this.system.until(isDone, { describe: () => this.#describe() });
    if ((await this.#objects()).length === 0) await this.system.advance(LINGERING_MS);
  }

  /** What there is in AWS and in Kubernetes, in a form in which two tellings are equal. */
  async outcome(): Promise<unknown> {
    const objects = await this.#objects();
    // Of all samples, not of what is there: a Secret may have been left behind.
    const secrets = await Promise.all(this.samples.map(({ metadata: { name } }) => this.#secretOf(name)));
    return outlineOf({ aws: this.system.aws.state(), statuses: objects.map(({ status }) => status), secrets });
  }

  /** What connects to an object's Redis, and whether it opens the servers. */
  async #secretOf(name: string): Promise<object | undefined> {
    const groupId = `cm-${name}`;
    const secret = await this.system.user.find(secretKind, groupId);
    if (!secret) return undefined;
    const { authString, ...data } = secret.data ?? {};
    const token = Buffer.from(authString ?? '', 'base64').toString('utf8');
    const tokens = this.#tokens.get(groupId) ?? [];
    const isTheOnlyToken = tokens.length === 1 && (tokens[0] ?? '') === token;
    return { data, hasToken: token !== '', isTheOnlyToken };
  }

  async #describe(): Promise<string> {
    return JSON.stringify(await this.#objects());
  }

  async #objects(): Promise<readonly Reported[]> {
    const found = await Promise.all(
      this.samples.map((sample) => this.system.user.find<Reported>(kindOf(sample), sample.metadata.name)),
    );
    return found.filter((object) => object !== undefined);
  }
}

function isReady({ metadata, status }: Reported): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const ready = findCondition(status?.conditions, 'Ready');
  return ready?.status === 'True' && status?.observedGeneration === metadata.generation;
}
