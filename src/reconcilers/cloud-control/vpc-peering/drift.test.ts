import { CreateVpcPeeringConnectionCommand, DeleteVpcPeeringConnectionCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aVpcPeering } from '../../../../test/support/cloud-control.ts';
import {
  otherVpc,
  PARTNER,
  PEERING_ROLE,
  peeringRoleIn,
  type PeeringWorld,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { requeueAfterMs } from '../../../composed/index.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: PeeringWorld;
let id: string;

beforeEach(async () => {
  world = await startPeeringWorld();
  world.put();
  id = (await world.settle())?.status?.id ?? '';
  world.takeCalls();
});
afterEach(() => world.stop());

const REMOTE_BLOCK = '10.180.0.0/22';
const LOCAL_BLOCK = '10.250.0.0/22';

const warning = (peering: VpcPeering | undefined) => findCondition(peering?.status?.conditions, 'Warning');
const isReady = (peering: VpcPeering | undefined) =>
  findCondition(peering?.status?.conditions, 'Ready')?.status === 'True';
const through = async (side: PeeringWorld['local']) =>
  (await side.routes())
    .filter(({ target }) => target === id)
    .map(({ table, destination }) => `${table} ${destination}`)
    .toSorted();
const told = () => world.news.map(({ message }) => message);
const isWrite = (call: string): boolean => !/^(Describe|AssumeRole)/.test(call);
const deny = (...actions: readonly string[]) =>
  world.aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: [...actions] } });

async function recovers(): Promise<VpcPeering | undefined> {
  world.aws.clock.advance(15 * 60_000);
  return world.settle();
}

it('a look at what is as asked writes nothing, and comes again in step with others', async () => {
  const before = world.peering();
  world.aws.clock.advance(600_000);
  const stop = await world.check();
  expect(world.takeCalls().filter(isWrite)).toEqual([]);
  expect(world.peering()).toEqual(before);
  expect(requeueAfterMs(stop as never)).toBeLessThanOrEqual(600_000);
});

describe('P2: the next look', () => {
  it('puts routes back that somebody took away, on both sides, and says so', async () => {
    const [localTable = ''] = await world.local.tables();
    const [remoteTable = ''] = await world.remote.tables();
    await world.local.deleteRoute(localTable, REMOTE_BLOCK);
    await world.remote.deleteRoute(remoteTable, LOCAL_BLOCK);
    expect(isReady(await world.look())).toBe(true);
    expect(await through(world.local)).toContain(`${localTable} ${REMOTE_BLOCK}`);
    expect(await through(world.remote)).toEqual([`${remoteTable} ${LOCAL_BLOCK}`]);
    expect(world.news.map(({ reason }) => reason)).toEqual(['RoutesAdded', 'RoutesAdded']);
    expect(told()).toEqual([
      `Routes through the peering ${id} in the VPC ${world.local.vpcId} were added: ${REMOTE_BLOCK} in table ${localTable}`,
      `Routes through the peering ${id} in the VPC ${world.remote.vpcId} were added: ${LOCAL_BLOCK} in table ${remoteTable}`,
    ]);
  });

  it('gives routes to tables that were added', async () => {
    const added = [await world.local.addTable(), await world.remote.addTable()];
    await world.look();
    expect(await through(world.local)).toContain(`${added[0]} ${REMOTE_BLOCK}`);
    expect(await through(world.remote)).toContain(`${added[1]} ${LOCAL_BLOCK}`);
  });

  it('follows the blocks of both VPCs, as they come and go', async () => {
    await world.local.addBlock('10.251.0.0/24');
    await world.remote.addBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    await world.look();
    const [remoteTable = ''] = await world.remote.tables();
    expect((await through(world.local)).filter((route) => route.endsWith('10.181.0.0/24'))).toHaveLength(
      (await world.local.tables()).length,
    );
    expect(await through(world.remote)).toEqual([`${remoteTable} ${LOCAL_BLOCK}`, `${remoteTable} 10.251.0.0/24`]);
    await world.local.removeBlock('10.251.0.0/24');
    await world.remote.removeBlock('10.181.0.0/24');
    await world.look();
    expect((await through(world.local)).filter((route) => route.endsWith('10.181.0.0/24'))).toEqual([]);
    expect(await through(world.remote)).toEqual([`${remoteTable} ${LOCAL_BLOCK}`]);
    expect(told().at(-1)).toBe(
      `Routes through the peering ${id} in the VPC ${world.remote.vpcId} led to no block of the other VPC and were removed: 10.251.0.0/24 in table ${remoteTable}`,
    );
  });

  it('gives back tags that were lost', async () => {
    await world.local.deleteTags(id, 'cloud-manager.kyma-project.io/name', 'Name');
    await world.remote.deleteTags(id, 'Name');
    await world.look();
    for (const side of [world.local, world.remote]) {
      const [connection] = await side.connections();
      expect(connection?.Tags).toHaveLength(4);
    }
    expect(told()).toHaveLength(2);
  });

  it('leaves routes alone that nobody asked about', async () => {
    const other = await otherVpc(world.local, '10.40.0.0/16');
    const [table = ''] = await world.local.tables();
    const before = (await world.local.routes()).filter(({ target }) => target !== id);
    expect(before.length).toBeGreaterThan(0);
    await world.look();
    expect((await world.local.routes()).filter(({ target }) => target !== id)).toEqual(before);
    expect(await other.routes()).toEqual([]);
    expect(table).not.toBe('');
  });
});

