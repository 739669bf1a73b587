import { describe, expect, it } from 'vitest';
import { repliesIn } from './redis-ping.ts';

describe('repliesIn', () => {
  const info = '# Server\r\nredis_version:7.0.15\r\n';
  const wire = Buffer.from(`+OK\r\n+PONG\r\n$${info.length}\r\n${info}\r\n`);

  it('reads pipelined replies', () => {
    expect(repliesIn(wire)).toEqual(['OK', 'PONG', info]);
  });

  it('gives only what is complete, wherever the stream is cut', () => {
    for (let cut = 0; cut < wire.length; cut += 1) {
      expect(['OK', 'PONG', info].slice(0, 2)).toEqual(expect.arrayContaining(repliesIn(wire.subarray(0, cut))));
    }
  });

  it('throws what Redis complains of', () => {
    expect(() => repliesIn(Buffer.from('-WRONGPASS invalid username-password pair\r\n'))).toThrow('WRONGPASS');
  });
});
