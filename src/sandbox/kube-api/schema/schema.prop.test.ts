import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { applyDefaults } from './default.ts';
import { prune } from './prune.ts';
import type { Schema } from './schema.ts';
import { validate } from './validate.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    a: { type: 'integer', default: 1, maximum: 5 },
    b: { type: 'array', items: { type: 'object', properties: { c: { type: 'string', default: 'x' } } } },
    d: { type: 'object', additionalProperties: { type: 'string' } },
    e: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
  },
};

const value = fc.dictionary(
  fc.constantFrom('a', 'b', 'd', 'e', 'z'),
  // Its own type of JSON is the same but for `readonly`.
  fc.jsonValue({ maxDepth: 4 }),
) as fc.Arbitrary<JsonObject>;

describe('structural schemas', () => {
  it('prune what was pruned to itself', () => {
    fc.assert(
      fc.property(value, (given) => {
        const once = prune(given, schema);
        expect(prune(once.value, schema)).toEqual({ value: once.value, unknown: [] });
      }),
    );
  });

  it('give defaults once and for all', () => {
    fc.assert(
      fc.property(value, (given) => {
        const once = applyDefaults(given, schema);
        expect(applyDefaults(once, schema)).toEqual(once);
      }),
    );
  });

  it('keep a key that every object of JavaScript has by itself', () => {
    const text = '{"d":{"__proto__":"x","constructor":"y"},"a":1}';
    expect(JSON.stringify(applyDefaults(JSON.parse(text) as JsonObject, schema))).toBe(text);
  });

  it('find nothing wrong with what did not change', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(validate(given, schema, given)).toEqual([]);
      }),
    );
  });

  it('never fail on whatever is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        expect(Array.isArray(validate(given as Json, schema))).toBe(true);
      }),
    );
  });
});