describe('P10: a route of somebody else to the same addresses', () => {
  it('stays, is named, and keeps no other route from being written; the object recovers when it goes', async () => {
    const table = await world.local.addTable();
    const plain = await world.local.addTable();
    const [nat] = (await world.local.routes()).filter(({ target }) => target.startsWith('nat-'));
    await world.local.setNatRoute(table, REMOTE_BLOCK, nat?.target ?? '');
    const peering = await world.look();
    expect(warning(peering)).toMatchObject({
      reason: 'FailedCreatingRoutes',
      message: `Some routes of the local VPC are not as asked: ${REMOTE_BLOCK} in table ${table} leads to ${nat?.target}, which somebody else has set and which stays so`,
    });
    expect(peering?.status).toMatchObject({ state: 'Warning', id });
    expect(isReady(peering)).toBe(false);
    expect(await through(world.local)).toContain(`${plain} ${REMOTE_BLOCK}`);
    await world.local.deleteRoute(table, REMOTE_BLOCK);
    expect(isReady(await recovers())).toBe(true);
    expect(await through(world.local)).toContain(`${table} ${REMOTE_BLOCK}`);
  });

  it('stays also when it leads into a request that nobody has accepted yet, and goes when that has ended', async () => {
    const { local } = world;
    const table = await local.addTable();
    const { vpcId: PeerVpcId } = await otherVpc(local, '10.77.0.0/24');
    const request = { VpcId: local.vpcId, PeerVpcId };
    const { VpcPeeringConnection } = await local.ec2.send(new CreateVpcPeeringConnectionCommand(request));
    const theirs = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
    world.aws.clock.advance(10_000);
    await local.setPeeringRoute(table, REMOTE_BLOCK, theirs);
    expect(warning(await world.look())?.message).toContain(`leads to ${theirs}, which somebody else has set`);
    await local.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: theirs }));
    expect(isReady(await recovers())).toBe(true);
    expect((await local.routes()).map(({ target }) => target)).not.toContain(theirs);
  });
});

describe('a table that changes between the look and the write', () => {
  it('is looked at again, and the object stays ready', async () => {
    await world.local.addTable();
    world.aws.faults.add({ service: 'ec2', operation: 'CreateRoute', error: 'RouteAlreadyExists' });
    world.aws.clock.advance(600_000);
    const stop = await world.check();
    expect(requeueAfterMs(stop as never)).toBeLessThanOrEqual(20_000);
    expect(isReady(world.peering())).toBe(true);
    world.aws.clock.advance(20_000);
    expect(isReady(await world.settle())).toBe(true);
    expect(await through(world.local)).toHaveLength((await world.local.tables()).length);
  });

  it('P12: is fine when what was to go is gone', async () => {
    await world.remote.addBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    await world.look();
    await world.remote.removeBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    world.aws.faults.add({ service: 'ec2', operation: 'DeleteRoute', error: 'InvalidRoute.NotFound', when: 'after' });
    expect(isReady(await world.look())).toBe(true);
    expect((await through(world.local)).filter((route) => route.endsWith('10.181.0.0/24'))).toEqual([]);
  });
});

