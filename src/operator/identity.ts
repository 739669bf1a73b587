import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

const SUFFIX_BYTES = 5;
/** The underscore, and two digits a byte. */
const SUFFIX_LENGTH = 1 + 2 * SUFFIX_BYTES;
const LONGEST_SESSION_NAME = 64;

/** Which process this is; never another's, however often it is started under one name. */
export function createIdentity(name: string = hostname()): string {
  return `${name}_${randomBytes(SUFFIX_BYTES).toString('hex')}`;
}

/**
 * The name of the sessions of roles, as CloudTrail shows it: `prefix` and as much of `identity` as goes into 64 characters,
 * its end first, which is its own alone.
 */
export function sessionNameOf(prefix: string, identity: string): string {
  const legal = identity.replace(/[^\w+=,.@-]/g, '-');
  const room = LONGEST_SESSION_NAME - 1;
  const end = legal.slice(-Math.max(room - prefix.length, SUFFIX_LENGTH));
  return `${prefix.slice(0, room - end.length)}@${end}`;
}
