import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { linesOfBody } from './body-lines.ts';

it.each([1, 2, 3, 100])(
  'gives the lines of a body that comes %i bytes at a time, its characters whole',
  async (size) => {
    const bytes = Buffer.from('{"a":"é"}\n{"b":"€ and 🦊"}\n');
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const lines = await Array.fromAsync(linesOfBody(Readable.from(chunks)));
    expect(lines).toEqual(['{"a":"é"}', '{"b":"€ and 🦊"}']);
  },
);
