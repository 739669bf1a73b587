import { type Cidr, cidrOf, cidrText, contains, overlaps } from '../../../util/cidr.ts';

/**
 * Which IPv4 blocks AWS lets a VPC take in addition to its primary one. From the table "IPv4 CIDR block association
 * restrictions" of the [VPC user guide](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html); AWS
 * itself refuses with `InvalidVpc.Range` and gives no reason, so it is asked here first.
 */

/** AWS's limits for blocks of a VPC and for subnets alike. */
const SHORTEST_PREFIX = 16;
export const LONGEST_PREFIX = 28;

const RFC_1918 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(cidrOf);
/** RFC 6598, shared address space: goes with every VPC. */
const SHARED = cidrOf('100.64.0.0/10');
const LINK_LOCAL = cidrOf('169.254.0.0/16');
/** AWS keeps it for itself beside each of the private ranges. */
const AWS_BENCHMARK = cidrOf('198.19.0.0/16');

interface Restriction {
  readonly range: Cidr;
  readonly why: string;
}

function isIn(range: Cidr, cidr: Cidr): boolean {
  return contains(range, cidr);
}

/** What AWS refuses to add to a VPC with these blocks; `primary` is among them. */
function restrictions(primary: Cidr, blocks: readonly Cidr[]): readonly Restriction[] {
  const home = RFC_1918.find((range) => isIn(range, primary));
  const strangers = RFC_1918.filter((range) => range !== home);
  const found: Restriction[] = strangers.map((range) => ({
    range,
    why: `AWS does not add a block of ${cidrText(range)} to a VPC whose primary block is ${cidrText(primary)}`,
  }));
  if (blocks.some((block) => overlaps(block, cidrOf('10.0.0.0/15')))) {
    found.push({ range: cidrOf('10.0.0.0/16'), why: 'AWS does not add 10.0.0.0/16 to a VPC that uses 10.0.0.0/15' });
  }
  if (home !== undefined && cidrText(home) === '172.16.0.0/12') {
    found.push({ range: cidrOf('172.31.0.0/16'), why: 'AWS keeps 172.31.0.0/16 for default VPCs' });
  }
  if (!isIn(AWS_BENCHMARK, primary)) {
    found.push({ range: AWS_BENCHMARK, why: 'AWS adds 198.19.0.0/16 to no VPC of another range' });
  }
  return [...found, { range: LINK_LOCAL, why: 'AWS uses 169.254.0.0/16 itself' }];
}

/** Why AWS would refuse `cidr` as a further block; undefined when it would take it. Overlaps are not looked at. */
export function blockRefusal(cidr: Cidr, primary: Cidr, blocks: readonly Cidr[]): string | undefined {
  if (cidr.prefix < SHORTEST_PREFIX || cidr.prefix > LONGEST_PREFIX) {
    return `AWS takes blocks from /${SHORTEST_PREFIX} to /${LONGEST_PREFIX}, not /${cidr.prefix}`;
  }
  return restrictions(primary, blocks).find(({ range }) => overlaps(range, cidr))?.why;
}

/** The private ranges that a further block may come from, the VPC's own first. */
export function blockPools(primary: Cidr): readonly Cidr[] {
  return [...RFC_1918.filter((range) => isIn(range, primary)), SHARED];
}

/** Ranges within the pools that AWS refuses all the same: to be avoided by an allocation. */
export function restrictedRanges(primary: Cidr, blocks: readonly Cidr[]): readonly Cidr[] {
  return restrictions(primary, blocks).map(({ range }) => range);
}
