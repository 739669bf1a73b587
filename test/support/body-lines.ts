import { StringDecoder } from 'node:string_decoder';

/** Splits a body into its lines, without the ends of lines; a character may come in two pieces, as bytes do. */
export async function* linesOfBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
