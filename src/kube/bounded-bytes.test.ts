import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BoundedBytes, bytesOf, TooManyBytesError } from './bounded-bytes.ts';

describe('bytes that come in pieces', () => {
  it('are one text, also where a piece ends within a character', async () => {
    const pieces = [...Buffer.from('häß')].map((byte) => Buffer.from([byte]));
    expect((await bytesOf(Readable.from(pieces), 5)).take()).toBe('häß');
  });

  it('are no more once they were taken', () => {
    const bytes = new BoundedBytes(4);
    bytes.append(Buffer.from('abcd'));
    expect([bytes.take(), bytes.length, bytes.take()]).toEqual(['abcd', 0, '']);
    bytes.append(Buffer.from('ef'));
    expect(bytes.take()).toBe('ef');
  });

  it('are refused beyond the bound, and what sends them is let go', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1000));
      },
    });
    await expect(bytesOf(endless, 10_000)).rejects.toThrow(TooManyBytesError);
    expect(endless.destroyed).toBe(true);
  });
});
