import type { Requests } from './asked.ts';
import type { TokenRecord } from './token-record.ts';

/**
 * What the status keeps of the replication group, because nobody else knows it: proofs of ownership, how far a change of
 * the token has come, and which requests of people were carried out. Actions replace it; at the end of the pass it goes into
 * the status.
 */
export interface Ledger {
  readonly arn: string | undefined;
  /** AWS's time of the creation, RFC 3339. */
  readonly createTime: string | undefined;
  readonly createIntent: { readonly time: string; readonly attempt: number } | undefined;
  readonly authToken: TokenRecord | undefined;
  /** Requests as they were last carried out. */
  readonly handled: Requests;
}

export const emptyLedger: Ledger = {
  arn: undefined,
  createTime: undefined,
  createIntent: undefined,
  authToken: undefined,
  handled: { rotateToken: undefined, checkNow: undefined },
};
