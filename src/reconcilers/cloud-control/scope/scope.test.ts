import { DeleteVpcCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aRedisCluster, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { redisClusterKind } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { FINALIZER, LABELS } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
});

afterEach(() => world.stop());

type AwsSpec = Scope['spec']['scope']['aws'];

const scopeWith = (aws: Partial<AwsSpec>, network: Partial<AwsSpec['network']> = {}): Scope => {
  const { spec } = aScope();
  const merged = { ...spec.scope.aws, ...aws, network: { ...spec.scope.aws.network, ...network } };
  return aScope({ spec: { ...spec, scope: { aws: merged } }, status: {} });
};

const scopeNow = (): Scope | undefined => world.cluster.find(scopeKind, 'demo');

const errorOf = () => findCondition(scopeNow()?.status?.conditions, 'Error');

async function check(scope: Scope) {
  world.cluster.put(scope);
  return world.checkScope();
}

/** The Scope asks its Network to go, and goes when that is gone. */
async function leave(): Promise<void> {
  await world.checkScope();
  await world.checkNetwork();
  await world.checkScope();
}

describe('a Scope', () => {
  it('is ready when account, zones and VPC are as it says', async () => {
    const stop = await check(aScope({ status: {} }));
    expect(stop).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 600_000 });
    expect(scopeNow()?.status).toMatchObject({ state: 'Ready', vpcId: world.vpcId });
    expect(scopeNow()?.metadata.finalizers).toEqual([FINALIZER]);
    expect(world.takeCalls()).toEqual([
      'GetCallerIdentity',
      'DescribeAvailabilityZones',
      'DescribeVpcs',
      'DescribeNatGateways',
    ]);
  });

  it('is checked again with one call, and nothing is written', async () => {
    await check(aScope({ status: {} }));
    const before = scopeNow();
    world.takeCalls();
    world.aws.clock.advance(600_000);
    await world.checkScope();
    expect(world.takeCalls()).toEqual(['DescribeVpcs']);
    expect(scopeNow()).toEqual(before);
  });

  it('D11: finds a VPC by its id, whatever its name', async () => {
    const id = await world.addVpc('brought-along', '10.9.0.0/22');
    await check(scopeWith({}, { vpc: { id } }));
    expect(scopeNow()?.status).toMatchObject({ state: 'Ready', vpcId: id });
  });

  it.each([
    {
      scope: scopeWith({ vpcNetwork: 'nowhere' }),
      reason: 'VpcNotFound',
      message: 'AWS VPC nowhere not found in account 123456789012, region eu-central-1',
    },
    {
      scope: scopeWith({}, { vpc: { id: 'vpc-0123456789abcdef0' } }),
      reason: 'VpcNotFound',
      message: 'AWS VPC vpc-0123456789abcdef0 not found in account 123456789012, region eu-central-1',
    },
    {
      scope: scopeWith({ accountId: '111111111111' }),
      reason: 'ValidationFailed',
      message: 'The Scope is in account 111111111111, but the credentials are those of account 123456789012',
    },
    {
      scope: scopeWith({}, { zones: [{ name: 'eu-central-1a' }, { name: 'eu-central-1x' }] }),
      reason: 'ValidationFailed',
      message: 'Region eu-central-1 has no zone eu-central-1x',
    },
  ])('says why it is not ready: $message', async ({ scope, reason, message }) => {
    expect(await check(scope)).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
    expect(scopeNow()?.status?.state).toBe('Error');
    expect(errorOf()).toMatchObject({ status: 'True', reason, message });
    expect(scopeNow()?.status?.vpcId).toBeUndefined();
  });

  it('does not guess between two VPCs of one name', async () => {
    await world.addVpc('shoot--sandbox--demo', '10.9.0.0/22');
    await check(aScope({ status: {} }));
    expect(errorOf()?.reason).toBe('ValidationFailed');
    expect(errorOf()?.message).toMatch(
      /^2 VPCs have the name shoot--sandbox--demo in account 123456789012, region eu-central-1: vpc-\w+, vpc-\w+; give the id/,
    );
  });

  it('sees that its VPC went, and that it came back', async () => {
    const VpcId = await world.addVpc('short-lived', '10.9.0.0/22');
    await check(scopeWith({ vpcNetwork: 'short-lived' }));
    expect(scopeNow()?.status?.vpcId).toBe(VpcId);
    await world.ec2.send(new DeleteVpcCommand({ VpcId }));
    await world.checkScope();
    expect(errorOf()?.reason).toBe('VpcNotFound');
    const again = await world.addVpc('short-lived', '10.9.0.0/22');
    await world.checkScope();
    expect(scopeNow()?.status).toMatchObject({ state: 'Ready', vpcId: again });
    expect(errorOf()).toBeUndefined();
  });

  it('shows that AWS denies access, with its code', async () => {
    world.aws.faults.add({ service: 'sts', operation: 'GetCallerIdentity', error: 'AccessDenied' });
    await check(aScope({ status: {} }));
    expect(errorOf()).toMatchObject({ reason: 'CloudProviderError' });
    expect(errorOf()?.message).toContain('AccessDenied');
  });

  it('is checked whole again after a change of its specification', async () => {
    await check(aScope({ status: {} }));
    world.takeCalls();
    const ready = scopeNow();
    if (ready === undefined) throw new Error('the Scope is gone');
    await check({ ...ready, metadata: { ...ready.metadata, generation: 2 } });
    expect(world.takeCalls()).toEqual(['GetCallerIdentity', 'DescribeAvailabilityZones', 'DescribeVpcs']);
    expect(scopeNow()?.status?.observedGeneration).toBe(2);
  });

  it('that bears the label to be ignored is left as it is', async () => {
    const scope = aScope({ metadata: { labels: { [LABELS.ignore]: '' } }, status: {} });
    await check(scope);
    expect(world.takeCalls()).toEqual([]);
    expect(scopeNow()).toEqual(scope);
  });
});

describe('the deletion of a Scope', () => {
  it('is refused while anything is in it, naming all of it', async () => {
    await check(aScope({ status: {} }));
    world.cluster.put(anIpRange());
    world.cluster.put(aRedisCluster());
    world.cluster.remove(scopeKind, 'demo');
    world.takeCalls();
    expect(await world.checkScope()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.takeCalls()).toEqual([]);
    expect(findCondition(scopeNow()?.status?.conditions, 'DeleteWhileUsed')?.message).toBe(
      'Can not be deleted while used by IpRange: [kcp-system/range], RedisCluster: [kcp-system/redis]',
    );
  });

  it('is carried out when the last one left', async () => {
    await check(aScope({ status: {} }));
    world.cluster.put(anIpRange());
    world.cluster.remove(scopeKind, 'demo');
    await world.checkScope();
    world.cluster.remove(ipRangeKind, 'range');
    await leave();
    expect(scopeNow()).toBeUndefined();
  });

  it('does not wait for what is in a Scope of another name', async () => {
    await check(aScope({ status: {} }));
    world.cluster.put(aRedisCluster({ spec: { scope: { name: 'other' } } }));
    world.cluster.remove(scopeKind, 'demo');
    await leave();
    expect(scopeNow()).toBeUndefined();
    expect(world.cluster.find(redisClusterKind, 'redis')?.metadata.uid).toBe('uid-redis');
  });
});
