/**
 * Engine versions. What is asked is a floor: AWS may have upgraded further by itself (automatic minor upgrades), and
 * never goes back, so a later version is never a difference.
 */

/** `7.1` and `7.1.0` are alike; `6.x` is the lowest of its line. */
function partsOf(version: string): readonly number[] {
  const parts: number[] = [];
  for (const part of version.split('.')) {
    const number = Number(part);
    if (!Number.isInteger(number)) break;
    parts.push(number);
  }
  return parts;
}

/** Negative when `a` is the earlier version, 0 when alike. */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function meetsVersion(observed: string, asked: string): boolean {
  return compareVersions(observed, asked) >= 0;
}

/** The version of the member that is furthest behind: a group is upgraded when all its members are. */
export function lowestVersion(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions)[0];
}

function laterOf(a: string, b: string | undefined): string {
  return b !== undefined && compareVersions(b, a) > 0 ? b : a;
}

const FAMILIES: readonly (readonly [prefix: string, family: string])[] = [
  ['2.6', 'redis2.6'],
  ['2.8', 'redis2.8'],
  ['3.2', 'redis3.2'],
  ['4.0', 'redis4.0'],
  ['5.0', 'redis5.0'],
  ['6.', 'redis6.x'],
  ['7.', 'redis7'],
];

/** The parameter group family of a version. *Throws* `RangeError` for a version without one. */
export function familyOf(version: string): string {
  const family = FAMILIES.find(([prefix]) => version.startsWith(prefix))?.[1];
  if (family === undefined) throw new RangeError(`No parameter group family for engine version ${version}`);
  return family;
}

/** The family that the parameter group must have in the end: that of the asked version, or of a later one that runs. */
export function familyInTheEnd(asked: string, observed: string | undefined): string {
  return familyOf(laterOf(asked, observed));
}
