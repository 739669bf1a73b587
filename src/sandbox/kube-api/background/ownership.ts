import type { KubeObject } from '../json.ts';
import type { Change, Store } from '../store.ts';

/** An object, and the key of its resource in the store. */
export interface Located {
  readonly storage: string;
  readonly object: KubeObject;
}

const ownersOf = (object: KubeObject | undefined): readonly string[] =>
  (object?.metadata.ownerReferences ?? []).map(({ uid }) => uid);

/** Who owns whom, by uid; always as current as the store that it follows. */
export class Ownership {
  readonly #objects = new Map<string, Located>();
  /** The uids of dependents by the uid of an owner, which need not exist. */
  readonly #dependents = new Map<string, Set<string>>();

  /** Begins with an empty store. */
  constructor(store: Store) {
    store.subscribe(undefined, (change) => this.#absorb(change));
  }

  find(uid: string): Located | undefined {
    return this.#objects.get(uid);
  }

  dependentsOf(uid: string): readonly Located[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#objects.get(dependent) ?? []);
  }

  #absorb({ resource, type, object, previous }: Change): void {
    const { uid } = object.metadata;
    if (uid === undefined) return;
    for (const owner of ownersOf(previous)) this.#forget(owner, uid);
    if (type === 'DELETED') {
      this.#objects.delete(uid);
      return;
    }
    this.#objects.set(uid, { storage: resource, object });
    for (const owner of ownersOf(object)) {
      this.#dependents.set(owner, (this.#dependents.get(owner) ?? new Set()).add(uid));
    }
  }

  #forget(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(dependent);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }
}
