import type { Pass } from '../../composed/index.ts';
import type { KubeObject } from '../../kube/resource.ts';

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
  readonly tenure: AbortSignal | undefined;
}

export function createChecks(): Checks {
  const checks = new Map<string, Check>();
  return {
    isRecent: ({ metadata }, intervalMs, { clock, authority }) => {
      const check = checks.get(metadata.uid);
      if (check === undefined || check.generation !== metadata.generation) return false;
      return check.tenure === authority.ended && clock.monotonicMs() - check.atMs < intervalMs;
    },
    note: ({ metadata }, { clock, authority }) => {
      const { uid, generation } = metadata;
      checks.set(uid, { generation, atMs: clock.monotonicMs(), tenure: authority.ended });
    },
    forget: ({ metadata }) => void checks.delete(metadata.uid),
  };
}
