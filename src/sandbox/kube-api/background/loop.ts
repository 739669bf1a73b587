import type { Logger } from '../../../util/log.ts';
import type { Api } from '../operations/api.ts';
import type { Change } from '../store.ts';

/** Something that the server does by itself after a change. */
export interface Chore {
  readonly name: string;
  /** Hears every change, and says whether it can give it something to do: most cannot, and looking at everything is dear. */
  concerns(change: Change): boolean;
  /** Does what there is to do now; changes that it makes start the chores again. */
  run(api: Api): void;
}

/**
 * Runs the chores that a change concerns, once after each burst of changes: what kube-controller-manager and the API
 * server's own controllers do in a cluster.
 *
 * They run in a microtask, hence after the write that caused them is complete and before the next request is looked at:
 * nothing waits, and a test needs no time to pass. A chore that has nothing to do changes nothing, so it comes to rest.
 */
export function startChores(api: Api, chores: readonly Chore[], log: Logger): () => void {
  const due = new Set<Chore>();
  const runDue = (): void => {
    const now = chores.filter((chore) => due.has(chore));
    due.clear();
    for (const chore of now) {
      try {
        chore.run(api);
      } catch (error) {
        log.error({ chore: chore.name, error: error instanceof Error ? error.stack : String(error) }, 'chore failed');
      }
    }
  };
  return api.store.subscribe(undefined, (change) => {
    if (due.size === 0) queueMicrotask(runDue);
    for (const chore of chores) if (chore.concerns(change)) due.add(chore);
  });
}
