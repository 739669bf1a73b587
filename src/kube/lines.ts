import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../util/clock.ts';

/** Nothing came for so long that the stream is taken for dead. */
export class IdleTimeoutError extends Error {
  override readonly name = 'IdleTimeoutError';
}

/**
 * Splits a body into its lines. Only waiting counts as idle time, not what the reader does between two lines; a reader
 * that is slow slows the server down through flow control. Leaving the loop ends the request.
 *
 * *Throws* {@link IdleTimeoutError} after `idleTimeoutMs` without a byte, and what broke the stream.
 */
export async function* linesOf(
  body: Readable,
  clock: Clock,
  idleTimeoutMs: number,
): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  let rest = '';
  try {
    for (;;) {
      const cancel = clock.schedule(idleTimeoutMs, () => body.destroy(new IdleTimeoutError('the stream fell silent')));
      const step = await chunks.next().finally(cancel);
      if (step.done === true) return;
      const lines = (rest + decoder.write(step.value)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield line;
    }
  } finally {
    body.destroy();
  }
}
