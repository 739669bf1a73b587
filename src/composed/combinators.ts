import { awaitAll } from '../util/settled.ts';
import { type Action, named, type Pass, type Predicate } from './action.ts';
import { isStop, mostUrgent, next, type Outcome, type Stop } from './outcome.ts';
import { runAction } from './run.ts';

/** Runs the actions in order until one stops. Equals `next` when there are none; nesting changes nothing but the trace. */
export function sequence<S>(name: string, ...actions: readonly Action<S>[]): Action<S> {
  return named(name, async (state: S, pass: Pass): Promise<Outcome> => {
    for (const action of actions) {
      const outcome = await runAction(action, state, pass);
      if (isStop(outcome)) return outcome;
    }
    return next;
  });
}

/** Runs the actions in order when the predicate holds; goes on otherwise. */
export function when<S>(predicate: Predicate<S>, ...actions: readonly Action<S>[]): Action<S> {
  const body = sequence(`when ${predicate.name}`, ...actions);
  return named(body.name, (state: S, pass: Pass) => (predicate(state) ? body(state, pass) : next));
}

/** Runs one action or the other. */
export function branch<S>(predicate: Predicate<S>, whenTrue: Action<S>, whenFalse: Action<S>): Action<S> {
  return named(`branch on ${predicate.name}`, (state: S, pass: Pass) =>
    runAction(predicate(state) ? whenTrue : whenFalse, state, pass),
  );
}

/**
 * Runs independent actions side by side and waits for all of them, also after one threw, so that nothing runs on behind
 * the pass's back. Any throw wins (several become one `AggregateError`); otherwise the most urgent outcome.
 */
export function concurrently<S>(...actions: readonly Action<S>[]): Action<S> {
  const name = `concurrently ${actions.map((action) => action.name).join(', ')}`;
  return named(name, async (state: S, pass: Pass): Promise<Outcome> => {
    return mostUrgent(await awaitAll(actions.map((action) => runAction(action, state, pass))));
  });
}

/** Builds the richer state of an inner pipeline, or stops when the world does not have what it needs. */
export type StateFactory<S, T extends object> = (
  state: S,
  pass: Pass,
) => Entered<T> | Stop | Promise<Entered<T> | Stop>;

/** A richer state that was reached. */
export interface Entered<T extends object> {
  readonly kind: 'entered';
  readonly state: T;
}

/** What a {@link StateFactory} answers with when it has reached the richer state. */
export function entered<T extends object>(state: T): Entered<T> {
  return { kind: 'entered', state };
}

/**
 * Opens a pipeline over a richer state: what the factory guarantees is a type, so that later actions never test for it
 * again and nobody casts.
 */
export function enter<S, T extends object>(factory: StateFactory<S, T>, pipeline: Action<T>): Action<S> {
  return named(factory.name, async (state: S, pass: Pass): Promise<Outcome> => {
    const result = await factory(state, pass);
    return result.kind === 'entered' ? runAction(pipeline, result.state, pass) : result;
  });
}
