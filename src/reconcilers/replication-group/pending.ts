import type { Member, ReplicationGroup } from '../../aws/index.ts';

/** What AWS has accepted and not carried out, in plain words for a status: sorted, the same for the same cause. */
export function pendingOf(group: ReplicationGroup, members: readonly Member[]): readonly string[] {
  const parameters = members.map(pendingParametersOf).filter((line) => line !== undefined);
  return [...pendingChanges(group, members), ...parameters].sort();
}

/** As {@link pendingOf}, of changes of the group and its nodes alone: parameters may wait for a reboot for ever. */
export function pendingChanges(group: ReplicationGroup, members: readonly Member[]): readonly string[] {
  const { pending } = group;
  const lines: readonly (string | undefined | false)[] = [
    pending.primaryMemberId && `primary: ${pending.primaryMemberId}`,
    pending.automaticFailover && `automatic failover: ${pending.automaticFailover}`,
    pending.authToken && `auth token: ${pending.authToken}`,
    pending.transitEncryption !== undefined && `transit encryption: ${pending.transitEncryption}`,
    pending.reshardingPercent !== undefined && 'resharding',
    ...pending.userGroupIdsToAdd.map((id) => `user group to add: ${id}`),
    ...pending.userGroupIdsToRemove.map((id) => `user group to remove: ${id}`),
    ...members.map(({ pending: ofMember }) => ofMember.engineVersion && `engine version: ${ofMember.engineVersion}`),
    ...members.map(({ pending: ofMember }) => ofMember.nodeType && `node type: ${ofMember.nodeType}`),
  ];
  return [...new Set(lines.filter((line) => typeof line === 'string'))].sort();
}

function pendingParametersOf({ id, parameterGroup }: Member): string | undefined {
  if (parameterGroup === undefined || parameterGroup.applyStatus === 'in-sync') return undefined;
  return `parameters of member ${id}: ${parameterGroup.applyStatus}`;
}
