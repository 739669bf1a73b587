import { expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { ageKey } from './age-key.ts';

it.each([
  { older: ['b', '2026-01-01T00:00:00Z'], younger: ['a', '2026-01-01T00:00:01Z'] },
  { older: ['a', '2026-01-01T00:00:00Z'], younger: ['b', '2026-01-01T00:00:00Z'] },
] as const)('$older is before $younger', ({ older, younger }) => {
  const keyOf = ([name, creationTimestamp]: readonly [string, string]): string =>
    ageKey({ ...aScope(), metadata: { ...aScope().metadata, name, creationTimestamp } });
  expect(keyOf(older) < keyOf(younger)).toBe(true);
});
