import { isBeingDeleted, keyText, type KubeObject, type ResourceKind } from '../../src/kube/resource.ts';
import type { StatusInput } from '../../src/runtime/index.ts';
import { completeStatus } from '../../src/runtime/status-writer.ts';
import type { Clock } from '../../src/util/clock.ts';
import type { Json } from '../../src/sandbox/kube-api/json.ts';
import { mergePatch } from '../../src/sandbox/kube-api/patch/merge.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import type { CommonStatus, Reported } from '../../src/reconcilers/common/status.ts';
import type { ClusterAccess } from '../../src/reconcilers/common/cluster.ts';
import { mergedInto } from './merged.ts';

type Index = (object: KubeObject) => readonly string[];

/** A cluster in memory, without an API server: it keeps objects, and lets one go with its last finalizer. */
export interface MemoryCluster extends ClusterAccess {
  put(object: KubeObject): void;
  /** @param namespace - Default: `kcp-system`, and none for kinds of the whole cluster. */
  find<T extends KubeObject>(kind: ResourceKind<T>, name: string, namespace?: string): T | undefined;
  /** Merges fields into the status, as the controller does at the end of a pass. */
  setStatus<T extends KubeObject>(kind: ResourceKind<T>, name: string, status: object, namespace?: string): void;
  /** Lets `get` and indexes not know the object, as a cache that has not heard of it yet. */
  hide(kind: ResourceKind, name: string, namespace?: string): void;
  /** Asks for the deletion. */
  remove(kind: ResourceKind, name: string, namespace?: string): void;
  /**
   * The next write of a reconciler that is not spoken of yet fails, before it has its effect or after; an error is the API
   * server's answer, and `none` lets it pass.
   */
  failNextWrite(when: 'before' | 'after' | 'none' | Error): void;
  /** All objects of a kind. */
  all<T extends KubeObject>(kind: ResourceKind<T>): readonly T[];
  /** How often a reconciler itself wrote to Kubernetes. */
  readonly writes: readonly string[];
}

const NAMESPACE = 'kcp-system';

