import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { keptLog } from '../../../test/support/kept-log.ts';
import type { EventInput } from '../../kube/index.ts';
import { createAnnouncer, problemsIn, registerUserClusterMetric } from './announcements.ts';
import type { Standing } from './standing.ts';

const connected: Standing = { state: 'connected', problem: undefined };
const away: Standing = { state: 'unreachable', problem: 'cannot connect (ECONNREFUSED)' };
const refused: Standing = { state: 'refused', problem: 'no' };

function anAnnouncer() {
  const { log, troubles } = keptLog();
  const events: EventInput[] = [];
  const announce = createAnnouncer(log, (_scope, event) => events.push(event));
  return { announce: (standing: Standing) => announce(aScope(), standing), troubles, events };
}

describe('what becomes of a cluster', () => {
  it('is an Event and a line of the log when it is not served, and an Event when it is again', () => {
    const { announce, troubles, events } = anAnnouncer();
    for (const standing of [away, connected]) announce(standing);
    expect(troubles).toEqual(['The cluster of a user is not served']);
    const message = 'The cluster is not served: cannot connect (ECONNREFUSED)';
    expect(events).toEqual([
      { type: 'Warning', reason: 'ClusterUnreachable', message },
      { type: 'Normal', reason: 'ClusterConnected', message: 'The cluster is served' },
    ]);
  });

  it('is no Event when it is as it should be, as for a thousand clusters at the start', () => {
    const { announce, troubles, events } = anAnnouncer();
    announce({ state: 'connecting', problem: undefined });
    announce(connected);
    expect([troubles, events]).toEqual([[], []]);
  });
});

describe('clusters in trouble', () => {
  const many = (count: number, standing: Standing) =>
    Array.from({ length: count }, (_, index) => [`${standing.state}-${index}`, standing] as const);

  it('are one line, which names few', () => {
    const standings = new Map([...many(5, away), ...many(1, refused), ...many(94, connected)]);
    expect(problemsIn(standings)).toEqual([
      'clusters of users: of 100, 5 unreachable (unreachable-0, unreachable-1, unreachable-2, ...), 1 refused (refused-0)',
    ]);
    expect(problemsIn(new Map(many(3, connected)))).toEqual([]);
  });

  it('are counted without their names', async () => {
    const registry = new Registry();
    registerUserClusterMetric(registry, () => new Map([...many(2, away), ...many(3, connected)]));
    const text = await registry.metrics();
    const lines = text.split('\n').filter((line) => line.startsWith('cloud_manager_user_clusters'));
    expect(lines).toEqual([
      'cloud_manager_user_clusters{state="connecting"} 0',
      'cloud_manager_user_clusters{state="connected"} 3',
      'cloud_manager_user_clusters{state="unreachable"} 2',
      'cloud_manager_user_clusters{state="refused"} 0',
    ]);
  });
});
