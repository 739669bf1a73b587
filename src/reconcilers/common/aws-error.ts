import { type Action, named, type Pass, type Stop, stopWithRequeueDelay } from '../../composed/index.ts';
import { AwsError, type AwsErrorKind, isOutcomeUnknown, NotFoundError, userMessage } from '../../aws/errors.ts';
import type { Clock } from '../../util/clock.ts';
import { errorsIn } from '../../util/error-message.ts';
import { FINALIZER } from '../../api/names.ts';
import { hasFinalizer } from '../../kube/finalizers.ts';
import { isBeingDeleted } from '../../kube/resource.ts';
import type { ConditionReason } from '../../api/conditions.ts';
import { deleting, failed, type Finding, processing } from './finding.ts';
import type { ObjectState } from './object-state.ts';
import { createUnanswered } from './unanswered.ts';
import { isReady, type Reported, toldState, troubleAgeMs } from './status.ts';
import { createWaits, type Waits } from './waits.ts';
import { refusalMessage } from './refusal-message.ts';

/**
 * What an error of AWS means for an object.
 *
 * - *refusal*: AWS will not do it as things are (no permission, a quota, a value it does not take). The object shows
 *   `Error` with AWS's code and a plain sentence, and tries again by itself, ever less often, because the cause usually
 *   lies outside of the cluster and nobody tells us when it goes.
 * - *conflict*: AWS is in another state than the pass thought. The object says what it waits for and looks again soon.
 * - *transient*: throttled, unreachable, AWS's own fault. What the status says is no less true for it, so an object that
 *   is ready or in error stays so; one on its way says what it waits for.
 *
 * The longer a conflict or a transient trouble lasts, the longer the pauses: an outage of hours needs no asking every ten
 * seconds, by every object, four times a pass.
 */
export type AwsErrorMeaning = 'refusal' | 'conflict' | 'transient';

const MEANINGS: Readonly<Record<AwsErrorKind, AwsErrorMeaning>> = {
  'access-denied': 'refusal',
  'invalid-input': 'refusal',
  limit: 'refusal',
  'already-exists': 'conflict',
  'in-use': 'conflict',
  'invalid-state': 'conflict',
  'not-found': 'conflict',
  throttled: 'transient',
  network: 'transient',
  internal: 'transient',
};

/** However fast a simulated AWS works, there are people and programs that answer. */
const SHORTEST_PAUSE_MS = 1_000;
/** The door has tried for seconds already, and states of AWS take about as long to pass on. */
const SHORTEST_TROUBLE_DELAY_MS = 10_000;
/** What passes is waited for in minutes, and its end is to be seen soon. */
const LONGEST_CONFLICT_DELAY_MS = 60_000;
const LONGEST_TRANSIENT_DELAY_MS = 5 * 60_000;
const SHORTEST_REFUSAL_DELAY_MS = 60_000;
const LONGEST_REFUSAL_DELAY_MS = 15 * 60_000;

type Trouble = AwsError | NotFoundError | Refusal;

function meaningOf(trouble: Trouble): AwsErrorMeaning {
  if (trouble instanceof Refusal) return 'refusal';
  return trouble instanceof NotFoundError ? 'conflict' : MEANINGS[trouble.kind];
}

/**
 * A refusal of AWS under the reason that the kind has for it, in words that say what people can do about it. Thrown by
 * {@link refusedAs}; {@link reportAwsErrors} tells its finding.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly finding: Finding;
  override readonly cause: AwsError;

  constructor(finding: Finding, cause: AwsError) {
    super(finding.message, { cause });
    this.finding = finding;
    this.cause = cause;
  }
}

/** Whether AWS will not do it as things are. */
export function isRefusal(error: unknown): error is AwsError {
  return error instanceof AwsError && MEANINGS[error.kind] === 'refusal';
}

/** Waits for `work`; a refusal of it becomes the finding that `findingFrom` makes. Other errors go on as they are. */
export async function refusedAs<T>(work: Promise<T>, findingFrom: (error: AwsError) => Finding): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isRefusal(error) ? new Refusal(findingFrom(error), error) : error;
  }
}

/**
 * How long to wait until what was refused is tried again: as long as it has been refused, once a minute at first and
 * once in 15 minutes at last. The age stands in the `Error` or `Warning` condition, so that a restart does not begin anew
 * and a recovery needs no reset.
 */
export function refusalDelayMs(object: Reported, clock: Clock, waitScale: number): number {
  return pauseMs(troubleAgeMs(object, clock), SHORTEST_REFUSAL_DELAY_MS, LONGEST_REFUSAL_DELAY_MS, waitScale);
}

/** As long as it has lasted, so that pauses double, within limits; never so short that it would be a loop. */
function pauseMs(lastedMs: number, shortestMs: number, longestMs: number, waitScale: number): number {
  const pause = Math.min(Math.max(lastedMs, shortestMs * waitScale), longestMs * waitScale);
  return Math.max(pause, SHORTEST_PAUSE_MS);
}

/** Leaves `finding` and says when to look again: for what only a change outside of the cluster mends. */
export function stopRefused(
  state: Pick<ObjectState, 'object' | 'finding' | 'waitScale'>,
  finding: Finding,
  { clock }: Pass,
): Stop {
  state.finding = finding;
  return stopWithRequeueDelay(refusalDelayMs(state.object, clock, state.waitScale), finding.message);
}

