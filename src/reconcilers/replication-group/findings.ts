import { type ConditionDraft, deleting, type Finding, processing, ready } from '../common/finding.ts';
import type { ProvideState } from './state.ts';

/** AWS carries out a change; the Redis answers meanwhile, but it is not what was asked yet. */
export function updating(message = 'ElastiCache is updating.'): Finding {
  return { ...processing(message), also: [updatingCondition(message)] };
}

/**
 * AWS is at work on what is as it was asked: by itself, or on a token. Clients can connect, so the object stays ready when
 * it was; see docs/adr/0015.
 */
export function underWay({ isReady, asked }: Pick<ProvideState, 'isReady' | 'asked'>, message: string): Finding {
  if (!isReady) return updating(message);
  return { ...redisReady(asked.topology.clusterMode), also: [updatingCondition(message)] };
}

function updatingCondition(message: string): ConditionDraft {
  return { type: 'Updating', status: 'True', reason: 'Updating', message };
}

export const redisReady = (clusterMode: boolean): Finding =>
  ready(`Redis ${clusterMode ? 'cluster' : 'instance'} is ready`);

export const deletingGroup: Finding = deleting('ElastiCache deletes the replication group.');

export const deletingParts: Finding = deleting('What the replication group used is being deleted.');

export function creating(isLost: boolean): Finding {
  const again = 'The replication group was deleted in AWS and its data is lost; ElastiCache creates it again.';
  return processing(isLost ? again : 'ElastiCache creates the replication group.');
}
