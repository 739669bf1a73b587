import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeEach } from 'vitest';
import { CONTROL_PLANE_KINDS } from '../../src/api/index.ts';
import { type Condition, findCondition, type KubeObject, type ResourceKind } from '../../src/kube/index.ts';
import type { ReportedStatus } from '../../src/reconcilers/common/status.ts';
import type { FaultChooser } from '../../src/sandbox/aws/fault-plan.ts';
import type { WorldRules } from '../../src/sandbox/aws/world-options-schema.ts';
import { isAwsWrite } from './aws-writes.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import { progressOf, type Progress } from './kstatus.ts';
import { NAMESPACE } from './namespace.ts';

export interface Reported extends KubeObject {
  readonly status?: Omit<ReportedStatus, 'conditions'> & { readonly conditions?: readonly Condition[] };
}

/** What an object shows to people, and to tools that wait for it. */
export interface Shown {
  readonly state: string | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly progress: Progress;
}

/** How an object shows that only somebody else can help it, and what it shows while it waits. */
export const STALLED = { state: 'Error', progress: 'Failed' } as const;
export const WAITING = { state: 'Processing', progress: 'InProgress' } as const;

/**
 * One {@link Environment} for all tests of a file, which is what makes many of them cheap. When a test is over, what it has
 * set up is undone, its objects are deleted, and AWS has to be what it was before it.
 */
export class SharedEnvironment {
  readonly #undo: (() => unknown)[] = [];
  readonly #undoLast: (() => unknown)[] = [];
  readonly #seen: () => Promise<unknown>;
  #environment: Environment | undefined;
  #before: unknown;

  /** @param seen - All that may not change in AWS from test to test. */
  static start(options: EnvironmentOptions, seen: (environment: Environment) => Promise<unknown>): SharedEnvironment {
    const shared = new SharedEnvironment(seen);
    beforeEach(() => shared.#enter(options));
    afterEach(() => shared.#leave());
    afterAll(() => shared.#stop());
    return shared;
  }

  private constructor(seen: (environment: Environment) => Promise<unknown>) {
    this.#seen = () => seen(this.environment);
  }

  get environment(): Environment {
    if (!this.#environment) throw new Error('The environment has not been started');
    return this.#environment;
  }

  /** `undo` is called when the test is over, before its objects are deleted; the last one first. */
  afterwards(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** As `afterwards`, but when its objects are gone. */
  whenEmpty(undo: () => unknown): void {
    this.#undoLast.push(undo);
  }

  /** Has calls fail until the function that comes back is called, or the test is over. */
  failing(choose: FaultChooser): () => void {
    const end = this.environment.aws.faults.intercept(choose);
    this.afterwards(end);
    return end;
  }

  /** Changes rules of AWS until the test is over; `usual` is what they are then. */
  changeRules(rules: WorldRules, usual: WorldRules): void {
    this.environment.aws.world.changeRules(rules);
    this.afterwards(() => this.environment.aws.world.changeRules(usual));
  }

  async status(kind: ResourceKind<Reported>, name: string): Promise<Shown> {
    const { metadata, status } = (await this.environment.find(kind, name)) ?? {};
    const { reason, message } = findCondition(status?.conditions, 'Ready') ?? {};
    return {
      state: status?.state,
      reason,
      message,
      progress: progressOf({ metadata: metadata ?? {}, status: status ?? {} }),
    };
  }

  /** Lets time go by until the object shows `reason` for its present specification; gives all that it shows. */
  async shown(kind: ResourceKind<Reported>, name: string, reason: string, limitMs = 3_600_000): Promise<Shown> {
    const isShown = async (): Promise<boolean> => {
      const object = await this.environment.find(kind, name);
      const isCurrent = object?.status?.observedGeneration === object?.metadata.generation;
      return isCurrent && findCondition(object?.status?.conditions, 'Ready')?.reason === reason;
    };
    const describe = async (): Promise<string> => JSON.stringify(await this.environment.find(kind, name));
    await this.environment.until(isShown, { limitMs, describe });
    return this.status(kind, name);
  }

  /** What the operator has changed in AWS since the last time, also unheard, by the roles that it alone takes on. */
  takeWrites(): readonly string[] {
    const { journal } = this.environment.aws;
    const calls = journal.calls();
    journal.clear();
    return calls
      .filter(({ principal, code }) => principal.includes(':assumed-role/') && ['OK', 'Dropped'].includes(code))
      .map(({ operation }) => operation)
      .filter(isAwsWrite);
  }

  async #enter(options: EnvironmentOptions): Promise<void> {
    if (this.#environment) return;
    this.#environment = await Environment.start(options);
    this.#before = await this.#seen();
    this.environment.aws.journal.clear();
  }

  /** A test that left something behind fails, and the next one gets an environment of its own. */
  async #leave(): Promise<void> {
    try {
      await this.#restore();
    } catch (error) {
      await this.#stop();
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const environment = this.#environment;
    this.#environment = undefined;
    this.#undo.length = 0;
    this.#undoLast.length = 0;
    await environment?.stop();
  }

  async #restore(): Promise<void> {
    for (const undo of this.#undo.splice(0).toReversed()) await undo();
    await this.#deleteObjects();
    for (const undo of this.#undoLast.splice(0).toReversed()) await undo();
    assert.deepEqual(await this.#seen(), this.#before);
    this.environment.aws.journal.clear();
  }

  /** All at once: the operator finds the order. */
  async #deleteObjects(): Promise<void> {
    const { environment } = this;
    const keys = await this.#objects();
    for (const { kind, name } of keys) await environment.kube.delete(kind, { namespace: NAMESPACE, name });
    const left = async () => (await this.#objects()).map(({ kind, name }) => `${kind.kind} ${name}`);
    await environment.until(async () => (await left()).length === 0, {
      describe: async () => (await left()).join(', '),
    });
  }

  async #objects(): Promise<readonly { readonly kind: ResourceKind; readonly name: string }[]> {
    const lists = await Promise.all(
      CONTROL_PLANE_KINDS.map(async (kind) => {
        const { items } = await this.environment.kube.list<KubeObject>(kind, { namespace: NAMESPACE });
        return items.map(({ metadata: { name } }) => ({ kind, name }));
      }),
    );
    return lists.flat();
  }
}
