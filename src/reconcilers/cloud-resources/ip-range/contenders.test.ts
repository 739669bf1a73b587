import { describe, expect, it } from 'vitest';
import { aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserIpRangeWorld, type UserIpRangeWorld } from '../../../../test/support/user-ip-range-world.ts';
import { userIpRangeKind } from '../../../api/cloud-resources/v1beta1/ip-range.ts';
import { findCondition } from '../../../kube/index.ts';

/** Written in that year; nothing was done for it yet. */
function write(world: UserIpRangeWorld, name: string, year: number, cidr?: string): void {
  const creationTimestamp = `${year}-01-01T00:00:00Z`;
  world.user.put(aUserIpRange({ metadata: { name, creationTimestamp }, spec: cidr === undefined ? {} : { cidr } }));
}

const errorOf = (world: UserIpRangeWorld, name: string) =>
  findCondition(world.ipRange(name)?.status?.conditions, 'Error');

describe('IpRanges whose ranges overlap', () => {
  it.each([
    { older: '10.1.0.0/16', newer: '10.1.4.0/22' },
    { older: '10.1.4.0/22', newer: '10.1.0.0/16' },
    { older: '10.1.4.0/22', newer: '10.1.4.0/22' },
  ])('are made the older one first: $older and $newer', async ({ older, newer }) => {
    const world = createUserIpRangeWorld(2);
    write(world, 'newer', 2021, newer);
    write(world, 'older', 2020, older);
    await world.check('newer');
    await world.check('older');
    expect(world.made('newer')).toBeUndefined();
    expect(world.ipRange('newer')?.metadata.finalizers).toBeUndefined();
    expect(errorOf(world, 'newer')).toMatchObject({
      reason: 'CidrOverlap',
      message: `CIDR ${newer} overlaps with ${older} of IpRange older: delete one of them, and make it anew with another CIDR`,
    });
    expect(world.made('older')).toBeDefined();
    expect(errorOf(world, 'older')).toBeUndefined();
    world.user.remove(userIpRangeKind, 'older');
    await world.check('older');
    await world.check('newer');
    expect(world.made('newer')).toBeDefined();
    expect(errorOf(world, 'newer')).toBeUndefined();
  });

  it('of the same second are ordered by name', async () => {
    const world = createUserIpRangeWorld(2);
    write(world, 'b', 2020, '10.1.0.0/22');
    write(world, 'a', 2020, '10.1.0.0/22');
    await world.check('b');
    expect(errorOf(world, 'b')?.reason).toBe('CidrOverlap');
    await world.check('a');
    expect(errorOf(world, 'a')).toBeUndefined();
  });

  it('are looked for among all, not the first alone', async () => {
    const world = createUserIpRangeWorld(3);
    write(world, 'aside', 2019, '10.2.0.0/22');
    write(world, 'newest', 2022, '10.1.0.0/22');
    write(world, 'older', 2020, '10.1.0.0/22');
    write(world, 'newer', 2021, '10.1.0.0/22');
    await world.check('newer');
    expect(errorOf(world, 'newer')?.message).toContain('IpRange older');
  });

  it('that were found count as well', async () => {
    const world = createUserIpRangeWorld(2);
    write(world, 'found', 2020);
    await world.check('found');
    write(world, 'asked', 2021, '10.3.0.0/16');
    world.provide('10.3.4.0/22', 'found');
    await world.check('asked');
    expect(errorOf(world, 'asked')?.message).toContain('10.3.4.0/22 of IpRange found');
  });

  it('are none when both are left open: the control plane finds free ones', async () => {
    const world = createUserIpRangeWorld(2);
    write(world, 'a', 2020);
    write(world, 'b', 2021);
    await world.check('b');
    await world.check('a');
    expect([world.made('a'), world.made('b')]).not.toContain(undefined);
  });

  it('are no matter any more for one that was made: a backup leaves objects with other ages', async () => {
    const world = createUserIpRangeWorld(2);
    write(world, 'used', 2021, '10.1.0.0/22');
    await world.check('used');
    world.provide('10.1.0.0/22', 'used');
    write(world, 'older', 2020, '10.1.0.0/22');
    await world.check('used');
    expect(world.ipRange('used')?.status?.state).toBe('Ready');
    await world.check('older');
    expect(errorOf(world, 'older')?.message).toContain('IpRange used');
  });
});

describe('IpRanges beyond the quota of the cluster', () => {
  it('are made in the order of their age, as others go', async () => {
    const world = createUserIpRangeWorld(1);
    for (const [index, name] of ['first', 'second', 'third'].entries()) write(world, name, 2020 + index);
    for (const name of ['third', 'second', 'first']) await world.check(name);
    expect(world.made('first')).toBeDefined();
    for (const name of ['second', 'third']) {
      expect(world.made(name)).toBeUndefined();
      expect(world.ipRange(name)?.status?.state).toBe('Error');
      for (const type of ['Error', 'QuotaExceeded']) {
        expect(findCondition(world.ipRange(name)?.status?.conditions, type)).toMatchObject({
          status: 'True',
          reason: 'QuotaExceeded',
          message: expect.stringMatching(/^The cluster may have 1 IpRange, and first/),
        });
      }
    }
    world.user.remove(userIpRangeKind, 'first');
    // What stands for it goes, then the object itself.
    for (const _pass of [1, 2]) await world.check('first');
    expect(world.ipRange('first')).toBeUndefined();
    for (const name of ['third', 'second']) await world.check(name);
    expect(world.made('second')).toBeDefined();
    expect(findCondition(world.ipRange('second')?.status?.conditions, 'QuotaExceeded')).toBeUndefined();
    expect(errorOf(world, 'third')?.message).toContain('second comes first');
  });

  it('are told of an overlap first', async () => {
    const world = createUserIpRangeWorld(1);
    write(world, 'older', 2020, '10.1.0.0/22');
    write(world, 'newer', 2021, '10.1.0.0/22');
    await world.check('newer');
    expect(errorOf(world, 'newer')?.reason).toBe('CidrOverlap');
  });

  it('stay when they were made before the quota was lowered, and none is added', async () => {
    const world = createUserIpRangeWorld(2);
    write(world, 'a', 2021);
    write(world, 'b', 2022);
    for (const name of ['a', 'b']) await world.check(name);
    write(world, 'older', 2020);
    await world.check('older');
    expect(errorOf(world, 'older')?.message).toMatch(/^The cluster may have 2 IpRanges, and a, b come first/);
    await world.check('b');
    expect(errorOf(world, 'b')).toBeUndefined();
  });

  it('are not made by two passes at once', async () => {
    const world = createUserIpRangeWorld(1);
    write(world, 'b', 2020);
    const first = world.check('b');
    // It has found that it is the first, and is about to be made.
    while (world.user.writes.length === 0) await Promise.resolve();
    write(world, 'a', 2020);
    await Promise.all([first, world.check('a')]);
    expect([world.made('a'), world.made('b')].filter((made) => made !== undefined)).toHaveLength(1);
  });

  it('do not wait for one that goes and was never made', async () => {
    const world = createUserIpRangeWorld(1);
    const going = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/backup'] };
    world.user.put(aUserIpRange({ metadata: { name: 'going', creationTimestamp: '2020-01-01T00:00:00Z', ...going } }));
    write(world, 'next', 2021);
    await world.check('next');
    expect(world.made('next')).toBeDefined();
  });
});
