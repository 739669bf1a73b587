import type { Partition } from '../service.ts';
import type { Ec2State } from './model.ts';

/** True for the first requests of a partition, as many as the world lets go wrong by a quota of this name. */
export function isDoomed({ doomed }: Ec2State, partition: Partition, quota: string): boolean {
  const count = doomed.get(quota) ?? 0;
  if (count >= partition.quota(quota)) return false;
  doomed.set(quota, count + 1);
  return true;
}
