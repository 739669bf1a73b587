import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type Subscription, subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
});

afterEach(() => world.stop());

const readyNow = () => findCondition(world.subscription()?.status?.conditions, 'Ready');

async function check(overrides: Parameters<typeof aSubscription>[0] = {}): Promise<Subscription | undefined> {
  world.cluster.put(aSubscription({ status: {}, ...overrides }));
  await world.checkSubscription();
  return world.subscription();
}

describe('a Subscription', () => {
  it('E1, E2: is ready when its account can be entered, and tells account and provider', async () => {
    expect(await check()).toMatchObject({
      metadata: { finalizers: [FINALIZER], labels: { 'cloud-manager.kyma-project.io/provider': 'aws' } },
      status: { state: 'Ready', provider: 'aws', subscriptionInfo: { aws: { account: '123456789012' } } },
    });
    expect(readyNow()).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(world.takeCalls()).toEqual(['GetCallerIdentity']);
  });

  it('is checked again with one call, and nothing is written', async () => {
    const before = await check();
    const writes = world.cluster.writes.length;
    world.aws.clock.advance(600_000);
    expect(await world.checkSubscription()).toMatchObject({ delayMs: 600_000 });
    expect(world.subscription()).toEqual(before);
    expect(world.cluster.writes.length).toBe(writes);
  });

  it('is not usable when the credentials are those of another account', async () => {
    await check({ spec: { details: { aws: { account: '111111111111' } } } });
    expect(world.subscription()?.status?.state).toBe('Error');
    expect(readyNow()).toMatchObject({
      status: 'False',
      reason: 'InvalidBinding',
      message: 'The Subscription is in account 111111111111, but the credentials are those of account 123456789012',
    });
  });

  it('is not usable while AWS does not let us in, and mends itself', async () => {
    world.aws.faults.add({ service: 'sts', operation: 'GetCallerIdentity', error: 'AccessDenied' });
    world.cluster.put(aSubscription({ status: {} }));
    expect(await world.checkSubscription()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 60_000 });
    expect(readyNow()).toMatchObject({ reason: 'InvalidBinding', message: expect.stringContaining('AccessDenied') });
    await world.checkSubscription();
    expect(readyNow()?.status).toBe('True');
  });

  it.each([{ error: 'Throttling' }, { error: 'InternalFailure' }, { drop: true }])(
    'E3: does not become unusable by %j',
    async (fault) => {
      const before = await check();
      world.aws.faults.add({ service: 'sts', operation: 'GetCallerIdentity', count: 10, ...fault });
      expect(await world.checkSubscription()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 10_000 });
      expect(world.subscription()?.status).toEqual(before?.status);
    },
  );
});

describe('the deletion of a Subscription', () => {
  it('is refused while a VpcNetwork names it, and carried out when that is gone', async () => {
    await check();
    world.cluster.put(aVpcNetwork());
    world.cluster.put(aVpcNetwork({ metadata: { name: 'elsewhere' }, spec: { subscription: 'other' } }));
    world.cluster.remove(subscriptionKind, 'account');
    world.takeCalls();
    expect(await world.checkSubscription()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.takeCalls()).toEqual([]);
    expect(findCondition(world.subscription()?.status?.conditions, 'DeleteWhileUsed')?.message).toBe(
      'Can not be deleted while used by VpcNetwork: [kcp-system/net]',
    );
    world.cluster.remove(vpcNetworkKind, 'net');
    await world.checkSubscription();
    expect(world.subscription()).toBeUndefined();
  });
});