describe('P5: trouble on the remote side after all was well', () => {
  it.each([
    { action: 'ec2:DescribeRouteTables', reason: 'FailedLoadingRemoteVpcNetwork' },
    { action: 'ec2:CreateRoute', reason: 'FailedCreatingRoutes' },
  ])('$action is told while it lasts, and the local side is as asked all the same', async ({ action, reason }) => {
    const [localTable = ''] = await world.local.tables();
    const [remoteTable = ''] = await world.remote.tables();
    await world.local.deleteRoute(localTable, REMOTE_BLOCK);
    await world.remote.deleteRoute(remoteTable, LOCAL_BLOCK);
    deny(action);
    const peering = await world.look();
    expect(warning(peering)?.reason).toBe(reason);
    expect(warning(peering)?.message).toContain(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`);
    expect(peering?.status).toMatchObject({ state: 'Warning', id, remoteId: id, vpcId: world.local.vpcId });
    expect(await through(world.local)).toContain(`${localTable} ${REMOTE_BLOCK}`);
    deny();
    const healed = await recovers();
    expect(healed?.status?.state).toBe('active');
    expect(warning(healed)).toBeUndefined();
    expect(await through(world.remote)).toHaveLength(1);
  });

  it('is told in the same way when all that is asked there is refused', async () => {
    deny('ec2:*');
    const peering = await world.look();
    expect(warning(peering)?.reason).toBe('FailedLoadingRemoteVpcNetwork');
    expect(warning(peering)?.message).toContain(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`);
    expect(peering?.status).toMatchObject({ state: 'Warning', id });
    deny();
    expect(isReady(await recovers())).toBe(true);
  });

  it('that passes by itself leaves the object ready, and the local side is as asked all the same', async () => {
    const [localTable = ''] = await world.local.tables();
    await world.local.deleteRoute(localTable, REMOTE_BLOCK);
    const remotely = world.aws.faults.intercept(({ operation, input }) => {
      const filters = JSON.stringify(input);
      const isRemote = operation === 'DescribeRouteTables' && filters.includes(world.remote.vpcId);
      return isRemote ? { error: 'InternalError' } : undefined;
    });
    world.aws.clock.advance(600_000);
    await world.check();
    expect(isReady(world.peering())).toBe(true);
    expect(await through(world.local)).toContain(`${localTable} ${REMOTE_BLOCK}`);
    remotely();
  });

  it('does not hide what is wrong on the local side', async () => {
    deny('ec2:DescribeVpcs');
    const table = await world.local.addTable();
    const [nat] = (await world.local.routes()).filter(({ target }) => target.startsWith('nat-'));
    await world.local.setNatRoute(table, REMOTE_BLOCK, nat?.target ?? '');
    const message = warning(await world.look())?.message ?? '';
    expect(message).toContain(`${REMOTE_BLOCK} in table ${table} leads to ${nat?.target}`);
    expect(message).toMatch(/DescribeVpcs.*has to permit this/);
  });

  it('takes no local route away that AWS does not tell of with the connection', async () => {
    await world.remote.addBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    await world.look();
    const before = await through(world.local);
    await world.remote.removeBlock('10.181.0.0/24');
    world.aws.clock.advance(60_000);
    deny('ec2:DescribeVpcs');
    await world.look();
    expect(await through(world.local)).toEqual(before);
    deny();
    await recovers();
    expect(await through(world.local)).toHaveLength(before.length / 2);
  });

  it('that is about tags alone is none', async () => {
    await world.remote.deleteTags(id, 'Name');
    deny('ec2:CreateTags');
    expect(isReady(await world.look())).toBe(true);
  });

  it('is told of DNS resolution, which the other VPC may not have', async () => {
    deny('ec2:ModifyVpcPeeringConnectionOptions');
    const { details } = aVpcPeering().spec;
    const asked = { ...details, dnsResolution: { local: true, remote: true } } as VpcPeering['spec']['details'];
    const peering = world.peering();
    world.cluster.put({ ...peering, spec: { ...aVpcPeering().spec, details: asked } } as VpcPeering);
    const message = warning(await world.look())?.message ?? '';
    expect(message).toMatch(/^DNS resolution of the remote VPC can not be set: /);
    const [connection] = await world.local.connections();
    expect(connection?.RequesterVpcInfo?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc).toBe(true);
    deny();
    expect(isReady(await recovers())).toBe(true);
  });
});

it('names some of many routes, and how many more there are', async () => {
  deny('ec2:CreateRoute');
  for (let count = 0; count < 7; count += 1) await world.remote.addTable();
  expect(warning(await world.look())?.message).toMatch(
    /(10\.250\.0\.0\/22 in table rtb-\w+, ){4}10\.250\.0\.0\/22 in table rtb-\w+ and 2 more: AWS does not permit this/,
  );
});
