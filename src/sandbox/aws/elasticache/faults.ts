import { AwsFault } from '../fault.ts';

export function invalidValue(message: string): AwsFault {
  return new AwsFault('InvalidParameterValue', message);
}

export function invalidCombination(message: string): AwsFault {
  return new AwsFault('InvalidParameterCombination', message);
}

export const parameterGroupNotFound = (name: string): AwsFault =>
  new AwsFault('CacheParameterGroupNotFound', `CacheParameterGroup not found: ${name}`);

export const subnetGroupNotFound = (name: string): AwsFault =>
  new AwsFault('CacheSubnetGroupNotFoundFault', `Cache subnet group ${name} not found.`);

export const replicationGroupNotFound = (id: string): AwsFault =>
  new AwsFault('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`);

export const cacheClusterNotFound = (id: string): AwsFault =>
  new AwsFault('CacheClusterNotFound', `CacheCluster not found: ${id}`);

export const userGroupNotFound = (id: string): AwsFault =>
  new AwsFault('UserGroupNotFound', `User Group ${id} not found.`);

export const userNotFound = (id: string): AwsFault => new AwsFault('UserNotFound', `User ${id} not found.`);

export function invalidGroupState(message: string): AwsFault {
  return new AwsFault('InvalidReplicationGroupState', message);
}

/** *Throws* `code` when `count` is more than the limit. */
export function assertWithin(count: number, limit: number, code: string, message: string): void {
  if (count > limit) throw new AwsFault(code, `${message} (limit ${limit}, asked ${count}).`);
}
