import type { Cancel, Clock } from './clock.ts';

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until it is told to move: the time of tests.
 *
 * *Guarantees*: tasks run in order of their time, then of their scheduling; each sees `now()` at its own time; a task
 * scheduled by a running task runs in the same `advance` when it falls due in it.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #order = 0;
  readonly #tasks = new Set<Task>();

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const task = { atMs: this.#monotonicMs + Math.max(delayMs, 0), order: this.#order++, run };
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  /** How many tasks wait. A test that ends with some has leaked a timer. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** Milliseconds until the next task is due; undefined when none waits. */
  get nextDueInMs(): number | undefined {
    const next = this.#next();
    return next && Math.max(next.atMs - this.#monotonicMs, 0);
  }

  /** Moves time on by `ms`, running what falls due. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (let task = this.#next(); task && task.atMs <= endMs; task = this.#next()) {
      this.#moveTo(task.atMs);
      this.#tasks.delete(task);
      task.run();
    }
    this.#moveTo(endMs);
  }

  /** Moves the wall clock alone, as an NTP step or a resumed laptop does. */
  jumpWallClock(ms: number): void {
    this.#nowMs += ms;
  }

  #moveTo(monotonicMs: number): void {
    const stepMs = Math.max(monotonicMs - this.#monotonicMs, 0);
    this.#monotonicMs += stepMs;
    this.#nowMs += stepMs;
  }

  #next(): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (!next || task.atMs < next.atMs || (task.atMs === next.atMs && task.order < next.order)) next = task;
    }
    return next;
  }
}
