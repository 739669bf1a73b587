import { type IpRange, ipRangeKind } from '../../src/api/cloud-control/v1beta1/ip-range.ts';
import { type UserIpRange, userIpRangeKind } from '../../src/api/cloud-resources/v1beta1/ip-range.ts';
import type { Stop } from '../../src/composed/index.ts';
import { userIpRangeIndexValues } from '../../src/reconcilers/cloud-resources/common/uses-ip-range.ts';
import { ALL_INDEX, allIndexValues, IP_RANGE_INDEX } from '../../src/reconcilers/common/indexes.ts';
import { reconcileUserIpRange } from '../../src/reconcilers/cloud-resources/ip-range/reconciler.ts';
import { statusOf } from '../../src/reconcilers/cloud-resources/ip-range/state.ts';
import { aCondition } from './cloud-control.ts';
import { createUserWorld, type UserWorld } from './user-world.ts';

/** IpRanges of users, in memory. */
export interface UserIpRangeWorld extends UserWorld {
  /** One pass over the IpRange of that name. */
  check(name?: string): Promise<Stop>;
  ipRange(name?: string): UserIpRange | undefined;
  /** What stands for it in the control plane. */
  made(name?: string): IpRange | undefined;
  /** The control plane has made it, with this range. */
  provide(cidr: string, name?: string): void;
  /** The control plane has taken it down. */
  release(name?: string): void;
}

export function createUserIpRangeWorld(ipRangesPerCluster = 1): UserIpRangeWorld {
  // What is in an IpRange has the type that the index asks for.
  const users = { [IP_RANGE_INDEX]: userIpRangeIndexValues as () => readonly string[] };
  const indexes = { IpRange: { [ALL_INDEX]: allIndexValues }, AwsRedisInstance: users, AwsRedisCluster: users };
  const world = createUserWorld(indexes);
  const pipeline = reconcileUserIpRange({ ipRangesPerCluster });
  const ipRange = (name = 'default') => world.user.find(userIpRangeKind, name);
  const made = (name = 'default') => world.controlPlane.find(ipRangeKind, ipRange(name)?.status?.id ?? '');
  return Object.assign(world, {
    check: async (name = 'default') => {
      const state = Object.assign(world.stateOf(userIpRangeKind, name), { counterpart: undefined });
      return (await world.pass(state, pipeline, statusOf)).stop;
    },
    ipRange,
    made,
    provide: (cidr: string, name = 'default') => {
      const subnets = [{ id: 'subnet-1', zone: 'eu-central-1a', range: cidr }];
      const status = { state: 'Ready', conditions: [aCondition()], observedGeneration: 1, cidr, subnets };
      world.controlPlane.setStatus(ipRangeKind, made(name)?.metadata.name ?? '', status);
    },
    release: (name = 'default') => {
      const found = made(name);
      if (found !== undefined) world.controlPlane.put({ ...found, metadata: { ...found.metadata, finalizers: [] } });
    },
  });
}
