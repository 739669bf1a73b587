import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrOf, cidrText, contains, overlaps } from '../../../util/cidr.ts';
import { type PlanInput, type PlannedSubnet, planSubnets, splitProblem } from './subnet-plan.ts';

const RANGE = cidrOf('10.181.0.0/22');

const zoneNames = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 6 });

function planned(input: PlanInput): readonly PlannedSubnet[] {
  const plan = planSubnets(input);
  expect(plan.unplaced).toEqual([]);
  return plan.planned;
}

const asSubnets = (plan: readonly PlannedSubnet[]) => plan.map(({ zone, range }) => ({ zone, cidr: cidrText(range) }));

describe('a plan of subnets', () => {
  it('gives each zone one part of the range, in order, none twice', () => {
    fc.assert(
      fc.property(zoneNames, (zones) => {
        const plan = planned({ range: RANGE, zones, own: [], recorded: [] });
        expect(plan.map(({ zone, index }) => [zone, index])).toEqual(zones.map((zone, index) => [zone, index]));
        plan.forEach((one, i) => {
          expect(contains(RANGE, one.range)).toBe(true);
          expect(plan.slice(i + 1).some((other) => overlaps(one.range, other.range))).toBe(false);
        });
      }),
    );
  });

  it('D2, D13: is the same whichever of its subnets exist already, in whatever order AWS tells them', () => {
    fc.assert(
      fc.property(zoneNames, fc.infiniteStream(fc.boolean()), (zones, coins) => {
        const whole = planned({ range: RANGE, zones, own: [], recorded: [] });
        const existing = asSubnets(whole).filter(() => coins.next().value === true);
        expect(planned({ range: RANGE, zones, own: existing.reverse(), recorded: [] })).toEqual(whole);
      }),
    );
  });

  it('D10: never moves a zone when zones come, go or change places', () => {
    fc.assert(
      fc.property(zoneNames, zoneNames, (before, after) => {
        const own = asSubnets(planned({ range: RANGE, zones: before, own: [], recorded: [] }));
        const { planned: plan, unplaced } = planSubnets({ range: RANGE, zones: after, own, recorded: [] });
        const held = new Map(own.map(({ zone, cidr }) => [zone, cidr]));
        expect([...plan.map(({ zone }) => zone), ...unplaced].sort()).toEqual([...after].sort());
        expect(unplaced.some((zone) => held.has(zone))).toBe(false);
        return plan.every(({ zone, range }) =>
          held.has(zone) ? held.get(zone) === cidrText(range) : !own.some(({ cidr }) => overlaps(cidrOf(cidr), range)),
        );
      }),
    );
  });

  it('D10: leaves a zone without a part only when others have all of them, and gives it the first that is freed', () => {
    fc.assert(
      fc.property(zoneNames, zoneNames, (before, after) => {
        const own = asSubnets(planned({ range: RANGE, zones: before, own: [], recorded: [] }));
        const first = planSubnets({ range: RANGE, zones: after, own, recorded: [] });
        const parts = 2 ** Math.ceil(Math.log2(before.length));
        const used = new Set([...own.map(({ cidr }) => cidr), ...asSubnets(first.planned).map(({ cidr }) => cidr)]);
        expect(first.unplaced.length > 0 ? used.size : parts).toBe(parts);
        // Those of zones that are no more have gone.
        const living = own.filter(({ zone }) => after.some((one) => one === zone));
        const second = planSubnets({ range: RANGE, zones: after, own: living, recorded: [] });
        expect(second.unplaced).toHaveLength(Math.max(after.length - (living.length > 0 ? parts : Infinity), 0));
      }),
    );
  });

  it('puts a subnet that was lost back where the status says it was', () => {
    const recorded = [{ zone: 'b', range: '10.181.3.0/24' }];
    const plan = planned({ range: RANGE, zones: ['a', 'b', 'c'], own: [], recorded });
    expect(asSubnets(plan)).toEqual([
      { zone: 'a', cidr: '10.181.0.0/24' },
      { zone: 'b', cidr: '10.181.3.0/24' },
      { zone: 'c', cidr: '10.181.1.0/24' },
    ]);
  });
});

describe('splitProblem', () => {
  it.each([
    { range: '10.181.0.0/28', zones: 1, fits: true },
    { range: '10.181.0.0/28', zones: 2, fits: false },
    { range: '10.181.0.0/27', zones: 2, fits: true },
    { range: '10.181.0.0/27', zones: 3, fits: false },
    { range: '10.181.0.0/26', zones: 3, fits: true },
    { range: '10.181.0.0/26', zones: 4, fits: true },
    { range: '10.181.0.0/26', zones: 5, fits: false },
  ])('D9: $range gives $zones zones a subnet that AWS takes: $fits', ({ range, zones, fits }) => {
    expect(splitProblem(cidrOf(range), zones) === undefined).toBe(fits);
  });
});