/**
 * Runs `pipeline` and turns errors of AWS into a finding and a stop. Any other error goes on: it is the business of the
 * controller's backoff. Wrap the whole pipeline of a kind in it, so that its actions need not catch.
 *
 * @param hasParts - Whether objects of the kind have something in AWS: then a process that died may have left a request for
 * one behind, which AWS carries out late. Default: false.
 * @param refusalReason - The reason of the condition that shows a refusal. Default: `CloudProviderError`.
 */
export function reportAwsErrors<S extends ObjectState>(
  pipeline: Action<S>,
  { hasParts = false, refusalReason = 'CloudProviderError' }: ReportOptions = {},
): Action<S> {
  const troubles = createWaits();
  const unanswered = createUnanswered();
  return named(pipeline.name, async (state: S, pass: Pass) => {
    const { uid } = state.object.metadata;
    unanswered.meet(uid, hasParts && hasFinalizer(state.object, FINALIZER), pass);
    state.unansweredAtMs = unanswered.of(uid, state.waitScale, pass.clock);
    try {
      const outcome = await pipeline(state, pass);
      troubles.end(uid);
      if (state.isReleased) unanswered.forget(uid);
      return outcome;
    } catch (error) {
      // A deletion that comes late harms nothing.
      if (!isBeingDeleted(state.object) && mayComeLate(error, pass)) unanswered.note(uid, pass.clock);
      return stopForAwsError(state, worstAwsError(error), pass, { troubles, refusalReason });
    }
  });
}

interface ReportOptions {
  readonly hasParts?: boolean;
  readonly refusalReason?: ConditionReason;
}

interface Reporting {
  readonly troubles: Waits;
  readonly refusalReason: ConditionReason;
}

/** A pass that was cut off had no time to learn of errors: what it was waiting for may have been a write. */
function mayComeLate(error: unknown, { signal }: Pass): boolean {
  return signal.aborted || errorsIn(error).some(isOutcomeUnknown);
}

/** Leaves the finding for `trouble` in `state` and says when to look again. */
function stopForAwsError(
  state: ObjectState,
  trouble: Trouble,
  pass: Pass,
  { troubles, refusalReason }: Reporting,
): Stop {
  const error = trouble instanceof Refusal ? trouble.cause : trouble;
  const meaning = meaningOf(error);
  log(error, meaning, pass);
  if (trouble instanceof Refusal) return stopRefused(state, trouble.finding, pass);
  const message = state.target ? refusalMessage(error, state.target) : userMessage(error);
  const finding = meaning === 'refusal' ? failed(refusalReason, message) : findingForTrouble(state, meaning, message);
  state.finding = finding ?? state.finding;
  return stopWithRequeueDelay(delayMsFor(state, meaning, pass.clock, troubles), message);
}

function findingForTrouble(state: ObjectState, meaning: AwsErrorMeaning, message: string): Finding | undefined {
  if (isBeingDeleted(state.object)) return deleting(message);
  return meaning === 'transient' && isSettled(state.object) ? undefined : processing(message);
}

/** Ready or in error: either is better known, and tells more, than that AWS is out of reach for a moment. */
function isSettled(object: Reported): boolean {
  return isReady(object) || toldState(object) === 'Error';
}

function delayMsFor(
  { object, waitScale }: ObjectState,
  meaning: AwsErrorMeaning,
  clock: Clock,
  troubles: Waits,
): number {
  if (meaning === 'refusal') return refusalDelayMs(object, clock, waitScale);
  const lastedMs = troubles.elapsedMs(object.metadata.uid, clock);
  const longestMs = meaning === 'conflict' ? LONGEST_CONFLICT_DELAY_MS : LONGEST_TRANSIENT_DELAY_MS;
  return pauseMs(lastedMs, SHORTEST_TROUBLE_DELAY_MS, longestMs, waitScale);
}

function log(error: AwsError | NotFoundError, meaning: AwsErrorMeaning, pass: Pass): void {
  const fields =
    error instanceof AwsError
      ? { service: error.service, operation: error.operation, code: error.code, requestId: error.requestId }
      : { resource: error.resource, id: error.id };
  pass.log.warn({ ...fields, meaning }, 'AWS call failed');
}

/**
 * The error to report of what several calls side by side threw: a refusal before the rest, because it needs a person.
 *
 * *Throws* `thrown` itself when any part of it is not an error of AWS.
 */
export function worstAwsError(thrown: unknown): Trouble {
  const errors = errorsIn(thrown).map((error) => {
    if (error instanceof AwsError || error instanceof NotFoundError || error instanceof Refusal) return error;
    // oxlint-disable-next-line typescript/only-throw-error -- what an action threw goes on unchanged, whatever it is
    throw thrown;
  });
  const order: readonly AwsErrorMeaning[] = ['refusal', 'conflict', 'transient'];
  const [worst] = errors.sort((a, b) => order.indexOf(meaningOf(a)) - order.indexOf(meaningOf(b)));
  // oxlint-disable-next-line typescript/only-throw-error -- an empty AggregateError is nothing that we can report
  if (worst === undefined) throw thrown;
  return worst;
}
