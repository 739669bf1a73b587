import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isAlreadyExists,
  isInvalidInput,
  isInvalidState,
  isNotFound,
  NotFoundError,
  type PeeringClient,
  type Route,
  type RouteTable,
  type VpcPeering,
} from '../../src/aws/index.ts';
import { type ContractAws, startContractAws } from '../support/aws-clients.ts';

/** A VPC of ours, and one of somebody else in another account and region, whose role we may take on. */
const THEIR_ACCOUNT = '444455556666';
const THEIR_REGION = 'eu-west-1';
const VPC = { region: THEIR_REGION, cidrBlock: '10.180.0.0/22', tags: { Name: 'theirs' } };

let world: ContractAws;
let ours: PeeringClient;
let theirs: PeeringClient;
let vpcId: string;
let theirVpcId: string;

beforeEach(async () => {
  const accounts = [{ id: '123456789012' }, { id: THEIR_ACCOUNT, roles: [trusting('123456789012')], vpcs: [VPC] }];
  world = await startContractAws({}, { world: { accounts } });
  ours = world.aws.peering(world.target, world.call());
  const roleArn = `arn:aws:iam::${THEIR_ACCOUNT}:role/PeeringRole`;
  theirs = world.aws.peering({ accountId: THEIR_ACCOUNT, region: THEIR_REGION, roleArn }, world.call());
  const found = await Promise.all([ours.findVpcsByName('shoot--sandbox--demo'), theirs.findVpcsByName('theirs')]);
  [vpcId = 'missing', theirVpcId = 'missing'] = found.map(([vpc]) => vpc?.id);
});

afterEach(() => world.stop());

function trusting(account: string) {
  return { name: 'PeeringRole', trusts: [{ principal: `arn:aws:iam::${account}:root` }] };
}

const ask = (tags = {}): Promise<VpcPeering> =>
  ours.createVpcPeering({
    vpcId,
    peerVpcId: theirVpcId,
    peerAccountId: THEIR_ACCOUNT,
    peerRegion: THEIR_REGION,
    tags,
  });

async function anActivePeering(): Promise<string> {
  const { id } = await ask();
  await theirs.acceptVpcPeering(id);
  return id;
}

