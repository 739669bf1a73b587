import { deleting, type Finding, processing, ready } from '../common/finding.ts';

/** AWS carries out a change; the Redis answers meanwhile, but it is not what was asked yet. */
export function updating(message = 'ElastiCache is updating.'): Finding {
  return { ...processing(message), also: [{ type: 'Updating', status: 'True', reason: 'Updating', message }] };
}

export const redisReady = (clusterMode: boolean): Finding =>
  ready(`Redis ${clusterMode ? 'cluster' : 'instance'} is ready`);

export const deletingGroup: Finding = deleting('ElastiCache deletes the replication group.');

export const deletingParts: Finding = deleting('What the replication group used is being deleted.');

export function creating(isLost: boolean): Finding {
  const again = 'The replication group was deleted in AWS and its data is lost; ElastiCache creates it again.';
  return processing(isLost ? again : 'ElastiCache creates the replication group.');
}