export function createMemoryCluster(
  indexes: Readonly<Record<string, Readonly<Record<string, Index>>>>,
  clock: Clock = new VirtualClock(),
): MemoryCluster {
  const objects = new Map<string, KubeObject>();
  const hidden = new Set<string>();
  const writes: string[] = [];
  const failures: ('before' | 'after' | 'none' | Error)[] = [];
  const write = async <T>(what: string, effect: () => T): Promise<T> => {
    writes.push(what);
    const failure = failures.shift();
    if (failure instanceof Error) throw failure;
    if (failure === 'before') throw new Error(`not written: ${what}`);
    const result = effect();
    if (failure === 'after') throw new Error(`answer lost: ${what}`);
    return result;
  };
  const keyOf = (kind: { readonly kind: string }, name: string, namespace: string): string =>
    keyText({ cluster: kind.kind, namespace, name });
  const usual = ({ namespaced }: ResourceKind): string => (namespaced ? NAMESPACE : '');
  const find = <T extends KubeObject>(kind: ResourceKind<T>, name: string, namespace = usual(kind)): T | undefined =>
    // What is stored under a kind's name is of that kind.
    objects.get(keyOf(kind, name, namespace)) as T | undefined;
  const put = (object: KubeObject): void => {
    const isGone = isBeingDeleted(object) && (object.metadata.finalizers ?? []).length === 0;
    const key = keyOf(object, object.metadata.name, object.metadata.namespace ?? '');
    if (isGone) objects.delete(key);
    else objects.set(key, object);
  };
  const markDeleted = (object: KubeObject): void =>
    put({ ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  let created = 0;
  const current = <T extends KubeObject>(kind: ResourceKind<T>, object: KubeObject): T => {
    const found = find(kind, object.metadata.name, object.metadata.namespace);
    if (found === undefined) throw new Error(`${kind.kind} ${object.metadata.name} is gone`);
    return found;
  };
  const withFinalizers = <T extends KubeObject>(object: T, finalizers: readonly string[]): T => {
    const changed = { ...object, metadata: { ...object.metadata, finalizers } };
    put(changed);
    return changed;
  };
  const withStatus = <T extends KubeObject>(object: T, fields: object): T => {
    const status = Object.entries({ ...('status' in object ? (object.status as object) : {}), ...fields });
    const present = status.filter(([, value]) => value !== null && value !== undefined);
    const changed = { ...object, status: Object.fromEntries(present) };
    put(changed);
    return changed;
  };
  const mergedStatus = <T extends KubeObject>(object: T, fields: object): T => {
    const status = 'status' in object ? (object.status as Json) : {};
    // What differs of a status is JSON.
    const changed = { ...object, status: mergePatch(status, fields as Json) };
    put(changed);
    return changed;
  };
  return {
    writes,
    put,
    find,
    get: (kind, namespace, name) =>
      hidden.has(keyOf(kind, name, namespace)) ? undefined : find(kind, name, namespace),
    byIndex: (kind, index, value) => {
      const valuesOf = indexes[kind.kind]?.[index];
      if (valuesOf === undefined) throw new Error(`${kind.kind} has no index ${index}`);
      const known = [...objects].filter(([key, object]) => object.kind === kind.kind && !hidden.has(key));
      // What is stored under a kind's name is of that kind.
      return known.map(([, object]) => object).filter((object) => valuesOf(object).includes(value)) as never;
    },
    failNextWrite: (when) => void failures.push(when),
    // What is stored under a kind's name is of that kind.
    all: (kind) => [...objects.values()].filter((object) => object.kind === kind.kind) as never,
    addFinalizer: (kind, object, finalizer) =>
      write(`addFinalizer ${object.metadata.name}`, () => {
        const now = current<typeof object>(kind, object);
        return withFinalizers(now, [...(now.metadata.finalizers ?? []), finalizer]);
      }),
    merge: (kind, object, fields) =>
      write(`merge ${object.metadata.name} ${JSON.stringify(fields)}`, () => {
        const changed = mergedInto(current<typeof object>(kind, object), fields);
        put(changed);
        return changed;
      }),
    removeFinalizers: (kind, object, finalizers) =>
      write(`removeFinalizers ${object.metadata.name}`, () => {
        const now = current(kind, object);
        withFinalizers(
          now,
          (now.metadata.finalizers ?? []).filter((name) => !finalizers.includes(name)),
        );
      }),
    recordStatus: (kind, object, fields) =>
      write(`recordStatus ${object.metadata.name} ${JSON.stringify(fields)}`, () =>
        mergedStatus(current<typeof object>(kind, object), fields),
      ),
    hide: (kind, name, namespace = usual(kind)) => void hidden.add(keyOf(kind, name, namespace)),
    read: async (kind, namespace, name) => find(kind, name, namespace),
    create: (kind, object) =>
      write(`create ${kind.kind} ${object.metadata.name}`, () => {
        const { name = '', namespace = usual(kind) } = object.metadata;
        const there = find(kind, name, namespace);
        if (there !== undefined) return there;
        created += 1;
        const within = namespace === '' ? {} : { namespace };
        const server = { name, ...within, uid: `uid-${name}-${created}`, resourceVersion: '1', generation: 1 };
        // What a server adds makes an object of its kind of what somebody states.
        const made = { ...object, kind: kind.kind, metadata: { ...object.metadata, ...server } } as never;
        put(made);
        return made;
      }),
    delete: (kind, { metadata: { name, namespace, uid } }) =>
      write(`delete ${kind.kind} ${name}`, () => {
        const found = find(kind, name, namespace);
        if (found === undefined) return;
        if (found.metadata.uid !== uid) throw new Error(`${kind.kind} ${name} is another one`);
        markDeleted(found);
      }),
    setStatus: (kind, name, status, namespace) => {
      const object = find(kind, name, namespace);
      if (object !== undefined) withStatus(object, completed(object, status, clock));
    },
    remove: (kind, name, namespace) => {
      const object = find(kind, name, namespace);
      if (object !== undefined) markDeleted(object);
    },
  };
}

/** For a pass that dies of {@link MemoryCluster.failNextWrite}, before the write or after it. Any other fault is thrown. */
export function ignoreDeath(error: Error): void {
  if (!/^(not written|answer lost): /.test(error.message)) throw error;
}

/** A status as the runtime writes it: with the times of its conditions. */
export function completed(object: Reported, stated: StatusInput, clock: Clock): CommonStatus {
  return completeStatus(object.status, stated, object.metadata.generation, clock.now());
}
