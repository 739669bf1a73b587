import { createHash } from 'node:crypto';

/** Enough that two contents of one thing have different ones, and short enough to be read aloud. */
const LENGTH = 16;

/** The same for the same JSON, in whichever order its fields stand. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedFields)).digest('hex').slice(0, LENGTH);
}

function sortedFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
