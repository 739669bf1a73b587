/** Makes the random parts of ids; the same seed gives the same ids in the same order. */
export interface Ids {
  hex(length: number): string;
  /** Letters of both cases and digits, as at the end of a secret's ARN. */
  alphanumeric(length: number): string;
  lowercase(length: number): string;
  uuid(): string;
  /** `vpc-0a1b...`: the prefix and 17 hexadecimal digits. */
  ec2(prefix: string): string;
}

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A small generator of 32 bits of state (mulberry32); ids need to differ, not to be secret. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createIds(seed: number): Ids {
  const random = createRandom(seed);
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
  const hex = (length: number): string => pick(HEX, length);
  return {
    hex,
    alphanumeric: (length) => pick(ALPHANUMERIC, length),
    lowercase: (length) => pick(LOWER, length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    ec2: (prefix) => `${prefix}-0${hex(16)}`,
  };
}

/** `resource` is all that follows the account: `replicationgroup:name`, `role/name`. Global services have no region. */
export function arnOf(service: string, region: string, account: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
