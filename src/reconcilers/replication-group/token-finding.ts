import type { Finding } from '../common/finding.ts';
import { underWay, updating } from './findings.ts';
import { timeText } from './ownership.ts';
import type { ProvideState } from './state.ts';
import { graceEndMs, type TokenRecord } from './token-record.ts';

export const ON = 'ElastiCache switches authentication on.';
export const OFF = 'ElastiCache switches authentication off.';

/** What becomes of the token, for people. */
export function tokenMessage(record: TokenRecord, graceMs: number): string {
  const until = timeText(graceEndMs(record, graceMs));
  switch (record.phase) {
    case 'Requested':
      return 'A new token is being made.';
    case 'Rotating':
      return record.open ? ON : 'ElastiCache takes in a new token beside the one that the Secret has.';
    case 'Published':
      return record.open
        ? `The Secret has the token; clients without one are let in until ${until}.`
        : `The Secret has a new token; the one before is accepted until ${until}.`;
    case 'Setting':
      return 'ElastiCache is to accept no other token than the one that the Secret has.';
    case 'Settled':
      return 'ElastiCache accepts no other token than the one that the Secret has.';
  }
}

/**
 * How an object stands whose token is being changed; undefined when it is not. That one token follows another harms no
 * client, so the object stays ready; while clients without a token are let in it is not what was asked for yet.
 */
export function tokenFinding(state: ProvideState, record = state.ledger.authToken): Finding | undefined {
  if (record === undefined || record.phase === 'Settled') return undefined;
  const message = tokenMessage(record, state.timing.tokenGraceMs);
  return record.open ? updating(message) : underWay(state, message);
}
