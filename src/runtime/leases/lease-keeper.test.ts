import { describe, expect, it } from 'vitest';
import { LeaseWorld, TIMING, type Weather } from '../../../test/support/lease-world.ts';

const WITHIN_MS = TIMING.durationMs + 2 * TIMING.retryPeriodMs;

function fair(): Weather {
  return { thereMs: 1, backMs: 1, fate: 'arrives' };
}

describe('one shard', () => {
  it('is led by whoever comes first, as long as it renews the lease', async () => {
    const world = new LeaseWorld();
    const first = world.join({ name: 'a' });
    await world.advance(100);
    expect(first.held).toEqual([0]);
    world.join({ name: 'b' });
    await world.advance(120_000, () => expect(world.writers(0)).toEqual(['a']));
    expect(first.changes).toEqual(['taken cloud-manager']);
    expect(world.server.find('cloud-manager')?.spec).toMatchObject({
      holderIdentity: 'host_a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
    });
  });

  it('goes to another replica within the lease duration and two retry periods when the leader dies', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(31_000);
    leader.kill();
    const tookMs = await world.until(() => next.mayWrite(0));
    expect(tookMs).toBeLessThanOrEqual(WITHIN_MS);
    // No sooner: the dead might only have been slow.
    expect(tookMs).toBeGreaterThan(TIMING.durationMs - TIMING.retryPeriodMs);
    expect(next.takeoversMs[0]).toBeGreaterThanOrEqual(TIMING.durationMs);
    expect(world.server.find('cloud-manager')?.spec?.leaseTransitions).toBe(1);
  });

  it('goes over at once when the leader stops, and what the leader wrote says that nobody holds it', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(30_000);
    const stopped = leader.keeper.stop();
    await world.advance(10);
    await stopped;
    expect(leader.changes).toEqual(['taken cloud-manager', 'released cloud-manager']);
    expect(world.server.find('cloud-manager')?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(world.server.find('cloud-manager-member-a')).toBeUndefined();
    expect(await world.until(() => next.mayWrite(0))).toBeLessThanOrEqual(TIMING.retryPeriodMs);
  });

  it('is given up by a leader that cannot renew it, before anybody else takes it, and is competed for again', async () => {
    const world = new LeaseWorld();
    let fate: Weather['fate'] = 'arrives';
    const leader = world.join({ name: 'a', weather: () => ({ ...fair(), fate }) });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(30_000);
    fate = 'is refused';
    const { ended } = leader.keeper.authorityOf(0) ?? {};
    const quietMs = await world.until(() => !leader.mayWrite(0));
    expect(quietMs).toBeLessThanOrEqual(TIMING.renewDeadlineMs);
    expect(ended?.aborted).toBe(true);
    expect(leader.changes).toEqual(['taken cloud-manager', 'lost cloud-manager']);
    expect(leader.keeper.problem).toContain('leases cannot be used');
    await world.until(() => next.mayWrite(0));
    fate = 'arrives';
    await world.advance(10_000);
    expect(leader.keeper.problem).toBeUndefined();
    next.kill();
    await world.until(() => leader.mayWrite(0));
  });

  it('is held on to when answers are lost now and then', async () => {
    const world = new LeaseWorld();
    let requests = 0;
    const weather = (): Weather => ({ ...fair(), fate: (requests += 1) % 7 === 0 ? 'loses its answer' : 'arrives' });
    const leader = world.join({ name: 'a', weather });
    await world.until(() => leader.mayWrite(0));
    await world.advance(120_000);
    expect(leader.mayWrite(0)).toBe(true);
  });

  it('is held from the moment at which its renewal was begun, not from that of the answer', async () => {
    const world = new LeaseWorld();
    let backMs = 1;
    const leader = world.join({ name: 'a', weather: () => ({ ...fair(), backMs }) });
    await world.advance(100);
    backMs = 4_000;
    await world.advance(60_000, () => {
      const leftMs = (leader.keeper.authorityOf(0)?.expiresAtMs() ?? 0) - world.clock.monotonicMs();
      expect(leftMs).toBeLessThanOrEqual(TIMING.renewDeadlineMs - 1);
    });
    expect(leader.mayWrite(0)).toBe(true);
  });

  it('is not led by a replica that was frozen, from the moment on at which it goes on', async () => {
    const world = new LeaseWorld();
    const frozen = world.join({ name: 'a' });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(30_000);
    frozen.freeze();
    const authority = frozen.keeper.authorityOf(0);
    await world.until(() => next.mayWrite(0));
    await world.advance(5_000);
    frozen.thaw();
    // Before any of its timers or answers did anything.
    expect(authority?.expiresAtMs()).toBeLessThan(world.clock.monotonicMs());
    await world.advance(60_000, () => expect(world.writers(0)).toEqual(['b']));
  });

  it('is not led by a machine that slept while its monotonic clock stood still', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    world.clock.jumpWallClock(20_000);
    expect(leader.mayWrite(0)).toBe(false);
    // A clock that was set looks the same, and costs no more than the time to the next renewal.
    await world.advance(TIMING.retryPeriodMs);
    expect(leader.mayWrite(0)).toBe(true);
  });

  it('stays with its leader when somebody edits or deletes the lease', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    world.join({ name: 'b' });
    await world.advance(30_000);
    for (const act of ['edit', 'delete'] as const) {
      const lease = world.server.find('cloud-manager');
      if (lease === undefined) throw new Error('there is no lease');
      if (act === 'delete') world.server.delete(lease);
      else world.server.update({ ...lease, metadata: { ...lease.metadata, annotations: { by: 'hand' } } });
      await world.advance(60_000, () => expect(world.writers(0).length).toBeLessThanOrEqual(1));
      expect(leader.mayWrite(0)).toBe(true);
    }
  });
});

