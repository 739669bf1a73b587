import { type Stop, stopAndForget } from '../../composed/index.ts';
import { isBeingDeleted, type KubeObject, type ResourceKind } from '../../kube/resource.ts';
import { findCondition } from '../../kube/conditions.ts';
import { processing } from './finding.ts';
import type { ObjectState, StatusObject } from './object-state.ts';

/**
 * What stands in the way of using `dependency`; `undefined` when nothing does. The finding names the dependency. Nobody
 * polls: the controller of `state.object` watches the dependency's kind, and its change starts the next pass.
 *
 * A dependency that is ready, but not yet looked at since its specification changed, stops the pass without a finding:
 * what the object's status says may well still hold.
 */
export function dependencyStop(
  state: Pick<ObjectState, 'object' | 'finding'>,
  kind: ResourceKind,
  name: string,
  dependency: StatusObject | undefined,
): Stop | undefined {
  const called = `${kind.kind} ${state.object.metadata.namespace ?? ''}/${name}`;
  if (dependency === undefined) {
    state.finding = processing(`${called} does not exist`, 'MissingDependency');
    return stopAndForget(`${called} does not exist`);
  }
  if (!isUsable(dependency)) {
    state.finding = processing(`${called} is not ready${why(dependency)}`, 'WaitingDependency');
    return stopAndForget(`${called} is not ready`);
  }
  if (dependency.status?.observedGeneration !== dependency.metadata.generation) {
    return stopAndForget(`${called} is being checked again`);
  }
  return undefined;
}

/** An object whose deletion is refused while it is used still serves those who use it. */
function isUsable(dependency: KubeObject & StatusObject): boolean {
  if (isBeingDeleted(dependency)) return dependency.status?.state === 'Warning';
  return findCondition(dependency.status?.conditions, 'Ready')?.status === 'True';
}

function why(dependency: StatusObject): string {
  if (isBeingDeleted(dependency)) return ': it is being deleted';
  const reason = findCondition(dependency.status?.conditions, 'Error')?.reason;
  return reason === undefined ? '' : `: ${reason}`;
}
