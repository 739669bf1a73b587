import type { Call } from '../util/call.ts';
import type { Outcome } from './outcome.ts';

/** One finished action, for the trace of a pass. `depth` is how deep it stands in nested pipelines, from 0. */
export interface TraceEntry {
  readonly action: string;
  readonly depth: number;
  readonly durationMs: number;
  /** The outcome's kind, or `error` when the action threw. */
  readonly result: Outcome['kind'] | 'error';
  readonly reason?: string;
}

/** The context of one pass of a reconcile: the call context of everything below it, and its trace. */
export interface Pass extends Call {
  readonly trace: TraceEntry[];
  /** How deep the running action stands; combinators count it, actions leave it alone. */
  readonly depth?: number;
}

/**
 * One step of a reconcile over state `S`. It is named by its function name, which is what trace and outcome show.
 *
 * A state is a plain object; an action fills or changes what it is there for. What it throws is unexpected and ends the
 * pass as an error with backoff.
 */
export type Action<S> = (state: S, pass: Pass) => Outcome | Promise<Outcome>;

/** A question about a state, named by its function name; it asks nobody and changes nothing. */
export type Predicate<S> = (state: S) => boolean;

/** Gives a function the name under which a trace shows it. */
export function named<F extends object>(name: string, fn: F): F {
  return Object.defineProperty(fn, 'name', { value: name, configurable: true });
}
