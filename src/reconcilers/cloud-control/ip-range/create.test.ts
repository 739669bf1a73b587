import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aScope({ status: {} }));
  await world.checkScope();
  world.takeCalls();
});

afterEach(() => world.stop());

describe('an IpRange that is made', () => {
  it('becomes ready with a block and a subnet in each zone, in zone order, in few calls', async () => {
    world.cluster.put(anIpRange());
    const object = await world.settleIpRange();
    expect(world.takeCalls().length).toBeLessThanOrEqual(12);
    expect(object?.status).toMatchObject({
      state: 'Ready',
      cidr: '10.250.4.0/22',
      vpcId: world.vpcId,
      ranges: ['10.250.4.0/24', '10.250.5.0/24', '10.250.6.0/24'],
      subnets: [
        { zone: 'eu-central-1a', range: '10.250.4.0/24', name: 'range-0' },
        { zone: 'eu-central-1b', range: '10.250.5.0/24', name: 'range-1' },
        { zone: 'eu-central-1c', range: '10.250.6.0/24', name: 'range-2' },
      ],
    });
  });
});
