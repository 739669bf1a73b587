/**
 * Who else writes the Secret of an object.
 *
 * An edit is put right at once, but a second operator with another authority, or a tool that applies an older copy, does
 * not tire: each correction would call forth the next one, without end and with calls to AWS each time. So corrections of
 * what somebody else wrote are counted by object: three are free, then one has to rest a minute, doubling to 15. What has
 * been quiet for an hour begins anew. A restart forgets all of it.
 */
export interface Contests {
  /** How long to wait until the next correction. `nowMs` is monotonic. */
  restMs(uid: string, nowMs: number): number;
  /** Notes what we wrote; `mark` is the same for the same content, and another one for another. */
  noteWrite(uid: string, mark: string): void;
  /** Notes that a Secret, or its absence, is not what it has to be, and has to be corrected; `mark` is that of what is there. */
  noteCorrection(uid: string, mark: string | undefined, nowMs: number): void;
  forget(uid: string): void;
}

/** The part of `contests` that is about a cluster of users: what uids there are in it is its own to say. */
export function contestsIn(cluster: string, contests: Contests): Contests {
  const keyOf = (uid: string): string => `${cluster} ${uid}`;
  return {
    restMs: (uid, nowMs) => contests.restMs(keyOf(uid), nowMs),
    noteWrite: (uid, mark) => contests.noteWrite(keyOf(uid), mark),
    noteCorrection: (uid, mark, nowMs) => contests.noteCorrection(keyOf(uid), mark, nowMs),
    forget: (uid) => contests.forget(keyOf(uid)),
  };
}

const FREE_CORRECTIONS = 3;
const SHORTEST_REST_MS = 60_000;
const LONGEST_REST_MS = 15 * 60_000;
const QUIET_MS = 60 * 60_000;

interface Contest {
  /** The mark of what we left behind; undefined: nothing since the start of the program. */
  written: string | undefined;
  corrections: number;
  /** Of the latest correction, monotonic. */
  lastMs: number;
}

const NONE: Readonly<Contest> = { written: undefined, corrections: 0, lastMs: -Infinity };

export function createContests(): Contests {
  const contests = new Map<string, Contest>();
  const of = (uid: string): Contest => {
    const contest = contests.get(uid) ?? { ...NONE };
    contests.set(uid, contest);
    return contest;
  };
  return {
    restMs(uid, nowMs) {
      // Asked for objects that never get a Secret too: they leave nothing behind.
      const { corrections, lastMs } = contests.get(uid) ?? NONE;
      if (corrections < FREE_CORRECTIONS || nowMs - lastMs >= QUIET_MS) return 0;
      const restMs = Math.min(SHORTEST_REST_MS * 2 ** (corrections - FREE_CORRECTIONS), LONGEST_REST_MS);
      return Math.max(lastMs + restMs - nowMs, 0);
    },
    noteWrite(uid, mark) {
      of(uid).written = mark;
    },
    noteCorrection(uid, mark, nowMs) {
      const contest = of(uid);
      // Our own last word: what is to be written now is news of ours. Before our first word nobody has contested it.
      if (contest.written === undefined || contest.written === mark) return;
      contest.corrections = nowMs - contest.lastMs >= QUIET_MS ? 1 : contest.corrections + 1;
      contest.lastMs = nowMs;
    },
    forget: (uid) => void contests.delete(uid),
  };
}
