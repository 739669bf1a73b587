import fc from 'fast-check';
import { describe, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { sleep } from '../util/clock.ts';
import { silentLogger } from '../util/log.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { Batcher } from './batcher.ts';
import { NotFoundError } from './errors.ts';

const Id = fc.constantFrom('a', 'b', 'c', 'd');
/** What happens to the world, one thing after another. */
const Step = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), id: Id }),
  fc.record({ kind: fc.constant('change' as const), id: Id }),
  fc.record({ kind: fc.constant('remove' as const), id: Id }),
  fc.record({ kind: fc.constant('leave' as const), id: Id }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120 }) }),
);

const LATENCY_MS = 40;
const LIST_LAG_MS = 60;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Version {
  readonly atMs: number;
  readonly value: number | undefined;
}

/** Objects with their history, so that an answer can be dated; lists show the past. */
class World {
  readonly #histories = new Map<string, Version[]>();
  #next = 1;

  write(id: string, value: 'next' | undefined, atMs: number): void {
    const history = this.#histories.get(id) ?? [];
    history.push({ atMs, value: value === undefined ? undefined : this.#next++ });
    this.#histories.set(id, history);
  }

  at(id: string, atMs: number): number | undefined {
    return this.#histories.get(id)?.findLast((version) => version.atMs <= atMs)?.value;
  }

  /** All that was true of the object at some moment of the span. */
  during(id: string, fromMs: number, toMs: number): readonly (number | undefined)[] {
    const changes = (this.#histories.get(id) ?? []).filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
    return [this.at(id, fromMs), ...changes.map(({ value }) => value)];
  }

  ids(): readonly string[] {
    return [...this.#histories.keys()];
  }
}

interface Asked {
  readonly id: string;
  readonly atMs: number;
  readonly leave: AbortController;
  result?: { readonly atMs: number; readonly value: number | undefined } | 'left';
}

class Story {
  readonly clock = new VirtualClock();
  readonly world = new World();
  readonly asked: Asked[] = [];
  readonly #batcher = new Batcher<number>(this.clock, silentLogger, {
    service: 'elasticache',
    operation: 'DescribeThings',
    readOne: async (id, { signal }) => {
      const value = this.world.at(id, this.clock.monotonicMs());
      await sleep(this.clock, LATENCY_MS, signal);
      if (value === undefined) throw new NotFoundError('thing', id);
      return value;
    },
    list: async (_, { signal }) => {
      const shownAtMs = this.clock.monotonicMs();
      // New objects are missing from lists for a while; what a list shows is as of its start.
      const shown = this.world.ids().flatMap((id) => {
        const value = this.world.at(id, shownAtMs);
        const isOld = this.world.at(id, shownAtMs - LIST_LAG_MS) !== undefined;
        return value !== undefined && isOld ? [[id, value] as const] : [];
      });
      await sleep(this.clock, LATENCY_MS, signal);
      return { answers: new Map(shown), requests: 1 };
    },
  });

  ask(id: string): void {
    const asked: Asked = { id, atMs: this.clock.monotonicMs(), leave: new AbortController() };
    this.asked.push(asked);
    this.#batcher.ask(id, aCall({ signal: asked.leave.signal })).then(
      (value) => this.#note(asked, value),
      (error: unknown) => this.#note(asked, error instanceof NotFoundError ? undefined : 'left'),
    );
  }

  #note(asked: Asked, value: number | 'left' | undefined): void {
    if (asked.result) throw new Error('answered twice');
    asked.result = value === 'left' ? 'left' : { atMs: this.clock.monotonicMs(), value };
  }

  async wait(totalMs: number): Promise<void> {
    for (let leftMs = totalMs; leftMs > 0;) {
      const stepMs = Math.min(this.clock.nextDueInMs ?? leftMs, leftMs);
      this.clock.advance(stepMs);
      await settle();
      leftMs -= stepMs;
    }
  }
}

function isTrue(story: Story, { id, atMs, leave, result }: Asked): boolean {
  if (!result) return false;
  if (result === 'left') return leave.signal.aborted;
  return story.world.during(id, atMs, result.atMs).includes(result.value);
}

describe('Batcher', () => {
  it('answers each question once, with what was true between the question and the answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { maxLength: 40 }), async (steps) => {
        const story = new Story();
        for (const step of steps) {
          if (step.kind === 'wait') await story.wait(step.ms);
          else if (step.kind === 'ask') story.ask(step.id);
          else if (step.kind === 'leave')
            story.asked.find(({ id, result }) => id === step.id && !result)?.leave.abort();
          else story.world.write(step.id, step.kind === 'change' ? 'next' : undefined, story.clock.monotonicMs());
        }
        await story.wait(1_000);
        return story.asked.every((asked) => isTrue(story, asked)) && story.clock.pending === 0;
      }),
      { numRuns: 150 },
    );
  });
});