describe('a lease without the labels of the installation', () => {
  const SET = 'cloud-manager.kyma-project.io/lease-set';

  function unlabel(world: LeaseWorld): void {
    const lease = world.server.find('cloud-manager');
    if (lease === undefined) throw new Error('there is no lease');
    world.server.update({ ...lease, metadata: { ...lease.metadata, labels: {} } });
  }

  it('gets them back from its holder, and nobody else comes in between', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(30_000);
    unlabel(world);
    await world.advance(TIMING.retryPeriodMs + 10, () => expect(world.writers(0)).toEqual(['a']));
    expect(world.server.find('cloud-manager')?.metadata.labels).toMatchObject({ [SET]: 'cloud-manager' });
    leader.kill();
    expect(await world.until(() => next.mayWrite(0))).toBeLessThanOrEqual(WITHIN_MS);
  });

  it('gets them back also when its holder gives it up', async () => {
    const world = new LeaseWorld();
    const leader = world.join({ name: 'a' });
    await world.advance(100);
    const next = world.join({ name: 'b' });
    await world.advance(30_000);
    unlabel(world);
    const stopped = leader.keeper.stop();
    expect(await world.until(() => next.mayWrite(0))).toBeLessThanOrEqual(TIMING.retryPeriodMs + 100);
    await stopped;
  });

  it.each([
    { reason: 'the holder died before it could write them', isOurs: true },
    { reason: 'another program uses the name', isOurs: false },
  ])('is left alone and told about: $reason', async ({ isOurs }) => {
    const world = new LeaseWorld();
    if (isOurs) {
      const dead = world.join({ name: 'dead' });
      await world.advance(100);
      dead.kill();
      unlabel(world);
    } else {
      const spec = { holderIdentity: 'somebody', leaseDurationSeconds: 15 };
      world.server.create({ metadata: { name: 'cloud-manager', namespace: 'test' }, spec });
    }
    const replica = world.join({ name: 'a' });
    await world.advance(60_000, () => expect(replica.mayWrite(0)).toBe(false));
    expect(replica.keeper.problem).toBe(
      'not of this installation by their labels are the leases cloud-manager: delete them or choose another --lease-name',
    );
    const lease = world.server.find('cloud-manager');
    if (lease !== undefined) world.server.delete(lease);
    await world.until(() => replica.mayWrite(0));
    await world.advance(TIMING.retryPeriodMs);
    expect(replica.keeper.problem).toBeUndefined();
  });
});

