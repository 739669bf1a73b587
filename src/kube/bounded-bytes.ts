import type { Readable } from 'node:stream';

/** More came than is taken. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
}

const FIRST_SIZE = 4096;

/**
 * Bytes that come in pieces, up to a bound, in one buffer that doubles: an object for each piece would cost a sender of
 * single bytes nothing, and the receiver a hundred times what was sent.
 */
export class BoundedBytes {
  readonly #most: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  /** *Throws* {@link TooManyBytesError}. */
  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#most) throw new TooManyBytesError(`more than ${this.#most} bytes`);
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  /** What came since the last time, as text. */
  take(): string {
    const text = this.#buffer.toString('utf8', 0, this.#length);
    this.#length = 0;
    // A long one is rare, and would stay for as long as the stream.
    if (this.#buffer.length > FIRST_SIZE) this.#buffer = Buffer.alloc(0);
    return text;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2, FIRST_SIZE));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Reads a body to its end. *Throws* {@link TooManyBytesError}, and then reads no further. */
export async function bytesOf(body: Readable, most: number): Promise<BoundedBytes> {
  const bytes = new BoundedBytes(most);
  // A stream without an encoding gives buffers. Leaving the loop ends the request.
  for await (const chunk of body) bytes.append(chunk as Buffer);
  return bytes;
}
