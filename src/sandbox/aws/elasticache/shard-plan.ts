import type { CreateReplicationGroupMessage, NodeGroupConfiguration } from '@aws-sdk/client-elasticache';
import { invalidCombination, invalidValue } from './faults.ts';
import { shardIdOf } from './members.ts';

const MOST_REPLICAS = 5;

export interface ShardPlan {
  readonly id: string;
  readonly zones: readonly (string | undefined)[];
}

function assertReplicas(count: number): void {
  if (count >= 0 && count <= MOST_REPLICAS) return;
  throw invalidValue(`The number of replicas must be between 0 and ${MOST_REPLICAS}, not ${count}.`);
}

function zonesOfConfiguration(one: NodeGroupConfiguration, replicas: number): readonly (string | undefined)[] {
  const count = one.ReplicaCount ?? replicas;
  assertReplicas(count);
  return Array.from({ length: count + 1 }, (_, index) =>
    index === 0 ? one.PrimaryAvailabilityZone : one.ReplicaAvailabilityZones?.[index - 1],
  );
}

/** How many shards with how many members, in which zones. */
export function shardPlans(input: CreateReplicationGroupMessage): readonly ShardPlan[] {
  const { NumNodeGroups, NumCacheClusters, ReplicasPerNodeGroup, NodeGroupConfiguration: configured } = input;
  if (NumCacheClusters !== undefined && (NumNodeGroups ?? ReplicasPerNodeGroup) !== undefined) {
    throw invalidCombination('NumCacheClusters cannot be used with NumNodeGroups or ReplicasPerNodeGroup.');
  }
  const count = NumNodeGroups ?? configured?.length ?? 1;
  const replicas = ReplicasPerNodeGroup ?? (NumCacheClusters ?? 1) - 1;
  assertReplicas(replicas);
  if (count < 1) throw invalidValue('NumNodeGroups must be at least 1.');
  if (configured && configured.length !== count) {
    throw invalidCombination('NumNodeGroups and the number of NodeGroupConfigurations differ.');
  }
  const wished = count === 1 ? input.PreferredCacheClusterAZs : undefined;
  return Array.from({ length: count }, (_, index) => {
    const configuration = configured?.[index] ?? {};
    const zones = zonesOfConfiguration(configuration, replicas);
    return {
      id: configuration.NodeGroupId ?? shardIdOf(index + 1),
      zones: zones.map((zone, place) => zone ?? wished?.[place]),
    };
  });
}
