import { afterEach, describe, expect, it } from 'vitest';
import { aVpcPeering } from '../../../../test/support/cloud-control.ts';
import {
  networkOf,
  otherVpc,
  type PeeringWorld,
  putScope,
  startPeeringWorld,
} from '../../../../test/support/peering-world.ts';
import type { VpcPeering } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';

let world: PeeringWorld;
afterEach(() => world.stop());

const withoutRoutes = (calls: readonly string[]) => calls.filter((call) => call !== 'CreateRoute');

describe('a peering of VPCs with 20 route tables each', () => {
  it('costs at most 18 calls and one a route until it is ready, 6 for a look, and 8 and one a route to delete', async () => {
    world = await startPeeringWorld();
    for (const side of [world.local, world.remote]) {
      const { length } = await side.tables();
      for (let count = length; count < 20; count += 1) await side.addTable();
    }
    world.takeCalls();
    world.put();
    expect((await world.settle())?.status?.state).toBe('active');
    const toCreate = world.takeCalls();
    expect(toCreate.length - withoutRoutes(toCreate).length).toBe(40);
    expect(withoutRoutes(toCreate).length, withoutRoutes(toCreate).join(' ')).toBeLessThanOrEqual(18);

    await world.look();
    const look = world.takeCalls();
    expect(look.length, look.join(' ')).toBeLessThanOrEqual(6);

    world.remove();
    expect(await world.settle()).toBeUndefined();
    const toDelete = world.takeCalls();
    expect(toDelete.filter((call) => call === 'DeleteRoute')).toHaveLength(20);
    const others = toDelete.filter((call) => call !== 'DeleteRoute');
    expect(others.length, others.join(' ')).toBeLessThanOrEqual(8);
  });

  it('is looked at by itself alone while its connection is not there', async () => {
    world = await startPeeringWorld({ durationsSeconds: { 'ec2.peering.initiating': 3_600 } });
    world.put();
    await world.check();
    world.takeCalls();
    for (let look = 0; look < 3; look += 1) await world.check();
    expect(world.takeCalls()).toEqual(Array.from({ length: 3 }, () => 'DescribeVpcPeeringConnections'));
  });
});

describe('200 peerings of an account with another one', () => {
  const names = Array.from({ length: 200 }, (_, index) => `peering-${index}`);
  const vpcs = names.map((name, index) => ({
    region: 'eu-west-1',
    cidrBlock: `10.100.${index}.0/24`,
    tags: { Name: name, demo: '' },
  }));
  const details = aVpcPeering().spec.details as NonNullable<VpcPeering['spec']['details']>;

  it('cost at most 12 calls a look over all', async () => {
    world = await startPeeringWorld({
      quotas: { 'ec2.peeringsPerVpc': 300, 'ec2.pendingPeerings': 300 },
      remoteVpcs: vpcs,
    });
    putScope(world.cluster, await otherVpc(world.local, '10.40.0.0/16'));
    for (const name of names) {
      world.cluster.put(networkOf(name, world.remote, name));
      world.put(aVpcPeering({ metadata: { name }, spec: { details: { ...details, remoteNetwork: { name } } } }));
    }
    for (let round = 0; round < 3; round += 1) {
      await world.checkTogether(names);
      world.aws.clock.advance(10_000);
    }
    expect(new Set(names.map((name) => world.peering(name)?.status?.state))).toEqual(new Set(['active']));
    world.takeCalls();
    world.aws.clock.advance(600_000);
    await world.checkTogether(names);
    const look = world.takeCalls();
    expect(look.length, look.join(' ')).toBeLessThanOrEqual(12);
  });
});
