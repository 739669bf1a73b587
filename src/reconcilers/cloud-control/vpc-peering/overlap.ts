import type { Vpc } from '../../../aws/index.ts';
import { cidrOf, overlaps } from '../../../util/cidr.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { associatedBlocks } from '../../common/vpc/cidr-block.ts';

/** AWS takes a request for VPCs that overlap and lets it fail without a word about which addresses they are. */
export function overlapProblem(local: Vpc, remote: Vpc): Finding | undefined {
  for (const block of associatedBlocks(local)) {
    const other = associatedBlocks(remote).find((one) => overlaps(cidrOf(one), cidrOf(block)));
    if (other === undefined) continue;
    const message = `CIDR ${block} of the local VPC ${local.id} overlaps with ${other} of the remote VPC ${remote.id}; VPCs that share addresses can not be peered`;
    return failed('CidrOverlap', message);
  }
  return undefined;
}
