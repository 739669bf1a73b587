import { keyText, type ObjectKey } from '../kube/index.ts';
import { abortableWait } from '../util/abort.ts';
import { pauseAfter } from '../util/backoff.ts';
import type { Cancel, Clock } from '../util/clock.ts';
import { Heap } from './heap.ts';

/**
 * What is to be reconciled, and when.
 *
 * *States of a key*: absent → waiting (until its time) → processing → absent, or waiting again. A key that is added while
 * it is being processed is *dirty* and waits again as soon as it is finished: nothing is lost, and nothing is worked on
 * twice at once. *Guarantees*
 * - Of several times for one key the earliest holds; so the queue is never longer than there are objects.
 * - Among what is due, clusters take turns; within a cluster, what is due longest comes first. Of no cluster more keys are
 *   processed at once than `mostPerCluster` says: one whose API server answers late must not hold all who work.
 * - Failures wait exponentially longer, up to a limit, and conflicts up to a second; a success begins anew. Progress ("look
 *   again at once") waits for nothing, unless it goes on so often in a row that it must be taken for a loop.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #random: () => number;
  readonly #onTaken: (waitedMs: number) => void;
  readonly #mostPerCluster: () => number;
  readonly #entries = new Map<string, Entry>();
  /** In the order of their turns: whose turn was last stands last. */
  readonly #clusters = new Map<string, Heap<Ticket>>();
  readonly #processingIn = new Map<string, number>();
  #takers: Taker[] = [];
  #processing = 0;
  #order = 0;
  #alarm: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.#random = options.random ?? Math.random;
    this.#onTaken = options.onTaken ?? (() => {});
    this.#mostPerCluster = options.mostPerCluster ?? (() => Infinity);
  }

  /** How many keys wait, due or not. */
  get depth(): number {
    return this.#entries.size - this.#processing;
  }

  get processing(): number {
    return this.#processing;
  }

  /** Whether something is being worked on or is due. */
  get isBusy(): boolean {
    return this.#processing > 0 || this.#nextDueMs() <= this.#clock.monotonicMs();
  }

  /** Asks for `key` to be worked on in `delayMs`, or sooner if that is asked already. */
  add(key: ObjectKey, delayMs = 0): void {
    this.#schedule(this.#entryOf(key), this.#clock.monotonicMs() + Math.max(delayMs, 0));
    this.#dispatch();
  }

  /** Waits for the next key; it is then being processed until `finish`. *Throws* the signal's reason. */
  take(signal: AbortSignal): Promise<ObjectKey> {
    return abortableWait(signal, (resolve) => {
      this.#takers.push(resolve);
      this.#dispatch();
      return () => {
        this.#takers = this.#takers.filter((taker) => taker !== resolve);
      };
    });
  }

  /** Says how it ended. A key that was added meanwhile waits again, whatever `end` says. */
  finish(key: ObjectKey, end: WorkEnd): void {
    const entry = this.#entries.get(keyText(key));
    if (entry === undefined || !entry.isProcessing) throw new Error(`${keyText(key)} is not being processed`);
    entry.isProcessing = false;
    this.#countProcessing(entry, -1);
    const delayMs = this.#delayAfter(entry, end);
    const againMs = Math.min(entry.dirtyAtMs, this.#clock.monotonicMs() + delayMs);
    entry.dirtyAtMs = Infinity;
    if (againMs < Infinity) this.#schedule(entry, againMs);
    else this.#entries.delete(entry.text);
    this.#dispatch();
  }

  /** Forgets all keys of a cluster that is no longer ours; what is being processed ends by itself. */
  removeCluster(cluster: string): void {
    this.#clusters.delete(cluster);
    for (const entry of this.#entries.values()) {
      if (entry.key.cluster !== cluster) continue;
      entry.dirtyAtMs = Infinity;
      entry.ticket = undefined;
      if (!entry.isProcessing) this.#entries.delete(entry.text);
    }
  }

  /** Lets go of the timer. */
  stop(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  #entryOf(key: ObjectKey): Entry {
    const text = keyText(key);
    const known = this.#entries.get(text);
    if (known !== undefined) return known;
    const entry: Entry = {
      key,
      text,
      isProcessing: false,
      dirtyAtMs: Infinity,
      ticket: undefined,
      failures: 0,
      conflicts: 0,
      progress: 0,
    };
    this.#entries.set(text, entry);
    return entry;
  }

  #schedule(entry: Entry, atMs: number): void {
    if (entry.isProcessing) {
      entry.dirtyAtMs = Math.min(entry.dirtyAtMs, atMs);
      return;
    }
    if (entry.ticket !== undefined && entry.ticket.atMs <= atMs) return;
    // The former ticket stays in the heap and is passed over: it is no longer its entry's.
    entry.ticket = { entry, atMs, order: this.#order++ };
    this.#heapOf(entry.key.cluster).push(entry.ticket);
  }

  #heapOf(cluster: string): Heap<Ticket> {
    const known = this.#clusters.get(cluster);
    if (known !== undefined) return known;
    const heap = new Heap<Ticket>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
    this.#clusters.set(cluster, heap);
    return heap;
  }

  #delayAfter(entry: Entry, end: WorkEnd): number {
    if (end.kind !== 'progress') entry.progress = 0;
    if (end.kind !== 'conflict') entry.conflicts = 0;
    // Who met a change by somebody else got no further: that ends no row of failures.
    if (end.kind !== 'failed' && end.kind !== 'conflict') entry.failures = 0;
    switch (end.kind) {
      case 'failed':
        entry.failures += 1;
        return this.#backoffMs(entry.failures);
      case 'conflict':
        entry.conflicts += 1;
        return Math.min(this.#backoffMs(entry.conflicts), longestAfterMs(entry.conflicts));
      case 'progress':
        entry.progress += 1;
        return entry.progress <= PROGRESS_IN_A_ROW ? 0 : this.#backoffMs(entry.progress - PROGRESS_IN_A_ROW);
      case 'later':
        return end.delayMs;
      case 'done':
        return Infinity;
    }
  }

  #backoffMs(times: number): number {
    return pauseAfter(times, this.#backoff, this.#random);
  }

  /** Hands what is due to who waits, then sets the alarm for what comes next. */
  #dispatch(): void {
    while (this.#takers.length > 0) {
      const ticket = this.#nextDue();
      if (ticket === undefined) break;
      const { entry } = ticket;
      entry.ticket = undefined;
      entry.isProcessing = true;
      this.#countProcessing(entry, 1);
      this.#onTaken(this.#clock.monotonicMs() - ticket.atMs);
      this.#takers.shift()?.(entry.key);
    }
    this.#setAlarm();
  }

  #countProcessing({ key: { cluster } }: Entry, change: 1 | -1): void {
    this.#processing += change;
    const count = (this.#processingIn.get(cluster) ?? 0) + change;
    if (count === 0) this.#processingIn.delete(cluster);
    else this.#processingIn.set(cluster, count);
  }

  #hasShare(cluster: string): boolean {
    return (this.#processingIn.get(cluster) ?? 0) < this.#mostPerCluster();
  }

  #nextDue(): Ticket | undefined {
    const nowMs = this.#clock.monotonicMs();
    for (const [cluster, heap] of this.#clusters) {
      if (!this.#hasShare(cluster)) continue;
      const ticket = topOf(heap);
      if (ticket === undefined) this.#clusters.delete(cluster);
      if (ticket === undefined || ticket.atMs > nowMs) continue;
      heap.pop();
      this.#clusters.delete(cluster);
      this.#clusters.set(cluster, heap);
      return ticket;
    }
    return undefined;
  }

  /** Of what may be taken: a cluster that has its share by now is looked at when one of its keys is finished. */
  #nextDueMs(): number {
    let nextMs = Infinity;
    for (const [cluster, heap] of this.#clusters) {
      if (this.#hasShare(cluster)) nextMs = Math.min(nextMs, topOf(heap)?.atMs ?? Infinity);
    }
    return nextMs;
  }

  #setAlarm(): void {
    // Without a taker nothing could be handed out; the next `take` looks by itself.
    const atMs = this.#takers.length > 0 ? this.#nextDueMs() : Infinity;
    if (this.#alarm?.atMs === atMs) return;
    this.stop();
    if (atMs === Infinity) return;
    const cancel = this.#clock.schedule(atMs - this.#clock.monotonicMs(), () => {
      this.#alarm = undefined;
      this.#dispatch();
    });
    this.#alarm = { atMs, cancel };
  }
}

