import {
  CreateVpcPeeringConnectionCommand,
  DeleteVpcPeeringConnectionCommand,
  RejectVpcPeeringConnectionCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import {
  PARTNER,
  peeringRoleIn,
  type PeeringWorld,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import { type VpcPeering, vpcPeeringKind } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import { requeueAfterMs } from '../../../composed/index.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: PeeringWorld;
afterEach(() => world.stop());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const start = async (options: Parameters<typeof startPeeringWorld>[0] = {}): Promise<void> => {
  world = await startPeeringWorld(options);
  world.put();
};
const error = (peering: VpcPeering | undefined) => findCondition(peering?.status?.conditions, 'Error');
const isReady = (peering: VpcPeering | undefined) =>
  findCondition(peering?.status?.conditions, 'Ready')?.status === 'True';
const peeringRoutes = async (side: PeeringWorld['local']) =>
  (await side.routes()).filter(({ target }) => target.startsWith('pcx-'));

/** Passes until the connection has ended; answers with the minutes until the next request. */
async function untilEnded(): Promise<number> {
  for (let pass = 0; pass < 10; pass += 1) {
    const stop = await world.check();
    const delayMs = stop === undefined ? 0 : requeueAfterMs(stop);
    if (error(world.peering()) !== undefined) return delayMs / MINUTE_MS;
    world.aws.clock.advance(delayMs);
  }
  throw new Error('it did not end');
}

describe('P4: a request that AWS lets fail', () => {
  it('is told in its words, with its code as the state, and made again a minute after', async () => {
    await start({ quotas: { 'ec2.failingPeeringRequests': 1 } });
    const minutes = await untilEnded();
    const { id = '' } = world.peering()?.status ?? {};
    expect(world.peering()?.status?.state).toBe('failed');
    expect(error(world.peering())).toMatchObject({
      reason: 'FailedAcceptingVpcPeeringConnection',
      message: `The peering ${id} has ended (failed): Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range; it is requested again later`,
    });
    expect(minutes).toBeLessThanOrEqual(1);
    world.aws.clock.advance(MINUTE_MS);
    const peering = await world.settle();
    expect(isReady(peering)).toBe(true);
    expect(peering?.status?.id).not.toBe(id);
    expect(peering?.status).toMatchObject({ createIntent: { attempt: 2 } });
    expect(peering?.status?.formerIds).toBeUndefined();
  });
});

describe('P4: a request that somebody rejects', () => {
  it('is made again after an hour, and ever less often', async () => {
    await start({ quotas: { 'ec2.rejectedPeeringRequests': 2 } });
    const pauses: number[] = [];
    for (let request = 0; request < 2; request += 1) {
      const hours = Math.round((await untilEnded()) / 60);
      pauses.push(hours);
      expect(world.peering()?.status?.state).toBe('rejected');
      world.aws.clock.advance(hours * HOUR_MS);
      await world.check();
    }
    expect(pauses).toEqual([1, 2]);
    expect(isReady(await world.settle())).toBe(true);
  });
});

describe('P4: a request that nobody accepts', () => {
  it('expires, and is made again at once', async () => {
    await start({ durationsSeconds: { 'ec2.peering.pendingAcceptance': 1_800 } });
    world.aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: ['ec2:AcceptVpcPeeringConnection'] } });
    const first = await world.settle();
    expect(error(first)?.reason).toBe('FailedAcceptingVpcPeeringConnection');
    expect(first?.status?.state).toBe('Error');
    world.aws.world.changeRules({ deniedActions: {} });
    world.aws.clock.advance(2 * HOUR_MS);
    world.aws.world.changeRules({ deniedActions: { [peeringRoleIn(PARTNER)]: [] } });
    await world.check();
    expect(world.news.map(({ message }) => message)).toContain(
      `The peering ${first?.status?.id} has ended (expired); it is requested again`,
    );
    world.aws.clock.advance(MINUTE_MS);
    const second = await world.settle();
    expect(isReady(second)).toBe(true);
    expect(second?.status?.id).not.toBe(first?.status?.id);
  });
});

