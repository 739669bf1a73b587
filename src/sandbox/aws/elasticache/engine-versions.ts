import { invalidValue } from './faults.ts';

export interface EngineVersion {
  /** In full, as members show it. */
  readonly version: string;
  readonly family: string;
  /** Forms that a request may use besides the full one. */
  readonly aliases: readonly string[];
}

/** From old to new. From 6 on AWS takes and lists `major.minor` and picks the patch itself. */
export const ENGINE_VERSIONS: readonly EngineVersion[] = [
  { version: '4.0.10', family: 'redis4.0', aliases: [] },
  { version: '5.0.0', family: 'redis5.0', aliases: [] },
  { version: '5.0.3', family: 'redis5.0', aliases: [] },
  { version: '5.0.4', family: 'redis5.0', aliases: [] },
  { version: '5.0.5', family: 'redis5.0', aliases: [] },
  { version: '5.0.6', family: 'redis5.0', aliases: [] },
  { version: '6.0.5', family: 'redis6.x', aliases: ['6.0'] },
  { version: '6.2.6', family: 'redis6.x', aliases: ['6.2', '6.x'] },
  { version: '7.0.7', family: 'redis7', aliases: ['7.0'] },
  { version: '7.1.0', family: 'redis7', aliases: ['7.1', '7.x'] },
];

const LATEST = '7.1.0';

/** *Throws* `InvalidParameterValue` for a version that AWS does not run. Without one it is the latest. */
export function engineVersionFrom(text: string | undefined): EngineVersion {
  const asked = text ?? LATEST;
  const found = ENGINE_VERSIONS.find(({ version, aliases }) => version === asked || aliases.includes(asked));
  if (!found) throw invalidValue(`Cannot find version ${asked} for redis`);
  return found;
}

/** True when `left` is older than `right`; both in full. */
export function isOlder(left: string, right: string): boolean {
  const place = (text: string): number => ENGINE_VERSIONS.findIndex(({ version }) => version === text);
  return place(left) < place(right);
}

/** The version after this one that takes the same parameters; undefined when it is the last. In full. */
export function laterInFamily(current: string): string | undefined {
  const index = ENGINE_VERSIONS.findIndex(({ version }) => version === current);
  const family = ENGINE_VERSIONS[index]?.family;
  return ENGINE_VERSIONS.slice(index + 1).find((later) => later.family === family)?.version;
}

export function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
