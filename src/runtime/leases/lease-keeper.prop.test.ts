import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sleep } from '../../util/clock.ts';
import { LeaseWorld, TIMING, type Weather } from '../../../test/support/lease-world.ts';

/*
 * Histories of three replicas: their clocks differ in speed, requests are slow, lost, refused or carried out without an
 * answer, passes take their time to end, processes are frozen for longer than leases last, killed, and stopped in order.
 */

const SHARDS = 2;
/** Shrinking a history that breaks the law may take minutes; what it has come to by then will do. */
const LIMIT = { interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true };

/** Mostly short, now and then longer than anybody waits. */
const delayMs = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 100 }) },
  { weight: 1, arbitrary: fc.nat({ max: 8_000 }) },
);

const fate = fc.oneof(
  { weight: 12, arbitrary: fc.constant('arrives' as const) },
  { weight: 1, arbitrary: fc.constantFrom('is lost' as const, 'loses its answer' as const, 'is refused' as const) },
);

const weather = fc.record<Weather>({ thereMs: delayMs, backMs: delayMs, fate });

/** Mostly within the drain time, now and then longer than it. */
const drainMs = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 5_000 }) },
  { weight: 1, arbitrary: fc.nat({ max: 60_000 }) },
);

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 20_000 }),
  replica: fc.nat({ max: 2 }),
  act: fc.constantFrom('freeze', 'thaw', 'thaw', 'stop', 'kill', 'edit', 'wait'),
});

const history = fc.record({
  // Between renew deadline and lease duration there is room for clocks that differ by half.
  speeds: fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 3, maxLength: 3 }),
  shards: fc.array(fc.constantFrom(1, SHARDS, SHARDS), { minLength: 3, maxLength: 3 }),
  weathers: fc.array(weather, { minLength: 20, maxLength: 60 }),
  drainsMs: fc.array(drainMs, { minLength: 5, maxLength: 10 }),
  steps: fc.array(step, { minLength: 3, maxLength: 10 }),
});

/** Whoever divides the work in two and whoever does not must not be at work together either. */
function expectOneWriter(world: LeaseWorld): void {
  const whole = world.writers(0, 1);
  const halves = [0, 1].map((shard) => world.writers(shard, SHARDS));
  expect(whole.length).toBeLessThanOrEqual(1);
  for (const half of halves) expect(whole.length + half.length).toBeLessThanOrEqual(1);
}

function act(world: LeaseWorld, what: string, index: number): void {
  const replica = world.replicas[index];
  if (what === 'freeze') replica?.freeze();
  else if (what === 'thaw') replica?.thaw();
  else if (what === 'kill') replica?.kill();
  else if (what === 'stop') void replica?.keeper.stop();
  else if (what === 'edit') {
    const lease = world.server.all()[index];
    if (lease) world.server.update({ ...lease, metadata: { ...lease.metadata, annotations: { by: 'hand' } } });
  }
}

it('never do two write for one unit of work, by their own clocks', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ speeds, shards, weathers, drainsMs, steps }) => {
      const world = new LeaseWorld();
      let sent = 0;
      let drained = 0;
      const next = (): Weather => weathers[(sent += 1) % weathers.length] ?? { thereMs: 1, backMs: 1, fate: 'arrives' };
      for (const [index, speed] of speeds.entries()) {
        world.join({
          name: `r${index}`,
          shards: shards[index] ?? 1,
          speed,
          weather: next,
          random: () => (sent % 10) / 10,
          whenDrained: (clock) => sleep(clock, drainsMs[(drained += 1) % drainsMs.length] ?? 0),
        });
      }
      const check = (): void => {
        expectOneWriter(world);
        written += world.replicas.flatMap(({ held }) => held).length;
      };
      for (const { afterMs, replica, act: what } of steps) {
        await world.advance(afterMs, check);
        act(world, what, replica);
      }
      await world.advance(30_000, check);
    }),
    { numRuns: 50, ...LIMIT },
  );
  // Who never lets anybody write keeps the law, too.
  expect(written).toBeGreaterThan(1_000);
});

it('in fair weather all work has a holder again in the promised time, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ weathers, steps }) => {
      const world = new LeaseWorld();
      let isFair = false;
      let sent = 0;
      const weather = (): Weather =>
        (isFair ? undefined : weathers[(sent += 1) % weathers.length]) ?? { thereMs: 1, backMs: 1, fate: 'arrives' };
      for (const name of ['r0', 'r1', 'r2']) world.join({ name, shards: SHARDS, weather });
      for (const { afterMs, replica, act: what } of steps) {
        await world.advance(afterMs);
        if (what !== 'kill' && what !== 'stop') act(world, what, replica);
      }
      isFair = true;
      for (const replica of world.replicas) replica.thaw();
      // What the bad weather left on its way has to time out first.
      const tookMs = await world.until(() => [0, 1].every((shard) => world.writers(shard).length === 1));
      expect(tookMs).toBeLessThanOrEqual(2 * TIMING.renewDeadlineMs + TIMING.durationMs + 2 * TIMING.retryPeriodMs);
    }),
    { numRuns: 30, ...LIMIT },
  );
});
