import { type Action, named, next, stopAndForget } from '../../composed/index.ts';
import type { KubeObject, ResourceKind } from '../../kube/resource.ts';
import { shortened } from '../../util/shortened.ts';
import type { ClusterReader } from './cluster.ts';
import { type Finding, heldBack } from './finding.ts';
import { indexValueOf } from './indexes.ts';
import type { ObjectState, StatusObject } from './object-state.ts';

/** A kind whose objects may use the one to be deleted, and the index that says which do. */
export interface UserKind {
  readonly kind: ResourceKind;
  readonly index: string;
  /** Which of those that the index finds do use it. Default: all. */
  readonly isUser?: (object: KubeObject) => boolean;
  /** What the index holds of an object that is used; undefined: nobody can use it. Default: its `<namespace>/<name>`. */
  readonly valueFrom?: (used: StatusObject) => string | undefined;
}

/** A status is read by people: after this many names it says how many more there are. */
const NAMES_SHOWN = 10;

/**
 * Refuses a deletion while something uses the object. It costs nothing and polls nothing: users are looked up in
 * indexes of watched objects, and a user that goes wakes the object.
 */
export function refuseWhileUsed<O extends StatusObject>(users: readonly UserKind[]): Action<ObjectState<O>> {
  return named('refuseWhileUsed', (state: ObjectState<O>) => {
    const finding = usedFinding(state.cluster, state.object, users);
    if (finding === undefined) return next;
    state.finding = finding;
    return stopAndForget(finding.message);
  });
}

function usedFinding(cluster: ClusterReader, object: StatusObject, users: readonly UserKind[]): Finding | undefined {
  const used = users.flatMap(({ kind, index, isUser = () => true, valueFrom = indexValueOf }) => {
    const value = valueFrom(object);
    const found = value === undefined ? [] : cluster.byIndex(kind, index, value);
    const names = found.filter(isUser).map(indexValueOf);
    return names.length === 0 ? [] : [`${kind.kind}: [${shortened(names, NAMES_SHOWN, ' ')}]`];
  });
  if (used.length === 0) return undefined;
  const message = `Can not be deleted while used by ${used.join(', ')}`;
  return {
    ...heldBack('DeleteWhileUsed', message),
    also: [{ type: 'DeleteWhileUsed', status: 'True', reason: 'DeleteWhileUsed', message }],
  };
}
