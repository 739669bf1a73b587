import { describe, expect, it } from 'vitest';
import { aScope } from '../../../../test/support/cloud-control.ts';
import { anAwsRedisCluster, aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld } from '../../../../test/support/user-world.ts';
import { awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import { inUserWords, wordsOf } from './words.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const RANGE_ID = 'bbbbbbbb-2222-4222-8222-222222222222';
const FOREIGN_ID = 'cccccccc-3333-4333-8333-333333333333';

function told(message: string, scope = aScope()): string {
  const world = createUserWorld();
  world.user.put(anAwsRedisCluster({ metadata: { namespace: 'team' }, status: { id: ID } }));
  const state = Object.assign(world.stateOf(awsRedisClusterKind, 'cache', 'team'), { scope });
  return inUserWords(message, state, wordsOf(state, [aUserIpRange({ status: { id: RANGE_ID } }), aUserIpRange()]));
}

describe('a message of the control plane', () => {
  it.each([
    { said: 'All is well', message: 'All is well' },
    { said: `RedisCluster kcp-system/${ID} waits`, message: 'AwsRedisCluster team/cache waits' },
    { said: `waiting for IpRange kcp-system/${RANGE_ID}.`, message: 'waiting for IpRange default.' },
    { said: 'Scope kcp-system/demo does not exist', message: 'the Scope of this cluster does not exist' },
    { said: 'Network kcp-system/demo--kyma shows no VPC', message: 'the network of this cluster shows no VPC' },
    {
      said: `CIDR overlaps with that of IpRange kcp-system/${FOREIGN_ID}`,
      message: 'CIDR overlaps with that of another object of the control plane',
    },
    {
      said: `used by RedisCluster: [kcp-system/${ID} kcp-system/${FOREIGN_ID}]`,
      message: 'used by RedisCluster: [AwsRedisCluster team/cache another object of the control plane]',
    },
    { said: 'subnet of vpc-1 in 10.0.0.0/22', message: 'subnet of vpc-1 in 10.0.0.0/22' },
  ])('says $message', ({ said, message }) => {
    expect(told(said)).toBe(message);
  });

  it('is taken literally in what the namespace is called', () => {
    const scope = aScope({ metadata: { namespace: 'a.b' } });
    expect(told(`a.b/${ID} and acb/${ID}`, scope)).toBe(`AwsRedisCluster team/cache and acb/${ID}`);
  });
});
