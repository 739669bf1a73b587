import { kindOf } from '../../src/cli/demo/manifests.ts';
import { findCondition, type Condition, type KubeObject, secretKind } from '../../src/kube/index.ts';
import { createAllServices } from '../../src/sandbox/aws/services.ts';
import type { AwsSimulator } from '../../src/sandbox/aws/server.ts';
import type { ServiceDefinition } from '../../src/sandbox/aws/service.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { Cuts, type Mortal } from './cuts.ts';
import type { Manifest } from './manifests.ts';
import { outlineOf } from './outline.ts';
import { REDIS_SCRIPT } from './redis-script.ts';
import { deleteEverything, type Part, type Script } from './script.ts';
import type { ScenarioKube } from './scenario-kube.ts';
import { type ShallDieAt, type Story, tellOn } from './telling.ts';
import { createTokenPlane, isTheOnlyToken, type Tokens } from './token-plane.ts';
import type { User } from './user.ts';

/*
 * A story, told in virtual time and without words: samples are applied, changed, and deleted at once. After each chapter
 * one can ask what came of it, in a form in which two tellings of the story are equal.
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

/** A system in which the story can be told, again and again. */
export class DemoWorld implements Story {
  readonly system: DemoSystem;
  readonly samples: readonly Manifest[];
  readonly #script: Script;
  readonly #tokens: Tokens;

  private constructor(system: DemoSystem, script: Script, tokens: Tokens) {
    this.system = system;
    this.samples = script.samples;
    this.#script = script;
    this.#tokens = tokens;
  }

  static async start(
    startSystem: (options: DemoSystemOptions) => Promise<DemoSystem>,
    script: Script = REDIS_SCRIPT,
  ): Promise<DemoWorld> {
    const { tokens, dataPlane } = createTokenPlane();
    const system = await startSystem({
      world: { durationsSeconds: script.durationsSeconds },
      services: createAllServices(dataPlane),
      // Enough for five objects; each more costs a little at every start.
      flags: { workers: '5' },
    });
    return new DemoWorld(system, script, tokens);
  }

  tell(shallDieAt: ShallDieAt, parts?: readonly Part[], restMs?: number): Promise<ReadonlyMap<string, unknown>> {
    const { system } = this;
    const { chapters } = this.#script;
    const stage = {
      system,
      chapters,
      ask: ({ ask }: (typeof chapters)[number]) => ask(this),
      untilDone: () => this.#untilDone(),
      outcome: () => this.outcome(),
    };
    return tellOn(stage, shallDieAt, parts, restMs);
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
    if ((await this.#objects()).length === 0) await this.system.advance(this.#script.lingeringMs);
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
    return { data, hasToken: token !== '', isTheOnlyToken: isTheOnlyToken(this.#tokens, groupId, token) };
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
