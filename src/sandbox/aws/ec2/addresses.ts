import { cidrText, sizeOf, type Cidr } from '../../../util/cidr.ts';

/** The first four addresses of a subnet and its last one are AWS's own. */
export const RESERVED_ADDRESSES = 5;
const FIRST_FREE = 4;

/** An address that the nth machine of a subnet may have. */
export function addressIn(block: Cidr, index: number): string {
  const free = sizeOf(block) - RESERVED_ADDRESSES;
  return cidrText({ first: block.first + FIRST_FREE + (index % free), prefix: 32 }).replace(/\/32$/, '');
}
