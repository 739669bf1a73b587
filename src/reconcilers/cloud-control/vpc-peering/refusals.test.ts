import {
  AcceptVpcPeeringConnectionCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcPeeringConnectionCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCondition, aScope, aVpcPeering } from '../../../../test/support/cloud-control.ts';
import {
  networkOf,
  otherVpc,
  PARTNER,
  PEERING_ROLE,
  peeringRoleIn,
  type PeeringWorld,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import { progressOf } from '../../../../test/support/kstatus.ts';
import type { Network } from '../../../api/cloud-control/v1beta1/network.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { requeueAfterMs } from '../../../composed/index.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: PeeringWorld;
afterEach(() => world.stop());

const start = async (options: Parameters<typeof startPeeringWorld>[0] = {}): Promise<void> => {
  world = await startPeeringWorld(options);
  world.put();
};
const error = (peering: VpcPeering | undefined) => findCondition(peering?.status?.conditions, 'Error');
const isReady = (peering: VpcPeering | undefined) =>
  findCondition(peering?.status?.conditions, 'Ready')?.status === 'True';
const deny = (...actions: readonly string[]) =>
  world.aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: [...actions] } });

/** It is tried again by itself, and there is an end to it. */
async function recovers(): Promise<VpcPeering | undefined> {
  for (let retry = 0; retry < 3; retry += 1) {
    const peering = await world.settle();
    if (isReady(peering)) return peering;
    world.aws.clock.advance(15 * 60_000);
  }
  return world.peering();
}

describe('P17: the permission of the remote VPC', () => {
  it('is a tag, which the status names; it is asked for before anything is requested', async () => {
    await start();
    await world.remote.deleteTags(world.remote.vpcId, 'demo');
    const peering = await world.settle();
    expect(error(peering)).toMatchObject({
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: `The remote VPC ${world.remote.vpcId} does not permit the peering: its owner has to give it a tag with the key "demo"; the value does not matter`,
    });
    expect(peering?.status).toMatchObject({ state: 'Error' });
    expect(progressOf(peering ?? {})).toBe('Failed');
    expect(await world.local.connections()).toEqual([]);
    await world.remote.setTags(world.remote.vpcId, { demo: '' });
    expect(isReady(await recovers())).toBe(true);
  });

  it('may be another tag, if the operator has one', async () => {
    await start({ peeringTag: 'peer-me' });
    await world.remote.deleteTags(world.remote.vpcId, 'demo');
    expect(error(await world.settle())?.message).toContain('a tag with the key "peer-me" or "demo"');
    await world.remote.setTags(world.remote.vpcId, { 'peer-me': 'demo' });
    expect(isReady(await recovers())).toBe(true);
  });

  it('may be withdrawn until the request is accepted, but not later', async () => {
    await start();
    await world.check();
    await world.remote.deleteTags(world.remote.vpcId, 'demo');
    world.aws.clock.advance(10_000);
    expect(error(await world.settle())?.reason).toBe('FailedLoadingRemoteVpcNetwork');
    await world.remote.setTags(world.remote.vpcId, { demo: '' });
    expect(isReady(await recovers())).toBe(true);
    await world.remote.deleteTags(world.remote.vpcId, 'demo');
    expect(isReady(await world.look())).toBe(true);
  });
});

describe('addresses that both VPCs have', () => {
  it('are named, whichever blocks they are in, before anything is requested', async () => {
    await start();
    await world.local.addBlock('100.64.0.0/16');
    await world.remote.addBlock('100.64.8.0/24');
    world.aws.clock.advance(60_000);
    const peering = await world.settle();
    expect(error(peering)).toMatchObject({
      reason: 'CidrOverlap',
      message: `CIDR 100.64.0.0/16 of the local VPC ${world.local.vpcId} overlaps with 100.64.8.0/24 of the remote VPC ${world.remote.vpcId}; VPCs that share addresses can not be peered`,
    });
    expect(await world.local.connections()).toEqual([]);
    await world.remote.removeBlock('100.64.8.0/24');
    expect(isReady(await recovers())).toBe(true);
  });

  it('are all of them when both are the same VPC', async () => {
    await start();
    world.cluster.put(networkOf('theirs', world.local));
    await world.local.setTags(world.local.vpcId, { demo: '' });
    expect(error(await world.settle())?.reason).toBe('CidrOverlap');
  });
});

