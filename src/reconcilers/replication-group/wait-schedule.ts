import type { Schedule } from '../common/look-times.ts';

/** How long AWS works on a replication group: the numbers of all waiting, and why. */

export type WaitPhase = 'creating' | 'modifying' | 'deleting' | 'snapshotting' | 'userGroup' | 'settling';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

export const SCHEDULES: Readonly<Record<WaitPhase, Schedule>> = {
  // 5 to 8 minutes as a rule, seldom less; the first look is early enough to see a quick failure.
  creating: [
    { untilMs: 2 * MINUTE_MS, everyMs: 2 * MINUTE_MS },
    { untilMs: 4 * MINUTE_MS, everyMs: MINUTE_MS },
    { untilMs: 5 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 8 * MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: 15 * MINUTE_MS, everyMs: 20 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // From 2 minutes (a token) to 15 (node types, shards): every look costs at most a tenth of what was waited.
  modifying: [
    { untilMs: MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 6 * MINUTE_MS, everyMs: 20 * SECOND_MS },
    { untilMs: 15 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // 3 to 6 minutes as a rule, and nobody waits for the end as eagerly as for that of a creation.
  deleting: [
    { untilMs: 2.5 * MINUTE_MS, everyMs: 2.5 * MINUTE_MS },
    { untilMs: 10 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: Infinity, everyMs: MINUTE_MS },
  ],
  // An automatic snapshot: minutes, and nothing waits for it but our next change.
  snapshotting: [{ untilMs: Infinity, everyMs: MINUTE_MS }],
  // Seconds.
  userGroup: [
    { untilMs: MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: Infinity, everyMs: 30 * SECOND_MS },
  ],
  // A member that lags behind its group, or a part that AWS holds on to a little longer: seconds to minutes. What lasts an
  // hour is held by somebody else, who may take days.
  settling: [
    { untilMs: MINUTE_MS, everyMs: 10 * SECOND_MS },
    { untilMs: 10 * MINUTE_MS, everyMs: 30 * SECOND_MS },
    { untilMs: 20 * MINUTE_MS, everyMs: MINUTE_MS },
    { untilMs: 60 * MINUTE_MS, everyMs: 5 * MINUTE_MS },
    { untilMs: Infinity, everyMs: 15 * MINUTE_MS },
  ],
};
