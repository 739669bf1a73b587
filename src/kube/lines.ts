import type { Readable } from 'node:stream';
import type { Clock } from '../util/clock.ts';
import { BoundedBytes } from './bounded-bytes.ts';

/** Nothing came for so long that the stream is taken for dead. */
export class IdleTimeoutError extends Error {
  override readonly name = 'IdleTimeoutError';
}

export interface LinesOptions {
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  /** Bytes. */
  readonly longestLine: number;
}

const NEWLINE = 0x0a;

/**
 * Splits a body into its lines. Only waiting counts as idle time, not what the reader does between two lines; a reader
 * that is slow slows the server down through flow control. Leaving the loop ends the request.
 *
 * *Throws* {@link IdleTimeoutError} after `idleTimeoutMs` without a byte, `TooManyBytesError` for a line that is too long,
 * and what broke the stream.
 */
export async function* linesOf(body: Readable, options: LinesOptions): AsyncGenerator<string, void, void> {
  const { clock, idleTimeoutMs, longestLine } = options;
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  const line = new BoundedBytes(longestLine);
  try {
    for (;;) {
      const cancel = clock.schedule(idleTimeoutMs, () => body.destroy(new IdleTimeoutError('the stream fell silent')));
      const step = await chunks.next().finally(cancel);
      if (step.done === true) return;
      yield* linesWith(step.value, line);
    }
  } finally {
    body.destroy();
  }
}

/** The lines that end in `chunk`; what is begun stays in `line`. No byte is looked at twice, however small the chunks are. */
function* linesWith(chunk: Buffer, line: BoundedBytes): Generator<string, void, void> {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    line.append(chunk.subarray(start, end));
    start = end + 1;
    if (line.length > 0) yield line.take();
  }
  line.append(chunk.subarray(start));
}
