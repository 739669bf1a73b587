/**
 * What AWS does to a replication group by itself, begun by whoever plays with the sandbox.
 *
 * - `nodes`: each shard gets new nodes, the primary's role going to a replica where there is one. The group is `modifying`.
 * - `engineVersion`: the next later version of the family that it runs. The group is `modifying`, members show the version
 *   as pending.
 * - `snapshot`: the group is `snapshotting`.
 *
 * Members have the state of their group meanwhile, and nothing else can be done to it, as on AWS. Clients are served.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/maintenance-window.html
 */
import type { Maintenance, Partition } from '../service.ts';
import { laterInFamily } from './engine-versions.ts';
import { invalidValue } from './faults.ts';
import { startChange } from './group-life.ts';
import { assertModifiable } from './group-modification.ts';
import { isClustered } from './group-view.ts';
import type { Change, ReplicationGroup } from './model.ts';
import { replicationGroupBy } from './replication-group.ts';
import { elastiCacheSlot } from './state.ts';

type Begin = (group: ReplicationGroup, partition: Partition) => void;

function replaceNodes(group: ReplicationGroup, partition: Partition): void {
  begin(group, 'nodes', partition, {
    settings: {},
    // With cluster mode on AWS shows nobody who leads.
    reshape: isClustered(group) ? undefined : () => failOver(group),
    pending: {},
    event: `Finished recovery for cache nodes of replication group ${group.id}`,
  });
}

function failOver({ shards }: ReplicationGroup): void {
  for (const shard of shards) {
    const [primary, ...replicas] = shard.members;
    if (primary) shard.members = [...replicas, primary];
  }
}

function upgradeEngine(group: ReplicationGroup, partition: Partition): void {
  const { engineVersion: current } = group.settings;
  const engineVersion = laterInFamily(current);
  if (engineVersion === undefined) throw invalidValue(`There is no later version of the family of redis ${current}.`);
  begin(group, 'engineVersion', partition, {
    settings: { engineVersion },
    reshape: undefined,
    pending: { engineVersion },
    event: `Replication group ${group.id} upgraded to ${engineVersion} in its maintenance`,
  });
}

function begin(group: ReplicationGroup, what: string, partition: Partition, change: Change): void {
  startChange(group, change, partition.durationMs(`elasticache.replicationGroup.modifying.${what}`));
}

const KINDS: Readonly<Record<string, Begin>> = {
  nodes: replaceNodes,
  engineVersion: upgradeEngine,
  snapshot: ({ cycle }) => cycle.enter('snapshotting'),
};

export const maintenance: Maintenance = {
  kinds: Object.keys(KINDS),
  begin: (kind, id, partition) => {
    const group = replicationGroupBy(partition.get(elastiCacheSlot), id);
    assertModifiable(group);
    KINDS[kind]?.(group, partition);
  },
};
