import { expect, it } from 'vitest';
import { aPass } from '../../../test/support/pass.ts';
import { aReplicationGroupState } from '../../../test/support/replication-group-state.ts';
import { aReplicationGroup } from '../../../test/support/replication-groups.ts';
import type { ElastiCacheEvent } from '../../aws/index.ts';
import { replaceFailedReplicationGroup } from './creation.ts';
import { emptyLedger } from './ledger.ts';
import { type Announcement, nothingObserved, type ReplicationGroupClients } from './state.ts';

/** ElastiCache as far as a failed creation asks it. */
function clientsTelling(...events: readonly ElastiCacheEvent[]): ReplicationGroupClients {
  const elastiCache = {
    describeEvents: () => Promise.resolve(events),
    deleteReplicationGroup: () => Promise.resolve(),
  };
  // Nothing else is asked.
  return { elastiCache } as unknown as ReplicationGroupClients;
}

it('tells why AWS could not create a group in words that hold neither ARN nor account, for the status and for people', async () => {
  const message =
    'Insufficient permission\nfor arn:aws:kms:eu-central-1:123456789012:key/8 of account 123456789012 ' +
    '(request id: 0123abcd-0123-4567-89ab-0123456789ab)';
  const told: Announcement[] = [];
  const state = aReplicationGroupState(clientsTelling({ sourceId: 'cm-demo', message, date: new Date(0) }), {
    observed: { ...nothingObserved(), group: aReplicationGroup({ status: 'create-failed', createTime: undefined }) },
    ledger: { ...emptyLedger, createIntent: { time: '2026-01-01T00:00:00Z', attempt: 1 } },
    announce: (announcement) => void told.push(announcement),
  });
  await replaceFailedReplicationGroup(state, aPass());
  const sentence =
    'ElastiCache could not create the replication group (create-failed): Insufficient permission for … of account … …';
  expect(state.finding?.message).toBe(sentence);
  expect(told.map((announcement) => announcement.message)).toEqual([sentence]);
});
