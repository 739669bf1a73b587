import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aNetwork, aVpcPeering } from '../../../../test/support/cloud-control.ts';
import {
  networkOf,
  otherVpc,
  PARTNER,
  type PeeringWorld,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import { progressOf } from '../../../../test/support/kstatus.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: PeeringWorld;
beforeEach(async () => {
  world = await startPeeringWorld();
});
afterEach(() => world.stop());

const details = aVpcPeering().spec.details as NonNullable<VpcPeering['spec']['details']>;
const withDetails = (change: Partial<typeof details>) => aVpcPeering({ spec: { details: { ...details, ...change } } });

const ready = (peering: VpcPeering | undefined) => findCondition(peering?.status?.conditions, 'Ready');
const through = async (side: PeeringWorld['local']) =>
  (await side.routes())
    .filter(({ target }) => target.startsWith('pcx-'))
    .map(({ table, destination }) => `${table} ${destination}`);
const tagsOf = async (side: PeeringWorld['local']) => {
  const [connection] = await side.connections();
  return Object.fromEntries((connection?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
};

describe('a VpcPeering of two accounts and regions', () => {
  it('becomes active, and shows it to people and programs', async () => {
    world.put();
    const peering = await world.settle();
    const [connection] = await world.local.connections();
    const id = connection?.VpcPeeringConnectionId;
    expect(peering?.metadata.finalizers).toEqual([FINALIZER]);
    expect(peering?.status).toMatchObject({
      state: 'active',
      id,
      remoteId: id,
      vpcId: world.local.vpcId,
      remoteVpcId: world.remote.vpcId,
      accountId: '123456789012',
      region: 'eu-central-1',
      remoteAccountId: PARTNER,
      remoteRegion: 'eu-west-1',
    });
    expect(ready(peering)).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(progressOf(peering ?? {})).toBe('Current');
    expect(connection?.Status?.Code).toBe('active');
    expect(connection?.AccepterVpcInfo).toMatchObject({ VpcId: world.remote.vpcId, OwnerId: PARTNER });
  });

  it('carries tags that say whose it is, on both sides', async () => {
    world.put();
    await world.settle();
    const tags = {
      Name: 'peering',
      'cloud-manager.kyma-project.io/name': 'kcp-system/peering',
      'cloud-manager.kyma-project.io/remote-name': 'default--peering',
      'cloud-manager.kyma-project.io/scope': 'demo',
    };
    expect(await tagsOf(world.local)).toEqual(tags);
    expect(await tagsOf(world.remote)).toEqual(tags);
  });

  it('P6: leads all tables of each VPC to all blocks of the other one, and no table of another VPC', async () => {
    await world.local.addBlock('10.251.0.0/24');
    await world.remote.addBlock('10.181.0.0/24');
    const other = await otherVpc(world.remote, '10.99.0.0/16');
    const added = await world.local.addTable();
    world.aws.clock.advance(60_000);
    world.put();
    await world.settle();
    const locally = (await world.local.tables()).flatMap((table) => [
      `${table} 10.180.0.0/22`,
      `${table} 10.181.0.0/24`,
    ]);
    const remotely = (await world.remote.tables()).flatMap((table) => [
      `${table} 10.250.0.0/22`,
      `${table} 10.251.0.0/24`,
    ]);
    expect((await through(world.local)).toSorted()).toEqual(locally.toSorted());
    expect((await through(world.remote)).toSorted()).toEqual(remotely.toSorted());
    expect(locally).toContain(`${added} 10.180.0.0/22`);
    expect(await through(other)).toEqual([]);
  });

  it('P11: leads nowhere to what is no block any more', async () => {
    await world.remote.addBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    await world.remote.removeBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    world.put();
    await world.settle();
    expect((await through(world.local)).filter((route) => !route.endsWith('10.180.0.0/22'))).toEqual([]);
  });

  it.each([
    { strategy: 'MATCHED', tables: ['tagged'] },
    { strategy: 'UNMATCHED', tables: ['main', 'plain'] },
    { strategy: 'NONE', tables: [] },
  ] as const)('writes the remote tables $tables for $strategy', async ({ strategy, tables }) => {
    const [main = ''] = await world.remote.tables();
    const ids = {
      main,
      tagged: await world.remote.addTable({ demo: 'x' }),
      plain: await world.remote.addTable({ x: 'demo' }),
    };
    world.put(withDetails({ remoteRouteTableUpdateStrategy: strategy }));
    expect(ready(await world.settle())?.status).toBe('True');
    const written = (await through(world.remote)).map((route) => route.split(' ')[0]);
    expect(new Set(written)).toEqual(new Set(tables.map((name) => ids[name])));
  });

  it('finds both VPCs by their names', async () => {
    world.cluster.put(networkOf('theirs', world.remote, 'partner'));
    world.cluster.put(networkOf('demo--kyma', world.local, 'shoot--sandbox--demo'));
    world.put();
    expect((await world.settle())?.status).toMatchObject({ vpcId: world.local.vpcId, remoteVpcId: world.remote.vpcId });
  });

  it('P19: sets DNS resolution as asked, each side by its own role, and leaves alone what is not asked', async () => {
    world.put(withDetails({ dnsResolution: { remote: true } }));
    await world.settle();
    const dns = async () => {
      const [connection] = await world.local.connections();
      const { RequesterVpcInfo: requester, AccepterVpcInfo: accepter } = connection ?? {};
      return [requester, accepter].map((side) => side?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc);
    };
    expect(await dns()).toEqual([false, true]);
    expect(world.takeCalls().filter((call) => call.startsWith('Modify'))).toEqual([
      'ModifyVpcPeeringConnectionOptions',
    ]);
    await world.look();
    expect(world.takeCalls().filter((call) => call.startsWith('Modify'))).toEqual([]);
  });
});

describe('P13: the older form of a VpcPeering', () => {
  const legacy = (remoteRegion?: string): VpcPeering => {
    const { details: _, ...spec } = aVpcPeering().spec;
    const aws = { remoteVpcId: world.remote.vpcId, remoteAccountId: PARTNER, ...(remoteRegion && { remoteRegion }) };
    return { ...aVpcPeering(), spec: { ...spec, vpcPeering: { aws } } };
  };

  it('peers the VPC of the Scope, with the same result', async () => {
    world.put(legacy('eu-west-1'));
    const peering = await world.settle();
    expect(peering?.status).toMatchObject({
      state: 'active',
      vpcId: world.local.vpcId,
      remoteVpcId: world.remote.vpcId,
    });
    expect(await through(world.remote)).toHaveLength(1);
  });

  it('means the region of the Scope where it names none', async () => {
    world.put(legacy());
    const message = `AWS VPC ${world.remote.vpcId} not found in account ${PARTNER}, region eu-central-1`;
    expect(findCondition((await world.settle())?.status?.conditions, 'Error')).toMatchObject({
      reason: 'VpcNotFound',
      message,
    });
  });
});

it('peers VPCs of one account and region, with one look at what both sides are', async () => {
  const other = await otherVpc(world.local, '10.40.0.0/16', { demo: '' });
  world.cluster.put(networkOf('theirs', other));
  world.put();
  const peering = await world.settle();
  expect(peering?.status).toMatchObject({ state: 'active', remoteVpcId: other.vpcId, remoteId: peering?.status?.id });
  expect(await through(other)).toHaveLength(1);
});

describe('what a VpcPeering waits for', () => {
  it.each([
    { missing: 'demo--kyma', side: 'the local Network' },
    { missing: 'theirs', side: 'the remote Network' },
  ])('is $side while it is not there, and it goes on when it is', async ({ missing }) => {
    const network = world.cluster.find(networkKind, missing);
    world.cluster.remove(networkKind, missing);
    world.put();
    expect(await world.check()).toMatchObject({ kind: 'stopAndForget' });
    expect(ready(world.peering())).toMatchObject({
      status: 'False',
      reason: 'MissingDependency',
      message: `Network kcp-system/${missing} does not exist`,
    });
    expect(world.peering()?.metadata.finalizers).toBeUndefined();
    if (network !== undefined) world.cluster.put(network);
    expect(ready(await world.settle())?.status).toBe('True');
  });

  it('is a Network that is not ready', async () => {
    world.cluster.put(aNetwork({ metadata: { name: 'theirs' } }));
    world.put();
    await world.check();
    expect(ready(world.peering())).toMatchObject({
      reason: 'WaitingDependency',
      message: 'Network kcp-system/theirs is not ready',
    });
  });

  it('is a Network of another namespace, where it names one', async () => {
    world.put(withDetails({ remoteNetwork: { name: 'theirs', namespace: 'elsewhere' } }));
    await world.check();
    expect(ready(world.peering())?.message).toBe('Network elsewhere/theirs does not exist');
    const network = networkOf('theirs', world.remote);
    world.cluster.put({ ...network, metadata: { ...network.metadata, namespace: 'elsewhere' } });
    expect(ready(await world.settle())?.status).toBe('True');
  });

  it('is a Scope that is there', async () => {
    world.cluster.remove(scopeKind, 'demo');
    world.put();
    await world.check();
    expect(ready(world.peering())?.reason).toBe('ScopeNoFound');
  });

  it('costs one call a look while AWS works, and AWS says what it is', async () => {
    world.put();
    await world.check();
    expect(world.peering()?.status).toMatchObject({ state: 'initiating-request', createIntent: { attempt: 1 } });
    world.aws.world.changeRules({ durationsSeconds: { 'ec2.peering.provisioning': 3_600 } });
    world.aws.clock.advance(10_000);
    await world.check();
    expect(world.peering()?.status?.state).toBe('provisioning');
    world.takeCalls();
    await world.check();
    expect(world.takeCalls()).toEqual(['DescribeVpcPeeringConnections']);
    expect(ready(world.peering())).toMatchObject({ status: 'False', reason: 'Processing' });
    expect(world.peering()?.status?.state).toBe('provisioning');
  });
});

it('P16: takes for waiting that the remote side does not see the request yet', async () => {
  world.aws.faults.add({
    service: 'ec2',
    operation: 'AcceptVpcPeeringConnection',
    error: 'InvalidVpcPeeringConnectionID.NotFound',
  });
  world.put();
  await world.check();
  world.aws.clock.advance(10_000);
  await world.check();
  expect(ready(world.peering())).toMatchObject({ reason: 'Processing' });
  expect(findCondition(world.peering()?.status?.conditions, 'Error')).toBeUndefined();
  expect(ready(await world.settle())?.status).toBe('True');
});

it.each([25, 240])('P16: makes one connection also when AWS shows it after %i s at first', async (seconds) => {
  world.aws.clock.advance(300_000);
  world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': seconds } });
  world.put();
  await world.check();
  const { id } = world.peering()?.status ?? {};
  await world.check();
  expect(ready(world.peering())?.message).toBe(`waiting for AWS: it does not show the new peering ${id} yet`);
  expect((await world.settle())?.status).toMatchObject({ state: 'active', id });
  expect(world.news).toEqual([]);
});

describe('a connection that the status has lost', () => {
  it('P15: is found by its VPCs and tags, and none is made beside it', async () => {
    world.put();
    world.mortality.dieAt({ at: 5, of: 'aws', when: 'after' });
    await world.check();
    expect(world.mortality.isDead).toBe(true);
    expect(world.peering()?.status?.id).toBeUndefined();
    expect(await world.local.connections()).toHaveLength(1);
    expect(ready(await world.settle())?.status).toBe('True');
    expect(await world.local.connections()).toHaveLength(1);
  });
});
