import type { Cancel } from '../../util/clock.ts';
import type { KubeObject } from './json.ts';
import { deepFreeze, withMetadata } from './json.ts';

/**
 * Objects with their revisions: what etcd is to a kube-apiserver, in memory.
 *
 * One counter numbers every change of every resource. A change is kept in a bounded history, so that a watch can start
 * at a past revision and a paged list can go on reading the state that its first page showed; a reader who asks for more
 * than the history holds is told that it is gone.
 *
 * *Guarantees*: objects are deeply frozen; revisions only grow; listeners hear every change of their resource once, in
 * order, before the writer's call returns. All methods are synchronous, so a read and a write that follow each other
 * without an `await` between them are one transaction.
 */
export interface Store {
  /** The revision of the latest change. */
  readonly revision: number;
  /** The oldest revision that can still be read: a change after it is still in the history. */
  readonly oldestRevision: number;
  get(resource: string, key: ObjectKey): KubeObject | undefined;
  /** All objects of a resource, by namespace and name. */
  list(resource: string, namespace: string | undefined): readonly KubeObject[];
  /** As {@link Store.list} answered at `revision`; undefined when that is no longer known. */
  listAt(resource: string, namespace: string | undefined, revision: number): readonly KubeObject[] | undefined;
  /** Creates or replaces, and answers what is stored: the object with its new resourceVersion. */
  put(resource: string, object: KubeObject): KubeObject;
  /** Removes, and answers the last state under the revision of its removal. */
  remove(resource: string, key: ObjectKey): KubeObject | undefined;
  /** The changes after `revision`; undefined when some of them are forgotten. */
  changesSince(resource: string, revision: number): readonly Change[] | undefined;
  subscribe(resource: string | undefined, listener: (change: Change) => void): Cancel;
  /** Forgets the history up to now. */
  compact(): void;
}

export interface ObjectKey {
  /** Empty for what lives outside namespaces. */
  readonly namespace: string;
  readonly name: string;
}

export interface Change {
  readonly resource: string;
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** The state before; undefined for an addition. */
  readonly previous: KubeObject | undefined;
}

export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}

/** Orders as etcd does: `a/b` sorts by namespace first because no name contains the separator. */
export function pathOf({ namespace, name }: ObjectKey): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** What outlives the process. */
export interface Kept {
  /** Takes a change before anybody hears of it. *Throws* when it cannot: then the change has not happened. */
  keep(change: Change): void;
  /** What is there, by revision. */
  load(): {
    readonly revision: number;
    readonly objects: readonly { readonly resource: string; readonly object: KubeObject }[];
  };
}

/** How many changes are kept: enough for a client that reconnects, small enough to forget in a long run. */
export const HISTORY_LENGTH = 10_000;

export class MemoryStore implements Store {
  #revision = 1;
  #oldestRevision = 1;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #history: Change[] = [];
  readonly #listeners = new Map<string | undefined, Set<(change: Change) => void>>();
  readonly #historyLength: number;
  readonly #kept: Kept | undefined;

  constructor(historyLength = HISTORY_LENGTH, kept?: Kept) {
    this.#historyLength = historyLength;
    this.#kept = kept;
  }

  /** Takes over what was kept, and tells it to the listeners there are, as if it were new. The history is not kept. */
  restore(): void {
    if (!this.#kept) return;
    const { objects, revision } = this.#kept.load();
    this.#revision = Math.max(revision, this.#revision);
    this.#oldestRevision = this.#revision;
    for (const { resource, object: stored } of objects) {
      const object = deepFreeze(stored);
      this.#objectsOf(resource).set(pathOf(keyOf(object)), object);
      const objectRevision = Number(object.metadata.resourceVersion);
      this.#tell({ resource, revision: objectRevision, type: 'ADDED', object, previous: undefined });
    }
  }

  #objectsOf(resource: string): Map<string, KubeObject> {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    this.#objects.set(resource, objects);
    return objects;
  }

  get revision(): number {
    return this.#revision;
  }

  get oldestRevision(): number {
    return this.#oldestRevision;
  }

  get(resource: string, key: ObjectKey): KubeObject | undefined {
    return this.#objects.get(resource)?.get(pathOf(key));
  }

  list(resource: string, namespace: string | undefined): readonly KubeObject[] {
    return sorted(this.#objects.get(resource) ?? new Map(), namespace);
  }

  listAt(resource: string, namespace: string | undefined, revision: number): readonly KubeObject[] | undefined {
    const changes = this.changesSince(resource, revision);
    if (!changes) return undefined;
    const objects = new Map(this.#objects.get(resource));
    for (const { object, previous } of changes.toReversed()) {
      if (previous) objects.set(pathOf(keyOf(previous)), previous);
      else objects.delete(pathOf(keyOf(object)));
    }
    return sorted(objects, namespace);
  }

  put(resource: string, object: KubeObject): KubeObject {
    const objects = this.#objectsOf(resource);
    const path = pathOf(keyOf(object));
    const previous = objects.get(path);
    const stored = this.#stamped(object);
    const type = previous ? 'MODIFIED' : 'ADDED';
    const change: Change = { resource, revision: this.#revision, type, object: stored, previous };
    this.#kept?.keep(change);
    objects.set(path, stored);
    this.#publish(change);
    return stored;
  }

  remove(resource: string, key: ObjectKey): KubeObject | undefined {
    const objects = this.#objects.get(resource);
    const previous = objects?.get(pathOf(key));
    if (!objects || !previous) return undefined;
    const object = this.#stamped(previous);
    const change: Change = { resource, revision: this.#revision, type: 'DELETED', object, previous };
    this.#kept?.keep(change);
    objects.delete(pathOf(key));
    this.#publish(change);
    return object;
  }

  changesSince(resource: string, revision: number): readonly Change[] | undefined {
    if (revision < this.#oldestRevision) return undefined;
    return this.#history.filter((change) => change.revision > revision && change.resource === resource);
  }

  subscribe(resource: string | undefined, listener: (change: Change) => void): Cancel {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  compact(): void {
    this.#history.length = 0;
    this.#oldestRevision = this.#revision;
  }

  #stamped(object: KubeObject): KubeObject {
    return deepFreeze(withMetadata(object, { resourceVersion: String(++this.#revision) }));
  }

  #publish(change: Change): void {
    this.#history.push(change);
    // Trimmed in steps, because removing from the front of an array moves all the rest.
    if (this.#history.length > this.#historyLength * 1.5) {
      const forgotten = this.#history.splice(0, this.#history.length - this.#historyLength);
      this.#oldestRevision = forgotten.at(-1)?.revision ?? this.#oldestRevision;
    }
    this.#tell(change);
  }

  #tell(change: Change): void {
    for (const key of [change.resource, undefined]) {
      for (const listener of this.#listeners.get(key) ?? []) listener(change);
    }
  }
}

function sorted(objects: ReadonlyMap<string, KubeObject>, namespace: string | undefined): readonly KubeObject[] {
  const entries = [...objects].filter(([, object]) => !namespace || object.metadata.namespace === namespace);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
