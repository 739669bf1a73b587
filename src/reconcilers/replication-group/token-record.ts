/**
 * What the status remembers of the token, because AWS never tells it: which one it is, and how far its replacement has
 * come.
 *
 *     Requested ──► Rotating ──► Published ──► Setting ──► Settled ──► Requested ...
 *     (make it)     (ROTATE)    (both, for     (SET)
 *                                a while)
 *
 * *Rotating* and *Setting* are recorded before AWS is asked, with the time at which AWS had last changed the token. So a
 * process that died while it asked is told by AWS whether it was heard, and a list that lags behind is not believed.
 */
import type { TokenPhase } from '../../api/cloud-control/v1beta1/redis.ts';
import type { ReplicationGroup } from '../../aws/index.ts';
import { instantText } from './ownership.ts';

export interface TokenRecord {
  readonly phase: TokenPhase;
  /** When the phase began. All times are RFC 3339. */
  readonly since: string;
  /** When clients could first read the token; undefined while they cannot. */
  readonly publishedAt: string | undefined;
  /** Fingerprint of the token that the phase is about: of a requested one, of the one that it is to replace. */
  readonly hash: string;
  /** Version of the secret that holds it; undefined where nobody knows. */
  readonly version: string | undefined;
  /** When AWS had last changed the token as the phase began; undefined where nobody knows. */
  readonly modified: string | undefined;
  /** Whether AWS is known to have accepted what the phase asks of it. */
  readonly accepted: boolean;
  /** Whether clients without a token are let in as well. */
  readonly open: boolean;
}

/** How far AWS is with what a phase asks of it. */
export type Progress = 'done' | 'underWay' | 'notAsked';

/** Where AWS does not tell when the token was changed, its being available for so long says that it was. */
const TRUSTED_AFTER_MS = 5 * 60_000;

export interface Moment {
  readonly nowMs: number;
  /** Below 1 for an AWS that works faster. */
  readonly waitScale: number;
}

/** Of an available group. */
export function progressOf(record: TokenRecord, group: ReplicationGroup, { nowMs, waitScale }: Moment): Progress {
  if (group.pending.authToken !== undefined) return 'underWay';
  const isChanged = record.modified !== instantText(group.authTokenLastModified);
  const isOld = nowMs - Date.parse(record.since) >= TRUSTED_AFTER_MS * waitScale;
  if (group.authTokenEnabled && (isChanged || (record.accepted && isOld))) return 'done';
  return record.accepted && !isOld ? 'underWay' : 'notAsked';
}

/** AWS never tells the token, only when it was changed. */
export function isChangedByOthers({ phase, modified }: TokenRecord, tokenModified: string | undefined): boolean {
  const isAwaited = phase === 'Rotating' || phase === 'Setting';
  return !isAwaited && modified !== undefined && modified !== tokenModified;
}

/**
 * When clients have had the token for so long that another way in may be closed, in milliseconds. One that they had all the
 * time, and that somebody else's was put beside, has no grace time to wait for.
 */
export function graceEndMs({ publishedAt, since }: TokenRecord, graceMs: number): number {
  return Date.parse(publishedAt ?? since) + graceMs;
}
