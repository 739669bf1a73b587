import { describe, expect, it } from 'vitest';
import { undeclaredNames } from './cel-names.ts';
import type { Schema } from './schema.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    'a-b': { type: 'string' },
    namespace: { type: 'string' },
    nodes: { type: 'array', items: { type: 'object', properties: { zone: { type: 'string' } } } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    either: { 'x-kubernetes-int-or-string': true },
  },
};

const problemsOf = (rule: string) =>
  undeclaredNames(
    rule,
    new Map([
      ['self', schema],
      ['oldSelf', undefined],
    ]),
  );

describe('a rule may use', () => {
  it.each([
    'self.size > 1 && self.a__dash__b == "x" && self.__namespace__ != ""',
    'has(self.nodes) && self.nodes.all(node, node.zone != "") && self.nodes[0].zone == "a"',
    'self.nodes.map(node, node.zone).exists(zone, zone == "a")',
    'self.labels.anything == "x" && self.free.what.ever == 1 && self.labels.all(name, name.size() < 9)',
    'type(self.either) == int ? self.either > 1 : string(self.either) == "1"',
    'oldSelf.whatever == [self.size, {"a": self.size}][0]',
    'optional.of(self.size).hasValue() && type(self.size) != google.protobuf.Timestamp',
  ])('%s', (rule) => {
    expect(problemsOf(rule)).toEqual([]);
  });
});

describe('a rule is refused for', () => {
  it.each([
    ['a field that the schema does not have', 'self.sise > 1', "undefined field 'sise'"],
    ['asking whether there is such a field', 'has(self.sise)', "undefined field 'sise'"],
    ['a field of an item', 'self.nodes.exists(n, n.zones == "a")', "undefined field 'zones'"],
    ['a field of an item by its number', 'self.nodes[0].zones == "a"', "undefined field 'zones'"],
    ['a name that is no variable', 'slef.size > 1', "undeclared reference to 'slef' (in container '')"],
    [
      'a variable outside its macro',
      'self.nodes.all(n, n.zone == "") && n == 1',
      "undeclared reference to 'n' (in container '')",
    ],
    ['an argument', 'self.a__dash__b.startsWith(prefix)', "undeclared reference to 'prefix' (in container '')"],
  ])('%s', (_what, rule, problem) => {
    expect(problemsOf(rule)).toEqual([problem]);
  });
});
