import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocateCidr,
  type Cidr,
  cidrOf,
  cidrText,
  contains,
  isSameCidr,
  lastOf,
  overlaps,
  parseCidr,
  sizeOf,
  splitCidr,
} from './cidr.ts';

const aCidr = (minPrefix: number, maxPrefix: number): fc.Arbitrary<Cidr> =>
  fc
    .record({
      address: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      prefix: fc.integer({ min: minPrefix, max: maxPrefix }),
    })
    .map(({ address, prefix }) => ({ first: address - (address % sizeOf({ prefix })), prefix }));

/** Networks close together, so that worlds are often full: within 10.0.0.0/22, down to /28. */
const aNearCidr = (minPrefix: number): fc.Arbitrary<Cidr> =>
  fc
    .record({ offset: fc.integer({ min: 0, max: 1023 }), prefix: fc.integer({ min: minPrefix, max: 28 }) })
    .map(({ offset, prefix }) => {
      const address = cidrOf('10.0.0.0/22').first + offset;
      return { first: address - (address % sizeOf({ prefix })), prefix };
    });

const aWorld = fc.record({
  prefix: fc.integer({ min: 22, max: 28 }),
  pools: fc.array(aNearCidr(22), { minLength: 1, maxLength: 3 }),
  occupied: fc.array(aNearCidr(24), { maxLength: 30 }),
  after: fc.option(aNearCidr(22), { nil: undefined }),
});

function allCandidates(pools: readonly Cidr[], prefix: number): Cidr[] {
  return pools.flatMap((pool) => {
    const count = prefix < pool.prefix ? 0 : sizeOf(pool) / sizeOf({ prefix });
    return Array.from({ length: count }, (_, i) => ({ first: pool.first + i * sizeOf({ prefix }), prefix }));
  });
}

describe('CIDR laws', () => {
  it('text and network are one', () => {
    fc.assert(
      fc.property(aCidr(0, 32), (cidr) => {
        expect(cidrOf(cidrText(cidr))).toEqual(cidr);
      }),
    );
  });

  it('an address within a network, written with its prefix, is that network', () => {
    fc.assert(
      fc.property(aCidr(0, 32), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (cidr, at) => {
        const address = { first: cidr.first + Math.floor(at * sizeOf(cidr)), prefix: 32 };
        const text = cidrText(address).replace('/32', `/${cidr.prefix}`);
        expect(parseCidr(text)).toEqual(cidr);
        expect(contains(cidr, address)).toBe(true);
      }),
    );
  });

  it('two networks overlap when an address is in both, and one contains the other when all of its addresses are', () => {
    const addressesOf = (cidr: Cidr) => new Set(Array.from({ length: sizeOf(cidr) }, (_, i) => cidr.first + i));
    fc.assert(
      fc.property(aNearCidr(22), aNearCidr(22), (a, b) => {
        const [inA, inB] = [addressesOf(a), addressesOf(b)];
        expect(overlaps(a, b)).toBe(!inA.isDisjointFrom(inB));
        expect(contains(a, b)).toBe(inB.isSubsetOf(inA));
        expect(isSameCidr(a, b)).toBe(contains(a, b) && contains(b, a));
      }),
    );
  });

  it('networks side by side do not overlap, and the last address is one before the next network', () => {
    fc.assert(
      fc.property(aCidr(1, 32), (cidr) => {
        fc.pre(lastOf(cidr) < 2 ** 32 - 1);
        const following = { first: lastOf(cidr) + 1, prefix: cidr.prefix };
        expect(overlaps(cidr, following)).toBe(false);
        expect(cidrOf(cidrText(following))).toEqual(following);
      }),
    );
  });

  it('overlap is symmetric, and one of two overlapping networks contains the other', () => {
    fc.assert(
      fc.property(aNearCidr(22), aNearCidr(22), (a, b) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });

  it('a split covers the whole without overlap', () => {
    fc.assert(
      fc.property(aCidr(0, 24), fc.integer({ min: 1, max: 20 }), (cidr, count) => {
        const parts = splitCidr(cidr, count) ?? [];
        expect(parts.length).toBeGreaterThanOrEqual(count);
        // No more than that takes: half as many would not do.
        expect(parts.length === 1 || parts.length / 2 < count).toBe(true);
        expect(parts[0]?.first).toBe(cidr.first);
        parts.forEach((part, i) => {
          const following = parts[i + 1];
          expect(lastOf(part)).toBe(following === undefined ? lastOf(cidr) : following.first - 1);
        });
      }),
    );
  });
});

describe('allocation, in 10,000 random worlds', () => {
  it('is free, allowed, and found whenever there is one', () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        const found = allocateCidr(world);
        const free = allCandidates(world.pools, world.prefix).filter(
          (c) => !world.occupied.some((o) => overlaps(o, c)),
        );
        if (found === undefined) return free.length === 0;
        return free.some((candidate) => cidrText(candidate) === cidrText(found));
      }),
      { numRuns: 10_000 },
    );
  });

  it('does not depend on the order in which the world is told', () => {
    fc.assert(
      fc.property(aWorld, (world) => {
        expect(allocateCidr({ ...world, occupied: [...world.occupied].reverse() })).toEqual(allocateCidr(world));
      }),
    );
  });

  it('stays what it was when something unrelated is taken later', () => {
    fc.assert(
      fc.property(aWorld, aNearCidr(24), (world, other) => {
        const found = allocateCidr(world);
        if (found === undefined || overlaps(found, other)) return;
        expect(allocateCidr({ ...world, occupied: [...world.occupied, other] })).toEqual(found);
      }),
    );
  });
});
