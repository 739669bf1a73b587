import { EventEmitter, once } from 'node:events';

/** Of real time, and only when something is wrong. */
const LIMIT_MS = 60_000;

/** What other processes do, as far as it is heard of: tests wait for it instead of asking again and again. */
export class News {
  readonly #events = new EventEmitter();

  readonly tell = (): void => void this.#events.emit('news');

  /** Nothing more is to be waited for. */
  fail(error: Error): void {
    this.#events.emit('error', error);
  }

  /** Looks again after all news until `holds`. *Throws* after a minute, with what `describe` says. */
  async until(holds: () => boolean | Promise<boolean>, describe: () => string | Promise<string>): Promise<void> {
    const deadline = AbortSignal.timeout(LIMIT_MS);
    for (;;) {
      const news = once(this.#events, 'news', { signal: deadline });
      news.catch(() => undefined); // nobody may come to wait for it
      if (await holds()) return;
      await news.catch(async (cause: unknown) => {
        throw new Error(`Waited in vain: ${await describe()}`, { cause });
      });
    }
  }
}