describe('several shards', () => {
  const SHARDS = 12;

  it('are shared by the replicas, each with its part, and one that joins gets its part', async () => {
    const world = new LeaseWorld();
    const first = world.join({ name: 'a', shards: SHARDS });
    await world.advance(1_000);
    expect(first.held).toHaveLength(SHARDS);
    // Whoever is told looks at all objects.
    expect(first.gained).toEqual([Array.from({ length: SHARDS }, (_, shard) => shard)]);
    for (const name of ['b', 'c']) world.join({ name, shards: SHARDS });
    await world.advance(10_000, () => {
      for (let shard = 0; shard < SHARDS; shard += 1) expect(world.writers(shard).length).toBeLessThanOrEqual(1);
    });
    expect(world.replicas.map(({ held }) => held.length)).toEqual([4, 4, 4]);
  });

  it('are taken over from a dead replica within the promised time, and its membership goes', async () => {
    const world = new LeaseWorld();
    for (const name of ['a', 'b', 'c']) world.join({ name, shards: SHARDS });
    await world.advance(30_000);
    world.replicas[0]?.kill();
    const tookMs = await world.until(() => world.replicas.slice(1).every(({ held }) => held.length === SHARDS / 2));
    expect(tookMs).toBeLessThanOrEqual(WITHIN_MS);
    await world.advance(TIMING.retryPeriodMs);
    expect(world.server.find('cloud-manager-member-a')).toBeUndefined();
  });

  it('are handed over when what goes on under them has ended, not before, and meanwhile take nothing new', async () => {
    const world = new LeaseWorld();
    const passes = Promise.withResolvers<void>();
    const first = world.join({ name: 'a', shards: 2, whenDrained: () => passes.promise });
    await world.advance(1_000);
    const before = [0, 1].map((shard) => first.keeper.authorityOf(shard));
    const second = world.join({ name: 'b', shards: 2 });
    await world.advance(20_000);
    expect([first.held.length, second.held.length]).toEqual([1, 0]);
    // What runs may write until it has ended.
    expect(before.every((authority) => authority?.ended?.aborted === false)).toBe(true);
    passes.resolve();
    await world.advance(TIMING.retryPeriodMs);
    expect([first.held.length, second.held.length]).toEqual([1, 1]);
    expect(first.changes.filter((change) => change.startsWith('released'))).toHaveLength(1);
  });

  it('are not released but run out when what went on had to be aborted', async () => {
    const world = new LeaseWorld();
    const first = world.join({ name: 'a', shards: 2, whenDrained: () => new Promise(() => {}) });
    await world.advance(1_000);
    const before = [0, 1].map((shard) => first.keeper.authorityOf(shard));
    const second = world.join({ name: 'b', shards: 2 });
    const abortedMs = await world.until(() => before.some((authority) => authority?.ended?.aborted === true));
    expect(abortedMs).toBeGreaterThanOrEqual(30_000);
    const tookMs = await world.until(() => second.held.length === 1);
    expect(tookMs).toBeGreaterThan(TIMING.durationMs - 2 * TIMING.retryPeriodMs);
    expect(tookMs).toBeLessThanOrEqual(WITHIN_MS);
  });

  it.each([
    { from: 1, to: 4 },
    { from: 4, to: 1 },
  ])('in another number, $from before and $to now, wait until nobody works with the old one', async ({ from, to }) => {
    const world = new LeaseWorld();
    for (const name of ['a', 'b']) world.join({ name, shards: from });
    await world.advance(30_000);
    for (const name of ['c', 'd']) world.join({ name, shards: to });
    await world.advance(30_000, () => expect(world.replicas.slice(2).flatMap(({ held }) => held)).toEqual([]));
    const stopped = world.replicas.slice(0, 2).map(({ keeper }) => keeper.stop());
    await world.until(() => world.replicas.slice(2).flatMap(({ held }) => held).length === to);
    await Promise.all(stopped);
    // The leases of the old number are no longer there to be wondered at.
    await world.advance(TIMING.retryPeriodMs * 2);
    expect(world.server.all()).toHaveLength(to + 2);
  });
});
