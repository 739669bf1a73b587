import { kubeTime } from '../../../kube/index.ts';

/**
 * When a connection that has ended is requested again: at once when it has lived for long, ever less often when it ends
 * each time. All of it stands in the status, so that a restart does not begin anew.
 */

/** Recorded before each request. */
export interface CreateIntent {
  readonly time: string;
  /** Counts requests that came soon on each other. */
  readonly attempt: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Pauses {
  readonly shortestMs: number;
  readonly longestMs: number;
}

const PAUSES: Pauses = { shortestMs: MINUTE_MS, longestMs: 15 * MINUTE_MS };
/** A person said no: what changes their mind takes hours, and each request is one more thing for them to refuse. */
const PAUSES_AFTER_REJECTION: Pauses = { shortestMs: HOUR_MS, longestMs: 24 * HOUR_MS };

function pausesAfter(code: string): Pauses {
  return code === 'rejected' ? PAUSES_AFTER_REJECTION : PAUSES;
}

/** How long to wait until the next request after the last one, which has ended with `code`. */
export function restBeforeRequest(
  last: CreateIntent | undefined,
  code: string,
  nowMs: number,
  waitScale: number,
): number {
  if (last === undefined) return 0;
  const { shortestMs, longestMs } = pausesAfter(code);
  const pauseMs = Math.min(shortestMs * 2 ** (last.attempt - 1), longestMs) * waitScale;
  return Math.max(0, Date.parse(last.time) + pauseMs - nowMs);
}

/** A request that lasted longer than the longest pause was none of a row. */
export function nextIntent(
  last: CreateIntent | undefined,
  code: string | undefined,
  nowMs: number,
  waitScale: number,
): CreateIntent {
  const time = kubeTime(nowMs);
  if (last === undefined) return { time, attempt: 1 };
  const rowMs = 2 * pausesAfter(code ?? '').longestMs * waitScale;
  return { time, attempt: nowMs - Date.parse(last.time) > rowMs ? 1 : last.attempt + 1 };
}