/**
 * How work on a key ended: not again, again later, again at once because something moved, again
 * because somebody else changed the object meanwhile, or again after a failure.
 */
export type WorkEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'later'; readonly delayMs: number }
  | { readonly kind: 'progress' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'failed' };

/** The pauses after failures: each twice as long as the one before, from `firstMs` up to `longestMs`. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Default: 200 ms, doubling to 5 minutes. */
  readonly backoff?: Backoff;
  /** 0 to 1; each pause is between half and all of its length. Default: `Math.random`. */
  readonly random?: () => number;
  /** Asked whenever a key is looked for. Default: as many as there are takers. */
  readonly mostPerCluster?: () => number;
  /** Hears how long a key was due before it was taken. */
  readonly onTaken?: (waitedMs: number) => void;
}

/** 200 ms let a conflict or a blink of the network pass; 5 minutes bound how late a recovery is noticed. */
export const DEFAULT_BACKOFF: Backoff = { firstMs: 200, longestMs: 300_000 };
/** Users who edit all the time must not keep an object from being worked on. */
const LONGEST_AFTER_CONFLICT_MS = 1_000;
/** So many in a row are a program that writes whenever we do: it must not make us ask AWS each second for ever. */
const CONFLICTS_IN_A_ROW = 30;
const LONGEST_IN_A_FIGHT_MS = 60_000;

function longestAfterMs(conflicts: number): number {
  const beyond = Math.max(conflicts - CONFLICTS_IN_A_ROW, 0);
  return Math.min(LONGEST_AFTER_CONFLICT_MS * 2 ** Math.min(beyond, 10), LONGEST_IN_A_FIGHT_MS);
}

/** No reconcile makes so many steps of progress without waiting for anything. */
const PROGRESS_IN_A_ROW = 20;

type Taker = (key: ObjectKey) => void;

interface Entry {
  readonly key: ObjectKey;
  readonly text: string;
  isProcessing: boolean;
  /** When to work on it again, asked while it is being processed. */
  dirtyAtMs: number;
  ticket: Ticket | undefined;
  failures: number;
  conflicts: number;
  progress: number;
}

interface Ticket {
  readonly entry: Entry;
  readonly atMs: number;
  readonly order: number;
}

function topOf(heap: Heap<Ticket>): Ticket | undefined {
  for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
    if (top.entry.ticket === top) return top;
    heap.pop();
  }
  return undefined;
}
