import { describe, expect, it } from 'vitest';
import {
  createCommandReader,
  createReplyReader,
  encodeCommand,
  encodeReply,
  OK,
  RedisError,
  type Reply,
} from './resp.ts';

describe('replies', () => {
  it.each<[reply: Reply, two: string, three: string]>([
    [OK, '+OK\r\n', '+OK\r\n'],
    [7, ':7\r\n', ':7\r\n'],
    ['text', '$4\r\ntext\r\n', '$4\r\ntext\r\n'],
    [null, '$-1\r\n', '_\r\n'],
    [new RedisError('ERR no'), '-ERR no\r\n', '-ERR no\r\n'],
    [[1, ['a']], '*2\r\n:1\r\n*1\r\n$1\r\na\r\n', '*2\r\n:1\r\n*1\r\n$1\r\na\r\n'],
    [new Map([['k', 1]]), '*2\r\n$1\r\nk\r\n:1\r\n', '%1\r\n$1\r\nk\r\n:1\r\n'],
  ])('are written in both versions of the protocol: %s', (reply, two, three) => {
    expect([encodeReply(reply, 2), encodeReply(reply, 3)]).toEqual([two, three]);
  });

  it('are read however the stream is cut', () => {
    const stream = '+OK\r\n$5\r\nab\r\nc\r\n*2\r\n:1\r\n$-1\r\n';
    const reader = createReplyReader();
    expect(Array.from(stream).flatMap((piece) => reader.push(piece))).toEqual(['OK', 'ab\r\nc', [1, null]]);
  });
});

describe('commands', () => {
  it('are read several at once and in pieces', () => {
    const stream = encodeCommand(['SET', 'key', 'a b']) + encodeCommand(['GET', 'key']);
    const expected = [
      ['SET', 'key', 'a b'],
      ['GET', 'key'],
    ];
    expect(createCommandReader().push(stream)).toEqual(expected);
    const reader = createCommandReader();
    expect(Array.from(stream).flatMap((piece) => reader.push(piece))).toEqual(expected);
  });

  it('are read as people type them', () => {
    expect(createCommandReader().push('PING  hello\r\n')).toEqual([['PING', 'hello']]);
  });

  it('have an end', () => {
    expect(() => createCommandReader().push('x'.repeat(1_000_001))).toThrow('too big');
  });
});
