import { type KubeObject, type NamespacedName, withoutManagedFields } from '../kube/index.ts';
import { compareRevisions } from './revision.ts';

/**
 * The objects of one kind in one cluster, as far as they are known, with indexes.
 *
 * Three sources fill it, in any order relative to each other: lists (`replace`), watch events (`put`, `remove`) and the
 * answers of our own writes (`absorb`). *Guarantees*
 * - The newer version of an object wins, whichever source brings it; what is older changes nothing and tells nobody.
 * - `replace` is atomic: no reader sees half a list. It keeps what was absorbed after the list's revision.
 * - An object that an answer showed to be gone does not come back by a late event of its life before (tombstones, kept
 *   until the watch has passed their revision).
 * - Objects are deeply frozen and carry no `managedFields`, which are bulky and of no use to a reconciler.
 * - Each change is told to the subscribers exactly once, in order, after the store shows it.
 */
export class ObjectStore<T extends KubeObject> {
  readonly #entries = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #tombstones = new Map<string, string>();
  readonly #subscribers = new Set<(change: Change<T>) => void>();
  #observed: string | undefined;

  /** The revision up to which all changes of others are known; undefined before the first list. */
  get observedRevision(): string | undefined {
    return this.#observed;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an index; objects that are known already enter it. An index of that name is replaced. */
  addIndex(name: string, valuesOf: (object: T) => readonly string[]): void {
    const index: Index<T> = { valuesOf, keysByValue: new Map() };
    for (const [key, object] of this.#entries) enterIndex(index, key, object);
    this.#indexes.set(name, index);
  }

  get(key: NamespacedName): T | undefined {
    return this.#entries.get(textOf(key));
  }

  list(namespace?: string): T[] {
    const all = [...this.#entries.values()];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  /** *Throws* when there is no such index: an empty answer would hide the mistake. */
  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`There is no index ${name}`);
    const keys = index.keysByValue.get(value) ?? new Set();
    return [...keys].flatMap((key) => this.#entries.get(key) ?? []);
  }

  /** Hears of every change from now on, after being told of each object that is there. */
  subscribe(subscriber: (change: Change<T>) => void): () => void {
    for (const after of this.#entries.values()) subscriber({ before: undefined, after });
    return this.subscribeToChanges(subscriber);
  }

  /** As `subscribe`, but is told nothing of what is there already. */
  subscribeToChanges(subscriber: (change: Change<T>) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  /** An event of the watch says how the object is. */
  put(object: T): void {
    this.#observe(object.metadata.resourceVersion);
    this.#accept(object);
  }

  /** An event of the watch says that the object is gone; it carries the revision of its going. */
  remove(object: T): void {
    this.#observe(object.metadata.resourceVersion);
    const key = textOf(object.metadata);
    const known = this.#entries.get(key);
    if (known !== undefined && isNewer(known, object)) return;
    this.#set(key, undefined);
  }

  /** The watch says that all changes up to `revision` were told. */
  bookmark(revision: string): void {
    this.#observe(revision);
  }

  /**
   * A list says how all objects are at `revision`. *Returns* whether it shows that etcd was restored: then all objects count as
   * gone, and as new where they are listed.
   */
  replace(objects: readonly T[], revision: string): boolean {
    const changes: Change<T>[] = [];
    const listed = new Set(objects.map((object) => textOf(object.metadata)));
    const isRestored = this.#isRestored(objects, revision);
    for (const [key, known] of this.#entries) {
      const isOlder = compareRevisions(known.metadata.resourceVersion, revision) <= 0;
      if (isRestored || (!listed.has(key) && isOlder)) this.#set(key, undefined, changes);
    }
    if (isRestored) this.#tombstones.clear();
    for (const object of objects) this.#accept(object, changes);
    this.#observed = revision;
    this.#dropTombstones();
    for (const change of changes) this.#tell(change);
    return isRestored;
  }

  /**
   * A list is never older than what was observed, unless etcd was restored and counts on from then. Where it counts on from far
   * ahead, as is recommended, objects are listed in versions older than those that were known, or seen to go, before the list.
   */
  #isRestored(objects: readonly T[], revision: string): boolean {
    if (this.#observed !== undefined && compareRevisions(revision, this.#observed) < 0) return true;
    return objects.some(({ metadata }) => {
      const key = textOf(metadata);
      const known = this.#entries.get(key)?.metadata.resourceVersion ?? this.#tombstones.get(key);
      if (known === undefined || compareRevisions(known, revision) > 0) return false;
      return compareRevisions(metadata.resourceVersion, known) < 0;
    });
  }

  /** The answer of a write of our own: known at once, long before the watch brings it. */
  absorb(object: T): void {
    const { resourceVersion } = object.metadata;
    const key = textOf(object.metadata);
    // What the watch has passed and does not know any more is gone.
    const isPassed = this.#observed !== undefined && compareRevisions(resourceVersion, this.#observed) <= 0;
    if (isPassed && !this.#entries.has(key)) return;
    if (!isGone(object)) {
      this.#accept(object);
      return;
    }
    const known = this.#entries.get(key);
    // Another object of that name may have come meanwhile.
    if (known !== undefined && isNewer(known, object)) return;
    if (!isPassed) this.#tombstones.set(key, resourceVersion);
    this.#set(key, undefined);
  }

  #accept(object: T, changes?: Change<T>[]): void {
    const key = textOf(object.metadata);
    const known = this.#entries.get(key);
    if (known !== undefined && !isNewer(object, known)) return;
    const tombstone = this.#tombstones.get(key);
    if (tombstone !== undefined && compareRevisions(object.metadata.resourceVersion, tombstone) <= 0) return;
    this.#set(key, frozen(withoutManagedFields(object)), changes);
  }

  #set(key: string, after: T | undefined, changes?: Change<T>[]): void {
    const before = this.#entries.get(key);
    if (before === undefined && after === undefined) return;
    if (after === undefined) this.#entries.delete(key);
    else this.#entries.set(key, after);
    for (const index of this.#indexes.values()) {
      if (before !== undefined) leaveIndex(index, key, before);
      if (after !== undefined) enterIndex(index, key, after);
    }
    const change: Change<T> = { before, after };
    if (changes === undefined) this.#tell(change);
    else changes.push(change);
  }

  #tell(change: Change<T>): void {
    for (const subscriber of this.#subscribers) subscriber(change);
  }

  #observe(revision: string): void {
    if (this.#observed !== undefined && compareRevisions(revision, this.#observed) <= 0) return;
    this.#observed = revision;
    this.#dropTombstones();
  }

  #dropTombstones(): void {
    const observed = this.#observed;
    if (observed === undefined) return;
    for (const [key, revision] of this.#tombstones) {
      // At its own revision an event of the object as it was may still come; past it, none can.
      if (compareRevisions(revision, observed) < 0) this.#tombstones.delete(key);
    }
  }
}

/** `before` is missing for a new object, `after` for one that is gone. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

interface Index<T> {
  readonly valuesOf: (object: T) => readonly string[];
  readonly keysByValue: Map<string, Set<string>>;
}

function textOf(key: NamespacedName): string {
  return `${key.namespace ?? ''}/${key.name}`;
}

function isNewer(a: KubeObject, b: KubeObject): boolean {
  return compareRevisions(a.metadata.resourceVersion, b.metadata.resourceVersion) > 0;
}

/** An answer that shows the end: asked to go, and nothing holds it back. */
function isGone({ metadata }: KubeObject): boolean {
  const grace = 'deletionGracePeriodSeconds' in metadata ? metadata.deletionGracePeriodSeconds : 0;
  return metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && (grace ?? 0) === 0;
}

function enterIndex<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.valuesOf(object)) {
    const keys = index.keysByValue.get(value);
    if (keys === undefined) index.keysByValue.set(value, new Set([key]));
    else keys.add(key);
  }
}

function leaveIndex<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.valuesOf(object)) {
    const keys = index.keysByValue.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keysByValue.delete(value);
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
