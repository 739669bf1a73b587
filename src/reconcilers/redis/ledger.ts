import type { Requests } from '../replication-group/asked.ts';
import { emptyLedger, type Ledger } from '../replication-group/ledger.ts';
import type { TokenRecord } from '../replication-group/token-record.ts';
import type { RedisObject, RedisStatus, TokenStatus } from './redis-kind.ts';

/** What the status keeps for the engine. */
export function ledgerOf({ status }: RedisObject): Ledger {
  const { arn, createTime, createIntent, authToken, handledRequests } = status ?? {};
  const { rotateAuthToken: rotateToken, reconcileNow: checkNow } = handledRequests ?? {};
  const token = authToken && recordFrom(authToken);
  return { ...emptyLedger, arn, createTime, createIntent, authToken: token, handled: { rotateToken, checkNow } };
}

function recordFrom(token: TokenStatus): TokenRecord {
  const { publishedAt, version, modified, accepted = false, open = false, ...rest } = token;
  return { ...rest, publishedAt, version, modified, accepted, open };
}

type LedgerStatus = Pick<RedisStatus, 'arn' | 'createTime' | 'createIntent' | 'authToken' | 'handledRequests'>;

/** Fields of the status that hold the ledger; what is not known is undefined. */
export function statusOfLedger(ledger: Ledger): { readonly [F in keyof LedgerStatus]-?: LedgerStatus[F] | undefined } {
  const { arn, createTime, createIntent, authToken, handled } = ledger;
  return {
    arn,
    createTime,
    createIntent,
    authToken: authToken && tokenStatusOf(authToken),
    handledRequests: requestsOf(handled),
  };
}

/** The record as the status keeps it. */
export function tokenStatusOf({ publishedAt, version, modified, accepted, open, ...rest }: TokenRecord): TokenStatus {
  return {
    ...rest,
    ...(publishedAt !== undefined && { publishedAt }),
    ...(version !== undefined && { version }),
    ...(modified !== undefined && { modified }),
    ...(accepted && { accepted }),
    ...(open && { open }),
  };
}

function requestsOf({ rotateToken, checkNow }: Requests): RedisStatus['handledRequests'] {
  if (rotateToken === undefined && checkNow === undefined) return undefined;
  return {
    ...(rotateToken !== undefined && { rotateAuthToken: rotateToken }),
    ...(checkNow !== undefined && { reconcileNow: checkNow }),
  };
}
