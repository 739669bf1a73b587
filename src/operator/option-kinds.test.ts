import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationKind, durationText, listenKind, listKind, textKind, wholeNumberKind } from './option-kinds.ts';

const anyDuration = durationKind(0, Number.MAX_SAFE_INTEGER);

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    [' 10m ', 600_000],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(anyDuration.parse(text)).toBe(ms);
  });

  it('are read back as they are written', () => {
    fc.assert(fc.property(fc.nat(), (ms) => anyDuration.parse(durationText(ms)) === ms));
  });

  it('need a unit', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => anyDuration.parse(ms) === undefined && anyDuration.parse(`${ms}`) === undefined),
    );
  });
});

describe('addresses', () => {
  it.each([
    [':8080', { host: '0.0.0.0', port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:9090', { host: '::1', port: 9090 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
    ['off', 'off'],
  ])('%s is one', (text, address) => {
    expect(listenKind.parse(text)).toEqual(address);
  });
});

describe('lists', () => {
  const list = listKind(textKind('word', 'a word', /^[a-z]+$/));

  it('come as text with commas and as lists', () => {
    expect(list.parse('a, b')).toEqual(['a', 'b']);
    expect(list.parse(['a', 'b'])).toEqual(['a', 'b']);
    expect(list.parse('')).toEqual([]);
  });

  it('are refused whole when one member is wrong', () => {
    expect(list.parse('a,7')).toBeUndefined();
    expect(list.parse(['a', {}])).toBeUndefined();
  });
});

describe('whole numbers', () => {
  it('come as text and as numbers, within their limits', () => {
    const kind = wholeNumberKind(1, 5);
    expect([kind.parse('3'), kind.parse(3), kind.parse('5')]).toEqual([3, 3, 5]);
    expect([kind.parse('6'), kind.parse(0), kind.parse('1e0'), kind.parse(true), kind.parse(null)]).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });
});
