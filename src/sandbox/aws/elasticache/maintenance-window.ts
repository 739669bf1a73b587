import { invalidValue } from './faults.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKLY = /^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)-([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$/;
const DAILY = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const SHORTEST_MINUTES = 60;
/** The first of January 1970 was a Thursday. */
const EPOCH_MINUTES = 4 * DAY_MINUTES;

/** Minutes since the start of Sunday; NaN for a day that is none. */
function minuteOfWeek(day = '', hour = '', minute = ''): number {
  const index = DAYS.indexOf(day);
  return index < 0 ? Number.NaN : index * DAY_MINUTES + Number(hour) * 60 + Number(minute);
}

function parsed(text: string): { readonly start: number; readonly minutes: number } | undefined {
  const match = WEEKLY.exec(text);
  if (!match) return undefined;
  const start = minuteOfWeek(match[1], match[2], match[3]);
  const end = minuteOfWeek(match[4], match[5], match[6]);
  const minutes = (end - start + WEEK_MINUTES) % WEEK_MINUTES;
  return Number.isNaN(minutes) ? undefined : { start, minutes };
}

/** Reads a weekly window; it comes back in lower case. *Throws* `InvalidParameterValue`. */
export function maintenanceWindowFrom(text: string): string {
  const window = text.toLowerCase();
  const found = parsed(window);
  if (!found) throw invalidValue(`Invalid maintenance window: ${text}. The format is ddd:hh24:mi-ddd:hh24:mi.`);
  if (found.minutes < SHORTEST_MINUTES) {
    throw invalidValue(`The maintenance window must be at least ${SHORTEST_MINUTES} minutes: ${text}`);
  }
  return window;
}

/** Reads a daily window. *Throws* `InvalidParameterValue`. */
export function snapshotWindowFrom(text: string): string {
  const match = DAILY.exec(text);
  if (!match) throw invalidValue(`Invalid snapshot window: ${text}. The format is hh24:mi-hh24:mi.`);
  const [start, end] = [minuteOfWeek('sun', match[1], match[2]), minuteOfWeek('sun', match[3], match[4])];
  if ((end - start + DAY_MINUTES) % DAY_MINUTES >= SHORTEST_MINUTES) return text;
  throw invalidValue(`The snapshot window must be at least ${SHORTEST_MINUTES} minutes: ${text}`);
}

/** Milliseconds until a window (as {@link maintenanceWindowFrom} gives it) opens again; 0 inside it. */
export function untilWindowMs(window: string, nowMs: number): number {
  const found = parsed(window);
  if (!found) return 0;
  const weekMs = WEEK_MINUTES * MINUTE_MS;
  const nowOfWeekMs = (nowMs + EPOCH_MINUTES * MINUTE_MS) % weekMs;
  const sinceStartMs = (nowOfWeekMs - found.start * MINUTE_MS + weekMs) % weekMs;
  return sinceStartMs < found.minutes * MINUTE_MS ? 0 : weekMs - sinceStartMs;
}
