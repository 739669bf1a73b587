import { DeleteVpcPeeringConnectionCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aVpcPeering } from '../../../../test/support/cloud-control.ts';
import {
  networkOf,
  otherVpc,
  PARTNER,
  PEERING_ROLE,
  peeringRoleIn,
  type PeeringWorld,
  putScope,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: PeeringWorld;
beforeEach(async () => {
  world = await startPeeringWorld();
});
afterEach(() => world.stop());

type Details = NonNullable<VpcPeering['spec']['details']>;
const withDetails = (change: Partial<Details>) =>
  aVpcPeering({ spec: { details: { ...(aVpcPeering().spec.details as Details), ...change } } });
const clearing = withDetails({ deleteRemotePeering: true });

const make = async (peering = aVpcPeering()): Promise<string> => {
  world.put(peering);
  return (await world.settle())?.status?.id ?? '';
};
const through = async (side: PeeringWorld['local']) =>
  (await side.routes()).filter(({ target }) => target.startsWith('pcx-')).map(({ state }) => state);
const codes = async () => (await world.local.connections()).map(({ Status }) => Status?.Code);
const deny = (...actions: readonly string[]) =>
  world.aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: [...actions] } });
const isWrite = (call: string): boolean => !/^(Describe|AssumeRole)/.test(call);

async function isGone(): Promise<boolean> {
  world.remove();
  return (await world.settle()) === undefined;
}

describe('the deletion of a VpcPeering', () => {
  it('ends the connection for both sides, takes the local routes along and leaves the remote ones', async () => {
    await make();
    expect(await isGone()).toBe(true);
    expect(await codes()).toEqual(['deleted']);
    expect(await through(world.local)).toEqual([]);
    expect(await through(world.remote)).toEqual(['blackhole']);
  });

  it.each([1, 7 * 24])(
    'leaves no remote route that would be in the way of the next one for the same VPCs, %d hours later',
    async (hours) => {
      await make();
      await isGone();
      world.aws.clock.advance(hours * 3_600_000);
      const id = await make(aVpcPeering({ metadata: { name: 'peering', uid: 'another' } }));
      expect(findCondition(world.peering()?.status?.conditions, 'Ready')?.status).toBe('True');
      expect(new Set((await world.remote.routes()).map(({ target }) => target))).toEqual(new Set([id]));
    },
  );

  it('takes the remote routes along where that is asked, before the connection ends', async () => {
    await make(clearing);
    world.takeCalls();
    expect(await isGone()).toBe(true);
    expect(await through(world.remote)).toEqual([]);
    const writes = world.takeCalls().filter(isWrite);
    expect(writes.at(-1)).toBe('DeleteVpcPeeringConnection');
    expect(new Set(writes.slice(0, -1))).toEqual(new Set(['DeleteRoute']));
  });

  it('P9: takes the remote routes along also where that was asked only later', async () => {
    await make();
    world.put({ ...(world.peering() ?? clearing), spec: clearing.spec });
    expect(await isGone()).toBe(true);
    expect(await through(world.remote)).toEqual([]);
  });

  it('P8: takes along remote routes of tables whose tags have changed, and none where it was to write none', async () => {
    const table = await world.remote.addTable({ demo: '' });
    await make(withDetails({ deleteRemotePeering: true, remoteRouteTableUpdateStrategy: 'MATCHED' }));
    await world.remote.deleteTags(table, 'demo');
    expect(await isGone()).toBe(true);
    expect(await through(world.remote)).toEqual([]);
  });

  it('leaves routes alone that somebody else leads through the peering, where it was to write none', async () => {
    const id = await make(withDetails({ deleteRemotePeering: true, remoteRouteTableUpdateStrategy: 'NONE' }));
    const [table = ''] = await world.remote.tables();
    await world.remote.setPeeringRoute(table, '10.250.0.0/22', id);
    expect(await isGone()).toBe(true);
    expect(await through(world.remote)).toEqual(['blackhole']);
  });

  it('takes back a request that waits for its acceptance', async () => {
    deny('ec2:AcceptVpcPeeringConnection');
    await make();
    expect(await codes()).toEqual(['pending-acceptance']);
    expect(await isGone()).toBe(true);
    expect(await codes()).toEqual(['deleted']);
  });

  it('waits for a request that is on its way to the other side', async () => {
    world.put();
    await world.check();
    expect(await codes()).toEqual(['initiating-request']);
    world.remove();
    await world.check();
    expect(findCondition(world.peering()?.status?.conditions, 'Ready')).toMatchObject({ reason: 'Deleting' });
    expect(world.peering()?.status?.state).toBe('Deleting');
    expect(await world.settle()).toBeUndefined();
    expect(await codes()).toEqual(['deleted']);
  });

  it('asks AWS for nothing when nothing was made', async () => {
    await world.remote.deleteTags(world.remote.vpcId, 'demo');
    world.put();
    await world.settle();
    world.takeCalls();
    expect(await isGone()).toBe(true);
    expect(world.takeCalls()).toEqual([]);
  });

  it('finds a connection that was made and not recorded', async () => {
    world.put();
    world.mortality.dieAt({ at: 5, of: 'aws', when: 'after' });
    await world.check();
    expect(world.peering()?.status?.id).toBeUndefined();
    expect(await codes()).toHaveLength(1);
    expect(await isGone()).toBe(true);
    expect(await codes()).toEqual(['deleted']);
  });

  it('waits for a connection that AWS does not show yet', async () => {
    world.aws.clock.advance(60_000);
    world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': 25 } });
    world.put();
    await world.check();
    world.remove();
    await world.check();
    expect(world.peering()?.status?.state).toBe('Deleting');
    expect(await world.settle()).toBeUndefined();
    expect(await codes()).toEqual(['deleted']);
  });

  it('leaves a connection of another VpcPeering, and routes of others, alone', async () => {
    await make();
    const other = await otherVpc(world.remote, '10.99.0.0/16');
    world.cluster.put(networkOf('other', other));
    const details = { ...(aVpcPeering().spec.details as Details), remoteNetwork: { name: 'other' } };
    world.put(aVpcPeering({ metadata: { name: 'second' }, spec: { details } }));
    const second = (await world.settle('second'))?.status?.id;
    const before = (await world.local.routes()).filter(({ target }) => !target.startsWith('pcx-') || target === second);
    expect(await isGone()).toBe(true);
    expect(await world.local.routes()).toEqual(before);
    expect(before.some(({ target }) => target === second)).toBe(true);
  });
});

