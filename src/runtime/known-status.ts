import { hasSameStatus, type KubeClient, type KubeObject } from '../kube/index.ts';
import type { Cluster } from './controller.ts';

/**
 * What a pass knows of the status of its object: what it saw at first, and what it has written itself since. The status
 * that it states in the end was found from that, so it must not lie over what somebody else has written meanwhile, such
 * as the record of what that one has made, and which the caches may know by then.
 */
export class KnownStatus {
  #object: KubeObject;

  constructor(seen: KubeObject) {
    this.#object = seen;
  }

  /** The same cluster; what is written through it to the status of the object is known. */
  through(cluster: Cluster): Cluster {
    return {
      name: cluster.name,
      cache: (kind) => cluster.cache(kind),
      recordEvent: (call, object, event) => cluster.recordEvent(call, object, event),
      client: (call) => this.#noting(cluster.client(call)),
    };
  }

  /** The object as a status can be stated of it: `newest`, unless it is the same with a status that is not known. */
  asKnown(newest: KubeObject): KubeObject {
    const isOther = newest.metadata.uid !== this.#object.metadata.uid;
    return isOther || hasSameStatus(newest, this.#object) ? newest : this.#object;
  }

  #noting(client: KubeClient): KubeClient {
    return {
      ...client,
      patchStatus: async (kind, key, patch) => {
        const answer = await client.patchStatus(kind, key, patch);
        if (answer.metadata.uid === this.#object.metadata.uid) this.#object = answer;
        return answer;
      },
    };
  }
}
