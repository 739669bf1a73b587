import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf, type PageRules } from './paging.ts';

const RULES: PageRules<string> = { keyOf: (item) => item, defaultSize: 2, minSize: 1, maxSize: 100 };

function readAll(items: readonly string[], size: number, rules = RULES): string[] {
  const read: string[] = [];
  let token: string | undefined;
  do {
    const page = pageOf(items, { token, size }, rules);
    read.push(...page.items);
    token = page.next;
  } while (token !== undefined);
  return read;
}

describe('a page', () => {
  it('ends the list without a token', () => {
    expect(pageOf(['a', 'b'], { token: undefined, size: undefined }, RULES)).toEqual({
      items: ['a', 'b'],
      next: undefined,
    });
  });

  it('goes on where the last one ended, although items went and came between', () => {
    const first = pageOf(['a', 'b', 'c', 'd'], { token: undefined, size: 2 }, RULES);
    expect(first.items).toEqual(['a', 'b']);
    const second = pageOf(['a', 'aa', 'c', 'd'], { token: first.next, size: 2 }, RULES);
    expect(second.items).toEqual(['c', 'd']);
    expect(second.next).toBeUndefined();
  });

  it('refuses a size out of range and a token of somebody else, with the codes of the operation', () => {
    const rules = { ...RULES, maxSize: 10, sizeFault: 'ValidationException', tokenFault: 'InvalidNextTokenException' };
    const asked = (token: string | undefined, size: number) => () => pageOf(['a'], { token, size }, rules);
    expect(asked(undefined, 11)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
    expect(asked(undefined, 0)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
    expect(asked('invented', 1)).toThrow(expect.objectContaining({ code: 'InvalidNextTokenException' }));
  });

  it('together with the others gives every item once, in order, in either direction', () => {
    const lists = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 40 });
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 9 }), fc.boolean(), (items, size, descending) => {
        const sorted = [...items].sort((left, right) => (left < right ? -1 : 1));
        if (descending) sorted.reverse();
        expect(readAll(items, size, { ...RULES, descending })).toEqual(sorted);
      }),
    );
  });
});
