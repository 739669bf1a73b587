import { describe, expect, it } from 'vitest';
import { allocateCidr, cidrOf, cidrText, contains, isSameCidr, overlaps, parseCidr, splitCidr } from './cidr.ts';

describe('parseCidr', () => {
  it.each([
    ['10.250.4.0/22', '10.250.4.0/22'],
    ['10.250.5.77/22', '10.250.4.0/22'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/32', '255.255.255.255/32'],
  ])('reads %s as %s', (text, canonical) => {
    expect(cidrText(cidrOf(text))).toBe(canonical);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10/8',
    '010.0.0.0/8',
    '0x0a000000/8',
    'fd00::/8',
    '10.0.0.0/8 ',
    '1.2.3.256/8',
  ])('refuses "%s"', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('throws for a constant that is none', () => {
    expect(() => cidrOf('nonsense')).toThrow('Not an IPv4 CIDR: nonsense');
  });
});

describe('relations', () => {
  it.each([
    { a: '10.0.0.0/8', b: '10.250.0.0/22', overlap: true, aContainsB: true },
    { a: '10.250.0.0/22', b: '10.0.0.0/8', overlap: true, aContainsB: false },
    { a: '10.250.0.0/22', b: '10.250.4.0/22', overlap: false, aContainsB: false },
    { a: '10.250.0.0/22', b: '10.250.0.0/22', overlap: true, aContainsB: true },
  ])('$a and $b', ({ a, b, overlap, aContainsB }) => {
    expect(overlaps(cidrOf(a), cidrOf(b))).toBe(overlap);
    expect(contains(cidrOf(a), cidrOf(b))).toBe(aContainsB);
  });

  it('compares networks, not texts', () => {
    expect(isSameCidr(cidrOf('10.250.5.1/22'), cidrOf('10.250.4.0/22'))).toBe(true);
  });
});

describe('splitCidr', () => {
  it.each([
    { count: 1, parts: ['10.0.0.0/22'] },
    { count: 2, parts: ['10.0.0.0/23', '10.0.2.0/23'] },
    { count: 3, parts: ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'] },
  ])('gives $count networks, in order', ({ count, parts }) => {
    expect(splitCidr(cidrOf('10.0.0.0/22'), count)?.map(cidrText)).toEqual(parts);
  });

  it('says when there are not enough addresses', () => {
    expect(splitCidr(cidrOf('10.0.0.0/31'), 3)).toBeUndefined();
  });
});

describe('allocateCidr', () => {
  const allocate = (after: string, occupied: string[], pools = ['10.0.0.0/8', '100.64.0.0/10']) => {
    const found = allocateCidr({
      prefix: 22,
      after: cidrOf(after),
      pools: pools.map(cidrOf),
      occupied: [after, ...occupied].map(cidrOf),
    });
    return found && cidrText(found);
  };

  it.each([
    { nodes: '10.250.0.0/22', occupied: [], found: '10.250.4.0/22', reason: 'right after the nodes' },
    { nodes: '10.250.0.0/16', occupied: [], found: '10.251.0.0/22', reason: 'after a larger network' },
    { nodes: '10.250.0.0/24', occupied: [], found: '10.250.4.0/22', reason: 'aligned to its own size' },
    { nodes: '10.250.0.0/22', occupied: ['10.250.4.0/20'], found: '10.250.16.0/22', reason: 'past what is in use' },
    { nodes: '10.255.0.0/16', occupied: [], found: '10.0.0.0/22', reason: 'round to the start, not into public space' },
    { nodes: '10.0.0.0/8', occupied: [], found: '100.64.0.0/22', reason: 'in the next pool' },
    {
      nodes: '172.16.0.0/16',
      occupied: [],
      found: '10.0.0.0/22',
      reason: 'in the first pool, if none holds the nodes',
    },
  ])('finds $found: $reason', ({ nodes, occupied, found }) => {
    expect(allocate(nodes, occupied)).toBe(found);
  });

  it('finds nothing where nothing is free', () => {
    expect(allocate('10.0.0.0/8', ['100.64.0.0/10'])).toBeUndefined();
  });
});
