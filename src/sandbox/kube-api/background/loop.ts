import type { Logger } from '../../../util/log.ts';
import type { Api } from '../operations/api.ts';

/** Something that the server does by itself after a change. */
export interface Chore {
  readonly name: string;
  /** Does what there is to do now; changes that it makes start the chores again. */
  run(api: Api): void;
}

/**
 * Runs the chores once after each burst of changes: what kube-controller-manager and the API server's own controllers do
 * in a cluster.
 *
 * They run in a microtask, hence after the write that caused them is complete and before the next request is looked at:
 * nothing waits, and a test needs no time to pass. A chore that has nothing to do changes nothing, so it comes to rest.
 */
export function startChores(api: Api, chores: readonly Chore[], log: Logger): () => void {
  let isDue = false;
  const runAll = (): void => {
    isDue = false;
    for (const chore of chores) {
      try {
        chore.run(api);
      } catch (error) {
        log.error({ chore: chore.name, error: error instanceof Error ? error.stack : String(error) }, 'chore failed');
      }
    }
  };
  return api.store.subscribe(undefined, () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(runAll);
  });
}
