import { createHash } from 'node:crypto';

/*
 * Stories with many cases, each of which takes seconds. `npm test` has time for an eighth of them, another one each time; `CUTS=2`
 * has the same one again, `CUTS=all` has all, as CI has in one suite or the other.
 */

const PARTS = ['0', '1', '2', '3', '4', '5', '6', '7'];

/** The part of this run. */
export const CUTS = process.env['CUTS'] ?? String(Math.floor(Math.random() * PARTS.length));
if (CUTS !== 'all' && !PARTS.includes(CUTS)) throw new Error(`CUTS is ${PARTS.join(', ')}, or all`);

export const IS_WHOLE = CUTS === 'all';

/** Those of a list whose turn it is, of a short one a single one. */
export function partOf<T>(cases: readonly T[]): readonly T[] {
  const parts = Math.min(PARTS.length, cases.length);
  return cases.filter((_, index) => IS_WHOLE || index % parts === Number(CUTS) % parts);
}

/** As `partOf`, for names that do not come in the same order each time. */
export function isInPart(name: string): boolean {
  const [byte = 0] = createHash('sha256').update(name).digest();
  return IS_WHOLE || byte % PARTS.length === Number(CUTS);
}
