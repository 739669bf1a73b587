import { expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP, configMap, widget } from './world.ts';

const NOT_CHECKED = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
};

/** What is wrong with a spec, and whether that keeps the rules from being asked. */
const WRONG: readonly (readonly [what: string, spec: unknown, cause: object, blocks: boolean])[] = [
  [
    'a number above the maximum',
    { size: 10 },
    cause('Invalid', 'spec.size', 'Invalid value: 10: spec.size in body should be less than or equal to 9'),
    false,
  ],
  [
    'a number below the minimum',
    { size: 0 },
    cause('Invalid', 'spec.size', 'Invalid value: 0: spec.size in body should be greater than or equal to 1'),
    false,
  ],
  ['a missing field', {}, cause('Required', 'spec.size', 'Required value'), true],
  [
    'a string for a number',
    { size: '3' },
    cause('TypeInvalid', 'spec.size', 'Invalid value: "string": spec.size in body must be of type integer: "string"'),
    true,
  ],
  [
    'a value outside the enumeration',
    { size: 1, mode: 'c' },
    cause('NotSupported', 'spec.mode', 'Unsupported value: "c": supported values: "a", "b"'),
    true,
  ],
  [
    'a string that is too short',
    { size: 1, name: 'a' },
    cause('Invalid', 'spec.name', 'Invalid value: "a": spec.name in body should be at least 2 chars long'),
    false,
  ],
  [
    'a string that is too long',
    { size: 1, name: 'abcdef' },
    cause('TooLong', 'spec.name', 'Too long: may not be more than 5 bytes'),
    true,
  ],
  [
    'a string that does not match',
    { size: 1, name: 'A1' },
    cause('Invalid', 'spec.name', 'Invalid value: "A1": spec.name in body should match \'^[a-z]+$\''),
    false,
  ],
  [
    'too many items',
    { size: 1, tags: ['a', 'b', 'c'] },
    cause('TooMany', 'spec.tags', 'Too many: 3: must have at most 2 items'),
    true,
  ],
  [
    'an item of a wrong type',
    { size: 1, tags: [1] },
    cause(
      'TypeInvalid',
      'spec.tags[0]',
      'Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"',
    ),
    true,
  ],
  [
    'a wrong value in a map',
    { size: 1, labels: { k: 1 } },
    cause(
      'TypeInvalid',
      'spec.labels.k',
      'Invalid value: "integer": spec.labels.k in body must be of type string: "integer"',
    ),
    true,
  ],
  [
    'a key twice in a keyed list',
    { size: 1, ports: [{ name: 'x' }, { name: 'x' }] },
    cause('Duplicate', 'spec.ports[1]', 'Duplicate value: {"name":"x"}'),
    false,
  ],
  [
    'a value twice in a set',
    { size: 1, set: ['a', 'a'] },
    cause('Duplicate', 'spec.set[1]', 'Duplicate value: "a"'),
    false,
  ],
  [
    'neither a number nor a string',
    { size: 1, amount: true },
    cause(
      'TypeInvalid',
      'spec.amount',
      'Invalid value: "boolean": spec.amount in body must be of type integer,string: "boolean"',
    ),
    true,
  ],
  [
    'no date',
    { size: 1, when: 'soon' },
    cause('TypeInvalid', 'spec.when', 'Invalid value: "soon": spec.when in body must be of type date-time: "soon"'),
    true,
  ],
  [
    'a rule about several fields',
    { size: 3, max: 2 },
    cause('Invalid', 'spec', 'Invalid value: size must not exceed max'),
    false,
  ],
  [
    'a rule with a message of its own making',
    { size: 1, fixed: 'bad' },
    cause('Forbidden', 'spec.fixed', 'Forbidden: bad value bad'),
    false,
  ],
  [
    'a rule that calls a library function',
    { size: 1, cidr: '10.0.0.0' },
    cause('Invalid', 'spec.cidr', 'Invalid value: "10.0.0.0": must be a CIDR'),
    false,
  ],
  [
    'no object at all',
    'x',
    cause('TypeInvalid', 'spec', 'Invalid value: "string": spec in body must be of type object: "string"'),
    true,
  ],
];

