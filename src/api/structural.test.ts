import { Type, type TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { bool, choice, instant, int32, list, mapOf, object, optional, text } from './schema.ts';
import { structuralSchemaFrom, StructuralSchemaError } from './structural.ts';

describe('structuralSchemaFrom', () => {
  it('keeps types, limits and descriptions', () => {
    const schema = object({ name: text({ minLength: 1, maxLength: 9, pattern: '^a', description: 'A name.' }) });
    expect(structuralSchemaFrom(schema)).toEqual({
      type: 'object',
      properties: { name: { type: 'string', minLength: 1, maxLength: 9, pattern: '^a', description: 'A name.' } },
      required: ['name'],
    });
  });

  it('requires neither what is optional nor what has a default', () => {
    const schema = object({
      asked: bool(),
      absent: optional(instant()),
      defaulted: int32({ minimum: 0, maximum: 5, default: 0 }),
    });
    expect(structuralSchemaFrom(schema).required).toEqual(['asked']);
  });

  it('writes words as an enum, maps as additionalProperties, times and integers with a format', () => {
    const schema = object({
      version: choice(['7.1', '7.0'], { default: '7.0' }),
      parameters: mapOf(text({ maxLength: 5 }), { maxProperties: 3 }),
      at: instant(),
      count: int32({ minimum: 1, maximum: 2 }),
    });
    expect(structuralSchemaFrom(schema).properties).toEqual({
      version: { type: 'string', enum: ['7.1', '7.0'], default: '7.0' },
      parameters: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string', maxLength: 5 } },
      at: { type: 'string', format: 'date-time' },
      count: { type: 'integer', format: 'int32', minimum: 1, maximum: 2 },
    });
  });

  it('merges lists by key where one is named, and replaces them otherwise', () => {
    const item = object({ type: text({ maxLength: 5 }) });
    const schema = object({ merged: list(item, { maxItems: 2, mapKey: 'type' }), whole: list(item, { maxItems: 2 }) });
    const { merged, whole } = structuralSchemaFrom(schema).properties ?? {};
    expect(merged).toMatchObject({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });
    expect(whole).toMatchObject({ 'x-kubernetes-list-type': 'atomic', items: { type: 'object' } });
  });

  it('carries rules over as they are', () => {
    const rules = [{ rule: 'self == oldSelf', message: 'It is immutable.' }];
    expect(structuralSchemaFrom(bool({ rules }))['x-kubernetes-validations']).toEqual(rules);
  });

  const rule = { rule: 'self == oldSelf', message: 'It is immutable.' };
  const refusals: { reason: string; schema: TSchema; says: string }[] = [
    { reason: 'a union of literals', schema: Type.Union([Type.Literal('a'), Type.Literal('b')]), says: 'choice()' },
    { reason: 'a union with null', schema: Type.Union([Type.String(), Type.Null()]), says: 'optional()' },
    { reason: 'an integer or a string', schema: Type.Union([Type.Integer(), Type.String()]), says: 'extension' },
    { reason: 'a single literal', schema: Type.Literal('a'), says: 'single literal' },
    { reason: 'null alone', schema: Type.Null(), says: 'no type' },
    { reason: 'anything at all', schema: Type.Unknown(), says: 'no type' },
    { reason: 'a floating-point number', schema: Type.Number(), says: '"number"' },
    { reason: 'a Record', schema: Type.Record(Type.String(), Type.String()), says: 'mapOf()' },
    { reason: 'an integer without a format', schema: Type.Integer(), says: 'without a format' },
    { reason: 'a default beyond the limits', schema: int32({ minimum: 0, maximum: 1, default: 2 }), says: 'default' },
    { reason: 'a tuple', schema: Type.Tuple([Type.String()]), says: 'additionalItems' },
    {
      reason: 'a default that is none of the words',
      schema: Type.Unsafe({ type: 'string', enum: ['a'], default: 'b' }),
      says: 'default',
    },
    { reason: 'an enum of numbers', schema: Type.Unsafe({ type: 'string', enum: [1] }), says: 'words' },
    {
      reason: 'additionalProperties without a schema',
      schema: Type.Object({}, { additionalProperties: false }),
      says: 'at once',
    },
    {
      reason: 'an object that is a map as well',
      schema: Type.Object({ a: bool() }, { additionalProperties: Type.String() }),
      says: 'at once',
    },
    { reason: 'a list without items', schema: Type.Unsafe({ type: 'array' }), says: 'without items' },
    {
      reason: 'a list merged by a field that may be absent',
      schema: list(object({ type: optional(text({ maxLength: 3 })) }), { maxItems: 3, mapKey: 'type' }),
      says: 'items may lack',
    },
    {
      reason: 'a rule on the former value below a list that is replaced as a whole',
      schema: list(text({ maxLength: 3, rules: [rule] }), { maxItems: 3 }),
      says: 'former value',
    },
    { reason: 'a rule without a message', schema: bool({ rules: [{ ...rule, message: ' ' }] }), says: 'message' },
    { reason: 'a keyword of another type', schema: Type.Unsafe({ type: 'boolean', maxLength: 3 }), says: 'maxLength' },
  ];

  it.each(refusals)('refuses $reason, with the path', ({ schema, says }) => {
    const asField = Type.Object({ field: schema });
    expect(() => structuralSchemaFrom(asField, 'spec')).toThrow(StructuralSchemaError);
    expect(() => structuralSchemaFrom(asField, 'spec')).toThrow(/^spec\.field/);
    expect(() => structuralSchemaFrom(asField, 'spec')).toThrow(says);
  });

  it('allows a rule on the former value of an item that is merged by key', () => {
    const item = object({ type: text({ maxLength: 3, rules: [rule] }) });
    expect(() => structuralSchemaFrom(list(item, { maxItems: 3, mapKey: 'type' }))).not.toThrow();
  });
});
