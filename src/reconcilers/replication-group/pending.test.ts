import { expect, it } from 'vitest';
import { aMember, aReplicationGroup } from '../../../test/support/replication-groups.ts';
import { pendingOf } from './pending.ts';

it('says nothing of a group that has all it was asked for', () => {
  expect(pendingOf(aReplicationGroup(), [aMember()])).toEqual([]);
});

it('names what AWS has accepted and not carried out, members included', () => {
  const group = aReplicationGroup();
  const pending = { ...group.pending, authToken: 'rotating', reshardingPercent: 12.5 } as const;
  const member = aMember({ parameterGroup: { name: 'cm-demo', applyStatus: 'pending-reboot' } });
  expect(pendingOf({ ...group, pending }, [member])).toEqual([
    'auth token: rotating',
    'parameters of member cm-demo-0001-001: pending-reboot',
    'resharding',
  ]);
});
