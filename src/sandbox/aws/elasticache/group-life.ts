/**
 * How a replication group lives.
 *
 *     creating ──► settling ──► available ◄──► snapshotting
 *        │             ▲            │
 *        ▼             └ modifying ◄┘ (one change at a time)
 *     create-failed ──► deleting ──► gone
 *
 * A change is data: it is shown as pending while `modifying` lasts, takes effect when the group settles, and only when
 * the data plane has followed is the group `available`. Members that a change adds are `planned` until then, those that
 * it removes are `leaving`; afterwards they take a moment of their own to become `available` or `gone`, in which AWS
 * calls the group available and yet refuses to modify it. Changes that wait for the maintenance window are `deferred`.
 *
 * Guarantees: a group that is being deleted or forgotten never becomes available again, however late the data plane
 * answers; network interfaces and the data plane go with the group.
 */
import { ec2Slot } from '../ec2/state.ts';
import { LifeCycle, type Transitions } from '../life-cycle.ts';
import type { Partition } from '../service.ts';
import type { DataPlane, Deployment, DeploymentSpec } from './data-plane.ts';
import { record } from './events.ts';
import { untilWindowMs } from './maintenance-window.ts';
import type { Change, GroupStatus, Member, MemberStatus, ReplicationGroup, Shard } from './model.ts';
import { elastiCacheSlot } from './state.ts';

/** What groups live in. */
export interface Surroundings {
  readonly partition: Partition;
  readonly dataPlane: DataPlane;
}

export function membersOf({ shards }: Pick<ReplicationGroup, 'shards'>): readonly Member[] {
  return shards.flatMap(({ members }) => members);
}

export function deploymentKey({ account, region }: Partition, id: string): string {
  return `${account}/${region}/${id}`;
}

function specOf(group: ReplicationGroup, partition: Partition): DeploymentSpec {
  const { id, port, settings, shards } = group;
  return {
    key: deploymentKey(partition, id),
    groupId: id,
    region: partition.region,
    port,
    isClustered: settings.clusterMode !== 'disabled',
    isTransitEncrypted: settings.transitEncryptionMode !== undefined,
    engineVersion: settings.engineVersion,
    shards: shards.map(({ id, slots, members }) => ({ id, slots, nodeIds: members.map((member) => member.id) })),
    tokens: settings.access.tokens,
  };
}

export function memberCycle(partition: Partition, first: 'planned', onGone: () => void): LifeCycle<MemberStatus> {
  const tailMs = partition.durationMs('elasticache.member.tail');
  const transitions: Transitions<MemberStatus> = {
    creating: { lastsMs: tailMs, next: 'available' },
    deleting: { lastsMs: tailMs, next: 'gone' },
  };
  return new LifeCycle<MemberStatus>(partition.clock, first, transitions, (state) => {
    if (state === 'gone') onGone();
  });
}

/** The life cycle of a new group; `group` is asked for late, because the group holds its cycle. */
export function groupCycle(
  group: () => ReplicationGroup,
  failsToCreate: boolean,
  surroundings: Surroundings,
): LifeCycle<GroupStatus> {
  const { partition } = surroundings;
  const lasts = (state: string): number => partition.durationMs(`elasticache.replicationGroup.${state}`);
  const transitions: Transitions<GroupStatus> = {
    creating: { lastsMs: lasts('creating'), next: failsToCreate ? 'create-failed' : 'settling' },
    modifying: { lastsMs: lasts('modifying.settings'), next: 'settling' },
    snapshotting: { lastsMs: lasts('snapshotting'), next: 'available' },
    deleting: { lastsMs: lasts('deleting'), next: 'gone' },
  };
  return new LifeCycle<GroupStatus>(partition.clock, 'creating', transitions, (state) =>
    entered(group(), state, surroundings),
  );
}

function entered(group: ReplicationGroup, state: GroupStatus, surroundings: Surroundings): void {
  switch (state) {
    case 'settling':
      return settle(group, surroundings);
    case 'create-failed':
      return tell(group, surroundings, 'Replication group could not be created: insufficient capacity');
    case 'deleting':
      group.deferred?.cancel();
      surroundings.dataPlane.remove(deploymentKey(surroundings.partition, group.id));
      return undefined;
    case 'gone':
      return forget(group, surroundings);
    case 'creating':
    case 'available':
    case 'modifying':
    case 'snapshotting':
      return undefined;
  }
}

function tell({ id }: ReplicationGroup, { partition }: Surroundings, message: string): void {
  record(partition, { sourceId: id, sourceType: 'replication-group', message });
}

