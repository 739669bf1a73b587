import type { Pass } from '../../composed/index.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { createTenureMemory } from './tenure-memory.ts';

/**
 * When objects were last checked whole and found as asked (docs/adr/0006): until the next full check is due, a look at what
 * lists tell is enough. A process forgets it when it ends or when its authority over the object does, and then checks
 * everything once.
 */
export interface Checks {
  /** Whether the specification of now was checked whole less than `intervalMs` ago. */
  isRecent(object: KubeObject, intervalMs: number, pass: Pass): boolean;
  note(object: KubeObject, pass: Pass): void;
  forget(object: KubeObject): void;
}

interface Check {
  readonly generation: number | undefined;
  readonly atMs: number;
}

export function createChecks(): Checks {
  const memories = createTenureMemory((): { last: Check | undefined } => ({ last: undefined }));
  return {
    isRecent: ({ metadata }, intervalMs, { clock, authority }) => {
      const { last } = memories.of(metadata.uid, authority.ended);
      return (
        last !== undefined && last.generation === metadata.generation && clock.monotonicMs() - last.atMs < intervalMs
      );
    },
    note: ({ metadata }, { clock, authority }) => {
      const { uid, generation } = metadata;
      memories.of(uid, authority.ended).last = { generation, atMs: clock.monotonicMs() };
    },
    forget: ({ metadata }) => memories.forget(metadata.uid),
  };
}
