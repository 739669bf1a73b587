import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutOffEverywhere } from '../support/cut-off.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { NETWORK_SCRIPT } from '../support/network-script.ts';

let world: DemoWorld;

beforeAll(async () => {
  world = await DemoWorld.start((options) => Environment.start(options), NETWORK_SCRIPT);
});

afterAll(() => world.system.stop());

it('ends with the networks as asked, and in the end with nothing, at whatever call or write the operator dies', async () => {
  const atFirst = await world.outcome();
  const all = ['creation', 'change', 'deletion'] as const;
  const moments = await cutOffEverywhere(world, { told: all, deadly: all, restMs: 20 * 60_000 });
  expect(await world.outcome()).toEqual(atFirst);
  expect(moments.length).toBeGreaterThan(100);
  expect(moments).toEqual(
    expect.arrayContaining([
      'a VpcNetwork: CreateVpc #0 after',
      'a VpcNetwork: CreateInternetGateway #0 after',
      'a VpcNetwork: CreateDhcpOptions #0 after',
      'a peering: CreateVpcPeeringConnection #0 after',
      'a peering: AcceptVpcPeeringConnection #0 before',
      'everything deleted at once: DeleteVpc #0 after',
    ]),
  );
}, 600_000);
