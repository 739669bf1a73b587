import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { brokenRules } from './rules.ts';
import type { Schema, ValidationRule } from './schema.ts';

const withRule = (rule: Partial<ValidationRule> & { rule: string }, schema: Schema = { type: 'string' }): Schema => ({
  ...schema,
  'x-kubernetes-validations': [rule],
});

const holds = (rule: string, self: Json, schema?: Schema): boolean =>
  brokenRules(self, withRule({ rule }, schema)).length === 0;

const list = (type: 'string' | 'integer' | 'number'): Schema => ({ type: 'array', items: { type } });

const TRUE: readonly (readonly [rule: string, self: Json, schema?: Schema])[] = [
  ['isCIDR(self) && cidr(self).prefixLength() == 16', '10.1.0.0/16'],
  ["cidr(self).containsIP('10.1.2.3') && !cidr(self).containsIP('10.2.0.1')", '10.1.0.0/16'],
  ["cidr(self).containsCIDR('10.1.4.0/24') && !cidr(self).containsCIDR('10.0.0.0/8')", '10.1.0.0/16'],
  ["cidr(self).ip() == ip('10.1.2.3') && cidr(self) != cidr(self).masked()", '10.1.2.3/16'],
  ['isIP(self) && ip(self).family() == 4', '10.0.0.1'],
  ['ip(self).family() == 6 && ip(self).isLoopback()', '::1'],
  ["quantity(self).isGreaterThan(quantity('1Gi')) && quantity(self).compareTo(quantity('1536Mi')) == 0", '1.5Gi'],
  [
    "isURL(self) && url(self).getHost() == 'example.com:8080' && url(self).getScheme() == 'https'",
    'https://example.com:8080/a?b=c',
  ],
  ["self.find('[0-9]+') == '12' && self.findAll('[0-9]') == ['1', '2']", 'a12'],
  ["self.lowerAscii() == 'abc' && self.split('B').size() == 2 && self.substring(1, 2) == 'B'", 'ABC'],
  ["'%s has %d'.format([self, 3]) == 'x has 3'", 'x'],
  ['self.isSorted() && self.sum() == 6 && self.min() == 1 && self.max() == 3', [1, 2, 3], list('integer')],
  ["self.indexOf('b') == 1 && self.all(x, x.size() == 1) && self.exists_one(x, x == 'a')", ['a', 'b'], list('string')],
  ['self == 3 && type(self) == int', 3, { type: 'integer' }],
  ['self == 3.0 && type(self) == double', 3, { type: 'number' }],
  [
    "self.__namespace__ == 'x' && self.a__dash__b == 'y'",
    { namespace: 'x', 'a-b': 'y' },
    { type: 'object', properties: { namespace: { type: 'string' }, 'a-b': { type: 'string' } } },
  ],
  [
    '!has(self.a) && self.b.c == 1',
    { b: { c: 1 } },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'object', properties: { c: { type: 'integer' } } } },
    },
  ],
];

describe('validation rules', () => {
  it.each(TRUE.map(([rule, self, schema]) => ({ rule, self, schema })))('hold: $rule', ({ rule, self, schema }) => {
    expect(brokenRules(self, withRule({ rule }, schema))).toEqual([]);
  });

  it.each([
    ['isCIDR(self)', '10.0.0.0'],
    ['isIP(self)', '10.0.0'],
    ['isQuantity(self)', '1GiB'],
    ["self.startsWith('a')", 'b'],
  ])('are broken: %s', (rule, self) => {
    expect(holds(rule, self)).toBe(false);
  });

  it('about the past are not asked at birth', () => {
    const schema = withRule({ rule: 'self == oldSelf' });
    expect(brokenRules('x', schema)).toEqual([]);
    expect(brokenRules('x', schema, 'x')).toEqual([]);
    expect(brokenRules('x', schema, 'y')).toHaveLength(1);
  });

  it('with an optional past are asked at birth too', () => {
    const schema = withRule({
      rule: "oldSelf.hasValue() ? oldSelf.value() == self : self == 'first'",
      optionalOldSelf: true,
    });
    expect(brokenRules('first', schema)).toEqual([]);
    expect(brokenRules('second', schema)).toHaveLength(1);
    expect(brokenRules('second', schema, 'first')).toHaveLength(1);
  });

  it('about the present are not asked about what did not change', () => {
    const schema = withRule({ rule: "self != 'bad'" });
    expect(brokenRules('bad', schema, 'bad')).toEqual([]);
    expect(brokenRules('bad', schema, 'good')).toHaveLength(1);
  });

  it('find the past of an item of a keyed list by its key', () => {
    const schema: Schema = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        ...withRule(
          { rule: 'self.port == oldSelf.port' },
          { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } },
        ),
      },
    };
    const old = [
      { name: 'a', port: 1 },
      { name: 'b', port: 2 },
    ];
    expect(
      brokenRules(
        [
          { name: 'b', port: 2 },
          { name: 'c', port: 3 },
        ],
        schema,
        old,
      ),
    ).toEqual([]);
    expect(brokenRules([{ name: 'b', port: 9 }], schema, old).map(({ field }) => field)).toEqual(['[0]']);
  });

  it('say their message, or make one, or repeat the rule', () => {
    const say = (rule: Partial<ValidationRule>): string | undefined =>
      brokenRules('x', withRule({ rule: 'false', ...rule }))[0]?.message;
    expect(say({ message: 'no' })).toBe('Invalid value: "x": no');
    expect(say({ message: 'no', messageExpression: "'not ' + self" })).toBe('Invalid value: "x": not x');
    expect(say({ message: 'no', messageExpression: 'self.missing' })).toBe('Invalid value: "x": no');
    expect(say({})).toBe('Invalid value: "x": failed rule: false');
  });

  it('point at the field that they name', () => {
    const schema = withRule(
      { rule: 'false', fieldPath: '.a', message: 'no' },
      { type: 'object', properties: { a: { type: 'string' } } },
    );
    expect(brokenRules({ a: 'x' }, schema, undefined, 'spec')[0]?.field).toBe('spec.a');
  });

  it('that cannot be evaluated are broken, and say why', () => {
    const schema = withRule({ rule: 'self.a > 5' }, { type: 'object', properties: { a: { type: 'integer' } } });
    expect(brokenRules({}, schema, undefined, 'spec')).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "object": no such key: a evaluating rule: self.a > 5',
        field: 'spec',
      },
    ]);
  });
});
