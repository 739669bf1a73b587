import { expect, it } from 'vitest';
import { anIpRange } from '../../../test/support/cloud-control.ts';
import { aPass } from '../../../test/support/pass.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { createChecks } from './checks.ts';

const INTERVAL_MS = 1_000;

it('a full check counts for its interval, and for the specification that was checked', () => {
  const clock = new VirtualClock();
  const pass = aPass({ clock });
  const checks = createChecks();
  const object = anIpRange();
  expect(checks.isRecent(object, INTERVAL_MS, pass)).toBe(false);
  checks.note(object, pass);
  clock.advance(INTERVAL_MS - 1);
  expect(checks.isRecent(object, INTERVAL_MS, pass)).toBe(true);
  expect(checks.isRecent(anIpRange({ metadata: { generation: 2 } }), INTERVAL_MS, pass)).toBe(false);
  expect(checks.isRecent(anIpRange({ metadata: { uid: 'another' } }), INTERVAL_MS, pass)).toBe(false);
  clock.advance(1);
  expect(checks.isRecent(object, INTERVAL_MS, pass)).toBe(false);
});

it('a full check counts only under the authority under which it was made', () => {
  const checks = createChecks();
  const under = (tenure: AbortController) =>
    aPass({ authority: { expiresAtMs: () => Infinity, ended: tenure.signal } });
  const [first, second] = [under(new AbortController()), under(new AbortController())];
  checks.note(anIpRange(), first);
  expect(checks.isRecent(anIpRange(), INTERVAL_MS, first)).toBe(true);
  expect(checks.isRecent(anIpRange(), INTERVAL_MS, second)).toBe(false);
});

it('a full check is forgotten with its object', () => {
  const checks = createChecks();
  checks.note(anIpRange(), aPass());
  checks.forget(anIpRange());
  expect(checks.isRecent(anIpRange(), INTERVAL_MS, aPass())).toBe(false);
});
