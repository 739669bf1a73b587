import { describe, expectTypeOf, it } from 'vitest';
import type { Condition } from '../kube/resource.ts';
import type { RedisCluster } from './cloud-control/v1beta1/redis-cluster.ts';
import type { RedisInstance } from './cloud-control/v1beta1/redis-instance.ts';
import type { Scope } from './cloud-control/v1beta1/scope.ts';
import type { AwsRedisCluster } from './cloud-resources/v1beta1/aws-redis-cluster.ts';
import type { AwsVpcPeering } from './cloud-resources/v1beta1/aws-vpc-peering.ts';
import type { UserState } from './cloud-resources/v1beta1/conditions.ts';
import type { UserIpRange } from './cloud-resources/v1beta1/ip-range.ts';
import type { PeeringCode } from './cloud-control/v1beta1/vpc-peering.ts';
import type { StatusState } from './conditions.ts';

type InstanceAws = RedisInstance['spec']['instance']['aws'];
type Status = NonNullable<RedisCluster['status']>;

describe('the types of the kinds', () => {
  it('have what is required and what has a default, and may lack the rest', () => {
    expectTypeOf<InstanceAws['cacheNodeType']>().toEqualTypeOf<string>();
    expectTypeOf<InstanceAws['readReplicas']>().toEqualTypeOf<number>();
    expectTypeOf<InstanceAws['authEnabled']>().toEqualTypeOf<boolean>();
    expectTypeOf<Pick<InstanceAws, 'parameters'>>().toEqualTypeOf<{
      readonly parameters?: { readonly [name: string]: string };
    }>();
    expectTypeOf<RedisCluster['spec']['instance']['aws']['shardCount']>().toEqualTypeOf<number>();
  });

  it('have a specification also where it may be left out', () => {
    expectTypeOf<UserIpRange['spec']>().toEqualTypeOf<{ readonly cidr?: string }>();
    expectTypeOf<AwsRedisCluster['spec']['replicasPerShard']>().toEqualTypeOf<number>();
  });

  it('know words from any other text', () => {
    expectTypeOf<InstanceAws['engineVersion']>().toEqualTypeOf<'7.1' | '7.0' | '6.x'>();
    expectTypeOf<Scope['spec']['provider']>().toEqualTypeOf<'aws'>();
    expectTypeOf<Status['state']>().toEqualTypeOf<StatusState | undefined>();
    expectTypeOf<NonNullable<UserIpRange['status']>['state']>().toEqualTypeOf<UserState | undefined>();
    expectTypeOf<NonNullable<AwsVpcPeering['status']>['state']>().toEqualTypeOf<UserState | PeeringCode | undefined>();
    expectTypeOf<AwsRedisCluster['spec']['engineVersion']>().toEqualTypeOf<'7.1' | '7.0' | '6.x'>();
  });

  it('are read-only to the last level, as the objects of a cache are frozen', () => {
    expectTypeOf<Scope['spec']['scope']['aws']['network']['zones']>().toExtend<readonly { readonly name: string }[]>();
    expectTypeOf<Scope['spec']['scope']['aws']['network']['zones']>().not.toExtend<{ name: string }[]>();
    expectTypeOf<Pick<Scope['spec'], 'region'>>().toEqualTypeOf<{ readonly region: string }>();
  });

  it('have the conditions that Kubernetes knows', () => {
    expectTypeOf<NonNullable<Status['conditions']>>().toEqualTypeOf<readonly Condition[]>();
  });

  it('name a Secret and hold none', () => {
    expectTypeOf<NonNullable<Status['authSecret']>>().toEqualTypeOf<{ readonly name: string }>();
    expectTypeOf<Status>().not.toHaveProperty('authString');
  });
});
