import { REVIEW_RESOURCES } from './builtin/reviews.ts';
import { BUILTIN_RESOURCES, CUSTOM_RESOURCE_DEFINITIONS } from './builtin/resources.ts';
import { resourcesOf } from './crd/definition.ts';
import type { KubeObject } from './json.ts';
import { listAt, stringAt } from './json.ts';
import type { Resource } from './resource.ts';
import { storageKey } from './resource.ts';
import type { Store } from './store.ts';

/** Whether a definition is served: once established it stays so, while it is being deleted too. */
function isEstablished(definition: KubeObject): boolean {
  return listAt(definition, 'status', 'conditions').some(
    (one) => stringAt(one, 'type') === 'Established' && stringAt(one, 'status') === 'True',
  );
}

/** Which resources the server serves now: the built-in ones, and those of the established definitions. */
export class Registry {
  readonly #store: Store;
  #custom: { readonly revision: number; readonly resources: readonly Resource[] } = { revision: -1, resources: [] };
  #definitionsRevision = 0;

  constructor(store: Store) {
    this.#store = store;
    store.subscribe(storageKey(CUSTOM_RESOURCE_DEFINITIONS), ({ revision }) => {
      this.#definitionsRevision = revision;
    });
  }

  all(): readonly Resource[] {
    return [...BUILTIN_RESOURCES, ...REVIEW_RESOURCES, ...this.#customResources()];
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.all().find((one) => one.group === group && one.version === version && one.plural === plural);
  }

  /** One resource of each storage, whatever its versions. */
  storages(): readonly Resource[] {
    const stored = this.all().filter(({ isStored }) => isStored);
    return [...new Map(stored.map((resource) => [storageKey(resource), resource])).values()];
  }

  #customResources(): readonly Resource[] {
    if (this.#custom.revision !== this.#definitionsRevision) {
      const definitions = this.#store.list(storageKey(CUSTOM_RESOURCE_DEFINITIONS), undefined).filter(isEstablished);
      this.#custom = { revision: this.#definitionsRevision, resources: definitions.flatMap(resourcesOf) };
    }
    return this.#custom.resources;
  }
}