describe('an active connection that somebody deletes', () => {
  it.each(['local', 'remote'] as const)(
    'from the %s side is made again, and its routes are led to the new one',
    async (side) => {
      await start();
      const first = await world.settle();
      const id = first?.status?.id ?? '';
      world.aws.clock.advance(HOUR_MS);
      await world[side].ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
      const before = (await peeringRoutes(world.local)).length;
      const second = await world.look();
      expect(isReady(second)).toBe(true);
      expect(second?.status?.id).not.toBe(id);
      expect(second?.status?.remoteId).toBe(second?.status?.id);
      expect(second?.status?.formerIds).toBeUndefined();
      for (const routes of [await peeringRoutes(world.local), await peeringRoutes(world.remote)]) {
        expect(new Set(routes.map(({ target, state }) => `${target} ${state}`))).toEqual(
          new Set([`${second?.status?.id} active`]),
        );
      }
      expect(await peeringRoutes(world.local)).toHaveLength(before);
      expect(world.news).toContainEqual({
        type: 'Warning',
        reason: 'VpcPeeringConnectionEnded',
        message: `The peering ${id} has ended (deleted); it is requested again`,
      });
    },
  );

  it('leaves no route behind when it cannot be requested again, and the object goes', async () => {
    await start();
    const id = (await world.settle())?.status?.id ?? '';
    world.cluster.setStatus(vpcPeeringKind, 'peering', { createIntent: undefined });
    await world.local.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    world.aws.clock.advance(HOUR_MS);
    world.aws.world.changeRules({ quotas: { 'ec2.pendingPeerings': 0 } });
    await world.settle();
    expect(world.peering()?.status).toMatchObject({ formerIds: [id] });
    expect(world.peering()?.status?.createIntent).toBeUndefined();
    world.remove();
    expect(await world.settle()).toBeUndefined();
    expect(await peeringRoutes(world.local)).toEqual([]);
  });

  it('again and again is made again ever less often', async () => {
    await start();
    const minutes: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const peering = await world.settle();
      expect(isReady(peering)).toBe(true);
      const input = { VpcPeeringConnectionId: peering?.status?.id };
      await world.remote.ec2.send(new DeleteVpcPeeringConnectionCommand(input));
      world.aws.clock.advance(15_000);
      minutes.push(Math.round(await untilEnded()));
      world.aws.clock.advance(15 * MINUTE_MS);
      await world.check();
    }
    expect(minutes.slice(1).every((pause, index) => pause >= (minutes[index] ?? 0))).toBe(true);
    expect(minutes.at(-1)).toBeGreaterThanOrEqual(5);
  });

  it('P3: does not count when it is only the remote side that still shows it', async () => {
    await start();
    const first = await world.settle();
    const id = first?.status?.id ?? '';
    await world.local.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
    // By now the side that deleted it does not see it any more, and the other one does.
    world.aws.clock.advance(3 * HOUR_MS);
    expect((await world.remote.connections()).map((one) => one.VpcPeeringConnectionId)).toEqual([id]);
    expect(await world.local.connections()).toEqual([]);
    const second = await world.settle();
    expect(isReady(second)).toBe(true);
    expect(second?.status?.remoteId).toBe(second?.status?.id);
    expect(second?.status?.id).not.toBe(id);
  });
});

it('does not take up a connection of its own in the other direction', async () => {
  await start();
  const { local, remote } = world;
  const Tags = [
    { Key: 'cloud-manager.kyma-project.io/name', Value: 'kcp-system/peering' },
    { Key: 'cloud-manager.kyma-project.io/scope', Value: 'demo' },
  ];
  const input = { VpcId: remote.vpcId, PeerVpcId: local.vpcId, PeerOwnerId: local.accountId, PeerRegion: local.region };
  const { VpcPeeringConnection } = await remote.ec2.send(
    new CreateVpcPeeringConnectionCommand({
      ...input,
      TagSpecifications: [{ ResourceType: 'vpc-peering-connection', Tags }],
    }),
  );
  world.aws.clock.advance(10_000);
  const id = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  expect(error(await world.settle())?.message).toContain(`are joined already by ${id}`);
  await local.ec2.send(new RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
  world.aws.clock.advance(MINUTE_MS);
  expect(isReady(await world.settle())).toBe(true);
});
