import { describe, expect, it } from 'vitest';
import { aReplicationGroup, aTokenRecord } from '../../../test/support/replication-groups.ts';
import { graceEndMs, isChangedByOthers, progressOf } from './token-record.ts';

const BEFORE = '2026-01-01T10:00:00Z';
const MINUTE_MS = 60_000;
const asked = aTokenRecord({ phase: 'Rotating', since: '2026-01-01T12:00:00Z', modified: BEFORE, accepted: true });
const { pending } = aReplicationGroup();

const after = (minutes: number, waitScale = 1) => ({
  nowMs: Date.parse(asked.since) + minutes * MINUTE_MS,
  waitScale,
});
const groupOf = (authTokenLastModified: string, more: object = {}) =>
  aReplicationGroup({ authTokenEnabled: true, authTokenLastModified: new Date(authTokenLastModified), ...more });

describe('how far AWS is with a token', () => {
  it.each([
    { reason: 'it tells a later change', group: groupOf('2026-01-01T12:00:01Z'), moment: after(1), is: 'done' },
    { reason: 'its list is from before the change', group: groupOf(BEFORE), moment: after(1), is: 'underWay' },
    { reason: 'it has had time and never tells changes', group: groupOf(BEFORE), moment: after(5), is: 'done' },
    { reason: 'a simulated one has had time', group: groupOf(BEFORE), moment: after(1, 0.01), is: 'done' },
    {
      reason: 'it says that it is at it',
      group: groupOf('2026-01-01T12:00:01Z', { pending: { ...pending, authToken: 'rotating' } }),
      moment: after(60),
      is: 'underWay',
    },
    {
      reason: 'it has had time and asks for no token',
      group: aReplicationGroup({ authTokenEnabled: false }),
      moment: after(60),
      is: 'notAsked',
    },
  ])('is $is when $reason', ({ group, moment, is }) => {
    expect(progressOf(asked, group, moment)).toBe(is);
  });

  it('is told by AWS alone where the process died while it asked', () => {
    const intended = { ...asked, accepted: false };
    expect(progressOf(intended, groupOf(BEFORE), after(60))).toBe('notAsked');
    expect(progressOf(intended, groupOf('2026-01-01T12:00:01Z'), after(1))).toBe('done');
  });
});

it('a change of the token is by others unless it is the one that is waited for', () => {
  const later = '2026-01-01T11:00:00Z';
  const phases = ['Requested', 'Rotating', 'Published', 'Setting', 'Settled'] as const;
  const changed = phases.filter((phase) => isChangedByOthers(aTokenRecord({ phase, modified: BEFORE }), later));
  expect(changed).toEqual(['Requested', 'Published', 'Settled']);
  expect(isChangedByOthers(aTokenRecord({ modified: undefined }), later)).toBe(false);
  expect(isChangedByOthers(aTokenRecord({ modified: BEFORE }), BEFORE)).toBe(false);
});

it('the grace time runs from when clients could first read the token, whatever phases it went through since', () => {
  const record = aTokenRecord({ phase: 'Published', since: '2026-01-01T12:00:00Z', publishedAt: BEFORE });
  expect(graceEndMs(record, 10 * MINUTE_MS)).toBe(Date.parse('2026-01-01T10:10:00Z'));
});
