import { describe, expect, it } from 'vitest';
import { userClusterNamesFrom } from './user-cluster-names.ts';

describe('userClusterNamesFrom', () => {
  it.each([
    { text: '2', names: ['user-1', 'user-2'] },
    { text: 'demo', names: ['demo'] },
    { text: 'shop,blog-2', names: ['shop', 'blog-2'] },
  ])('takes $text', ({ text, names }) => {
    expect(userClusterNamesFrom(text)).toEqual(names);
  });

  it.each([
    { text: '0', says: 'from 1 to 100' },
    { text: '1000000000', says: 'from 1 to 100' },
    { text: 'a,', says: '"" is no name' },
    { text: '../a', says: '"../a" is no name' },
    { text: 'a,b,a', says: 'a is there twice' },
  ])('refuses $text with a reason', ({ text, says }) => {
    expect(() => userClusterNamesFrom(text)).toThrow(says);
  });
});
