import { describe, expect, it } from 'vitest';
import { paceAt } from './app-production.ts';

describe('the pace of the story of an application', () => {
  it.each([{ speed: 1 }, { speed: 60 }, { speed: 100_000 }, { speed: 'max' as const }])(
    'leaves applications time to read a changed Secret, at speed $speed',
    ({ speed }) => {
      const { mountLagMs, tokenGraceMs } = paceAt(speed);
      expect(tokenGraceMs).toBeGreaterThanOrEqual(mountLagMs + 5000);
    },
  );

  it('takes as long as in a cluster at speed 1', () => {
    expect(paceAt(1)).toEqual({ mountLagMs: 60_000, tokenGraceMs: 600_000 });
  });
});
