import type { Scope } from '../api/index.ts';
import type { Aws, Target, TargetRole } from '../aws/index.ts';
import { ipRangeController } from '../reconcilers/cloud-control/ip-range/reconciler.ts';
import { networkController } from '../reconcilers/cloud-control/network/reconciler.ts';
import { redisCluster } from '../reconcilers/cloud-control/redis-cluster/redis-cluster.ts';
import { redisInstance } from '../reconcilers/cloud-control/redis-instance/redis-instance.ts';
import { scopeController } from '../reconcilers/cloud-control/scope/reconciler.ts';
import { subscriptionController } from '../reconcilers/cloud-control/subscription/reconciler.ts';
import { vpcNetworkController } from '../reconcilers/cloud-control/vpc-network/reconciler.ts';
import { vpcPeeringController } from '../reconcilers/cloud-control/vpc-peering/reconciler.ts';
import type { TargetIn } from '../reconcilers/common/focal-state.ts';
import { redisController } from '../reconcilers/redis/controller.ts';
import type { RedisReconcilerDeps } from '../reconcilers/redis/reconciler.ts';
import type { Controller } from '../runtime/index.ts';
import { createSerial } from '../util/serial.ts';
import { roleArnIn } from './aws-options.ts';
import type { OperatorOptions } from './options.ts';
import { createUserControllers, type UserControllerDeps } from './user-controllers.ts';

export interface ControllerDeps extends UserControllerDeps {
  readonly aws: Aws;
  /** PEM of the authority that clients of a Redis have to trust; undefined for Amazon's public ones. */
  readonly caPem: string | undefined;
}

/** Every kind that the operator serves. */
export function createControllers(options: OperatorOptions, deps: ControllerDeps): readonly Controller[] {
  const { aws, caPem } = deps;
  const { workers } = options.kubernetes;
  const { timing } = options;
  const targetIn = targetsFor(options, 'account');
  const targetOf = ({ spec }: Scope): Target => targetIn(spec.scope.aws.accountId, spec.region);
  const peering = {
    targetIn: targetsFor(options, 'peering'),
    peering: aws.peering,
    peeringTag: options.network.peeringTag,
  };
  const { tokenGraceMs } = options.redis;
  const redis: RedisReconcilerDeps = { aws, targetOf, caPem, timing: { ...timing, tokenGraceMs } };
  const controllers = [
    subscriptionController({ targetIn, region: options.aws.region, sts: aws.sts, timing }, workers),
    vpcNetworkController({ targetIn, ec2: aws.ec2, network: options.network, timing }, workers),
    scopeController({ targetOf, ec2: aws.ec2, sts: aws.sts, timing }, workers),
    networkController(workers),
    ipRangeController(
      {
        targetOf,
        ec2: aws.ec2,
        elastiCache: aws.elastiCache,
        timing,
        serial: createSerial(),
        blocksPerVpc: options.network.blocksPerVpc,
      },
      workers,
    ),
    vpcPeeringController({ ...peering, timing }, workers),
    redisController(redisInstance, redis, workers),
    redisController(redisCluster, redis, workers),
    ...createUserControllers(options, deps),
  ];
  return controllers.map((controller) => ({ ...controller, passTimeoutMs: timing.passTimeoutMs }));
}

/** Places in AWS; the role in an account is the operator's configuration, not the object's. */
function targetsFor(options: OperatorOptions, role: TargetRole): TargetIn {
  return (accountId, region) => ({ accountId, region, roleArn: roleArnIn(options, accountId, role) });
}
