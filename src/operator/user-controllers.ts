import { awsRedisCluster } from '../reconcilers/cloud-resources/aws-redis-cluster/aws-redis-cluster.ts';
import { awsRedisInstance } from '../reconcilers/cloud-resources/aws-redis-instance/aws-redis-instance.ts';
import { awsRedisController } from '../reconcilers/cloud-resources/aws-redis/controller.ts';
import { awsVpcPeeringController } from '../reconcilers/cloud-resources/aws-vpc-peering/reconciler.ts';
import type { Installer } from '../reconcilers/cloud-resources/cloud-resources/installer.ts';
import { cloudResourcesController, type Modules } from '../reconcilers/cloud-resources/cloud-resources/reconciler.ts';
import type { Planes } from '../reconcilers/cloud-resources/common/planes.ts';
import { userIpRangeController } from '../reconcilers/cloud-resources/ip-range/reconciler.ts';
import type { Controller } from '../runtime/index.ts';
import type { OperatorOptions } from './options.ts';
import { tierTableWith } from './redis-tiers.ts';

export interface UserControllerDeps {
  readonly planes: Planes;
  readonly modules: Modules;
  /** Used with `remote` alone: a single cluster has the kinds already. */
  readonly installer: Installer;
}

/** The kinds that users write, in whichever clusters that is. */
export function createUserControllers(options: OperatorOptions, deps: UserControllerDeps): readonly Controller[] {
  const { clusters, kubernetes, redis } = options;
  const { planes, modules } = deps;
  const { workers } = kubernetes;
  const parts = { planes, orphanGraceMs: clusters.orphanGraceMs };
  const withTiers = { ...parts, tiers: tierTableWith(redis.tiers) };
  const installer = clusters.mode === 'remote' ? deps.installer : undefined;
  return [
    cloudResourcesController({ ...parts, modules, installer }, workers),
    userIpRangeController({ ...parts, ipRangesPerCluster: clusters.ipRanges }, workers),
    awsVpcPeeringController(parts, workers),
    awsRedisController(awsRedisInstance, withTiers, workers),
    awsRedisController(awsRedisCluster, withTiers, workers),
  ];
}