describe('a peering', () => {
  it('is asked for by one account, accepted by the other, and seen by both by the same id', async () => {
    const { id, requester, accepter } = await ask({ owner: 'me' });
    expect(requester).toMatchObject({ accountId: '123456789012', region: 'eu-central-1', vpcId });
    expect(accepter).toMatchObject({ accountId: THEIR_ACCOUNT, region: THEIR_REGION, vpcId: theirVpcId, cidrs: [] });
    const waiting = await theirs.describeVpcPeering(id);
    expect(waiting).toMatchObject({ status: { code: 'pending-acceptance' }, expiresAt: expect.any(Date), tags: {} });
    await theirs.acceptVpcPeering(id);
    const active = await ours.describeVpcPeering(id);
    expect(active).toMatchObject({ status: { code: 'active' }, expiresAt: undefined, tags: { owner: 'me' } });
    expect(active.accepter.cidrs).toEqual(['10.180.0.0/22']);
    await expect(theirs.acceptVpcPeering(id)).rejects.toSatisfy(isInvalidState);
  });

  it('is found by VPCs and by tags, by one list for questions of a kind', async () => {
    const { id } = await ask({ owner: 'me' });
    world.simulator.journal.clear();
    const found = await Promise.all([
      ours.findVpcPeerings({ requesterVpcId: vpcId, accepterVpcId: theirVpcId }),
      ours.findVpcPeerings({ requesterVpcId: theirVpcId, accepterVpcId: vpcId }),
      ours.findVpcPeeringsByTags({ owner: 'me' }),
      theirs.describeVpcPeeringsOf(theirVpcId),
    ]);
    expect(found.map((peerings) => peerings.map((peering) => peering.id))).toEqual([[id], [], [id], [id]]);
    expect(world.operations()).toHaveLength(4);
  });

  it('is asked for once, however often', async () => {
    const first = await ask({ owner: 'me' });
    expect(await ask({ owner: 'you' })).toMatchObject({ id: first.id, tags: { owner: 'me' } });
  });

  it('is one for two VPCs, whoever asked', async () => {
    await anActivePeering();
    const back = { vpcId: theirVpcId, peerVpcId: vpcId, peerAccountId: '123456789012', peerRegion: 'eu-central-1' };
    const { id } = await theirs.createVpcPeering({ ...back, tags: {} });
    await expect(ours.acceptVpcPeering(id)).rejects.toSatisfy(isAlreadyExists);
    await theirs.deleteVpcPeering(id);
  });

  it('that was ended is shown, and can be ended once', async () => {
    const id = await anActivePeering();
    await theirs.deleteVpcPeering(id);
    expect((await ours.describeVpcPeering(id)).status.code).toBe('deleted');
    await expect(ours.deleteVpcPeering(id)).rejects.toSatisfy(isInvalidState);
  });

  it('that is absent says so, with its id', async () => {
    const id = 'pcx-00000000000000000';
    await expect(ours.describeVpcPeering(id)).rejects.toMatchObject({ name: 'NotFoundError', id });
    await expect(theirs.acceptVpcPeering(id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(ours.deleteVpcPeering(id)).rejects.toSatisfy(isNotFound);
  });

  it('resolves names for each side by itself, once it is active', async () => {
    const { id } = await ask();
    await expect(ours.setVpcPeeringDnsResolution(id, 'requester', true)).rejects.toSatisfy(isInvalidState);
    await theirs.acceptVpcPeering(id);
    await ours.setVpcPeeringDnsResolution(id, 'requester', true);
    const { requester, accepter } = await ours.describeVpcPeering(id);
    expect([requester.dnsResolution, accepter.dnsResolution]).toEqual([true, false]);
  });
});

describe('a route', () => {
  const destination = '10.180.0.0/22';

  it('leads into a peering, is a blackhole while that is not active, and goes by its destination', async () => {
    const { id } = await ask();
    const target = { kind: 'vpc-peering-connection', id } as const;
    const tables = await ours.describeRouteTables(vpcId);
    const isPrivate = (table: RouteTable): boolean =>
      table.routes.some((other) => other.destination === '0.0.0.0/0' && other.target?.kind === 'nat-gateway');
    const routeTableId = tables.find(isPrivate)?.id ?? 'missing';
    const route = async (): Promise<Route | undefined> => {
      const table = (await ours.describeRouteTables(vpcId)).find((other) => other.id === routeTableId);
      return table?.routes.find((other) => other.destination === destination);
    };
    await ours.createRoute(routeTableId, destination, target);
    expect(await route()).toEqual({
      destination,
      destinationKind: 'cidr',
      target,
      state: 'blackhole',
      origin: 'CreateRoute',
    });
    await theirs.acceptVpcPeering(id);
    expect(await route()).toMatchObject({ state: 'active' });
    await expect(ours.createRoute(routeTableId, '0.0.0.0/0', target)).rejects.toSatisfy(isAlreadyExists);
    await ours.replaceRoute(routeTableId, destination, target);
    await ours.deleteRoute(routeTableId, destination);
    expect(await route()).toBeUndefined();
    await expect(ours.deleteRoute(routeTableId, destination)).rejects.toSatisfy(isNotFound);
    await expect(ours.replaceRoute(routeTableId, destination, target)).rejects.toSatisfy(isInvalidInput);
  });

  it('belongs to a table, and says of an absent one its id', async () => {
    const target = { kind: 'vpc-peering-connection', id: await anActivePeering() } as const;
    const absent = 'rtb-00000000000000000';
    const error = { name: 'NotFoundError', id: absent };
    await expect(ours.createRoute(absent, destination, target)).rejects.toMatchObject(error);
    await expect(ours.deleteRoute(absent, destination)).rejects.toMatchObject(error);
  });
});
