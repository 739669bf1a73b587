import { describe, expect, it } from 'vitest';
import { aPass } from '../../test/support/pass.ts';
import type { VirtualClock } from '../util/virtual-clock.ts';
import { type Action, named, type Pass } from './action.ts';
import { branch, concurrently, enter, entered, sequence, when } from './combinators.ts';
import { next, type Outcome, stopAndForget, stopWithRequeue, stopWithRequeueDelay } from './outcome.ts';
import { all, any, not } from './predicates.ts';
import { runPipeline } from './run.ts';

interface Journal {
  readonly done: string[];
}

const aState = (): Journal => ({ done: [] });

function step(name: string, outcome: Outcome = next): Action<Journal> {
  return named(name, (state: Journal) => {
    state.done.push(name);
    return outcome;
  });
}

const failing = (error: unknown): Action<Journal> =>
  named('failing', () => {
    throw error;
  });

const isEmpty = (state: Journal): boolean => state.done.length === 0;

describe('sequence', () => {
  it('stops at the first action that stops, and says which and why', async () => {
    const state = aState();
    const pipeline = sequence('pipeline', step('a'), step('b', stopAndForget('enough')), step('c'));
    expect(await runPipeline(pipeline, state, aPass())).toEqual({
      kind: 'stopAndForget',
      reason: 'enough',
      action: 'b',
    });
    expect(state.done).toEqual(['a', 'b']);
  });

  it('names the innermost action of nested sequences', async () => {
    const inner = sequence('inner', step('deep', stopWithRequeueDelay(5, 'waiting')));
    const stop = await runPipeline(sequence('outer', inner), aState(), aPass());
    expect(stop).toMatchObject({ action: 'deep', delayMs: 5 });
  });

  it('ends as stopAndForget without being told', async () => {
    expect(await runPipeline(sequence('pipeline', step('a')), aState(), aPass())).toMatchObject({
      kind: 'stopAndForget',
    });
  });

  it('starts no further action once the pass is over', async () => {
    const controller = new AbortController();
    const state = aState();
    const expire = named('expire', () => {
      controller.abort(new Error('deadline'));
      return next;
    });
    const run = runPipeline(sequence('pipeline', expire, step('late')), state, aPass({ signal: controller.signal }));
    await expect(run).rejects.toThrow('deadline');
    expect(state.done).toEqual([]);
  });

  it('lets an error through unchanged', async () => {
    const error = new Error('boom');
    await expect(runPipeline(sequence('pipeline', failing(error)), aState(), aPass())).rejects.toBe(error);
  });
});

describe('when and branch', () => {
  it('runs its actions only when the predicate holds', async () => {
    const state = aState();
    await runPipeline(
      sequence('pipeline', when(isEmpty, step('a'), step('b')), when(isEmpty, step('c'))),
      state,
      aPass(),
    );
    expect(state.done).toEqual(['a', 'b']);
  });

  it('takes one way or the other', async () => {
    const state = aState();
    const fork = branch(isEmpty, step('empty'), step('full'));
    await runPipeline(sequence('pipeline', fork, fork), state, aPass());
    expect(state.done).toEqual(['empty', 'full']);
  });
});

describe('predicates', () => {
  const yes = (): boolean => true;
  const no = (): boolean => false;

  it.each([
    { name: 'not', predicate: not(yes), expected: false },
    { name: 'all of none', predicate: all(), expected: true },
    { name: 'any of none', predicate: any(), expected: false },
    { name: 'all with one false', predicate: all(yes, no), expected: false },
    { name: 'any with one true', predicate: any(no, yes), expected: true },
  ])('$name is $expected', ({ predicate, expected }) => {
    expect(predicate({})).toBe(expected);
  });

  it('reads aloud in a trace', () => {
    expect(all(not(yes), no).name).toBe('(not yes and no)');
  });
});

describe('concurrently', () => {
  it('waits for every action, also after one has thrown', async () => {
    const state = aState();
    const slow = named('slow', async (journal: Journal) => {
      await new Promise((resolve) => setImmediate(resolve));
      journal.done.push('slow');
      return next;
    });
    await expect(runPipeline(concurrently(failing(new Error('boom')), slow), state, aPass())).rejects.toThrow('boom');
    expect(state.done).toEqual(['slow']);
  });

  it('keeps every error when several actions throw', async () => {
    const errors = [new Error('one'), new Error('two')];
    const run = runPipeline(concurrently(...errors.map(failing)), aState(), aPass());
    await expect(run).rejects.toMatchObject({ errors });
  });

  it('takes the most urgent outcome and the name of its action', async () => {
    const pipeline = concurrently(step('later', stopWithRequeueDelay(10, 'x')), step('now', stopWithRequeue('y')));
    expect(await runPipeline(pipeline, aState(), aPass())).toMatchObject({ kind: 'stopWithRequeue', action: 'now' });
  });
});

describe('enter', () => {
  interface Rich extends Journal {
    readonly scope: string;
  }
  const say = named('say', (state: Rich) => stopAndForget(`in ${state.scope}`));

  it('hands the richer state to the inner pipeline', async () => {
    const loadScope = (state: Journal) => entered({ ...state, scope: 'demo' });
    expect(await runPipeline(enter(loadScope, say), aState(), aPass())).toMatchObject({ reason: 'in demo' });
  });

  it('stops under the name of the factory when the world does not have what it needs', async () => {
    const loadScope = () => stopAndForget('no scope');
    expect(await runPipeline(enter(loadScope, say), aState(), aPass())).toMatchObject({
      reason: 'no scope',
      action: 'loadScope',
    });
  });
});

describe('the trace of a pass', () => {
  it('tells each action, its depth, its time and how it ended', async () => {
    const pass: Pass = aPass();
    const takeTime = named('takeTime', () => {
      // aPass is made on a clock that the test moves.
      (pass.clock as VirtualClock).advance(250);
      return next;
    });
    await runPipeline(sequence('outer', takeTime, step('last', stopAndForget('done here'))), aState(), pass);
    expect(pass.trace).toEqual([
      { action: 'takeTime', depth: 1, durationMs: 250, result: 'next' },
      { action: 'last', depth: 1, durationMs: 0, result: 'stopAndForget', reason: 'done here' },
      { action: 'outer', depth: 0, durationMs: 250, result: 'stopAndForget', reason: 'done here' },
    ]);
  });

  it('tells an error by its name only, so that no message with a secret gets into it', async () => {
    const pass = aPass();
    await expect(runPipeline(failing(new TypeError('token=hunter2')), aState(), pass)).rejects.toThrow(TypeError);
    expect(pass.trace).toEqual([{ action: 'failing', depth: 0, durationMs: 0, result: 'error', reason: 'TypeError' }]);
  });
});
