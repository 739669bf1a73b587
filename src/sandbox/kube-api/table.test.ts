import { describe, expect, it } from 'vitest';
import { compileJsonPath } from './json-path.ts';
import type { KubeObject } from './json.ts';
import { ageOf, columnsFrom, tableOf } from './table.ts';

const NOW = Date.UTC(2026, 5, 1);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

describe('ageOf', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [2 * MINUTE, '2m'],
    [2 * MINUTE + 5, '2m5s'],
    [10 * MINUTE + 5, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR + 7 * MINUTE, '3h7m'],
    [8 * HOUR + 7 * MINUTE, '8h'],
    [47 * HOUR, '47h'],
    [2 * DAY + 5 * HOUR, '2d5h'],
    [8 * DAY + 5 * HOUR, '8d'],
    [700 * DAY, '700d'],
    [730 * DAY + 3 * DAY, '2y3d'],
    [365 * 9 * DAY, '9y'],
    [-5, '<invalid>'],
  ])('writes %i seconds as %s', (seconds, text) => {
    expect(ageOf(ago(seconds), NOW)).toBe(text);
  });

  it('knows that it does not know', () => {
    expect(ageOf(undefined, NOW)).toBe('<unknown>');
  });
});

describe('compileJsonPath', () => {
  const value = {
    spec: { size: 3, 'a.b': 'dotted', list: [{ name: 'x', on: true }, { name: 'y' }] },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Synced', status: 'False' },
      ],
    },
  };

  it.each([
    ['.spec.size', [3]],
    ['{.spec.size}', [3]],
    ['.spec.none', []],
    ['.spec.list[0].name', ['x']],
    ['.spec.list[-1].name', ['y']],
    ['.spec.list[*].name', ['x', 'y']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type!='Ready')].status", ['False']],
    ['.spec.list[?(@.on)].name', ['x']],
    ["['spec']['a.b']", ['dotted']],
    ['.spec.a\\.b', ['dotted']],
    ['..type', ['Ready', 'Synced']],
  ])('%s finds %j', (path, found) => {
    expect(compileJsonPath(path)(value)).toEqual(found);
  });

  it('refuses what it cannot read', () => {
    expect(() => compileJsonPath('.spec[')).toThrow('unrecognized character');
  });
});

describe('tableOf', () => {
  const object = (content: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'a' },
    ...content,
  });
  const column = (type: string, jsonPath: string) => ({
    name: 'C',
    type,
    jsonPath,
    format: undefined,
    description: undefined,
    priority: undefined,
  });

  it.each([
    ['integer', { v: 3 }, 3],
    ['integer', { v: '3' }, null],
    ['string', { v: 'x' }, 'x'],
    ['string', { v: { a: 1 } }, '{"a":1}'],
    ['boolean', { v: false }, false],
    ['date', { v: ago(5) }, '5s'],
    ['string', {}, null],
  ])('fills a cell of type %s from %j with %j', (type, content, cell) => {
    const table = tableOf([object(content)], columnsFrom([column(type, '.v')]), {
      metadata: {},
      include: 'None',
      nowMs: NOW,
    });
    expect(table['rows']).toEqual([{ cells: ['a', cell] }]);
  });

  it('shows the age where no columns are defined', () => {
    const table = tableOf([], columnsFrom([]), { metadata: {}, include: 'None', nowMs: NOW });
    expect(table['columnDefinitions']).toMatchObject([{ name: 'Name' }, { name: 'Age' }]);
  });
});
