import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import {
  isBeingDeleted,
  type KubeObject,
  type NamespacedName,
  type ObjectMeta,
  type ResourceKind,
} from '../../kube/index.ts';
import { type Cluster, referringBy, type Watch, watching } from '../../runtime/index.ts';
import { SCOPE_INDEX } from './indexes.ts';
import type { StatusObject } from './object-state.ts';

type WithSpec = KubeObject & { readonly spec: unknown };

/** Wakes the objects of `kind` in a Scope when that changes, but for what it tells people alone and reads every hour. */
export function watchingScope(kind: ResourceKind): Watch {
  return watching(scopeKind, referringBy(kind, SCOPE_INDEX), { matters: withoutExposedData });
}

function withoutExposedData(scope: Scope): Scope {
  const { exposedData: _told, ...status } = scope.status ?? {};
  return { ...scope, status };
}

/** For `matters` of a watch: all of an object but what it reports of itself. */
export function withoutStatus<O extends StatusObject>({ status: _told, ...object }: O): O {
  // A status is never required.
  return object as O;
}

/** For `matters` of a watch: as much of the metadata as tells that an object comes and goes. */
export function identityIn({ name, namespace, uid }: ObjectMeta): ObjectMeta {
  return { name, uid, resourceVersion: '', ...(namespace !== undefined && { namespace }) };
}

/** For `matters` of a watch: that an object with a specification comes and goes, and none of its changes. */
export function existence<O extends WithSpec>({ apiVersion, kind, metadata, spec }: O): O {
  // What else an object has is never required.
  return { apiVersion, kind, metadata: identityIn(metadata), spec } as O;
}

/**
 * For `watching` those who use an object of `kind`: they concern it only while its deletion waits for them to go. All
 * their other changes would only make it ask AWS again.
 */
export function heldBackBy<U extends KubeObject>(
  kind: ResourceKind,
  nameOf: (user: U) => string,
): (user: U, cluster: Cluster) => readonly NamespacedName[] {
  return heldBackAt(kind, (user) => [{ namespace: user.metadata.namespace ?? '', name: nameOf(user) }]);
}

/** As {@link heldBackBy}, for users that use several, or some of other namespaces. */
export function heldBackAt<U extends KubeObject>(
  kind: ResourceKind,
  keysOf: (user: U) => readonly NamespacedName[],
): (user: U, cluster: Cluster) => readonly NamespacedName[] {
  return (user, cluster) =>
    keysOf(user).filter((key) => {
      const used = cluster.cache(kind).get(key);
      return used !== undefined && isBeingDeleted(used);
    });
}

/** As {@link heldBackBy}, for users that share a value of an index with what they use, such as the id of a VPC. */
export function heldBackIn<U extends KubeObject>(
  kind: ResourceKind,
  index: string,
  valuesOf: (user: U) => readonly string[],
): (user: U, cluster: Cluster) => readonly NamespacedName[] {
  return (user, cluster) => {
    const used = valuesOf(user).flatMap((value) => cluster.cache(kind).byIndex(index, value));
    return used.filter(isBeingDeleted).map(({ metadata }) => metadata);
  };
}
