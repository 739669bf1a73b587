import type { Subnet } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;
let before: readonly Subnet[];
afterEach(() => world.stop());

/** As somebody does it who takes the finalizer off the Scope, deletes it and makes it anew. */
function remakeScope(accountId: string): void {
  const { spec } = aScope();
  world.cluster.put(aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, accountId } } } }));
}

describe('a Scope that was made anew in another account', () => {
  beforeEach(async () => {
    world = await startNetworkWorld();
    await world.useScope(aScope({ status: {} }));
    before = await world.subnets();
    world.cluster.put(anIpRange());
    await world.settleIpRange();
    remakeScope('999999999999');
    world.takeCalls();
  });

  it('is refused, and nothing is asked of AWS', async () => {
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(findCondition(world.ipRange()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: expect.stringContaining('The range stands in AWS account 123456789012, region eu-central-1, but Scope'),
    });
    expect(world.takeCalls()).toEqual([]);
    remakeScope('123456789012');
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('leaves nothing behind of an IpRange that is deleted meanwhile', async () => {
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkIpRange();
    expect(world.ipRange()?.metadata.finalizers).toHaveLength(1);
    remakeScope('123456789012');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await world.subnets()).toEqual(before);
    expect(await world.blocks()).toHaveLength(1);
  });

  it('does not concern an IpRange of which nothing is in AWS', async () => {
    world.cluster.put(anIpRange({ metadata: { name: 'new' } }));
    world.cluster.remove(ipRangeKind, 'new');
    expect(await world.settleIpRange('new')).toBeUndefined();
  });
});
