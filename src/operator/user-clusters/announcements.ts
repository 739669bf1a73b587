import { Gauge, type Registry } from 'prom-client';
import type { Scope } from '../../api/index.ts';
import type { EventInput } from '../../kube/index.ts';
import type { Logger } from '../../util/log.ts';
import { type Standing, USER_CLUSTER_STATES, type UserClusterState } from './standing.ts';

/** Tells changes in log and Events, each once; that a cluster is as it should be is no Event, unless it was not. */
export function createAnnouncer(
  log: Logger,
  recordEvent: (scope: Scope, event: EventInput) => void,
): (scope: Scope, standing: Standing) => void {
  const troubled = new Set<string>();
  return (scope, { state, problem }) => {
    const { uid, namespace, name } = scope.metadata;
    const fields = { scope: `${namespace}/${name}` };
    switch (state) {
      case 'connecting':
        return;
      case 'connected':
        log.info(fields, 'The cluster of a user is connected');
        if (troubled.delete(uid)) recordEvent(scope, CONNECTED);
        return;
      case 'unreachable':
      case 'refused':
        troubled.add(uid);
        log.warn({ ...fields, problem }, 'The cluster of a user is not served');
        recordEvent(scope, {
          type: 'Warning',
          reason: REASONS[state],
          message: `The cluster is not served: ${problem}`,
        });
    }
  };
}

const REASONS = { unreachable: 'ClusterUnreachable', refused: 'ClusterRefused' } as const;

const CONNECTED: EventInput = { type: 'Normal', reason: 'ClusterConnected', message: 'The cluster is served' };

type Standings = () => ReadonlyMap<string, Standing>;

/** How many clusters stand how: without their names, of which there is no bound. */
export function registerUserClusterMetric(registry: Registry, standings: Standings): void {
  // oxlint-disable-next-line no-new -- it belongs to its registry, which asks it
  new Gauge({
    name: 'cloud_manager_user_clusters',
    help: 'Clusters of users whose work is this process’s, by how it stands with them.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const present = [...standings().values()];
      for (const state of USER_CLUSTER_STATES) this.set({ state }, present.filter((one) => one.state === state).length);
    },
  });
}

const NAMED_AT_MOST = 3;

/** One line, however many are in trouble. */
export function problemsIn(standings: ReadonlyMap<string, Standing>): readonly string[] {
  const parts = (['unreachable', 'refused'] as const).flatMap((state) => partOf(standings, state));
  return parts.length === 0 ? [] : [`clusters of users: of ${standings.size}, ${parts.join(', ')}`];
}

function partOf(standings: ReadonlyMap<string, Standing>, state: UserClusterState): readonly string[] {
  const names = [...standings].filter(([, standing]) => standing.state === state).map(([scope]) => scope);
  if (names.length === 0) return [];
  const more = names.length > NAMED_AT_MOST ? ', ...' : '';
  return [`${names.length} ${state} (${names.slice(0, NAMED_AT_MOST).join(', ')}${more})`];
}
