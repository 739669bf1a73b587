import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { JsonPatchError, applyJsonPatch } from './json-patch.ts';

// The examples of RFC 6902, appendix A.
const EXAMPLES: readonly (readonly [what: string, target: Json, patch: Json, result: Json])[] = [
  ['adds an object member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
  [
    'adds an array element',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['removes an object member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  [
    'removes an array element',
    { foo: ['bar', 'qux', 'baz'] },
    [{ op: 'remove', path: '/foo/1' }],
    { foo: ['bar', 'baz'] },
  ],
  [
    'replaces a value',
    { baz: 'qux', foo: 'bar' },
    [{ op: 'replace', path: '/baz', value: 'boo' }],
    { baz: 'boo', foo: 'bar' },
  ],
  [
    'moves a value',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'moves an array element',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'tests a value',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'adds a nested object',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    { foo: 'bar', child: { grandchild: {} } },
  ],
  [
    'ignores members that it does not know',
    { foo: 'bar' },
    [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
    { foo: 'bar', baz: 'qux' },
  ],
  ['unescapes pointers', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  [
    'adds an array value',
    { foo: ['bar'] },
    [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    { foo: ['bar', ['abc', 'def']] },
  ],
  ['copies a value', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
  ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
];

const REFUSED: readonly (readonly [why: string, target: Json, operation: Json])[] = [
  ['a test that fails', { baz: 'qux' }, { op: 'test', path: '/baz', value: 'bar' }],
  ['a parent that is absent', { foo: 'bar' }, { op: 'add', path: '/baz/bat', value: 'qux' }],
  ['a string that looks like a number', { '/': 9, '~1': 10 }, { op: 'test', path: '/~01', value: '10' }],
  ['removing what is absent', { a: 1 }, { op: 'remove', path: '/b' }],
  ['replacing what is absent', { a: 1 }, { op: 'replace', path: '/b', value: 1 }],
  ['an index past the end', { a: [1] }, { op: 'add', path: '/a/3', value: 1 }],
  ['an index with a leading zero', { a: [1, 2] }, { op: 'replace', path: '/a/01', value: 1 }],
  ['moving into itself', { a: { b: {} } }, { op: 'move', from: '/a', path: '/a/b/c' }],
  ['an operation without a value', { a: 1 }, { op: 'add', path: '/b' }],
  ['a path without a slash', { a: 1 }, { op: 'remove', path: 'a' }],
];

describe('applyJsonPatch', () => {
  it.each(EXAMPLES)('%s', (_what, target, patch, result) => {
    expect(applyJsonPatch(target, patch)).toEqual(result);
  });

  it.each(REFUSED)('refuses %s', (_why, target, operation) => {
    expect(() => applyJsonPatch(target, [operation])).toThrow(JsonPatchError);
  });

  it('leaves the target as it was', () => {
    const target = Object.freeze({ a: Object.freeze([1, 2]) });
    expect(applyJsonPatch(target, [{ op: 'add', path: '/a/-', value: 3 }])).toEqual({ a: [1, 2, 3] });
    expect(target).toEqual({ a: [1, 2] });
  });

  it('tells a patch that is none from one that does not fit', () => {
    const malformed = (patch: Json): boolean => {
      try {
        applyJsonPatch({ a: 1 }, patch);
      } catch (error) {
        return error instanceof JsonPatchError && error.malformed;
      }
      throw new Error('it was accepted');
    };
    expect(malformed({ op: 'add' })).toBe(true);
    expect(malformed([{ op: 'test', path: '/a', value: 2 }])).toBe(false);
  });
});
