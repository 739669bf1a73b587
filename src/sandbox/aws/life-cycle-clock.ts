/**
 * The clock of life cycles: it runs `speed` times as fast as the wall.
 *
 * One timer of the wall waits for the earliest task. It is armed anew when a task is added or taken back, when the
 * speed changes and when time is moved by hand, so tasks follow every change. `runDue` is called before each request is
 * answered, so that a late timer never shows a client a state that is over.
 *
 * With the speed `max` every task is due at once: time jumps to it. Tasks that running tasks schedule are due too, as
 * many as {@link LONGEST_CHAIN}, which a periodic task would otherwise make endless.
 *
 * Guarantees: time never goes back; tasks run in the order of their time, then of their scheduling, and see their own
 * time on the clock.
 */
import type { Cancel, Clock } from '../../util/clock.ts';

/** How many seconds of a life cycle go by in one; `max` lets each transition happen at once. */
export type Speed = number | 'max';

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const LONGEST_CHAIN = 1000;

export class LifeCycleClock implements Clock {
  readonly #wall: Clock;
  readonly #startMs: number;
  readonly #tasks = new Set<Task>();
  #speed: Speed;
  /** Scaled time that had passed when the wall stood at `#anchorMs`. */
  #passedMs = 0;
  #anchorMs: number;
  #order = 0;
  #cancelTimer: Cancel = () => {};

  constructor(wall: Clock, speed: Speed) {
    this.#wall = wall;
    this.#speed = speed;
    this.#startMs = wall.now();
    this.#anchorMs = wall.monotonicMs();
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** How many tasks wait. */
  get pending(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#startMs + this.monotonicMs();
  }

  monotonicMs(): number {
    return this.#passedMs + (this.#wall.monotonicMs() - this.#anchorMs) * this.#factor();
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const task: Task = { atMs: this.monotonicMs() + Math.max(delayMs, 0), order: this.#order++, run };
    this.#tasks.add(task);
    this.#arm();
    return () => {
      if (this.#tasks.delete(task)) this.#arm();
    };
  }

  setSpeed(speed: Speed): void {
    this.#moveTo(this.monotonicMs());
    this.#speed = speed;
    this.#arm();
  }

  /** Moves time on by `ms`, running what falls due. */
  advance(ms: number): void {
    const endMs = this.monotonicMs() + ms;
    for (let task = this.#next(); task && task.atMs <= endMs; task = this.#next()) this.#run(task);
    this.#moveTo(endMs);
    this.#arm();
  }

  /** Runs what is due by now. */
  runDue(): void {
    const most = this.#tasks.size + LONGEST_CHAIN;
    for (let count = 0; count < most; count++) {
      const task = this.#next();
      if (!task || (this.#speed !== 'max' && task.atMs > this.monotonicMs())) break;
      this.#run(task);
    }
    this.#arm();
  }

  /** Forgets all tasks. */
  clear(): void {
    this.#tasks.clear();
    this.#arm();
  }

  #factor(): number {
    return this.#speed === 'max' ? 1 : this.#speed;
  }

  #run(task: Task): void {
    this.#moveTo(task.atMs);
    this.#tasks.delete(task);
    task.run();
  }

  /** Never back: a task that comes late runs at the time that it is. */
  #moveTo(passedMs: number): void {
    this.#passedMs = Math.max(passedMs, this.monotonicMs());
    this.#anchorMs = this.#wall.monotonicMs();
  }

  #arm(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    const task = this.#next();
    if (!task) return;
    const leftMs = this.#speed === 'max' ? 0 : (task.atMs - this.monotonicMs()) / this.#factor();
    this.#cancelTimer = this.#wall.schedule(Math.ceil(leftMs), () => this.runDue());
  }

  #next(): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (!next || task.atMs < next.atMs || (task.atMs === next.atMs && task.order < next.order)) next = task;
    }
    return next;
  }
}
