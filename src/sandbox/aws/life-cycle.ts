/**
 * The states a simulated resource goes through by itself.
 *
 * A resource has a table of transitions as data: for a state that passes, how long it lasts and what follows. States
 * that are not in the table stay until `enter` is called. Time is the scaled life-cycle clock; with the speed `max` a
 * transition is over before the next request is answered.
 *
 * Guarantees: one transition waits at most; `enter` replaces the one that waits; `onEnter` runs for every state but
 * the first one, after `state` has changed; after `stop` nothing happens any more.
 *
 * @example
 * const { clock, durationMs } = partition;
 * const transitions = {
 *   creating: { lastsMs: durationMs('elasticache.replicationGroup.creating'), next: 'available' },
 *   deleting: { lastsMs: durationMs('elasticache.replicationGroup.deleting'), next: 'gone' },
 * } as const;
 * const cycle = new LifeCycle<GroupState>(clock, 'creating', transitions, forgetWhenGone);
 * cycle.enter('deleting');
 */
import type { Cancel, Clock } from '../../util/clock.ts';

export interface Transition<S extends string> {
  readonly lastsMs: number;
  readonly next: S;
}

/** States that pass by themselves; the others stay. */
export type Transitions<S extends string> = { readonly [state in S]?: Transition<S> };

export class LifeCycle<S extends string> {
  readonly #clock: Clock;
  readonly #transitions: Transitions<S>;
  readonly #onEnter: (state: S) => void;
  #state: S;
  #sinceMs: number;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, first: S, transitions: Transitions<S>, onEnter: (state: S) => void = () => {}) {
    this.#clock = clock;
    this.#transitions = transitions;
    this.#onEnter = onEnter;
    this.#state = first;
    this.#sinceMs = clock.now();
    this.#arm(transitions[first]);
  }

  get state(): S {
    return this.#state;
  }

  /** When the state began, by the life-cycle clock. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Goes to `state` now; `lastsMs` overrides how long the table lets it last. */
  enter(state: S, lastsMs?: number): void {
    this.stop();
    this.#state = state;
    this.#sinceMs = this.#clock.now();
    const transition = this.#transitions[state];
    this.#arm(transition && lastsMs !== undefined ? { ...transition, lastsMs } : transition);
    this.#onEnter(state);
  }

  /** Takes back the transition that waits; the state stays as it is. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(transition: Transition<S> | undefined): void {
    if (!transition) return;
    this.#cancel = this.#clock.schedule(transition.lastsMs, () => this.enter(transition.next));
  }
}
