import type { Pass } from '../../composed/index.ts';
import { isSameJson } from '../../kube/json-patch.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { createTenureMemory } from './tenure-memory.ts';

/**
 * When objects were last checked whole and found as asked (docs/adr/0006): until the next full check is due, a look at what
 * lists tell is enough. A process forgets it when it ends or when its authority over the object does, and then checks
 * everything once.
 */
export interface Checks {
  /** Whether the specification of now was checked whole less than `intervalMs` ago, and the status has what that found. */
  isRecent(state: Checked, intervalMs: number, pass: Pass): boolean;
  /** At the end of a check: what is known now is about to be written to the status. */
  note(state: Checked, pass: Pass): void;
  forget(object: KubeObject): void;
}

/** The object, and what is known of AWS for its status: at the beginning of a pass what the status has. */
export interface Checked {
  readonly object: KubeObject;
  readonly facts: object;
}

interface Check {
  readonly generation: number | undefined;
  readonly facts: object;
  readonly atMs: number;
}

export function createChecks(): Checks {
  const memories = createTenureMemory((): { last: Check | undefined } => ({ last: undefined }));
  return {
    isRecent: ({ object: { metadata }, facts }, intervalMs, { clock, authority }) => {
      const { last } = memories.of(metadata.uid, authority.ended);
      if (last === undefined || clock.monotonicMs() - last.atMs >= intervalMs) return false;
      return last.generation === metadata.generation && isSameJson(last.facts, facts);
    },
    note: ({ object: { metadata }, facts }, { clock, authority }) => {
      const { uid, generation } = metadata;
      // A pass goes on to change what it knows.
      const last = { generation, facts: structuredClone(facts), atMs: clock.monotonicMs() };
      memories.of(uid, authority.ended).last = last;
    },
    forget: ({ metadata }) => memories.forget(metadata.uid),
  };
}
