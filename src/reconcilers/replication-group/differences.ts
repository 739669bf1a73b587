import type { Member, NodeGroup, ReplicationGroup, ReplicationGroupChange } from '../../aws/index.ts';
import { type AskedReplicationGroup, type Topology, wantsAutomaticFailover, wantsMultiAz } from './asked.ts';
import { sameWindow } from './maintenance-window.ts';

/** One request to AWS that carries a difference away. */
export type Correction =
  | { readonly kind: 'modify'; readonly change: ReplicationGroupChange }
  | { readonly kind: 'shards'; readonly count: number; readonly nodeGroupsToRemove: readonly string[] }
  | { readonly kind: 'replicas'; readonly count: number; readonly direction: 'increase' | 'decrease' };

/** A setting that is not as asked, in words for people and with what to do about it. */
export interface Difference {
  readonly field: string;
  readonly observed: string;
  readonly asked: string;
  readonly correction: Correction;
}

/** What only the members tell, beside what the group tells of itself. */
export interface MemberFacts {
  readonly members: readonly Member[];
  readonly securityGroupId: string;
}

/**
 * Settings of a running group that are not as asked, in the order in which AWS can take them.
 *
 * What makes room comes first (fewer replicas, failover off), then what spreads the load (more shards) before smaller
 * nodes and after larger ones would be needed, then what takes room. Failover over zones is switched on last, when there
 * is a replica to fail over to. Without `facts` only that is compared which the list of groups tells.
 */
export function differencesOf(
  asked: AskedReplicationGroup,
  group: ReplicationGroup,
  facts: MemberFacts | undefined,
): readonly Difference[] {
  const replicas = replicaDifference(asked.topology, group.nodeGroups);
  const shards = shardDifference(asked.topology, group.nodeGroups);
  const failover = failoverDifference(asked.topology, group);
  const isGrowing = shards !== undefined && asked.topology.shards > group.nodeGroups.length;
  const isThinning = replicas?.correction.kind === 'replicas' && replicas.correction.direction === 'decrease';
  const failoverFirst = !wantsMultiAz(asked.topology);
  const ordered = [
    facts && securityGroupDifference(facts),
    failoverFirst ? failover : undefined,
    isThinning ? replicas : undefined,
    isGrowing ? shards : undefined,
    nodeTypeDifference(asked, group),
    isGrowing ? undefined : shards,
    isThinning ? undefined : replicas,
    failoverFirst ? undefined : failover,
    minorUpgradeDifference(asked, group),
    facts && windowDifference(asked, facts.members),
  ];
  return ordered.filter((difference) => difference !== undefined);
}

function modify(field: string, observed: string, asked: string, change: ReplicationGroupChange): Difference {
  return { field, observed, asked, correction: { kind: 'modify', change } };
}

function nodeTypeDifference(asked: AskedReplicationGroup, group: ReplicationGroup): Difference | undefined {
  if (group.nodeType === undefined || group.nodeType === asked.nodeType) return undefined;
  return modify('cacheNodeType', group.nodeType, asked.nodeType, { nodeType: asked.nodeType });
}

function minorUpgradeDifference(asked: AskedReplicationGroup, group: ReplicationGroup): Difference | undefined {
  const { autoMinorVersionUpgrade } = asked;
  if (group.autoMinorVersionUpgrade === autoMinorVersionUpgrade) return undefined;
  return modify('autoMinorVersionUpgrade', `${group.autoMinorVersionUpgrade}`, `${autoMinorVersionUpgrade}`, {
    autoMinorVersionUpgrade,
  });
}

function windowDifference(asked: AskedReplicationGroup, members: readonly Member[]): Difference | undefined {
  const { maintenanceWindow } = asked;
  if (maintenanceWindow === undefined) return undefined;
  const other = members.find(
    (member) => member.maintenanceWindow !== undefined && !sameWindow(member.maintenanceWindow, maintenanceWindow),
  );
  if (other?.maintenanceWindow === undefined) return undefined;
  return modify('preferredMaintenanceWindow', other.maintenanceWindow, maintenanceWindow, { maintenanceWindow });
}

function securityGroupDifference({ members, securityGroupId }: MemberFacts): Difference | undefined {
  const other = members.find(({ securityGroupIds: ids }) => ids.length !== 1 || ids[0] !== securityGroupId);
  if (other === undefined) return undefined;
  return modify('securityGroups', other.securityGroupIds.join(','), securityGroupId, {
    securityGroupIds: [securityGroupId],
  });
}

function failoverDifference(topology: Topology, group: ReplicationGroup): Difference | undefined {
  const automaticFailover = wantsAutomaticFailover(topology);
  const multiAz = wantsMultiAz(topology);
  const isOn = group.automaticFailover === 'enabled' || group.automaticFailover === 'enabling';
  if (isOn === automaticFailover && group.multiAz === multiAz) return undefined;
  const words = (failover: boolean, zones: boolean): string => `failover=${failover},multiAZ=${zones}`;
  return modify('failover', words(isOn, group.multiAz), words(automaticFailover, multiAz), {
    automaticFailover,
    multiAz,
  });
}

/** One answer for all shards: fewer wherever one has too many, else more wherever one has too few. */
function replicaDifference(topology: Topology, nodeGroups: readonly NodeGroup[]): Difference | undefined {
  const count = topology.replicasPerShard;
  const counts = nodeGroups.map((nodeGroup) => Math.max(nodeGroup.members.length - 1, 0));
  if (counts.every((replicas) => replicas === count)) return undefined;
  const direction = counts.some((replicas) => replicas > count) ? 'decrease' : 'increase';
  return {
    field: 'replicasPerShard',
    observed: [...new Set(counts)].join(','),
    asked: `${count}`,
    correction: { kind: 'replicas', count, direction },
  };
}

function shardDifference(topology: Topology, nodeGroups: readonly NodeGroup[]): Difference | undefined {
  if (!topology.clusterMode || nodeGroups.length === 0 || nodeGroups.length === topology.shards) return undefined;
  const nodeGroupsToRemove = nodeGroups.slice(topology.shards).map((nodeGroup) => nodeGroup.id);
  return {
    field: 'shardCount',
    observed: `${nodeGroups.length}`,
    asked: `${topology.shards}`,
    correction: { kind: 'shards', count: topology.shards, nodeGroupsToRemove },
  };
}
