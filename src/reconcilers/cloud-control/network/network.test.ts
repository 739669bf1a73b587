import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aNetwork, aScope } from '../../../../test/support/cloud-control.ts';
import { progressOf } from '../../../../test/support/kstatus.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aScope());
});

afterEach(() => world.stop());

const theirs = () => world.network('theirs');

const kymaNetwork = () =>
  aNetwork({ metadata: { name: 'demo--kyma', uid: 'uid-kyma' }, spec: { type: 'kyma', network: ofScope } });

const ofScope = { reference: { aws: { region: 'eu-central-1', networkName: 'shoot--sandbox--demo' } } };

describe('a Network', () => {
  it('shows what it stands for, and is ready, without a call to AWS', async () => {
    world.cluster.put(aNetwork());
    expect(await world.checkNetwork('theirs')).toMatchObject({ kind: 'stopAndForget' });
    expect(theirs()?.metadata.finalizers).toEqual([FINALIZER]);
    expect(theirs()?.status).toMatchObject({
      state: 'Ready',
      observedGeneration: 1,
      networkType: 'external',
      network: { aws: { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' } },
    });
    expect(progressOf(theirs() ?? {})).toBe('Current');
    expect(findCondition(theirs()?.status?.conditions, 'Ready')).toMatchObject({
      status: 'True',
      message: 'not looked up: the VPC is found when it is used',
    });
    expect(world.takeCalls()).toEqual([]);
  });

  it('is looked at again without a write', async () => {
    world.cluster.put(aNetwork());
    await world.checkNetwork('theirs');
    const before = theirs();
    const writes = world.cluster.writes.length;
    await world.checkNetwork('theirs');
    expect(theirs()).toEqual(before);
    expect(world.cluster.writes).toHaveLength(writes);
  });

  it('follows the VPC that its Scope finds', async () => {
    world.cluster.put(aScope({ status: {} }));
    world.cluster.put(kymaNetwork());
    await world.checkNetwork();
    expect(world.network()?.status?.state).toBe('Ready');
    expect(world.network()?.status?.network?.aws?.vpcId).toBeUndefined();
    await world.checkScope();
    await world.checkNetwork();
    expect(world.network()?.status?.network?.aws?.vpcId).toBe(world.vpcId);
    expect(findCondition(world.network()?.status?.conditions, 'Ready')?.message).toBe('Ready');
  });

  it('is told that its Scope does not exist', async () => {
    world.cluster.put(aNetwork({ spec: { scope: { name: 'other' } } }));
    await world.checkNetwork('theirs');
    expect(findCondition(theirs()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ScopeNoFound',
      message: 'Scope kcp-system/other does not exist',
    });
    expect(theirs()?.status?.network).toBeUndefined();
  });
});

describe('a Network of type kyma whose Scope is gone', () => {
  it('deletes itself', async () => {
    world.cluster.put(kymaNetwork());
    await world.checkNetwork();
    world.cluster.remove(scopeKind, 'demo');
    await world.checkNetwork();
    expect(world.network()?.metadata.deletionTimestamp).toBeDefined();
    await world.checkNetwork();
    expect(world.network()).toBeUndefined();
  });

  it('stays when only the cache does not know the Scope yet', async () => {
    world.cluster.put(kymaNetwork());
    world.cluster.hide(scopeKind, 'demo');
    await world.checkNetwork();
    expect(world.network()?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('the deletion of a Network', () => {
  it('is carried out also when its Scope is gone', async () => {
    world.cluster.put(aNetwork());
    await world.checkNetwork('theirs');
    world.cluster.remove(scopeKind, 'demo');
    world.cluster.remove(networkKind, 'theirs');
    await world.checkNetwork('theirs');
    expect(theirs()).toBeUndefined();
  });

  it.each([
    { name: 'demo--kyma', spec: {}, reason: 'the Scope of the IpRange has it' },
    { name: 'theirs', spec: { network: { name: 'theirs' } }, reason: 'the IpRange names it' },
  ])('is refused while an IpRange uses it, because $reason', async ({ name, spec }) => {
    world.cluster.put({ ...kymaNetwork(), metadata: { ...kymaNetwork().metadata, name } });
    await world.checkNetwork(name);
    world.cluster.put(anIpRange({ spec }));
    world.cluster.remove(networkKind, name);
    expect(await world.checkNetwork(name)).toMatchObject({ kind: 'stopAndForget' });
    const message = 'Can not be deleted while used by IpRange: [kcp-system/range]';
    expect(world.network(name)?.status).toMatchObject({ state: 'Warning' });
    for (const type of ['Warning', 'DeleteWhileUsed']) {
      expect(findCondition(world.network(name)?.status?.conditions, type)).toMatchObject({
        status: 'True',
        reason: 'DeleteWhileUsed',
        message,
      });
    }
    world.cluster.remove(ipRangeKind, 'range');
    await world.checkNetwork(name);
    expect(world.network(name)).toBeUndefined();
  });

  it('serves who uses it also when it was not looked at before', async () => {
    const { metadata, ...network } = kymaNetwork();
    world.cluster.put({ ...network, metadata: { ...metadata, finalizers: [FINALIZER] } });
    world.cluster.put(anIpRange());
    world.cluster.remove(networkKind, 'demo--kyma');
    await world.checkNetwork('demo--kyma');
    expect(world.network('demo--kyma')?.status).toMatchObject({
      state: 'Warning',
      network: { aws: { awsAccountId: '123456789012', networkName: 'shoot--sandbox--demo' } },
    });
  });

  it('does not wait for an IpRange in another Network', async () => {
    world.cluster.put(aNetwork());
    await world.checkNetwork('theirs');
    world.cluster.put(anIpRange());
    world.cluster.remove(networkKind, 'theirs');
    await world.checkNetwork('theirs');
    expect(theirs()).toBeUndefined();
  });
});
