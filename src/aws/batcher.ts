/**
 * Answers questions about single objects together.
 *
 * A question opens a window; each further one keeps it open a little longer, up to a bound. When it closes, the batch
 * is asked at once: a direct read when it is about one object or when reading directly is cheaper than the list was last
 * time; otherwise, and where nothing can be read directly, one list. Lists of AWS lag behind: objects that the list does
 * not show are read directly, if that can be, before anyone is told that they are absent, unless the question was only
 * whether the list shows them (`find`). Questions that come while a batch is asked open the next window.
 *
 * One list is read at a time, and from one batch to the next there is a rest, the longer the more requests a batch takes
 * (a list as many as the last one): a batch that is ready meanwhile stays open, and takes in what comes. So a question
 * that comes alone is answered at once; where hundreds trickle in, they share lists; and never do many lists wait half
 * read for their next page.
 *
 * Guarantees:
 * - the request starts after the question, and so after all that the asker did before it: no answer is older than its
 *   question, and none is kept for later questions;
 * - each question is answered once: with the answer, with the error of its own read or of the list, or, as soon as its
 *   own call aborts or its time is over, with the reason for that;
 * - an abort of one asker does not disturb the others; when all have left, the request is aborted too.
 */
import { type Call, unlimitedAuthority } from '../util/call.ts';
import type { Cancel, Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import { AwsError, NotFoundError, orAbsent } from './errors.ts';
import type { ServiceName } from './operations.ts';

/** The answers of a list, and how many requests it took. */
export interface Listed<A> {
  readonly answers: ReadonlyMap<string, A>;
  readonly requests: number;
}

/** How questions are asked; ids are those that were given to `ask`. */
export interface BatchSource<A> {
  /** Whom it asks, for errors and the log. */
  readonly service: ServiceName;
  readonly operation: string;
  /**
   * Reads one object, in one request. *Throws* `NotFoundError` when it is absent. Default: there is no such request; a
   * batch is then always a list, and what that does not show is absent.
   */
  readonly readOne?: (id: string, call: Call) => Promise<A>;
  /** Lists; what it does not show is read directly. */
  readonly list: (ids: readonly string[], call: Call) => Promise<Listed<A>>;
}

interface Waiter<A> {
  readonly call: Call;
  readonly answer: (answer: A) => void;
  readonly fail: (error: unknown) => void;
  /** Whom a list that does not show the object is answer enough; undefined: it has to be read directly. */
  readonly unseen: (() => void) | undefined;
}

interface Batch<A> {
  readonly waiters: Map<string, Set<Waiter<A>>>;
  readonly abort: AbortController;
  readonly closesByMs: number;
  cancelTimer: Cancel;
  /** Its window has ended; it waits for the list that is being read. */
  isDue: boolean;
}

/** Long enough for the passes that one tick wakes, short enough that nobody notices. */
const WINDOW_MS = 25;
const LONGEST_WINDOW_MS = 100;
/** After each request: what trickles in costs two requests a second, of the ten that AWS may be asked for. */
const REST_MS = 500;
/** However long the list: nobody waits noticeably longer than for a tick of its own. */
const LONGEST_REST_MS = 5_000;

export class Batcher<A> {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #source: BatchSource<A>;
  #open: Batch<A> | undefined;
  #requestsOfLastList = 1;
  #isListing = false;
  #restsUntilMs = -Infinity;

  constructor(clock: Clock, log: Logger, source: BatchSource<A>) {
    this.#clock = clock;
    this.#log = log;
    this.#source = source;
  }

  /**
   * Reads one object; absence is confirmed by a direct read, where there is one.
   *
   * *Throws* what the source throws for this id, or the reason of the call's signal.
   */
  async ask(id: string, call: Call): Promise<A> {
    call.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      this.#join(id, { call, answer: resolve, fail: reject, unseen: undefined });
    });
  }

  /**
   * As {@link ask}, but undefined when the object is absent or the list does not show it. That proves nothing of what was
   * made a moment ago: for askers whose next call to AWS fails if it is there.
   */
  async find(id: string, call: Call): Promise<A | undefined> {
    call.signal.throwIfAborted();
    const found = new Promise<A | undefined>((resolve, reject) => {
      this.#join(id, { call, answer: resolve, fail: reject, unseen: () => resolve(undefined) });
    });
    return orAbsent(found);
  }

  #newBatch(): Batch<A> {
    return {
      waiters: new Map(),
      abort: new AbortController(),
      closesByMs: this.#clock.monotonicMs() + LONGEST_WINDOW_MS,
      cancelTimer: () => {},
      isDue: false,
    };
  }

  #prolong(batch: Batch<A>): Batch<A> {
    batch.cancelTimer();
    const leftMs = Math.min(WINDOW_MS, batch.closesByMs - this.#clock.monotonicMs());
    batch.cancelTimer = this.#clock.schedule(leftMs, () => void this.#close(batch));
    this.#open = batch;
    return batch;
  }

  #join(id: string, asker: Waiter<A>): void {
    const batch = this.#prolong(this.#open ?? this.#newBatch());
    const { signal } = asker.call;
    const waiters = batch.waiters.get(id) ?? new Set();
    batch.waiters.set(id, waiters);
    const leave = (): void => {
      cancelDeadline();
      signal.removeEventListener('abort', onAbort);
      waiters.delete(waiter);
    };
    const giveUp = (reason: unknown): void => {
      leave();
      asker.fail(reason);
      this.#abandonIfEmpty(batch);
    };
    const onAbort = (): void => giveUp(signal.reason);
    const cancelDeadline = this.#atDeadline(asker.call, () => giveUp(this.#lateError()));
    const waiter: Waiter<A> = {
      call: asker.call,
      answer: (answer) => (leave(), asker.answer(answer)),
      fail: (error) => (leave(), asker.fail(error)),
      unseen: asker.unseen && (() => (leave(), asker.unseen?.())),
    };
    signal.addEventListener('abort', onAbort, { once: true });
    waiters.add(waiter);
  }

  #atDeadline({ deadlineMs }: Call, task: () => void): Cancel {
    if (deadlineMs === Infinity) return () => {};
    return this.#clock.schedule(deadlineMs - this.#clock.monotonicMs(), task);
  }

  #lateError(): AwsError {
    const { service, operation } = this.#source;
    return new AwsError({
      service,
      operation,
      code: 'TimeoutError',
      kind: 'network',
      isRead: true,
      requestId: undefined,
      detail: '',
    });
  }

  #abandonIfEmpty(batch: Batch<A>): void {
    if ([...batch.waiters.values()].some((waiters) => waiters.size > 0)) return;
    batch.cancelTimer();
    if (this.#open === batch) this.#open = undefined;
    batch.abort.abort(new Error(`nobody waits for ${this.#source.operation} any more`));
  }

  async #close(batch: Batch<A>): Promise<void> {
    const ids = [...batch.waiters].filter(([, waiters]) => waiters.size > 0).map(([id]) => id);
    const isDirect = this.#source.readOne !== undefined && ids.length <= this.#requestsOfLastList;
    batch.isDue = this.#isListing && !isDirect;
    if (batch.isDue || this.#stillRests(batch)) return;
    batch.cancelTimer();
    this.#open = undefined;
    this.#restAfter(isDirect ? ids.length : this.#requestsOfLastList);
    const call = this.#callOf(batch);
    if (isDirect) {
      await Promise.all(ids.map((id) => this.#answerDirectly(batch, id, call)));
    } else {
      await this.#answerFromList(batch, ids, call);
    }
  }

  #stillRests(batch: Batch<A>): boolean {
    const restMs = this.#restsUntilMs - this.#clock.monotonicMs();
    if (restMs <= 0) return false;
    batch.cancelTimer();
    batch.cancelTimer = this.#clock.schedule(restMs, () => void this.#close(batch));
    return true;
  }

  #restAfter(requests: number): void {
    this.#restsUntilMs = this.#clock.monotonicMs() + Math.min(requests * REST_MS, LONGEST_REST_MS);
  }

  async #answerFromList(batch: Batch<A>, ids: readonly string[], call: Call): Promise<void> {
    try {
      const { answers, requests } = await this.#list(ids, call);
      this.#requestsOfLastList = requests;
      const unseen = ids.filter((id) => !this.#answerAll(batch, id, answers));
      for (const id of unseen) this.#settle(batch, id, (waiter) => waiter.unseen?.());
      const doubtful = unseen.filter((id) => batch.waiters.get(id)?.size);
      await Promise.all(doubtful.map((id) => this.#answerDirectly(batch, id, call)));
    } catch (error) {
      for (const id of ids) this.#settle(batch, id, (waiter) => waiter.fail(error));
    }
  }

  async #list(ids: readonly string[], call: Call): Promise<Listed<A>> {
    this.#isListing = true;
    try {
      return await this.#source.list(ids, call);
    } finally {
      this.#isListing = false;
      if (this.#open?.isDue) void this.#close(this.#open);
    }
  }

  #answerAll(batch: Batch<A>, id: string, answers: ReadonlyMap<string, A>): boolean {
    const answer = answers.get(id);
    if (answer === undefined) return false;
    this.#settle(batch, id, (waiter) => waiter.answer(answer));
    return true;
  }

  async #answerDirectly(batch: Batch<A>, id: string, call: Call): Promise<void> {
    try {
      const { readOne, operation } = this.#source;
      if (!readOne) throw new NotFoundError(`answer of ${operation}`, id);
      const answer = await readOne(id, call);
      this.#settle(batch, id, (waiter) => waiter.answer(answer));
    } catch (error) {
      this.#settle(batch, id, (waiter) => waiter.fail(error));
    }
  }

  #settle(batch: Batch<A>, id: string, settle: (waiter: Waiter<A>) => void): void {
    for (const waiter of batch.waiters.get(id) ?? []) settle(waiter);
  }

  /** A call of the batch itself: it may only read, and lasts as long as the most patient asker. */
  #callOf(batch: Batch<A>): Call {
    const deadlines = [...batch.waiters.values()].flatMap((waiters) => [...waiters].map(({ call }) => call.deadlineMs));
    return {
      signal: batch.abort.signal,
      deadlineMs: Math.max(...deadlines),
      clock: this.#clock,
      log: this.#log,
      caller: { kind: 'Batch', namespace: '', name: this.#source.operation },
      mode: 'observe',
      authority: unlimitedAuthority,
    };
  }
}