describe('a VPC that is not found', () => {
  it('P20: is looked for again', async () => {
    await start();
    world.cluster.put(networkOf('theirs', { ...world.remote, vpcId: 'vpc-0fedcba9876543210' }));
    const peering = await world.settle();
    expect(error(peering)).toMatchObject({
      reason: 'VpcNotFound',
      message: `AWS VPC vpc-0fedcba9876543210 not found in account ${PARTNER}, region eu-west-1`,
    });
    expect(requeueAfterMs((await world.check()) as never)).toBeLessThanOrEqual(15 * 60_000);
    world.cluster.put(networkOf('theirs', world.remote));
    expect(isReady(await recovers())).toBe(true);
  });

  it('is one of several of the name, and nobody guesses which', async () => {
    await start();
    await otherVpc(world.remote, '10.99.0.0/16', { Name: 'partner', demo: '' });
    world.cluster.put(networkOf('theirs', world.remote, 'partner'));
    expect(error(await world.settle())?.message).toMatch(
      /^2 VPCs have the name partner in account 222222222222, region eu-west-1: .*; give the id of one in network.reference.aws.vpcId of the Network$/,
    );
  });
});

describe('what the remote side does not permit is told, with what its owner has to do, and tried again', () => {
  it.each([
    { action: 'ec2:DescribeVpcs', reason: 'FailedLoadingRemoteVpcNetwork' },
    { action: 'ec2:AcceptVpcPeeringConnection', reason: 'FailedAcceptingVpcPeeringConnection' },
  ])('$action', async ({ action, reason }) => {
    await start();
    deny(action);
    const peering = await world.settle();
    expect(error(peering)?.reason).toBe(reason);
    expect(error(peering)?.message).toContain('UnauthorizedOperation');
    expect(error(peering)?.message).toContain(`is not authorized to perform: ${action} `);
    expect(error(peering)?.message).toContain(`; the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`);
    deny();
    expect(isReady(await recovers())).toBe(true);
    expect(await world.local.connections()).toHaveLength(1);
  });

  it('that its role is taken on', async () => {
    await start();
    const elsewhere = { accountId: '333333333333', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' };
    world.cluster.put(networkOf('theirs', elsewhere));
    expect(error(await world.settle())).toMatchObject({
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: expect.stringMatching(
        /AssumeRole: AccessDenied.*; account 333333333333 has to have the role CloudManagerPeeringRole, and to let the operator take it on$/,
      ),
    });
  });
});

describe('a request that AWS refuses', () => {
  it('P18: is told with its code, and counts for none', async () => {
    await start({ quotas: { 'ec2.pendingPeerings': 0 } });
    const peering = await world.settle();
    expect(error(peering)?.reason).toBe('FailedCreatingVpcPeeringConnection');
    expect(error(peering)?.message).toContain('PendingVpcPeeringConnectionLimitExceeded');
    expect(peering?.status?.createIntent).toBeUndefined();
    world.aws.world.changeRules({ quotas: { 'ec2.pendingPeerings': 25 } });
    expect((await recovers())?.status).toMatchObject({ state: 'active', createIntent: { attempt: 1 } });
  });

  it('binds the object to no VPC', async () => {
    await start({ quotas: { 'ec2.pendingPeerings': 0 } });
    await world.settle();
    const other = await otherVpc(world.remote, '10.99.0.0/16');
    world.cluster.put(networkOf('theirs', other));
    world.aws.world.changeRules({ quotas: { 'ec2.pendingPeerings': 25 } });
    expect((await recovers())?.status?.remoteVpcId).toBe(other.vpcId);
  });
});

describe('a connection that somebody else has between the VPCs', () => {
  const theirs = async (requester: PeeringWorld['local'], accepter: PeeringWorld['local']) => {
    const input = {
      VpcId: requester.vpcId,
      PeerVpcId: accepter.vpcId,
      PeerOwnerId: accepter.accountId,
      PeerRegion: accepter.region,
    };
    const { VpcPeeringConnection } = await requester.ec2.send(new CreateVpcPeeringConnectionCommand(input));
    world.aws.clock.advance(10_000);
    return VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  };

  it.each([
    { from: 'local', to: 'remote' },
    { from: 'remote', to: 'local' },
  ] as const)('is named and left alone, when the $from side asked for it', async ({ from, to }) => {
    await start();
    const id = await theirs(world[from], world[to]);
    const peering = await world.settle();
    expect(error(peering)).toMatchObject({
      reason: 'FailedCreatingVpcPeeringConnection',
      message: `The VPCs ${world.local.vpcId} and ${world.remote.vpcId} are joined already by ${id}, which somebody else made; it has to go before this one can be`,
    });
    const [connection] = await world.local.connections();
    expect(connection).toMatchObject({ VpcPeeringConnectionId: id, Status: { Code: 'pending-acceptance' }, Tags: [] });
    await world[from].ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    const healed = await recovers();
    expect(isReady(healed)).toBe(true);
    expect(healed?.status?.id).not.toBe(id);
  });

  it('is not ours either when another VpcPeering made it', async () => {
    await start();
    const first = await world.settle();
    world.put(aVpcPeering({ metadata: { name: 'second' } }));
    expect(error(await world.settle('second'))?.message).toContain(
      `are joined already by ${first?.status?.id}, of VpcPeering kcp-system/peering;`,
    );
    expect(await world.local.connections()).toHaveLength(1);
  });

  it('is told when it was accepted first, from the other side, and the request is taken back until that is gone', async () => {
    await start();
    await world.check();
    const { local, remote } = world;
    const back = {
      VpcId: remote.vpcId,
      PeerVpcId: local.vpcId,
      PeerOwnerId: local.accountId,
      PeerRegion: local.region,
    };
    const { VpcPeeringConnection } = await remote.ec2.send(new CreateVpcPeeringConnectionCommand(back));
    const theirs = { VpcPeeringConnectionId: VpcPeeringConnection?.VpcPeeringConnectionId };
    world.aws.clock.advance(10_000);
    await local.ec2.send(new AcceptVpcPeeringConnectionCommand(theirs));
    expect(error(await world.settle())).toMatchObject({
      reason: 'FailedCreatingVpcPeeringConnection',
      message: expect.stringContaining(
        `are joined already by ${theirs.VpcPeeringConnectionId}, which somebody else made`,
      ),
    });
    world.aws.clock.advance(60_000);
    const codes = (await local.connections()).map(({ Status }) => Status?.Code);
    expect(new Set(codes)).toEqual(new Set(['active', 'deleted']));
    await remote.ec2.send(new DeleteVpcPeeringConnectionCommand(theirs));
    expect(isReady(await recovers())).toBe(true);
  });

  it('is not taken up when lists did not show it yet, and AWS answers the request with it', async () => {
    await start();
    world.aws.clock.advance(60_000);
    world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': 30 } });
    const id = await theirs(world.local, world.remote);
    await world.check();
    expect(world.peering()?.status?.id).toBeUndefined();
    expect(error(await recovers())?.message).toContain(`are joined already by ${id}, which somebody else made`);
  });
});

describe('a Network that stands for another VPC by now', () => {
  it('is told, and what was made for the first one stays as it is', async () => {
    await start();
    const first = await world.settle();
    const other = await otherVpc(world.remote, '10.99.0.0/16');
    world.cluster.put(networkOf('theirs', other));
    world.takeCalls();
    expect(error(await world.look())).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: `The peering was made with the remote VPC ${world.remote.vpcId}, and now it is ${other.vpcId}; delete the VpcPeering and make it anew`,
    });
    expect(world.takeCalls()).toEqual([]);
    expect(world.peering()?.status).toMatchObject({ id: first?.status?.id, remoteVpcId: world.remote.vpcId });
    world.cluster.put(networkOf('theirs', world.remote));
    expect(isReady(await recovers())).toBe(true);
  });

  it('is told also when it only moved to another place', async () => {
    await start();
    await world.settle();
    world.cluster.put(networkOf('theirs', { ...world.remote, region: 'us-east-1' }, 'partner'));
    expect(error(await world.look())?.message).toContain('with the remote region eu-west-1, and now it is us-east-1;');
  });
});

