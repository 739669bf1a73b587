/** The wire protocol of Redis, as far as a server and a client of a few commands need it. Text is latin1, so that bytes survive. */

/** An error that a server answers with: `ERR ...`, `WRONGPASS ...`. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

/** A status such as `OK`, which is not a string of data. */
export class Status {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Reply = Status | RedisError | number | string | null | readonly Reply[] | ReadonlyMap<string, Reply>;

export const OK = new Status('OK');

export type ProtocolVersion = 2 | 3;

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function sequence(mark: string, length: number, parts: readonly string[]): string {
  return `${mark}${length}\r\n${parts.join('')}`;
}

export function encodeReply(reply: Reply, version: ProtocolVersion): string {
  if (reply === null) return version === 3 ? '_\r\n' : '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return bulk(reply);
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof RedisError) return `-${reply.message}\r\n`;
  if (reply instanceof Map) {
    // Protocol 2 has no maps; keys and values alternate in an array there.
    const parts = [...reply].map(([key, value]) => bulk(key) + encodeReply(value, version));
    return version === 3 ? sequence('%', reply.size, parts) : sequence('*', reply.size * 2, parts);
  }
  // Only lists are left: every ReadonlyMap is a Map, which `instanceof` cannot tell.
  const list = reply as readonly Reply[];
  return sequence(
    '*',
    list.length,
    list.map((one) => encodeReply(one, version)),
  );
}

export function encodeCommand(words: readonly string[]): string {
  return sequence('*', words.length, words.map(bulk));
}

/** What was read, and where the next thing begins. */
interface Read<T> {
  readonly value: T;
  readonly end: number;
}

function lineAt(text: string, start: number): Read<string> | undefined {
  const end = text.indexOf('\r\n', start);
  return end < 0 ? undefined : { value: text.slice(start, end), end: end + 2 };
}

function bulkAt(text: string, start: number, length: number): Read<string> | undefined {
  const end = start + length;
  return text.length < end + 2 ? undefined : { value: text.slice(start, end), end: end + 2 };
}

function listAt(text: string, start: number, count: number): Read<readonly Reply[]> | undefined {
  const values: Reply[] = [];
  let end = start;
  while (values.length < count) {
    const next = replyAt(text, end);
    if (!next) return undefined;
    values.push(next.value);
    end = next.end;
  }
  return { value: values, end };
}

/** Reads a reply of protocol 2; undefined when it is not all there yet. *Throws* for what is no reply. */
function replyAt(text: string, start: number): Read<Reply> | undefined {
  const line = lineAt(text, start);
  if (!line) return undefined;
  const rest = line.value.slice(1);
  switch (line.value[0]) {
    case '+':
      return { value: rest, end: line.end };
    case '-':
      return { value: new RedisError(rest), end: line.end };
    case ':':
      return { value: Number(rest), end: line.end };
    case '$':
      return rest === '-1' ? { value: null, end: line.end } : bulkAt(text, line.end, Number(rest));
    case '*':
      return rest === '-1' ? { value: null, end: line.end } : listAt(text, line.end, Number(rest));
    default:
      throw new RedisError('Protocol error: this is no reply');
  }
}

/** Most that one command may have; a responder is no place for big data, and a stranger must not fill the memory. */
const LONGEST_COMMAND = 1_000_000;

/** Cuts a stream of text into what `readAt` finds in it. */
class Cutter<T> {
  readonly #readAt: (text: string, start: number) => Read<T> | undefined;
  #text = '';

  constructor(readAt: (text: string, start: number) => Read<T> | undefined) {
    this.#readAt = readAt;
  }

  /** Takes the next piece of the stream and gives what is complete now. */
  push(piece: string): readonly T[] {
    this.#text += piece;
    const found: T[] = [];
    let start = 0;
    for (let next = this.#readAt(this.#text, start); next; next = this.#readAt(this.#text, start)) {
      found.push(next.value);
      start = next.end;
    }
    this.#text = this.#text.slice(start);
    if (this.#text.length > LONGEST_COMMAND) throw new RedisError('Protocol error: too big');
    return found;
  }
}

/** A command as an array of strings, or as words on a line, which is what people type into a terminal. */
function commandAt(text: string, start: number): Read<readonly string[]> | undefined {
  if (start >= text.length) return undefined;
  if (text[start] !== '*') {
    const line = lineAt(text, start);
    return line && { value: line.value.split(' ').filter((word) => word !== ''), end: line.end };
  }
  const read = replyAt(text, start);
  if (!read) return undefined;
  const words = Array.isArray(read.value) ? read.value : [];
  return { value: words.map(String), end: read.end };
}

export function createCommandReader(): { push(piece: string): readonly (readonly string[])[] } {
  return new Cutter(commandAt);
}

export function createReplyReader(): { push(piece: string): readonly Reply[] } {
  return new Cutter(replyAt);
}
