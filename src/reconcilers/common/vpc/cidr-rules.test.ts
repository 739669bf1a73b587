import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertAssociable } from '../../../sandbox/aws/ec2/vpc-cidr-rules.ts';
import { type Cidr, cidrOf, contains, overlaps, sizeOf } from '../../../util/cidr.ts';
import { blockPools, blockRefusal, restrictedRanges } from './cidr-rules.ts';

describe('a further block of a VPC', () => {
  it.each([
    { primary: '10.250.0.0/22', cidr: '10.251.0.0/22', allowed: true },
    { primary: '10.250.0.0/22', cidr: '100.64.0.0/22', allowed: true },
    { primary: '10.250.0.0/22', cidr: '172.16.0.0/22', allowed: false },
    { primary: '10.250.0.0/22', cidr: '192.168.0.0/22', allowed: false },
    { primary: '10.250.0.0/22', cidr: '198.19.0.0/22', allowed: false },
    { primary: '10.250.0.0/22', cidr: '169.254.0.0/22', allowed: false },
    { primary: '10.250.0.0/22', cidr: '10.0.0.0/22', allowed: true },
    { primary: '10.1.0.0/22', cidr: '10.0.0.0/22', allowed: false },
    { primary: '172.16.0.0/22', cidr: '172.17.0.0/22', allowed: true },
    { primary: '172.16.0.0/22', cidr: '172.31.0.0/22', allowed: false },
    { primary: '172.16.0.0/22', cidr: '10.0.0.0/22', allowed: false },
    { primary: '192.168.0.0/22', cidr: '192.168.4.0/22', allowed: true },
    { primary: '192.168.0.0/22', cidr: '10.0.0.0/22', allowed: false },
    { primary: '100.64.0.0/22', cidr: '100.65.0.0/22', allowed: true },
    { primary: '100.64.0.0/22', cidr: '10.0.0.0/22', allowed: false },
    { primary: '10.250.0.0/22', cidr: '10.251.0.0/29', allowed: false },
    { primary: '10.250.0.0/22', cidr: '10.240.0.0/15', allowed: false },
  ])('of a VPC of $primary may be $cidr: $allowed', ({ primary, cidr, allowed }) => {
    const refusal = blockRefusal(cidrOf(cidr), cidrOf(primary), [cidrOf(primary)]);
    expect(refusal === undefined).toBe(allowed);
  });

  it('D8: comes from private space only, that of the VPC first', () => {
    expect(blockPools(cidrOf('172.20.0.0/16'))).toEqual([cidrOf('172.16.0.0/12'), cidrOf('100.64.0.0/10')]);
    expect(blockPools(cidrOf('8.8.0.0/16'))).toEqual([cidrOf('100.64.0.0/10')]);
  });
});

const PRIMARIES = ['10.250.0.0/22', '10.0.0.0/16', '10.1.0.0/16', '172.16.0.0/16', '192.168.0.0/20', '100.64.0.0/16'];

const aBlock: fc.Arbitrary<Cidr> = fc
  .record({
    home: fc.constantFrom('10.0.0.0/14', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'),
    offset: fc.nat(2 ** 22 - 1),
    prefix: fc.integer({ min: 16, max: 28 }),
  })
  .map(({ home, offset, prefix }) => {
    const pool = cidrOf(home);
    const address = pool.first + (offset % sizeOf(pool));
    return { first: address - (address % sizeOf({ prefix })), prefix };
  });

describe('the rules', () => {
  // The simulator's rules were written apart from these, from the same page of AWS.
  it('are those of the simulator', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRIMARIES), aBlock, (text, cidr) => {
        const primary = cidrOf(text);
        fc.pre(!overlaps(primary, cidr));
        expect(blockRefusal(cidr, primary, [primary]) === undefined).toBe(isTaken(cidr, primary));
      }),
      { numRuns: 2_000 },
    );
  });

  it('name every range that they refuse within the pools', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRIMARIES), aBlock, (text, cidr) => {
        const primary = cidrOf(text);
        fc.pre(blockPools(primary).some((pool) => contains(pool, cidr)));
        const isRestricted = restrictedRanges(primary, [primary]).some((range) => overlaps(range, cidr));
        expect(isRestricted).toBe(blockRefusal(cidr, primary, [primary]) !== undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

function isTaken(cidr: Cidr, primary: Cidr): boolean {
  try {
    assertAssociable(cidr, primary, [primary]);
    return true;
  } catch {
    return false;
  }
}
