/** Shards and replicas: more of them, fewer of them, and which node leads. */
import type {
  ConfigureShard,
  CreateSnapshotMessage,
  CreateSnapshotResult,
  DecreaseReplicaCountMessage,
  DecreaseReplicaCountResult,
  IncreaseReplicaCountMessage,
  IncreaseReplicaCountResult,
  ModifyReplicationGroupShardConfigurationMessage,
  ModifyReplicationGroupShardConfigurationResult,
  TestFailoverMessage,
  TestFailoverResult,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { invalidCombination, invalidValue } from './faults.ts';
import { assertNodesFit } from './group-checks.ts';
import { membersOf, spreadSlots, startChange } from './group-life.ts';
import { assertModifiable, noModifications } from './group-modification.ts';
import { groupView, isClustered } from './group-view.ts';
import { createMember, freeNumbers, placementOf, shardIdOf, type Placement } from './members.ts';
import type { Change, Member, PendingValues, ReplicationGroup, Shard } from './model.ts';
import { replicationGroupBy } from './replication-group.ts';
import { elastiCacheSlot } from './state.ts';
import { subnetGroupBy, subnetsOf } from './subnet-group.ts';

const MOST_REPLICAS = 5;

interface Asked {
  readonly group: ReplicationGroup;
  readonly placement: Placement;
  readonly partition: Partition;
}

function asked(id: string | undefined, isNow: boolean | undefined, partition: Partition): Asked {
  const state = partition.get(elastiCacheSlot);
  const group = replicationGroupBy(state, id);
  if (!isNow) throw invalidValue('ApplyImmediately must be true for this operation.');
  assertModifiable(group);
  const subnets = subnetsOf(subnetGroupBy(state, group.subnetGroupName), partition);
  return { group, placement: placementOf(group, subnets), partition };
}

function begin(
  { group, partition }: Asked,
  kind: 'shards' | 'replicas',
  event: string,
  pending: PendingValues = {},
): void {
  // Slots move while the change runs; who looks sees the old picture until it is over.
  const change: Change = { settings: {}, reshape: () => spreadSlots(group.shards), pending, event };
  startChange(group, change, partition.durationMs(`elasticache.replicationGroup.modifying.${kind}`));
}

function leave(members: readonly Member[]): void {
  for (const { cycle } of members) cycle.enter('leaving');
}

type Wish = ReadonlyMap<Shard, number>;

function shardBy(group: ReplicationGroup, id: string): Shard {
  const shard = group.shards.find((one) => one.id === id);
  if (!shard) throw new AwsFault('NodeGroupNotFoundFault', `Node group ${id} not found in ${group.id}.`);
  return shard;
}

/** How many replicas each shard is to have; shards that the request leaves out stay as they are. */
function wishFrom(
  count: number | undefined,
  configuration: readonly ConfigureShard[] | undefined,
  group: ReplicationGroup,
): Wish {
  if ((count === undefined) === (configuration === undefined)) {
    throw invalidCombination('Exactly one of NewReplicaCount and ReplicaConfiguration must be specified.');
  }
  const wish: Wish = configuration
    ? new Map(configuration.map((one) => [shardBy(group, one.NodeGroupId ?? ''), one.NewReplicaCount ?? 0]))
    : new Map(group.shards.map((shard) => [shard, count ?? 0]));
  const wrong = [...wish.values()].find((replicas) => replicas < 0 || replicas > MOST_REPLICAS);
  if (wrong !== undefined) throw invalidValue(`The number of replicas must be between 0 and ${MOST_REPLICAS}.`);
  return wish;
}

const replicasOf = ({ members }: Shard): number => members.length - 1;

/** *Throws* when the wish changes nothing or goes the other way in some shard. */
function assertDirection(wish: Wish, direction: 1 | -1): void {
  const steps = [...wish].map(([shard, replicas]) => (replicas - replicasOf(shard)) * direction);
  if (steps.some((step) => step < 0)) {
    const verb = direction === 1 ? 'increase' : 'decrease';
    throw invalidCombination(`The new number of replicas is no ${verb} in every node group.`);
  }
  if (steps.every((step) => step === 0)) {
    throw new AwsFault('NoOperationFault', 'The operation was not performed because no changes were required.');
  }
}

function increaseReplicaCount(
  input: IncreaseReplicaCountMessage,
  { partition }: RequestContext,
): IncreaseReplicaCountResult {
  const question = asked(input.ReplicationGroupId, input.ApplyImmediately, partition);
  const { group } = question;
  const wish = wishFrom(input.NewReplicaCount, input.ReplicaConfiguration, group);
  assertDirection(wish, 1);
  const added = [...wish].reduce((sum, [shard, replicas]) => sum + replicas - replicasOf(shard), 0);
  assertNodesFit(added, membersOf(group).length + added, group.shards.length, partition);
  for (const [shard, replicas] of wish) addReplicas(shard, replicas - replicasOf(shard), question);
  begin(question, 'replicas', `Replicas added to replication group ${group.id}`);
  return { ReplicationGroup: groupView(group) };
}

function addReplicas(shard: Shard, count: number, { group, placement, partition }: Asked): void {
  const first = group.shards.indexOf(shard) + shard.members.length;
  const added = freeNumbers(shard, group.leaving, count).map((number, index) =>
    createMember({ shardId: shard.id, number, turn: first + index }, placement, partition),
  );
  shard.members = [...shard.members, ...added];
}

/** With failover but without cluster mode there must be somebody to fail over to. */
function fewestReplicas({ settings }: ReplicationGroup): number {
  return settings.multiAz || (settings.clusterMode === 'disabled' && settings.automaticFailover) ? 1 : 0;
}

function decreaseReplicaCount(
  input: DecreaseReplicaCountMessage,
  { partition }: RequestContext,
): DecreaseReplicaCountResult {
  const question = asked(input.ReplicationGroupId, input.ApplyImmediately, partition);
  const { group } = question;
  const named = input.ReplicasToRemove?.map((id) => id.toLowerCase());
  const removed = named ? replicasNamed(named, group) : replicasToDrop(input, group);
  const fewest = fewestReplicas(group);
  const thin = group.shards.find(
    (shard) => replicasOf(shard) - shard.members.filter((one) => removed.includes(one)).length < fewest,
  );
  if (thin) throw invalidCombination(`The group needs at least ${fewest} replica in each node group.`);
  leave(removed);
  begin(question, 'replicas', `Replicas removed from replication group ${group.id}`);
  return { ReplicationGroup: groupView(group) };
}

function replicasNamed(ids: readonly string[], group: ReplicationGroup): readonly Member[] {
  const replicas = group.shards.flatMap(({ members }) => members.slice(1));
  return ids.map((id) => {
    const replica = replicas.find((one) => one.id === id);
    if (!replica) throw invalidValue(`${id} is not a replica of ${group.id}.`);
    return replica;
  });
}

function replicasToDrop(input: DecreaseReplicaCountMessage, group: ReplicationGroup): readonly Member[] {
  const wish = wishFrom(input.NewReplicaCount, input.ReplicaConfiguration, group);
  assertDirection(wish, -1);
  return [...wish].flatMap(([shard, replicas]) => shard.members.slice(1 + replicas));
}

function modifyShardConfiguration(
  input: ModifyReplicationGroupShardConfigurationMessage,
  { partition }: RequestContext,
): ModifyReplicationGroupShardConfigurationResult {
  const question = asked(input.ReplicationGroupId, input.ApplyImmediately, partition);
  const { group } = question;
  if (!isClustered(group)) throw invalidCombination(`${group.id} has cluster mode off, so its shard count is fixed.`);
  const count = input.NodeGroupCount ?? 0;
  const added = count - group.shards.length;
  if (count < 1) throw invalidValue('NodeGroupCount must be at least 1.');
  if (added === 0) noModifications();
  if (added > 0) addShards(added, input, question);
  else leave(shardsToDrop(input, -added, group).flatMap(({ members }) => members));
  begin(question, 'shards', `Replication group ${group.id} resharded to ${count} node groups`, { isResharding: true });
  return { ReplicationGroup: groupView(group) };
}

function addShards(
  count: number,
  { ReshardingConfiguration: wishes }: ModifyReplicationGroupShardConfigurationMessage,
  { group, placement, partition }: Asked,
): void {
  const size = group.shards[0]?.members.length ?? 1;
  const total = group.shards.length + count;
  assertNodesFit(count * size, membersOf(group).length + count * size, total, partition);
  const highest = Math.max(0, ...group.shards.map(({ id }) => Number(id)));
  const added = Array.from({ length: count }, (_, index): Shard => {
    const id = shardIdOf(highest + index + 1);
    const zones = wishes?.[index]?.PreferredAvailabilityZones;
    const members = Array.from({ length: size }, (_, place) =>
      createMember(
        { shardId: id, number: place + 1, turn: highest + index + place, zone: zones?.[place] },
        placement,
        partition,
      ),
    );
    return { id, members, slots: '' };
  });
  group.shards = [...group.shards, ...added];
}

/** Named by what goes or by what stays, never by both. */
function shardsToDrop(
  { NodeGroupsToRemove: removed, NodeGroupsToRetain: retained }: ModifyReplicationGroupShardConfigurationMessage,
  count: number,
  group: ReplicationGroup,
): readonly Shard[] {
  if ((removed === undefined) === (retained === undefined)) {
    throw invalidCombination('Exactly one of NodeGroupsToRemove and NodeGroupsToRetain must be specified.');
  }
  const named = new Set([...(removed ?? retained ?? [])].map((id) => shardBy(group, id)));
  const dropped = group.shards.filter((shard) => named.has(shard) === (removed !== undefined));
  if (dropped.length === count) return dropped;
  throw invalidCombination('The node groups that are named do not fit NodeGroupCount.');
}

/** The first replica takes over; in AWS this takes as long as a real failover does. */
function testFailover(input: TestFailoverMessage, { partition }: RequestContext): TestFailoverResult {
  const question = asked(input.ReplicationGroupId, true, partition);
  const { group } = question;
  const shard = shardBy(group, input.NodeGroupId ?? '');
  if (!group.settings.automaticFailover || shard.members.length < 2) {
    throw new AwsFault('TestFailoverNotAvailableFault', `${group.id} has no automatic failover with a replica.`);
  }
  const [primary, successor, ...rest] = shard.members;
  const reshape = (): void => {
    if (primary && successor) shard.members = [successor, primary, ...rest];
  };
  const change: Change = {
    settings: {},
    reshape,
    pending: {},
    event: `Failover of ${shard.id} in ${group.id} complete`,
  };
  startChange(group, change, partition.durationMs('elasticache.replicationGroup.modifying.failover'));
  return { ReplicationGroup: groupView(group) };
}

/** Keeps nothing: it is here for the state `snapshotting`, in which nothing else can be done to the group. */
function createSnapshot(input: CreateSnapshotMessage, { partition }: RequestContext): CreateSnapshotResult {
  const { group } = asked(input.ReplicationGroupId, true, partition);
  group.cycle.enter('snapshotting');
  return {
    Snapshot: {
      SnapshotName: input.SnapshotName,
      ReplicationGroupId: group.id,
      SnapshotStatus: 'creating',
      SnapshotSource: 'manual',
      Engine: group.engine,
      CacheNodeType: group.settings.nodeType,
    },
  };
}

export const shapeOperations = {
  IncreaseReplicaCount: increaseReplicaCount,
  DecreaseReplicaCount: decreaseReplicaCount,
  ModifyReplicationGroupShardConfiguration: modifyShardConfiguration,
  TestFailover: testFailover,
  CreateSnapshot: createSnapshot,
};