describe('a local Network that is not that of the VPC of the Scope', () => {
  const details = aVpcPeering().spec.details as NonNullable<VpcPeering['spec']['details']>;
  const withLocal = (localNetwork: { readonly name: string; readonly namespace?: string }) =>
    aVpcPeering({ spec: { details: { ...details, localNetwork } } });
  const remedy =
    ': the local side of a peering is the VPC of its Scope kcp-system/demo; delete the VpcPeering and make it anew with details.localNetwork.name: demo--kyma';

  beforeEach(async () => {
    world = await startPeeringWorld();
  });

  it.each([
    { reason: 'of another Scope', network: { name: 'foreign' }, scope: 'other', owner: 'kcp-system/other' },
    {
      reason: 'of another namespace, whose Scope has the same name',
      network: { name: 'foreign', namespace: 'tenant' },
      scope: 'demo',
      owner: 'tenant/demo',
    },
  ])('is refused when it is one $reason, and AWS is asked nothing', async ({ network, scope, owner }) => {
    const { namespace = 'kcp-system' } = network;
    const foreign = networkOf('foreign', world.local);
    const metadata = { ...foreign.metadata, namespace };
    const inScope: Network = { ...foreign, metadata, spec: { ...foreign.spec, scope: { name: scope } } };
    world.cluster.put(inScope);
    world.put(withLocal(network));
    const peering = await world.settle();
    expect(error(peering)).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: `Network ${namespace}/foreign belongs to Scope ${owner}${remedy}`,
    });
    expect(world.takeCalls()).toEqual([]);
  });

  it.each([
    { reason: 'VPC', change: { vpcId: 'vpc-0fedcba9876543210' } },
    { reason: 'account, where the operator has a role too', change: { accountId: PARTNER } },
    { reason: 'region', change: { region: 'us-east-1' } },
  ])('is refused when it is one of another $reason', async ({ change }) => {
    const { vpcId, accountId, region } = { ...world.local, ...change };
    world.cluster.put(networkOf('mine', { vpcId, accountId, region }));
    world.put(withLocal({ name: 'mine' }));
    const of = (vpc: Pick<PeeringWorld['local'], 'vpcId' | 'accountId' | 'region'>) =>
      `${vpc.vpcId} in account ${vpc.accountId}, region ${vpc.region}`;
    const message = `Network kcp-system/mine is ${of({ vpcId, accountId, region })}, and the VPC of the Scope is ${of(world.local)}${remedy}`;
    expect(error(await world.settle())).toMatchObject({ reason: 'ReasonInvalidDependency', message });
    expect(world.takeCalls()).toEqual([]);
  });

  it.each([
    { reason: 'by its id', name: undefined },
    { reason: 'by its name', name: 'shoot--sandbox--demo' },
  ])('does when it means that VPC $reason', async ({ name }) => {
    world.cluster.put(networkOf('mine', world.local, name));
    world.put(withLocal({ name: 'mine' }));
    expect(isReady(await world.settle())).toBe(true);
    expect(world.peering()?.status?.vpcId).toBe(world.local.vpcId);
  });

  it('does when the peering was made before the Scope came to mean another VPC', async () => {
    world.put();
    await world.settle();
    const moved = {
      state: 'Ready',
      conditions: [aCondition()],
      observedGeneration: 1,
      vpcId: 'vpc-0fedcba9876543210',
    } as const;
    world.cluster.put(aScope({ status: moved }));
    expect(isReady(await world.look())).toBe(true);
  });
});
