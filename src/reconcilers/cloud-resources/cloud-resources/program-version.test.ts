import { expect, it } from 'vitest';
import { isLater } from './program-version.ts';

it.each([
  { version: '0.2.0', other: '0.1.9' },
  { version: '1.0.0', other: '0.10.10' },
  { version: 'v0.1.10', other: '0.1.9' },
  { version: '0.2.0-rc.1', other: '0.1.0' },
])('$version is later than $other', ({ version, other }) => {
  expect([isLater(version, other), isLater(other, version)]).toEqual([true, false]);
});

it.each([undefined, '', 'latest', '0.1', '0.1.0', '0.1.0-rc.2', '99'])('%j is not later than 0.1.0', (version) => {
  expect(isLater(version, '0.1.0')).toBe(false);
});
