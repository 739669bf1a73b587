import { bad, type Finding, good } from './finding.ts';

/** AWS refuses signatures that are more than five minutes off; what is a minute off is not kept by anybody. */
const MOST_SKEW_MS = 60_000;

/** Compares the clock of this machine with the time of an answer, which is in whole seconds. */
export function clockFinding(whose: string, date: string | undefined, nowMs: number): Finding {
  const theirsMs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirsMs)) return good('clock', `${whose} does not tell its time`);
  const seconds = Math.round((nowMs - theirsMs) / 1000);
  if (Math.abs(seconds) * 1000 <= MOST_SKEW_MS) {
    return good('clock', `The clock of this machine agrees with ${whose} (${Math.abs(seconds)} s apart)`);
  }
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  return bad(
    'clock',
    `The clock of this machine is ${Math.abs(seconds)} s ${direction} ${whose}`,
    'Keep the time of the nodes by NTP (chrony, or the Amazon Time Sync Service at 169.254.169.123)',
  );
}