function cause(reason: string, field: string, message: string): object {
  return { reason: `FieldValue${reason}`, message, field };
}

export function validationCases(world: () => Promise<World>): void {
  it.each(WRONG)('refuses %s', async (_what, spec, expected, blocks) => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a', spec));
    expect(code).toBe(422);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'Invalid',
      details: { name: 'a', group: GROUP, kind: 'Widget' },
    });
    expect(body.details.causes).toEqual(blocks ? [expected, NOT_CHECKED] : [expected]);
  });

  it('tells all findings at once', async () => {
    const w = await world();
    const { body } = await w.post(w.widgets, widget('a', { size: 10, mode: 'c' }));
    expect(body.details.causes).toHaveLength(3);
    expect(body.message).toMatch(new RegExp(`^Widget\\.${GROUP.replaceAll('.', '\\.')} "a" is invalid: \\[`));
  });

  it('tells one finding without brackets', async () => {
    const w = await world();
    const { body } = await w.post(w.widgets, widget('a', { size: 10 }));
    expect(body.message).toBe(
      `Widget.${GROUP} "a" is invalid: spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9`,
    );
  });

  it('accepts a number and a string where both are allowed', async () => {
    const w = await world();
    expect((await w.made('a', { size: 1, amount: 3 })).spec.amount).toBe(3);
    expect((await w.made('b', { size: 1, amount: '50%' })).spec.amount).toBe('50%');
  });

  it('fills in defaults, in items of lists too', async () => {
    const w = await world();
    const made = await w.made('a', { size: 1, ports: [{ name: 'x' }] });
    expect(made.spec).toEqual({ size: 1, mode: 'a', ports: [{ name: 'x', proto: 'tcp' }] });
  });

  it('takes null for absent where null is not allowed', async () => {
    const w = await world();
    expect((await w.made('a', { size: 1, mode: null, name: null })).spec).toEqual({ size: 1, mode: 'a' });
  });

  it('keeps null where it is allowed', async () => {
    const w = await world();
    expect((await w.made('a', { size: 1, nothing: null })).spec.nothing).toBeNull();
  });

  it('drops unknown fields and warns', async () => {
    const w = await world();
    const { code, body, headers } = await w.post(
      w.widgets,
      widget('a', { size: 1, bogus: 1, ports: [{ name: 'x', z: 1 }] }),
    );
    expect(code).toBe(201);
    expect(body.spec).toEqual({ size: 1, mode: 'a', ports: [{ name: 'x', proto: 'tcp' }] });
    expect(headers['warning']).toBe(
      '299 - "unknown field \\"spec.bogus\\"", 299 - "unknown field \\"spec.ports[0].z\\""',
    );
  });

  it('warns of unknown fields also when it refuses the object', async () => {
    const w = await world();
    const { code, headers } = await w.post(w.widgets, widget('a', { size: 44, bogus: 1 }));
    expect(code).toBe(422);
    expect(headers['warning']).toBe('299 - "unknown field \\"spec.bogus\\""');
  });

  it('drops unknown fields in silence when told to', async () => {
    const w = await world();
    const { code, headers } = await w.post(`${w.widgets}?fieldValidation=Ignore`, widget('a', { size: 1, bogus: 1 }));
    expect(code).toBe(201);
    expect(headers['warning']).toBeUndefined();
  });

  it('refuses unknown fields when it is to be strict', async () => {
    const w = await world();
    const { code, body } = await w.post(
      `${w.widgets}?fieldValidation=Strict`,
      widget('a', { size: 1, bogus: 1 }, { odd: 1 }),
    );
    expect(code).toBe(400);
    expect(body.reason).toBe('BadRequest');
    expect(body.message).toBe(
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "metadata.odd", unknown field "spec.bogus"',
    );
  });

  it('refuses unknown fields of built-in kinds when it is to be strict', async () => {
    const w = await world();
    const { code, body } = await w.post(`${w.configMaps}?fieldValidation=Strict`, { ...configMap('a'), odd: 1 });
    expect(code).toBe(400);
    expect(body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "odd"',
    );
  });

  it('keeps unknown fields where the schema says so', async () => {
    const w = await world();
    expect((await w.made('a', { size: 1, free: { any: { thing: [1, 'x'] } } })).spec.free).toEqual({
      any: { thing: [1, 'x'] },
    });
  });

  it('lets a field be set once and not changed', async () => {
    const w = await world();
    await w.made('a');
    expect((await w.patch(`${w.widgets}/a`, { spec: { fixed: 'x' } })).code).toBe(200);
    const { code, body } = await w.patch(`${w.widgets}/a`, { spec: { fixed: 'y' } });
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([cause('Invalid', 'spec.fixed', 'Invalid value: "y": fixed is immutable')]);
  });

  it.each([
    ['a name in capitals', 'B_', /^Invalid value: "B_": a lowercase RFC 1123 subdomain must consist of/],
    ['a name that is too long', 'a'.repeat(254), /must be no more than 253 characters$/],
  ])('refuses %s', async (_what, name, message) => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget(name));
    expect(code).toBe(422);
    expect(body.details.causes[0]).toMatchObject({
      reason: 'FieldValueInvalid',
      field: 'metadata.name',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['a label key with a space', { 'a b': '' }, /^Invalid value: "a b": name part must consist of/],
    [
      'a label value with a space',
      { a: 'x y' },
      /^Invalid value: "x y": a valid label must be an empty string or consist of/,
    ],
    ['a label key with two slashes', { 'a/b/c': '' }, /^Invalid value: "a\/b\/c": a valid label key must consist of/],
  ])('refuses %s', async (_what, labels, message) => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a', { size: 1 }, { labels }));
    expect(code).toBe(422);
    expect(body.details.causes).toEqual([
      { reason: 'FieldValueInvalid', field: 'metadata.labels', message: expect.stringMatching(message) },
    ]);
  });

  it('refuses metadata of a wrong type before it looks at the rest', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a', {}, { labels: { a: 3 } }));
    expect(code).toBe(400);
    expect(body.message).toBe(
      'Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    );
  });

  it('refuses a built-in object of wrong types', async () => {
    const w = await world();
    const { code, body } = await w.post(w.configMaps, configMap('a', { key: 3 }));
    expect(code).toBe(400);
    expect(body.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    );
  });

  it('refuses keys that could be no file names', async () => {
    const w = await world();
    const { code, body } = await w.post(w.configMaps, configMap('a', { 'a b': '' }));
    expect(code).toBe(422);
    expect(body.details.causes[0]).toMatchObject({ reason: 'FieldValueInvalid', field: 'data[a b]' });
  });

  it('refuses a secret that is no base64', async () => {
    const w = await world();
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: '%%' } };
    const { code, body } = await w.post(`/api/v1/namespaces/${w.namespace}/secrets`, secret);
    expect(code).toBe(400);
    expect(body.message).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
    );
  });

  it('refuses owners without identity', async () => {
    const w = await world();
    const { code, body } = await w.post(w.widgets, widget('a', { size: 1 }, { ownerReferences: [{ kind: 'x' }] }));
    expect(code).toBe(422);
    const fields = body.details.causes.map(({ field }: { field: string }) => field);
    expect(fields).toEqual([
      'metadata.ownerReferences.apiVersion',
      'metadata.ownerReferences.name',
      'metadata.ownerReferences.uid',
    ]);
  });

  it('does not hold an old fault against somebody who changes another field', async () => {
    const w = await world();
    await w.made('a', { size: 9, max: 9 });
    const { code } = await w.patch(`${w.widgets}/a`, { metadata: { labels: { a: 'b' } } });
    expect(code).toBe(200);
  });
}
