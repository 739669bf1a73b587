import type { Member, ParameterGroup, SecurityGroup, SubnetGroup, Tags } from '../../aws/index.ts';
import { createTenureMemory, type TenureMemory } from '../common/tenure-memory.ts';
import type { Ledger } from './ledger.ts';
import type { WaitPhase } from './wait-schedule.ts';

/**
 * What the process remembers of one replication group between passes: only what may be forgotten. A restart loses it,
 * and then checks everything once, which is what one wants after a restart.
 */
export interface Memory {
  /** What AWS works on, and since when (monotonic), as far as we saw. */
  phase: { readonly name: WaitPhase; readonly sinceMs: number } | undefined;
  /** The change of the group that AWS was asked for and may still be at, in words. */
  change: string | undefined;
  /** The last full check that found all as asked. Undefined: one is due. */
  checked: Checked | undefined;
  /** Whether something was written to AWS since the last full check began. */
  hasWritten: boolean;
  /** The members as last read: a look shows their version without reading them again. */
  members: readonly Member[];
  /** Whether something of ours may exist beside the group: false until the first attempt to make it. */
  mayHaveParts: boolean;
  /** What the group was made of, until it was checked for the first time or something was written. */
  made: MadeParts | undefined;
  /** The secret that this process made or saw last under its name. */
  secretArn: string | undefined;
  /** What is known of a removal under way; undefined while nothing is being removed. See {@link removalOf}. */
  removal: Removal | undefined;
  /** Changes asked of AWS since all was last as asked, by what they were to change: more than one of a kind is a loop. */
  readonly attempts: Map<string, Attempts>;
  /** The group was lost with its data, and is being made again. */
  isLost: boolean;
  /** The request to check everything that was last begun with. */
  checkRequest: string | undefined;
}

/** What a full check was about, and when it was (monotonic). */
export interface Checked {
  readonly generation: number;
  /** Those of the IpRange, which may come to have others while the specification stays the same. */
  readonly subnetIds: readonly string[];
  /** What it came to know. Where the status has something else, that was not written, or was lost. */
  readonly ledger: Ledger;
  readonly atMs: number;
}

/** What a removal has found out, so that its later passes need not ask again. It holds as long as nothing is made. */
export interface Removal {
  /** Tags read at its beginning; they only prove what is ours, so they need not be fresh. */
  tags: ReadonlyMap<string, Tags> | undefined;
  /** Members read at its beginning, where tags of parts were lost: what they use is ours. */
  ownMembers: readonly Member[] | undefined;
  /** Whether it saw the group go, which takes minutes: lists show by now whatever was made before. */
  hasSeenGroupGo: boolean;
  /** Whether AWS let it take away what a group cannot be without: then there is none. */
  isGroupDisproved: boolean;
  /** Parts that were confirmed to be gone. */
  readonly gone: Set<string>;
}

/** Parts as AWS answered when they were made or checked, just before the group was made of them. */
export interface MadeParts {
  readonly subnetGroup: SubnetGroup | undefined;
  readonly mainParameterGroup: ParameterGroup | undefined;
  readonly securityGroup: SecurityGroup | undefined;
  /** What was set in the parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Attempts {
  readonly count: number;
  /** Monotonic. */
  readonly lastMs: number;
}

export function createMemory(): Memory {
  return {
    phase: undefined,
    change: undefined,
    checked: undefined,
    hasWritten: false,
    members: [],
    mayHaveParts: false,
    made: undefined,
    secretArn: undefined,
    removal: undefined,
    attempts: new Map(),
    isLost: false,
    checkRequest: undefined,
  };
}

/** The memories of all objects of a kind. */
export type Memories = TenureMemory<Memory>;

export function createMemories(): Memories {
  // Under the tenure before, by us or somebody else, it may have been begun: what there is has to be looked for.
  return createTenureMemory((isKnown) => ({ ...createMemory(), mayHaveParts: isKnown }));
}

/** What the removal under way has found out; asking begins it. */
export function removalOf(memory: Memory): Removal {
  memory.removal ??= {
    tags: undefined,
    ownMembers: undefined,
    hasSeenGroupGo: false,
    isGroupDisproved: false,
    gone: new Set(),
  };
  return memory.removal;
}

/** Notes that something was written to AWS: what was checked before proves nothing any more. */
export function noteWrite(memory: Memory): void {
  memory.checked = undefined;
  memory.made = undefined;
  memory.hasWritten = true;
}

/** The attempts at making a replication group, among other changes. */
export const CREATION = 'creation';

const MINUTE_MS = 60_000;
const LONGEST_BACKOFF_MS = 15 * MINUTE_MS;

/**
 * How long `what` has to rest before it is tried once more: not at all at first and second, then a minute, doubling to
 * 15. AWS may take a change and not show it, and the same change over and over helps nobody.
 */
export function restBefore(memory: Memory, what: string, nowMs: number): number {
  const attempts = memory.attempts.get(what);
  if (attempts === undefined || attempts.count < 2) return 0;
  const backoffMs = Math.min(MINUTE_MS * 2 ** (attempts.count - 2), LONGEST_BACKOFF_MS);
  return Math.max(attempts.lastMs + backoffMs - nowMs, 0);
}

export function noteAttempt(memory: Memory, what: string, nowMs: number): void {
  memory.attempts.set(what, { count: (memory.attempts.get(what)?.count ?? 0) + 1, lastMs: nowMs });
}