/** The change takes effect; then the data plane follows. */
function settle(group: ReplicationGroup, surroundings: Surroundings): void {
  const { partition, dataPlane } = surroundings;
  const { change } = group;
  group.settings = { ...group.settings, ...change?.settings };
  dropLeaving(group);
  change?.reshape?.();
  syncInterfaces(group, partition);
  const deployed = dataPlane.apply(specOf(group, partition));
  if (!(deployed instanceof Promise)) {
    arrive(group, deployed, surroundings);
    return;
  }
  deployed.then(
    (deployment) => arrive(group, deployment, surroundings),
    (error: unknown) => stumble(group, error, surroundings),
  );
}

function arrive(group: ReplicationGroup, deployment: Deployment, surroundings: Surroundings): void {
  if (group.cycle.state !== 'settling') return;
  const isNew = group.deployment === undefined;
  tell(group, surroundings, group.change?.event ?? `Replication group ${group.id} created`);
  group.deployment = deployment;
  group.change = undefined;
  for (const { cycle } of membersOf(group)) {
    // Members of a new group come with it; later ones take a moment longer than the change that brought them.
    if (cycle.state === 'planned') cycle.enter(isNew ? 'available' : 'creating');
  }
  group.cycle.enter('available');
}

/** The data plane is a part of the sandbox, so this is its bug or a machine that is out of something. */
function stumble(group: ReplicationGroup, error: unknown, surroundings: Surroundings): void {
  if (group.cycle.state !== 'settling') return;
  surroundings.partition.log.error({ err: error, groupId: group.id }, 'the data plane could not follow a change');
  if (group.deployment) arrive(group, group.deployment, surroundings);
  else group.cycle.enter('create-failed');
}

/** Members that were marked as leaving when the change began go now; they stay visible for a moment. */
function dropLeaving(group: ReplicationGroup): void {
  const isLeaving = ({ cycle }: Member): boolean => cycle.state === 'leaving';
  const leaving = membersOf(group).filter(isLeaving);
  for (const shard of group.shards) shard.members = shard.members.filter((member) => !isLeaving(member));
  group.shards = group.shards.filter(({ members }) => members.length > 0);
  group.leaving = [...group.leaving, ...leaving];
  for (const { cycle } of leaving) cycle.enter('deleting');
}

const SLOTS = 16_384;

/** AWS moves slots until the shards have as many each as can be. */
export function spreadSlots(shards: readonly Shard[]): void {
  shards.forEach((shard, index) => {
    const first = Math.ceil((index * SLOTS) / shards.length);
    const last = Math.ceil(((index + 1) * SLOTS) / shards.length) - 1;
    shard.slots = `${first}-${last}`;
  });
}

function syncInterfaces(group: ReplicationGroup, partition: Partition): void {
  const { networkInterfaces } = partition.get(ec2Slot);
  for (const { networkInterfaceId } of membersOf(group)) {
    const found = networkInterfaces.get(networkInterfaceId);
    if (found) found.groupIds = group.settings.securityGroupIds;
  }
}

function forget(group: ReplicationGroup, { partition }: Surroundings): void {
  const { networkInterfaces } = partition.get(ec2Slot);
  for (const { cycle, networkInterfaceId } of [...membersOf(group), ...group.leaving]) {
    cycle.stop();
    networkInterfaces.delete(networkInterfaceId);
  }
  partition.get(elastiCacheSlot).replicationGroups.delete(group.id);
  record(partition, {
    sourceId: group.id,
    sourceType: 'replication-group',
    message: `Replication group ${group.id} deleted`,
  });
}

/** True when a call may modify the group: it and all its members are available. */
export function isModifiable(group: ReplicationGroup): boolean {
  const isQuiet = ({ cycle }: Member): boolean => cycle.state === 'available';
  return group.cycle.state === 'available' && group.leaving.length === 0 && membersOf(group).every(isQuiet);
}

/** Begins a change on an available group. */
export function startChange(group: ReplicationGroup, change: Change, lastsMs: number): void {
  group.change = change;
  group.cycle.enter('modifying', lastsMs);
}

const RETRY_MS = 300_000;

/** Keeps a change for the next maintenance window; a later one takes its place, with both changes in it. */
export function deferChange(group: ReplicationGroup, change: Change, lastsMs: number, partition: Partition): void {
  const earlier = group.deferred?.change;
  group.deferred?.cancel();
  const merged: Change = {
    ...change,
    settings: { ...earlier?.settings, ...change.settings },
    pending: { ...earlier?.pending, ...change.pending },
  };
  const wait = (delayMs: number): void => {
    const cancel = partition.clock.schedule(delayMs, () => {
      if (!isModifiable(group)) {
        wait(RETRY_MS);
        return;
      }
      group.deferred = undefined;
      startChange(group, merged, lastsMs);
    });
    group.deferred = { change: merged, cancel };
  };
  wait(untilWindowMs(group.settings.maintenanceWindow, partition.clock.now()));
}

/** Takes the deferred change back to run it now. */
export function takeDeferred(group: ReplicationGroup): Change | undefined {
  const { deferred } = group;
  deferred?.cancel();
  group.deferred = undefined;
  return deferred?.change;
}
