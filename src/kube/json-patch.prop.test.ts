import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameJson, type Json, mergePatchBetween, pointer } from './json-patch.ts';

/** RFC 7386, section 2, as it stands there. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = applyMergePatch(Object.hasOwn(result, name) ? result[name] : undefined, value);
  }
  return result;
}

const name = fc.constantFrom('a', 'b', 'c', 'd/e', 'f~g', 'constructor', 'toString');
/** Objects as Kubernetes stores them: no nulls. */
const object = fc.letrec<{ value: Json; object: Record<string, Json> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.string({ maxLength: 3 }),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
})).object;

describe('mergePatchBetween', () => {
  it('makes the second object of the first', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patch = mergePatchBetween(before, after);
        expect(patch === undefined ? before : applyMergePatch(before, patch)).toEqual(after);
      }),
    );
  });

  it('is nothing exactly when both are the same', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(mergePatchBetween(before, after) === undefined).toBe(isSameJson(before, after));
        expect(mergePatchBetween(before, structuredClone(before))).toBeUndefined();
      }),
    );
  });

  it('says only what differs', () => {
    expect(mergePatchBetween({ a: 1, b: { c: 1, d: 2 }, e: 1 }, { a: 1, b: { c: 1, d: 3 } })).toEqual({
      b: { d: 3 },
      e: null,
    });
  });

  it('keeps a key by which every object has something', () => {
    const patch = mergePatchBetween({}, JSON.parse('{"__proto__": "a"}'));
    expect(JSON.stringify(patch)).toBe('{"__proto__":"a"}');
  });

  it('replaces lists as a whole', () => {
    expect(mergePatchBetween({ a: [1, 2] }, { a: [1, 3] })).toEqual({ a: [1, 3] });
  });

  it('takes undefined and null for absent', () => {
    expect(mergePatchBetween({ a: 1 }, { a: 1, b: undefined, c: null })).toBeUndefined();
    expect(mergePatchBetween({}, { a: { b: undefined, c: 1 } })).toEqual({ a: { c: 1 } });
    expect(mergePatchBetween({ a: 1 }, { a: undefined })).toEqual({ a: null });
  });
});

describe('pointer', () => {
  it('escapes what has a meaning in it', () => {
    expect(pointer('metadata', 'annotations', 'a.io/b~c', 0)).toBe('/metadata/annotations/a.io~1b~0c/0');
  });
});
