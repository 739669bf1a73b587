import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PARTNER, type PeeringWorld, startPeeringWorld } from '../../../../test/support/peering-world.ts';

let world: PeeringWorld;
beforeEach(async () => {
  world = await startPeeringWorld();
});
afterEach(() => world.stop());

describe('a VpcPeering', () => {
  it('becomes active, with tags on both sides and routes in all tables', async () => {
    await world.local.addTable();
    world.put();
    const peering = await world.settle();
    console.log(
      JSON.stringify(peering, null, 1),
      world.takeCalls(),
      world.news,
      await world.local.routes(),
      await world.remote.routes(),
      await world.remote.connections(),
    );
  });
});