describe('P1: the deletion of a VpcPeering goes on', () => {
  it.each([
    { what: 'the local Network', kind: networkKind, name: 'demo--kyma' },
    { what: 'the remote Network', kind: networkKind, name: 'theirs' },
    { what: 'the Scope', kind: scopeKind, name: 'demo' },
  ])('when $what is gone', async ({ kind, name }) => {
    await make(clearing);
    world.cluster.remove(kind, name);
    world.restart();
    expect(await isGone()).toBe(true);
    expect(await codes()).toEqual(['deleted']);
    expect(await through(world.remote)).toEqual([]);
  });

  it('when somebody has ended the connection, and takes along what leads to it', async () => {
    const id = await make(clearing);
    await world.remote.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    world.aws.clock.advance(3 * 24 * 3_600_000);
    expect(await codes()).toEqual([]);
    expect(await isGone()).toBe(true);
    expect([...(await through(world.local)), ...(await through(world.remote))]).toEqual([]);
  });

  it('when the VPCs are gone', async () => {
    const local = await otherVpc(world.local, '10.40.0.0/16');
    putScope(world.cluster, local);
    const id = await make();
    await world.local.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    world.aws.clock.advance(60_000);
    for (const route of await local.routes()) await local.deleteRoute(route.table, route.destination);
    await local.deleteVpc();
    expect(await isGone()).toBe(true);
  });
});

describe('P7: what the remote side refuses when a VpcPeering is deleted', () => {
  it.each(['ec2:DeleteRoute', 'ec2:DescribeRouteTables', 'ec2:*'])(
    'does not hold it up, and is told: %s',
    async (action) => {
      await make(clearing);
      deny(action);
      expect(await isGone()).toBe(true);
      expect(await codes()).toEqual(['deleted']);
      expect(await through(world.local)).toEqual([]);
      expect(await through(world.remote)).toEqual(['blackhole']);
      const left = world.news.filter(({ message }) => message.includes('may be left, and lead nowhere'));
      expect(left).toHaveLength(1);
      expect(left[0]).toMatchObject({ type: 'Warning', reason: 'FailedCreatingRoutes' });
      expect(left[0]?.message).toContain(`Routes of the remote VPC ${world.remote.vpcId}`);
      expect(left[0]?.message).toContain(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`);
    },
  );

  it('is tried again while it may pass', async () => {
    await make(clearing);
    world.aws.faults.add({ service: 'ec2', operation: 'DeleteRoute', error: 'InternalError', count: 9 });
    expect(await isGone()).toBe(true);
    expect(await through(world.remote)).toEqual([]);
  });
});

it('is held while the local side refuses: nobody could say that all is gone', async () => {
  await make();
  world.aws.world.changeRules({ deniedActions: { [peeringRoleIn('123456789012')]: ['ec2:DeleteRoute'] } });
  world.remove();
  const peering = await world.settle('peering', 4);
  expect(findCondition(peering?.status?.conditions, 'Error')?.message).toContain('UnauthorizedOperation');
  expect(peering?.metadata.finalizers).toEqual([FINALIZER]);
  expect(await codes()).toEqual(['active']);
  world.aws.world.changeRules({ deniedActions: { [peeringRoleIn('123456789012')]: [] } });
  world.aws.clock.advance(15 * 60_000);
  expect(await world.settle()).toBeUndefined();
});

describe('a status that another release wrote', () => {
  const older = async (peering = aVpcPeering()) => {
    const id = await make(peering);
    const { conditions = [] } = world.peering()?.status ?? {};
    world.put({ ...(world.peering() as VpcPeering), status: { id, remoteId: id, conditions } });
    return id;
  };

  it('is filled in, and the connection serves on', async () => {
    const id = await older();
    expect((await world.look())?.status).toMatchObject({ id, accountId: '123456789012', remoteAccountId: PARTNER });
    expect(await codes()).toEqual(['active']);
  });

  it('is enough to delete it, with what the Networks say', async () => {
    await older(clearing);
    expect(await isGone()).toBe(true);
    expect(await codes()).toEqual(['deleted']);
    expect([...(await through(world.local)), ...(await through(world.remote))]).toEqual([]);
  });

  it('is not enough when nothing says where it is; then it waits for the Scope', async () => {
    const id = await older();
    for (const name of ['demo--kyma', 'theirs']) world.cluster.remove(networkKind, name);
    world.cluster.remove(scopeKind, 'demo');
    world.remove();
    expect(await world.check()).toMatchObject({ kind: 'stopAndForget' });
    expect(findCondition(world.peering()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ScopeNoFound',
      message: `Scope kcp-system/demo does not exist, and nothing else says in which account the peering ${id} is`,
    });
  });
});
