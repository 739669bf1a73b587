/**
 * When a token is replaced although nothing is wrong with it: after so many days, and when somebody asks for it, once for
 * each new value of the request.
 *
 * It begins where a full check has found all as asked, one at a time: what is asked meanwhile comes after it. The request
 * is recorded as carried out before the new token is made, so that a process that dies goes on with it, and does not
 * begin again.
 */
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { LATEST_EFFECT_MS } from '../common/unanswered.ts';
import type { AskedReplicationGroup } from './asked.ts';
import { sendToken } from './auth.ts';
import { timeText } from './ownership.ts';
import { renewToken } from './secret.ts';
import type { ProvideState } from './state.ts';
import { graceEndMs, type TokenRecord } from './token-record.ts';

const DAY_MS = 24 * 3_600_000;

/** In how many milliseconds the token needs a step by itself; undefined when that is not known. */
export function tokenDueMs(state: ProvideState, { clock }: Pick<Pass, 'clock'>): number | undefined {
  const dueAtMs = tokenDueAtMs(state);
  return dueAtMs === undefined ? undefined : Math.max(dueAtMs - clock.now(), 0);
}

function tokenDueAtMs(state: ProvideState): number | undefined {
  const { ledger, timing, asked } = state;
  const { authToken } = ledger;
  // There is an answer to give.
  if (!asked.authEnabled) return isRequested(state) ? 0 : undefined;
  if (authToken?.phase === 'Published') return graceEndMs(authToken, timing.tokenGraceMs);
  if (authToken?.phase !== 'Settled') return undefined;
  const dueAtMs = isRequested(state) ? 0 : scheduledAtMs(asked, authToken);
  // A SET that AWS did not answer, and that was sent again, may come late: it would shut out the next token.
  const restsUntilMs = Date.parse(authToken.since) + LATEST_EFFECT_MS * timing.waitScale;
  return dueAtMs === undefined ? undefined : Math.max(dueAtMs, restsUntilMs);
}

function isRequested({ asked, ledger }: ProvideState): boolean {
  const { rotateToken } = asked.requests;
  return rotateToken !== undefined && rotateToken !== ledger.handled.rotateToken;
}

function scheduledAtMs({ tokenRotationDays: days }: AskedReplicationGroup, token: TokenRecord): number | undefined {
  const { publishedAt } = token;
  return days === undefined || publishedAt === undefined ? undefined : Date.parse(publishedAt) + days * DAY_MS;
}

/** Begins to replace the token, when that is due. */
export async function ensureTokenRotated(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { asked, ledger } = state;
  const { authToken } = ledger;
  if (!asked.authEnabled) return refuseRequest(state);
  if (authToken?.phase !== 'Settled' || tokenDueMs(state, pass) !== 0) return next;
  // All else is as asked by now.
  state.isReady = true;
  const requested = { ...authToken, phase: 'Requested', since: timeText(pass.clock.now()) } as const;
  await state.recordLedger({ ...ledger, authToken: requested, handled: handledNow(state) }, pass);
  await renewToken(state);
  return sendToken(state, pass, 'rotate');
}

function handledNow({ asked, ledger }: ProvideState): ProvideState['ledger']['handled'] {
  const { rotateToken = ledger.handled.rotateToken } = asked.requests;
  return { ...ledger.handled, rotateToken };
}

/** Who asks in vain is told so, once; switching authentication on later brings a new token anyway. */
function refuseRequest(state: ProvideState): Outcome {
  if (!isRequested(state)) return next;
  state.ledger = { ...state.ledger, handled: handledNow(state) };
  const message = 'There is no token to rotate: authEnabled is false';
  state.announce({ type: 'Warning', reason: 'NothingToRotate', message });
  return next;
}
