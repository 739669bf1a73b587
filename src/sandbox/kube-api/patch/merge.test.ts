import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { mergePatch } from './merge.ts';

// The examples of RFC 7396, appendix A.
const EXAMPLES: readonly (readonly [target: Json, patch: Json, result: Json])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }));

describe('mergePatch', () => {
  it.each(EXAMPLES)('%j with %j gives %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('takes what every object of JavaScript has by itself for a name like others', () => {
    const patch = JSON.parse('{"__proto__": {"a": "b"}, "constructor": null, "toString": {"c": "d"}}') as Json;
    const once = mergePatch({ constructor: 'x' }, patch);
    expect(JSON.stringify(once)).toBe('{"__proto__":{"a":"b"},"toString":{"c":"d"}}');
    expect(JSON.stringify(mergePatch(once, JSON.parse('{"__proto__": null}') as Json))).toBe('{"toString":{"c":"d"}}');
  });

  it('applied twice is applied once', () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const once = mergePatch(target as Json, patch as Json);
        expect(mergePatch(once, patch as Json)).toEqual(once);
      }),
    );
  });

  it('changes nothing with an empty patch', () => {
    fc.assert(
      fc.property(object, (target) => {
        expect(mergePatch(target as Json, {})).toEqual(target);
      }),
    );
  });
});
