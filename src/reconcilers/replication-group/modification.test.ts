import { expect, it } from 'vitest';
import { aPass } from '../../../test/support/pass.ts';
import { anAskedReplicationGroup } from '../../../test/support/replication-groups.ts';
import { aReplicationGroupState } from '../../../test/support/replication-group-state.ts';
import { noteAttempt } from './memory.ts';
import { modifyGroup } from './modification.ts';
import type { ProvideState, ReplicationGroupClients } from './state.ts';

it('a change that rests is neither asked nor recorded as asked', async () => {
  const asked: string[] = [];
  const elastiCache = { modifyReplicationGroup: () => void asked.push('AWS') };
  const engine = aReplicationGroupState({ elastiCache } as unknown as ReplicationGroupClients);
  const state: ProvideState = Object.assign(engine, { asked: anAskedReplicationGroup(), publish: async () => {} });
  const pass = aPass();
  for (let attempts = 0; attempts < 2; attempts++) noteAttempt(state.memory, 'window', pass.clock.monotonicMs());
  const outcome = await modifyGroup(state, pass, {
    what: 'window',
    message: 'ElastiCache changes the window.',
    correction: { kind: 'modify', change: { maintenanceWindow: 'sun:23:00-mon:01:30' } },
    beforeAsking: async () => void asked.push('before'),
    onAccepted: () => void asked.push('accepted'),
  });
  expect(outcome).toMatchObject({ kind: 'stopWithRequeueDelay', reason: 'AWS does not show an accepted change' });
  expect(asked).toEqual([]);
});
