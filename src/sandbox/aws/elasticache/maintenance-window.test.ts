import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maintenanceWindowFrom, snapshotWindowFrom, untilWindowMs } from './maintenance-window.ts';

const HOUR_MS = 3_600_000;
/** A Thursday at midnight. */
const THURSDAY = Date.UTC(2026, 0, 1);

describe('a maintenance window', () => {
  it.each(['sun:23:00-mon:01:30', 'SAT:23:30-SUN:00:30', 'mon:00:00-tue:00:00'])('may be %s', (text) => {
    expect(maintenanceWindowFrom(text)).toBe(text.toLowerCase());
  });

  it.each(['sun:23:00-sun:23:30', 'sun:24:00-mon:01:00', 'day:01:00-day:02:00', 'sun:1:00-sun:2:00', '', 'sun:01:00'])(
    'may not be %j',
    (text) => {
      expect(() => maintenanceWindowFrom(text)).toThrow(expect.objectContaining({ code: 'InvalidParameterValue' }));
    },
  );

  it.each([
    ['thu:02:00-thu:04:00', 2],
    ['wed:23:00-thu:01:00', 0],
    ['wed:22:00-wed:23:00', 6 * 24 + 22],
    ['sun:00:00-sun:01:00', 3 * 24],
  ])('%s is %i hours from Thursday at midnight', (window, hours) => {
    expect(untilWindowMs(window, THURSDAY)).toBe(hours * HOUR_MS);
  });

  it('is open when its time has come, whenever one starts to wait', () => {
    const minute = fc.integer({ min: 0, max: 7 * 24 * 60 - 1 });
    fc.assert(
      fc.property(minute, (start) => {
        const nowMs = THURSDAY + start * 60_000;
        const waitMs = untilWindowMs('sun:23:00-mon:01:30', nowMs);
        expect(waitMs).toBeLessThan(7 * 24 * HOUR_MS);
        expect(untilWindowMs('sun:23:00-mon:01:30', nowMs + waitMs)).toBe(0);
      }),
    );
  });
});

describe('a snapshot window', () => {
  it('is an hour of the day or more', () => {
    expect(snapshotWindowFrom('23:30-00:30')).toBe('23:30-00:30');
    expect(() => snapshotWindowFrom('05:00-05:30')).toThrow('60 minutes');
    expect(() => snapshotWindowFrom('morning')).toThrow('hh24:mi');
  });
});
