import { describe, expect, it } from 'vitest';
import { compareVersions, familyInTheEnd, familyOf, lowestVersion, meetsVersion } from './engine-version.ts';

describe('engine versions', () => {
  it.each([
    { observed: '7.1.0', asked: '7.0', met: true, reason: 'a later minor version, as automatic upgrades leave it' },
    { observed: '7.0.7', asked: '7.0', met: true, reason: 'a patch of what was asked' },
    { observed: '7.0.7', asked: '7.1', met: false, reason: 'an earlier minor version' },
    { observed: '6.2.6', asked: '6.x', met: true, reason: 'x stands for any' },
    { observed: '6.0.5', asked: '6.x', met: true, reason: 'x stands for the lowest too' },
    { observed: '5.0.6', asked: '6.x', met: false, reason: 'an earlier major version' },
    { observed: '6.2.6', asked: '7.0', met: false, reason: 'an earlier major version' },
    { observed: '7.10.0', asked: '7.9', met: true, reason: 'numbers, not texts' },
    { observed: '17.0', asked: '7.0', met: true, reason: 'no substring test' },
  ])('$observed meets $asked: $met ($reason)', ({ observed, asked, met }) => {
    expect(meetsVersion(observed, asked)).toBe(met);
  });

  it('takes versions that differ in length only for alike', () => {
    expect(compareVersions('7.1', '7.1.0')).toBe(0);
    expect(compareVersions('7', '7.0.1')).toBeLessThan(0);
  });

  it('judges a group by the member furthest behind', () => {
    expect(lowestVersion(['7.0.7', '6.2.6', '7.1.0'])).toBe('6.2.6');
    expect(lowestVersion([])).toBeUndefined();
  });

  it.each([
    ['2.6.13', 'redis2.6'],
    ['2.8.24', 'redis2.8'],
    ['3.2.10', 'redis3.2'],
    ['4.0.10', 'redis4.0'],
    ['5.0.6', 'redis5.0'],
    ['6.x', 'redis6.x'],
    ['6.2.6', 'redis6.x'],
    ['7.0', 'redis7'],
    ['7.1.0', 'redis7'],
  ])('%s has the family %s', (version, family) => {
    expect(familyOf(version)).toBe(family);
  });

  it('knows no family of a version that AWS does not have', () => {
    expect(() => familyOf('9.9')).toThrow(RangeError);
  });

  it('wants the family of what runs when that is later than what is asked', () => {
    expect(familyInTheEnd('6.x', '7.1.0')).toBe('redis7');
    expect(familyInTheEnd('7.0', '6.2.6')).toBe('redis7');
    expect(familyInTheEnd('7.0', undefined)).toBe('redis7');
  });
});
