import { expect, it } from 'vitest';
import { anIpRange } from '../../../test/support/cloud-control.ts';
import { aPass } from '../../../test/support/pass.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { type Checked, createChecks } from './checks.ts';

const INTERVAL_MS = 1_000;
const checked = (object = anIpRange(), facts: object = { id: 'one' }): Checked => ({ object, facts });

it('a full check counts for its interval, and for the specification that was checked', () => {
  const clock = new VirtualClock();
  const pass = aPass({ clock });
  const checks = createChecks();
  expect(checks.isRecent(checked(), INTERVAL_MS, pass)).toBe(false);
  checks.note(checked(), pass);
  clock.advance(INTERVAL_MS - 1);
  expect(checks.isRecent(checked(), INTERVAL_MS, pass)).toBe(true);
  expect(checks.isRecent(checked(anIpRange({ metadata: { generation: 2 } })), INTERVAL_MS, pass)).toBe(false);
  expect(checks.isRecent(checked(anIpRange({ metadata: { uid: 'another' } })), INTERVAL_MS, pass)).toBe(false);
  clock.advance(1);
  expect(checks.isRecent(checked(), INTERVAL_MS, pass)).toBe(false);
});

it('a full check counts as long as the status has what it found', () => {
  const checks = createChecks();
  const facts = { id: 'another' };
  checks.note(checked(anIpRange(), facts), aPass());
  facts.id = 'changed after the check';
  expect(checks.isRecent(checked(anIpRange(), { id: 'another' }), INTERVAL_MS, aPass())).toBe(true);
  expect(checks.isRecent(checked(), INTERVAL_MS, aPass())).toBe(false);
});

it('a full check counts only under the authority under which it was made', () => {
  const checks = createChecks();
  const under = (tenure: AbortController) =>
    aPass({ authority: { expiresAtMs: () => Infinity, ended: tenure.signal } });
  const [first, second] = [under(new AbortController()), under(new AbortController())];
  checks.note(checked(), first);
  expect(checks.isRecent(checked(), INTERVAL_MS, first)).toBe(true);
  expect(checks.isRecent(checked(), INTERVAL_MS, second)).toBe(false);
});

it('a full check is forgotten with its object', () => {
  const checks = createChecks();
  checks.note(checked(), aPass());
  checks.forget(anIpRange());
  expect(checks.isRecent(checked(), INTERVAL_MS, aPass())).toBe(false);
});
