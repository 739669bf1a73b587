/**
 * Which blocks a VPC takes beside those that it has.
 *
 * AWS allows /16 to /28, no overlap, and by the range of the first block forbids others: private ranges do not mix,
 * and some ranges are used by AWS itself.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 */
import { AwsFault } from '../fault.ts';
import { cidrOf, cidrText, contains, overlaps, parseCidr, type Cidr } from '../../../util/cidr.ts';

const LONGEST_PREFIX = 28;
const SHORTEST_PREFIX = 16;

const TEN = cidrOf('10.0.0.0/8');
const ONE_SEVENTY_TWO = cidrOf('172.16.0.0/12');
const ONE_NINETY_TWO = cidrOf('192.168.0.0/16');
const BENCHMARK = cidrOf('198.19.0.0/16');
const LINK_LOCAL = cidrOf('169.254.0.0/16');
/** Used by services of AWS such as Cloud9 and SageMaker, so AWS takes no secondary block from it. */
const USED_BY_AWS = cidrOf('172.31.0.0/16');

interface Restriction {
  readonly primary: Cidr | undefined;
  readonly forbidden: readonly Cidr[];
}

/** By the range that the first block lies in; the last row is for all others (public addresses, 100.64.0.0/10). */
const RESTRICTIONS: readonly Restriction[] = [
  { primary: TEN, forbidden: [ONE_SEVENTY_TWO, ONE_NINETY_TWO, BENCHMARK] },
  { primary: ONE_SEVENTY_TWO, forbidden: [TEN, ONE_NINETY_TWO, USED_BY_AWS, BENCHMARK] },
  { primary: ONE_NINETY_TWO, forbidden: [TEN, ONE_SEVENTY_TWO, BENCHMARK] },
  { primary: BENCHMARK, forbidden: [TEN, ONE_SEVENTY_TWO, ONE_NINETY_TWO] },
  { primary: undefined, forbidden: [TEN, ONE_SEVENTY_TWO, ONE_NINETY_TWO, BENCHMARK] },
];

const FIRST_TEN = cidrOf('10.0.0.0/16');
const FIRST_TWO_TENS = cidrOf('10.0.0.0/15');

function rangeFault(message: string): AwsFault {
  return new AwsFault('InvalidVpc.Range', message);
}

/**
 * Reads the block that a VPC is asked to have.
 *
 * *Throws* `InvalidParameterValue` for what is no block, `InvalidVpc.Range` for one of a wrong size or place.
 */
export function vpcBlockFrom(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) {
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (parsed.prefix < SHORTEST_PREFIX || parsed.prefix > LONGEST_PREFIX || overlaps(parsed, LINK_LOCAL)) {
    throw rangeFault(`The CIDR '${text}' is invalid.`);
  }
  return parsed;
}

function isRestricted(asked: Cidr, primary: Cidr, existing: readonly Cidr[]): boolean {
  const row = RESTRICTIONS.find((one) => one.primary === undefined || contains(one.primary, primary));
  if (row?.forbidden.some((range) => overlaps(range, asked))) return true;
  // A VPC with anything in 10.0.0.0/15 takes nothing from 10.0.0.0/16.
  return overlaps(FIRST_TEN, asked) && existing.some((one) => contains(FIRST_TWO_TENS, one));
}

/** *Throws* `InvalidVpc.Range` when a VPC with these blocks, the first one being its primary, does not take `asked`. */
export function assertAssociable(asked: Cidr, primary: Cidr, existing: readonly Cidr[]): void {
  const other = existing.find((one) => overlaps(one, asked));
  if (other) throw rangeFault(`The CIDR '${cidrText(asked)}' conflicts with ${cidrText(other)}, a block of the VPC.`);
  if (!isRestricted(asked, primary, existing)) return;
  throw rangeFault(
    `The CIDR '${cidrText(asked)}' is restricted. Use a CIDR from the same private address range as the current VPC ` +
      'CIDR, or use a publicly-routable CIDR.',
  );
}
