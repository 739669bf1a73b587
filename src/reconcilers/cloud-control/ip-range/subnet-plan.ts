import type { Subnet } from '../../../aws/ec2/subnet.ts';
import { type Cidr, cidrOf, cidrText, contains, overlaps, splitCidr } from '../../../util/cidr.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { LONGEST_PREFIX } from '../../common/vpc/cidr-rules.ts';

/** Which part of the range a zone gets. */
export interface PlannedSubnet {
  readonly zone: string;
  /** Position of the zone in the Scope. */
  readonly index: number;
  readonly range: Cidr;
}

export interface PlanInput {
  readonly range: Cidr;
  /** In the order of the Scope. */
  readonly zones: readonly string[];
  /** Our subnets as AWS has them, those of former zones included. */
  readonly own: readonly Pick<Subnet, 'zone' | 'cidr'>[];
  /** What the status says that zones had: a subnet that was lost is made again where it was. */
  readonly recorded: readonly { readonly zone: string; readonly range: string }[];
}

/** Why `range` cannot give each of `zoneCount` zones a subnet; undefined when it can. */
export function splitProblem(range: Cidr, zoneCount: number): Finding | undefined {
  const [part] = splitCidr(range, zoneCount) ?? [];
  if (part !== undefined && part.prefix <= LONGEST_PREFIX) return undefined;
  const message = `CIDR ${cidrText(range)} can not be split to ${zoneCount} subnets of /${LONGEST_PREFIX} or larger`;
  return failed('CidrCanNotSplit', message);
}

export interface Plan {
  readonly planned: readonly PlannedSubnet[];
  /** Zones for which there is no part left. */
  readonly unplaced: readonly string[];
}

/**
 * Gives each zone its part. A zone keeps the part it has or had; one that is new gets the first free part, also when
 * other zones came and went before. All parts have one size, that of the first split.
 */
export function planSubnets({ range, zones, own, recorded }: PlanInput): Plan {
  const parts = [...recorded, ...own.map(({ zone, cidr }) => ({ zone, range: cidr }))].map((part) => ({
    zone: part.zone,
    cidr: cidrOf(part.range),
  }));
  // What lies elsewhere is of an object of this name that had another range.
  const held = new Map(parts.filter(({ cidr }) => contains(range, cidr)).map(({ zone, cidr }) => [zone, cidr]));
  const kept = zones.flatMap((zone) => held.get(zone) ?? []);
  const taken = [...kept, ...own.map((subnet) => cidrOf(subnet.cidr)).filter((cidr) => contains(range, cidr))];
  const free = partsOf(range, zones.length, taken[0]).filter((part) => !taken.some((other) => overlaps(part, other)));
  const planned: PlannedSubnet[] = [];
  const unplaced: string[] = [];
  for (const [index, zone] of zones.entries()) {
    const part = held.get(zone) ?? free.shift();
    if (part === undefined) unplaced.push(zone);
    else planned.push({ zone, index, range: part });
  }
  return { planned, unplaced };
}

/** All parts of the size that `sample` has, or else of the size that `count` zones need. */
function partsOf(range: Cidr, count: number, sample: Cidr | undefined): Cidr[] {
  const parts = sample === undefined ? count : 2 ** Math.max(sample.prefix - range.prefix, 0);
  return [...(splitCidr(range, parts) ?? [])];
}
