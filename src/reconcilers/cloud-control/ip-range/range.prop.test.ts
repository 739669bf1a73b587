import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aScope } from '../../../../test/support/cloud-control.ts';
import { type Cidr, cidrOf, cidrText, contains, overlaps, sizeOf } from '../../../util/cidr.ts';
import { allocateRange, rangeProblem, type World } from './range.ts';
import type { Claim } from '../../common/vpc/surroundings.ts';

/** Where a VPC may begin: each of the private ranges, their ends among them, shared space, and public space. */
const PRIMARIES = [
  '10.0.0.0/16',
  '10.1.0.0/20',
  '10.250.0.0/22',
  '10.255.0.0/16',
  '172.16.0.0/16',
  '172.30.0.0/16',
  '192.168.0.0/16',
  '192.168.252.0/22',
  '100.64.0.0/16',
  '100.127.252.0/22',
  '8.8.8.0/24',
];

/** What allocation may come from: private ranges and shared space (RFC 1918, RFC 6598). */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(cidrOf);

/** Never allocated, whatever else is free. */
const RESERVED = ['10.64.0.0/11', '10.242.0.0/15', '10.254.0.0/16', '172.17.0.0/16'].map(cidrOf);

/** A network in private space, from a few addresses to nearly all of it. */
const aNetwork: fc.Arbitrary<Cidr> = fc
  .record({
    home: fc.constantFrom(...PRIVATE),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    prefix: fc.integer({ min: 8, max: 28 }),
  })
  .map(({ home, at, prefix }) => {
    const size = Math.min(sizeOf({ prefix }), sizeOf(home));
    const first = home.first + Math.floor((at * sizeOf(home)) / size) * size;
    return { first, prefix: 32 - Math.log2(size) };
  });

/** Close to the beginning of a range, where allocation looks first, so that it often meets something. */
const aNear = (near: Cidr): fc.Arbitrary<Cidr> =>
  fc.record({ offset: fc.nat(63), prefix: fc.integer({ min: 18, max: 26 }) }).map(({ offset, prefix }) => {
    const address = near.first + offset * 1_024;
    return { first: address - (address % sizeOf({ prefix })), prefix };
  });

const claims = (cidrs: readonly Cidr[]): readonly Claim[] => cidrs.map((cidr) => ({ cidr, by: 'somebody' }));

interface Given {
  readonly primary: string;
  readonly blocks: readonly Cidr[];
  readonly pods: Cidr;
  readonly claimed: readonly Cidr[];
  readonly peers: readonly Cidr[];
  readonly routes: readonly Cidr[];
}

const aGiven: fc.Arbitrary<Given> = fc.constantFrom(...PRIMARIES).chain((primary) => {
  const some = (maxLength: number) =>
    fc.array(fc.oneof({ weight: 3, arbitrary: aNear(cidrOf(primary)) }, { weight: 1, arbitrary: aNetwork }), {
      maxLength,
    });
  return fc.record({
    primary: fc.constant(primary),
    blocks: some(4),
    pods: aNetwork,
    claimed: some(6),
    peers: some(4),
    routes: some(4),
  });
});

function worldOf({ primary, blocks, pods, claimed, peers, routes }: Given): World {
  const { spec } = aScope();
  const { aws } = spec.scope;
  const network = { ...aws.network, nodes: primary, pods: cidrText(pods), services: '' };
  const cidrBlocks = [primary, ...blocks.map(cidrText)].map((cidr, i) => ({
    associationId: `assoc-${i}`,
    cidr,
    state: 'associated',
    stateMessage: undefined,
  }));
  return {
    vpc: {
      id: 'vpc-1',
      state: 'available',
      cidr: primary,
      cidrBlocks,
      dhcpOptionsId: undefined,
      isDefault: false,
      ownerId: undefined,
      tags: {},
    },
    scope: aScope({ spec: { ...spec, scope: { aws: { ...aws, network } } } }),
    claims: claims(claimed),
    surroundings: { peers: claims(peers), routes: claims(routes), unacceptedPeering: undefined },
  };
}

/** Whether an IpRange could be given this range and nothing around would suffer, judged by the check of given ranges. */
function isFree(range: Cidr, world: World): boolean {
  const isKept = RESERVED.some((reserved) => overlaps(reserved, range));
  const isRouted = world.surroundings.routes.some(({ cidr }) => overlaps(cidr, range));
  return !isKept && !isRouted && rangeProblem(range, world) === undefined;
}

/** All places that a range of the allocated size can have in the smaller pools: some 4,000. */
const CANDIDATES: readonly Cidr[] = [cidrOf('192.168.0.0/16'), cidrOf('100.64.0.0/10')].flatMap((pool) =>
  Array.from({ length: sizeOf(pool) / 1_024 }, (_, i) => ({ first: pool.first + i * 1_024, prefix: 22 })),
);

/** Most of the smaller pools, in pieces: with a few of them left out little is free, and often nothing. */
const PIECES: readonly Cidr[] = ['192.168.0.0/17', '192.168.128.0/17', '100.64.0.0/11', '100.96.0.0/11'].map(cidrOf);

const aFullWorld: fc.Arbitrary<World> = fc
  .record({
    primary: fc.constantFrom('192.168.0.0/20', '192.168.252.0/22', '100.64.0.0/16', '8.8.8.0/24'),
    taken: fc.subarray([...PIECES], { minLength: 3 }),
    claimed: fc.array(aNetwork, { maxLength: 10 }),
    small: fc.array(aNear(cidrOf('192.168.0.0/16')), { maxLength: 30 }),
  })
  .map(({ primary, taken, claimed, small }) => {
    const claimedToo = [...taken, ...claimed];
    const pods = cidrOf('10.96.0.0/13');
    return worldOf({ primary, blocks: [], pods, claimed: claimedToo, peers: small, routes: [] });
  });

describe('D8: the range that is allocated, in 10,000 random worlds', () => {
  it('is free, allowed, private, and the same whatever the order in which the world is told', () => {
    fc.assert(
      fc.property(aGiven, (given) => {
        const world = worldOf(given);
        const found = allocateRange(world);
        if (found === undefined) return;
        expect(PRIVATE.some((pool) => contains(pool, found))).toBe(true);
        expect(isFree(found, world)).toBe(true);
        const turned = Object.fromEntries(
          Object.entries(given).map(([key, value]) => [key, Array.isArray(value) ? value.toReversed() : value]),
        );
        // The same fields, with lists turned round.
        expect(allocateRange(worldOf(turned as unknown as Given))).toEqual(found);
      }),
      { numRuns: 10_000 },
    );
  });

  it('stays what it was when something is taken elsewhere, and would then be allowed still', () => {
    fc.assert(
      fc.property(aGiven, aNetwork, (given, other) => {
        const found = allocateRange(worldOf(given));
        fc.pre(found !== undefined && !overlaps(found, other));
        for (const taken of ['claimed', 'peers', 'routes'] as const) {
          const later = worldOf({ ...given, [taken]: [...given[taken], other] });
          expect(allocateRange(later)).toEqual(found);
          expect(rangeProblem(found, later)).toBeUndefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is found whenever there is one', () => {
    fc.assert(
      fc.property(aFullWorld, (world) => {
        if (allocateRange(world) !== undefined) return;
        const taken = [...world.claims, ...world.surroundings.peers].map(({ cidr }) => cidr);
        const left = CANDIDATES.filter((candidate) => !taken.some((other) => overlaps(other, candidate)));
        expect(left.filter((candidate) => isFree(candidate, world)).map(cidrText)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
