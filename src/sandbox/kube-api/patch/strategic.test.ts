import { describe, expect, it } from 'vitest';
import { keyedBy, listOf, object, setOf, string } from '../builtin/shapes.ts';
import { strategicMergePatch } from './strategic.ts';

const schema = object({
  ports: keyedBy('name', object({ name: string, port: string })),
  finalizers: setOf(string),
  plain: listOf(string),
  nested: object({ a: string }),
});

const merge = (target: object, patch: object) => strategicMergePatch(target as never, patch as never, schema);

describe('strategicMergePatch', () => {
  it('merges items of keyed lists and appends new ones', () => {
    const target = {
      ports: [
        { name: 'a', port: '1' },
        { name: 'b', port: '2' },
      ],
    };
    const patch = { ports: [{ name: 'b', port: '3' }, { name: 'c' }] };
    expect(merge(target, patch)).toEqual({
      ports: [{ name: 'a', port: '1' }, { name: 'b', port: '3' }, { name: 'c' }],
    });
  });

  it('takes what every object of JavaScript has by itself for a name like others', () => {
    const patch = JSON.parse('{"nested": {"__proto__": "b", "toString": {"c": "d"}}}') as object;
    expect(JSON.stringify(merge({}, patch))).toBe('{"nested":{"__proto__":"b","toString":{"c":"d"}}}');
  });

  it('deletes an item by its key', () => {
    const target = { ports: [{ name: 'a' }, { name: 'b' }] };
    expect(merge(target, { ports: [{ $patch: 'delete', name: 'a' }] })).toEqual({ ports: [{ name: 'b' }] });
  });

  it('replaces a keyed list when told to', () => {
    const target = { ports: [{ name: 'a' }, { name: 'b' }] };
    expect(merge(target, { ports: [{ $patch: 'replace' }, { name: 'z' }] })).toEqual({ ports: [{ name: 'z' }] });
  });

  it('adds to a list of plain values without repeating one', () => {
    expect(merge({ finalizers: ['a'] }, { finalizers: ['a', 'b'] })).toEqual({ finalizers: ['a', 'b'] });
  });

  it('replaces a list without a merge strategy', () => {
    expect(merge({ plain: ['a'] }, { plain: ['b'] })).toEqual({ plain: ['b'] });
  });

  it('orders items as the directive says', () => {
    const target = { ports: [{ name: 'a' }, { name: 'b' }] };
    const patch = { '$setElementOrder/ports': [{ name: 'c' }, { name: 'a' }, { name: 'b' }], ports: [{ name: 'c' }] };
    expect(merge(target, patch)).toEqual({ ports: [{ name: 'c' }, { name: 'a' }, { name: 'b' }] });
  });

  it('keeps only the named members', () => {
    expect(merge({ nested: { a: '1' }, plain: ['x'] }, { $retainKeys: ['nested'] })).toEqual({ nested: { a: '1' } });
  });

  it('empties an object that is to be deleted', () => {
    expect(merge({ nested: { a: '1' } }, { nested: { $patch: 'delete' } })).toEqual({ nested: {} });
  });
});
