import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';

/** A pass was cut off by its deadline. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';
}

interface Deadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly what: string;
  readonly log: Logger;
  readonly outer: AbortSignal;
}

/** A pass that ignores its signal is not left behind (its object must not be worked on twice at once), but complained of. */
export async function withDeadline<R>(
  { clock, timeoutMs, what, log, outer }: Deadline,
  run: (signal: AbortSignal, deadlineMs: number) => Promise<R>,
): Promise<R> {
  const deadline = new AbortController();
  const cancel = clock.schedule(timeoutMs, () => {
    log.warn({ what, timeoutMs }, 'Deadline exceeded, aborting');
    deadline.abort(new DeadlineExceededError(`${what} took longer than ${timeoutMs} ms`));
  });
  try {
    return await run(AbortSignal.any([deadline.signal, outer]), clock.monotonicMs() + timeoutMs);
  } finally {
    cancel();
  }
}
