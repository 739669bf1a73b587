import { type Stop, stopAndForget } from '../../composed/index.ts';
import { isBeingDeleted, type ResourceKind } from '../../kube/resource.ts';
import { findCondition } from '../../kube/conditions.ts';
import { processing } from './finding.ts';
import type { ObjectState, StatusObject } from './object-state.ts';
import { isReady } from './status.ts';

/** An object that can be used, or why the pass stops. */
export type FoundDependency<T> = { readonly dependency: T } | { readonly stop: Stop };

type Depending = Pick<ObjectState, 'object' | 'finding' | 'cluster'>;

/**
 * Finds an object that is to be used. What stands in the way is a finding that names it. Nobody polls: the controller of
 * `state.object` watches the dependency's kind, and its change starts the next pass.
 *
 * - An object that is ready goes on whatever its dependency says of itself just now: it looks at AWS with its own eyes,
 *   and trouble with a new zone of an IpRange is no trouble of the Redis in the old ones.
 * - A dependency that is ready, but not yet looked at since its specification changed, stops the pass without a finding.
 */
export function findDependency<T extends StatusObject>(
  state: Depending,
  kind: ResourceKind<T>,
  name: string,
  namespace = state.object.metadata.namespace ?? '',
): FoundDependency<T> {
  const called = `${kind.kind} ${namespace}/${name}`;
  const dependency = state.cluster.get(kind, namespace, name);
  if (dependency === undefined) return { stop: missingDependency(state, `${called} does not exist`) };
  const stop = obstacleIn(dependency, state, called);
  return stop === undefined ? { dependency } : { stop };
}

/** Stops, and says what is not there. */
export function missingDependency(state: Pick<Depending, 'finding'>, message: string): Stop {
  state.finding = processing(message, 'MissingDependency');
  return stopAndForget(message);
}

/** Stops until a dependency tells more. An object that is ready stays so. */
export function stopUntilTold(state: Pick<Depending, 'object' | 'finding'>, message: string): Stop {
  if (!isReady(state.object)) state.finding = processing(message, 'WaitingDependency');
  return stopAndForget(message);
}

function obstacleIn(dependency: StatusObject, state: Depending, called: string): Stop | undefined {
  if (isReady(state.object) && !isGoing(dependency)) return undefined;
  if (!isUsable(dependency)) {
    state.finding = processing(`${called} is not ready${why(dependency)}`, 'WaitingDependency');
    return stopAndForget(`${called} is not ready`);
  }
  if (dependency.status?.observedGeneration !== dependency.metadata.generation) {
    return stopAndForget(`${called} is being checked again`);
  }
  return undefined;
}

/** Whether the dependency is being taken down; while its deletion is refused, it serves those who use it. */
function isGoing(dependency: StatusObject): boolean {
  return isBeingDeleted(dependency) && dependency.status?.state === 'Deleting';
}

function isUsable(dependency: StatusObject): boolean {
  if (isBeingDeleted(dependency)) return dependency.status?.state === 'Warning';
  return findCondition(dependency.status?.conditions, 'Ready')?.status === 'True';
}

function why(dependency: StatusObject): string {
  if (isBeingDeleted(dependency)) return ': it is being deleted';
  const reason = findCondition(dependency.status?.conditions, 'Error')?.reason;
  return reason === undefined ? '' : `: ${reason}`;
}
