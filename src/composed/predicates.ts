import { named, type Predicate } from './action.ts';

/** True when the predicate is not. */
export function not<S>(predicate: Predicate<S>): Predicate<S> {
  return named(`not ${predicate.name}`, (state: S) => !predicate(state));
}

/** True when every predicate is; true for none. Stops asking at the first false. */
export function all<S>(...predicates: readonly Predicate<S>[]): Predicate<S> {
  return named(`(${predicates.map((p) => p.name).join(' and ')})`, (state: S) => predicates.every((p) => p(state)));
}

/** True when one of the predicates is; false for none. Stops asking at the first true. */
export function any<S>(...predicates: readonly Predicate<S>[]): Predicate<S> {
  return named(`(${predicates.map((p) => p.name).join(' or ')})`, (state: S) => predicates.some((p) => p(state)));
}
