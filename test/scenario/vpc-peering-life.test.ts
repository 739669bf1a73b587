import { DeleteVpcPeeringConnectionCommand, ModifyVpcPeeringConnectionOptionsCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { type VpcPeering, vpcPeeringKind } from '../../src/api/index.ts';
import { eventKind } from '../../src/kube/index.ts';
import { aScopeManifest, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import {
  aNetworkOf,
  aPeeringManifest,
  isThrough,
  localOwner,
  peeredParts,
  PEERING_ENVIRONMENT,
  remoteOwner,
  STRANGER,
} from '../support/peering-scenario.ts';
import { PARTNER, PEERING_ROLE, peeringRoleIn } from '../support/peering-world.ts';
import { SharedEnvironment } from '../support/shared-environment.ts';

/* VpcPeerings that come to be, what somebody does to them in AWS, and how they go. */

const MINUTE_MS = 60_000;
const LOOK_MS = 11 * MINUTE_MS;
const LOCAL = '10.250.0.0/22';
const REMOTE = '10.180.0.0/22';
const shared = SharedEnvironment.start(PEERING_ENVIRONMENT, peeredParts);
const environment = () => shared.environment;
const local = () => localOwner(environment());
const remote = () => remoteOwner(environment());
const theirs = aNetworkOf(PARTNER, 'partner');
const status = async (): Promise<NonNullable<VpcPeering['status']>> =>
  (await environment().find(vpcPeeringKind, 'demo-peering'))?.status ?? {};
const shown = () => shared.status(vpcPeeringKind, 'demo-peering');

/** A peering that is Ready; gives the id of its connection. */
async function made(manifest: Manifest = aPeeringManifest(), network = theirs): Promise<string> {
  await environment().apply(aScopeManifest(), network, manifest);
  await environment().untilReady(vpcPeeringKind, 'demo-peering');
  return (await status()).id ?? '';
}

const through = async (owner: Awaited<ReturnType<typeof local>>) =>
  (await owner.routes()).filter(isThrough).map(({ destination, target, state }) => `${destination} ${target} ${state}`);
const codes = async () => (await (await local()).connections()).map(({ Status }) => Status?.Code);

function deny(action: string): void {
  const rules = (...denied: string[]) => ({ deniedActions: { [peeringRoleIn(PARTNER)]: denied } });
  shared.changeRules(rules(action), rules());
}

/** What the remote side is left with is taken away when the test is over. */
function clearRemote(): void {
  shared.whenEmpty(async () => {
    const owner = await remote();
    for (const { table, destination } of (await owner.routes()).filter(isThrough)) {
      await owner.deleteRoute(table, destination);
    }
  });
}

describe('a VpcPeering that comes to be', () => {
  it('shows how far AWS is by its state, and is not taken for done or failed', async () => {
    const seconds = (each: number) => ({
      durationsSeconds: { 'ec2.peering.initiating': each, 'ec2.peering.provisioning': each },
    });
    shared.changeRules(seconds(60), seconds(2));
    let isSeen = false;
    shared.failing(({ operation }) =>
      operation === 'AcceptVpcPeeringConnection' && !isSeen
        ? { error: 'InvalidVpcPeeringConnectionID.NotFound' }
        : undefined,
    );
    await environment().apply(aScopeManifest(), theirs, aPeeringManifest());
    for (const state of ['initiating-request', 'pending-acceptance', 'provisioning']) {
      await environment().until(async () => (await status()).state === state);
      expect(await shown()).toMatchObject({ progress: 'InProgress' });
      isSeen = state === 'pending-acceptance';
    }
    await environment().untilReady(vpcPeeringKind, 'demo-peering');
    expect(await shown()).toMatchObject({ state: 'active', progress: 'Current' });
  });

  it.each([
    { strategy: 'AUTO', tables: ['plain', 'tagged'] },
    { strategy: 'NONE', tables: [] },
    { strategy: 'MATCHED', tables: ['tagged'] },
    { strategy: 'UNMATCHED', tables: ['plain'] },
  ] as const)(
    'leads those tables of the remote VPC to it that $strategy means: $tables',
    async ({ strategy, tables }) => {
      const owner = await remote();
      const tagged = await owner.addTable({ demo: '' });
      shared.whenEmpty(() => owner.deleteTable(tagged));
      await made(aPeeringManifest({ remoteRouteTableUpdateStrategy: strategy }));
      const led = (await owner.routes()).filter(isThrough).map(({ table }) => (table === tagged ? 'tagged' : 'plain'));
      expect(led.toSorted()).toEqual(tables);
      const there = await local();
      expect((await there.routes()).filter(isThrough)).toHaveLength((await there.tables()).length);
    },
  );

  it('lets names of one VPC be known in the other as it is asked, whatever somebody sets', async () => {
    const resolution = async () => {
      const connections = await (await local()).connections();
      const connection = connections.find(({ Status }) => Status?.Code === 'active');
      return [connection?.RequesterVpcInfo, connection?.AccepterVpcInfo].map(
        (info) => info?.PeeringOptions?.AllowDnsResolutionFromRemoteVpc,
      );
    };
    const VpcPeeringConnectionId = await made(aPeeringManifest({ dnsResolution: { local: true, remote: false } }));
    expect(await resolution()).toEqual([true, false]);
    const set = (side: 'Requester' | 'Accepter', AllowDnsResolutionFromRemoteVpc: boolean) =>
      new ModifyVpcPeeringConnectionOptionsCommand({
        VpcPeeringConnectionId,
        [`${side}PeeringConnectionOptions`]: { AllowDnsResolutionFromRemoteVpc },
      });
    await (await local()).ec2.send(set('Requester', false));
    await (await remote()).ec2.send(set('Accepter', true));
    await environment().advance(LOOK_MS);
    expect(await resolution()).toEqual([true, false]);
  });
});

describe('what somebody does in AWS to a VpcPeering that is Ready', () => {
  it('routes that were taken away are there again at the next look', async () => {
    await made();
    const before = [await through(await local()), await through(await remote())];
    for (const owner of [await local(), await remote()]) {
      for (const { table, destination } of (await owner.routes()).filter(isThrough)) {
        await owner.deleteRoute(table, destination);
      }
    }
    await environment().advance(LOOK_MS);
    expect([await through(await local()), await through(await remote())]).toEqual(before);
    expect(await shown()).toMatchObject({ state: 'active', progress: 'Current' });
  });

  it('a route that leads elsewhere by now is named and left alone, until its owner takes it away', async () => {
    await made();
    const owner = await local();
    const [{ table } = { table: '' }] = (await owner.routes()).filter(isThrough);
    const nat = (await owner.routes()).find(({ target }) => target.startsWith('nat-'))?.target ?? '';
    await owner.deleteRoute(table, REMOTE);
    await owner.setNatRoute(table, REMOTE, nat);
    expect(await shared.shown(vpcPeeringKind, 'demo-peering', 'FailedCreatingRoutes')).toMatchObject({
      state: 'Warning',
      progress: 'Failed',
      message: `Some routes of the local VPC are not as asked: ${REMOTE} in table ${table} leads to ${nat}, which somebody else has set and which stays so`,
    });
    expect(
      (await owner.routes()).filter(({ target, destination }) => target === nat && destination === REMOTE),
    ).toHaveLength(1);
    await owner.deleteRoute(table, REMOTE);
    await environment().untilReady(vpcPeeringKind, 'demo-peering', 20 * MINUTE_MS);
    expect(await through(owner)).toHaveLength((await owner.tables()).length);
  });

  it('a connection that the other side has ended is asked for anew, and what led to it leads to the new one', async () => {
    const first = await made();
    // It has lived for long: it is none of a row that ends again and again.
    await environment().advance(40 * MINUTE_MS);
    await (await remote()).ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: first }));
    await environment().until(async () => (await status()).id !== first);
    await environment().untilReady(vpcPeeringKind, 'demo-peering');
    const { id } = await status();
    expect(await through(await remote())).toEqual([`${LOCAL} ${id} active`]);
    expect(new Set(await through(await local()))).toEqual(new Set([`${REMOTE} ${id} active`]));
  });

  it('rights of the remote role that were withdrawn are told while they are needed, with what to grant', async () => {
    await made();
    const owner = await remote();
    const [{ table } = { table: '' }] = (await owner.routes()).filter(isThrough);
    await owner.deleteRoute(table, LOCAL);
    deny('ec2:CreateRoute');
    expect(await shared.shown(vpcPeeringKind, 'demo-peering', 'FailedCreatingRoutes')).toMatchObject({
      state: 'Warning',
      progress: 'Failed',
      message: expect.stringContaining(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`),
    });
    environment().aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: [] } });
    await environment().untilReady(vpcPeeringKind, 'demo-peering', 20 * MINUTE_MS);
    expect(await through(owner)).toHaveLength(1);
  });
});

describe('the deletion of a VpcPeering', () => {
  const gone = async (): Promise<void> => {
    await environment().delete(aPeeringManifest());
    await environment().untilGone(vpcPeeringKind, 'demo-peering', 5 * MINUTE_MS);
    expect(await codes()).toContain('deleted');
    expect(await codes()).not.toContain('active');
    expect(await through(await local())).toEqual([]);
  };

  it('takes the routes of both sides along where that is asked', async () => {
    await made();
    await gone();
    expect(await through(await remote())).toEqual([]);
  });

  it('leaves those of the remote side where it is not', async () => {
    clearRemote();
    const id = await made(aPeeringManifest({ deleteRemotePeering: false }));
    await gone();
    expect(await through(await remote())).toEqual([`${LOCAL} ${id} blackhole`]);
  });

  const leftBehind = async (): Promise<readonly string[]> => {
    const { items } = await environment().kube.list(eventKind, { namespace: NAMESPACE });
    return items.map(({ message }) => message ?? '').filter((message) => message.includes('lead nowhere'));
  };

  it('is not held up by a remote role that lost its rights: what is left is told in an Event', async () => {
    clearRemote();
    const id = await made();
    deny('ec2:*');
    await gone();
    expect(await through(await remote())).toEqual([`${LOCAL} ${id} blackhole`]);
    expect(await leftBehind()).toContainEqual(
      expect.stringMatching(new RegExp(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`)),
    );
  });

  it('is not held up by a remote account that is gone', async () => {
    await made(aPeeringManifest(), aNetworkOf(STRANGER, 'stranger'));
    shared.failing(({ operation, input }) =>
      operation === 'AssumeRole' && String(input.RoleArn).includes(STRANGER)
        ? { error: { code: 'AccessDenied', httpStatus: 403 } }
        : undefined,
    );
    // Credentials that were taken before outlive the role.
    environment().clock.advance(2 * 60 * MINUTE_MS);
    expect(await shared.shown(vpcPeeringKind, 'demo-peering', 'FailedLoadingRemoteVpcNetwork')).toMatchObject({
      state: 'Warning',
      progress: 'Failed',
    });
    await gone();
    expect(await leftBehind()).toContainEqual(
      expect.stringMatching(new RegExp(`account ${STRANGER} has to have the role ${PEERING_ROLE}`)),
    );
  });
});
