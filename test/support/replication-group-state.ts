import { identityOf } from '../../src/reconcilers/replication-group/asked.ts';
import { emptyLedger } from '../../src/reconcilers/replication-group/ledger.ts';
import { createMemory } from '../../src/reconcilers/replication-group/memory.ts';
import {
  nothingObserved,
  type ReplicationGroupClients,
  type ReplicationGroupState,
} from '../../src/reconcilers/replication-group/state.ts';

/** Tags that say that a part belongs to the replication group of {@link aReplicationGroupState}. */
export const OUR_TAGS = { 'cloud-manager.kyma-project.io/name': 'kcp-system/demo' };

/** What actions of the engine work on, for `cm-demo`: nothing known, nothing seen. */
export function aReplicationGroupState(
  clients: ReplicationGroupClients,
  overrides: Partial<ReplicationGroupState> = {},
): ReplicationGroupState {
  return {
    identity: identityOf('demo', OUR_TAGS, {}),
    clients,
    memory: createMemory(),
    timing: {
      lookIntervalMs: 600_000,
      fullCheckIntervalMs: 21_600_000,
      waitScale: 1,
      waitTickMs: 10_000,
      tokenGraceMs: 600_000,
    },
    place: '123456789012/eu-central-1',
    nowMs: 0,
    generation: 1,
    isReady: false,
    observed: nothingObserved(),
    unansweredAtMs: undefined,
    ledger: emptyLedger,
    finding: undefined,
    recordLedger: () => Promise.resolve(),
    announce: () => {},
    ...overrides,
  };
}
