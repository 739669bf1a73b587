import { findCondition, isBeingDeleted, secretKind } from '../../src/kube/index.ts';
import { isAwsWrite } from '../support/aws-writes.ts';
import { NAMESPACE } from '../support/memory-kube.ts';
import { furnish } from './foreign.ts';
import { differences, type Expected, type Item, itemsIn } from './in-aws.ts';
import type { Asked } from './kind.ts';
import { KINDS, kindNamed } from './kinds/all.ts';
import type { Step } from './script.ts';
import { named, ownerOf, Users } from './users.ts';
import { FULL_CHECK_INTERVAL_MS, LOOK_INTERVAL_MS, World } from './world.ts';

/*
 * Plays a script, and then asks for peace: troubles end, users ask for nothing that cannot be had, and some time passes. Then
 *
 * - what somebody else has put into the way is untouched, and taken away by them;
 * - every object that is asked for is Ready for what it asks, and no other is left;
 * - AWS holds what was there before and what they ask for: nothing is missing, foreign, double, or left behind;
 * - nothing is written to AWS any more, for as long as a full check takes to come;
 * - when all of it is deleted, AWS and Kubernetes hold what they held before.
 */

const HOUR_MS = 3_600_000;
/** The longest pauses follow rejected peerings: from one hour on, doubled each time. */
const READY_WITHIN_MS = 12 * HOUR_MS;
/** Looks and a full check have come, however late the last one was. */
const REST_MS = FULL_CHECK_INTERVAL_MS + LOOK_INTERVAL_MS + 60_000;
/** What somebody did last is found in the first, and what that sets off may be in the second. */
const MOST_RESTS = 3;
/** Longer than AWS goes on showing what is gone. */
const LINGERING_MS = 10 * 60_000;

/** A history did not end as it has to. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  /** What was asked of AWS and written to Kubernetes, and when. */
  readonly trace: readonly string[];

  constructor(error: unknown, trace: readonly string[]) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.trace = trace;
  }
}

/** *Returns* what was asked of AWS and written to Kubernetes. *Throws* {@link HistoryError}. */
export async function play(script: readonly Step[]): Promise<readonly string[]> {
  const world = await World.start();
  try {
    await new History(world).play(script);
  } catch (error) {
    throw new HistoryError(error, world.trace);
  } finally {
    await world.stop();
  }
  return world.trace;
}

class History {
  readonly #world: World;
  readonly #users: Users;

  constructor(world: World) {
    this.#world = world;
    this.#users = new Users(world);
  }

  async play(script: readonly Step[]): Promise<void> {
    await furnish(this.#world);
    const before = itemsIn(this.#world.aws);
    this.#world.startOperator();
    for (const step of script) await this.#take(step);
    this.#world.note('peace');
    this.#world.troubles.end();
    await this.#users.agree();
    await this.#clearObstacles();
    await this.#settleOthers();
    await this.#untilAsAsked();
    await this.#untilAtRest();
    await this.#assertInAws(before);
    this.#world.note('everything is deleted');
    for (const object of await this.#users.listOwn()) await this.#users.delete(named(object));
    await this.#untilAsAsked();
    await this.#world.advance(LINGERING_MS);
    await this.#assertInAws(before);
    await this.#assertNoSecrets();
  }

  async #take(step: Step): Promise<void> {
    this.#world.note(`step ${JSON.stringify(step)}`);
    switch (step.do) {
      case 'create':
        return this.#users.create(step);
      case 'edit':
        return this.#users.edit(step);
      case 'delete':
        return this.#users.delete(step);
      case 'drift':
        return this.#drift(step);
      case 'wait':
        return this.#world.advance(step.ms);
      default:
        return this.#world.troubles.take(step);
    }
  }

  async #drift(step: Extract<Step, { do: 'drift' }>): Promise<void> {
    const object = await this.#users.find(step);
    const drift = kindNamed(step.kind).drifts[step.how];
    if (!object || !drift) return;
    await this.#world.troubles.without(() => drift(this.#world, object).catch(unlessAwsRefuses));
  }

  async #untilAsAsked(): Promise<void> {
    let revision = -1;
    const isDone = async (): Promise<boolean> => {
      // To list is dear, and nothing has changed since.
      if (this.#world.kube.revision === revision) return false;
      revision = this.#world.kube.revision;
      return (await this.#unlikeAsked()).length === 0;
    };
    const isSo = await this.#world.until(isDone, READY_WITHIN_MS);
    if (!isSo) throw new Error(`not as asked: ${(await this.#unlikeAsked()).join('\n')}`);
  }

  async #unlikeAsked(): Promise<readonly string[]> {
    const wrong = (await this.#users.listAll()).filter(
      (object) => !this.#users.isWanted(object) || (ownerOf(object) === undefined && !isReady(object)),
    );
    return wrong.map(({ kind, metadata, status }) => {
      const how = isBeingDeleted({ metadata }) ? 'is still there' : 'is not Ready';
      return `${kind} ${metadata.name} ${how}: ${JSON.stringify(status)}`;
    });
  }

  async #assertInAws(before: readonly Item[]): Promise<void> {
    await this.#settleOthers();
    const expected: Expected[] = [...before, ...this.#world.added];
    for (const kind of KINDS) {
      for (const object of await this.#users.list(kind)) {
        expected.push(...(await this.#world.troubles.without(() => kind.expected(object, this.#world))));
      }
    }
    const found = differences(itemsIn(this.#world.aws), expected);
    if (found.length > 0) throw new Error(`AWS does not hold what is asked for:\n${found.join('\n')}`);
  }

  async #untilAtRest(): Promise<void> {
    let writes: readonly string[] = [];
    for (let rests = 0; rests < MOST_RESTS; rests += 1) {
      writes = await this.#writesInRest();
      await this.#untilAsAsked();
      if (writes.length === 0) return;
    }
    throw new Error(`AWS was written to at rest: ${writes.join()}`);
  }

  async #writesInRest(): Promise<readonly string[]> {
    const { journal } = this.#world.aws;
    journal.clear();
    await this.#world.advance(REST_MS);
    // Some requests that AWS refuses are how one learns that it does not any more, such as of a subnet that is used.
    const writes = journal.calls().filter(({ operation, code }) => code === 'OK' && isAwsWrite(operation));
    return writes.map(({ operation }) => operation);
  }

  /** What somebody has put into the way stays until they take it away. */
  async #clearObstacles(): Promise<void> {
    const { obstacles, troubles } = this.#world;
    if (obstacles.size > 0) await this.#world.advance(REST_MS);
    for (const [what, obstacle] of obstacles) {
      await troubles.without(async () => {
        if (!(await obstacle.isUntouched())) throw new Error(`somebody else's ${what} was touched`);
        await obstacle.remove();
      });
    }
  }

  async #settleOthers(): Promise<void> {
    for (const { settle } of KINDS) await this.#world.troubles.without(async () => settle?.(this.#world));
  }

  async #assertNoSecrets(): Promise<void> {
    const { items } = await this.#world.user.list(secretKind, { namespace: NAMESPACE });
    const left = items.map(({ metadata }) => metadata.name).filter((name) => name !== 'cm-theirs');
    if (left.length > 0) throw new Error(`Secrets are left behind: ${left.join()}`);
  }
}

function isReady({ metadata, status }: Asked): boolean {
  const isCurrent = status?.observedGeneration === metadata.generation;
  return isCurrent && findCondition(status?.conditions, 'Ready')?.status === 'True';
}

/** As an error of an SDK client looks; any other is ours. */
function unlessAwsRefuses(error: unknown): void {
  if (error instanceof Error && '$metadata' in error) return;
  throw error;
}
