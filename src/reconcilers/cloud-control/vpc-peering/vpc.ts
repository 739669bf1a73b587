import { refusedAs } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { findVpc, type FoundVpc } from '../../common/vpc/find-vpc.ts';
import type { AskedSide } from './asked.ts';
import { remoteRefusal } from './remote-permission.ts';
import { type AskedState, isRequested, type Side, type SidesState } from './state.ts';

export function findLocalVpc({ local, sides, facts }: SidesState & AskedState): Promise<FoundVpc> {
  return findIn(local, sides.local, isRequested(facts) ? facts.vpcId : undefined);
}

export function findRemoteVpc({ remote, sides, facts }: SidesState & AskedState): Promise<FoundVpc> {
  const found = findIn(remote, sides.remote, isRequested(facts) ? facts.remoteVpcId : undefined);
  return refusedAs(found, (error) => failed('FailedLoadingRemoteVpcNetwork', remoteRefusal(error, remote)));
}

/** @param knownId - A name may be another VPC's by now; the one that was found by it first stays the one that is meant. */
function findIn({ client, place }: Side, { vpc, idField }: AskedSide, knownId: string | undefined): Promise<FoundVpc> {
  return findVpc(client, { ...vpc, id: vpc.id ?? knownId }, { place, field: idField });
}

/** Keys of which a remote VPC has to have one as a tag. */
export function permissionKeys({ scope }: AskedState, peeringTag: string | undefined): readonly string[] {
  const { shootName } = scope.spec;
  return peeringTag === undefined || peeringTag === shootName ? [shootName] : [peeringTag, shootName];
}

/** Of each side the VPC, as far as it is known. */
interface VpcIds {
  readonly local: string | undefined;
  readonly remote: string | undefined;
}

/** What was made for one pair of VPCs is not moved to another one: who deletes the object then finds all of it. */
export function changeProblem({ facts, sides }: AskedState, { local, remote }: VpcIds): Finding | undefined {
  if (!isRequested(facts)) return undefined;
  const changes = [
    { what: 'local VPC', was: facts.vpcId, is: local },
    { what: 'remote VPC', was: facts.remoteVpcId, is: remote },
    { what: 'local account', was: facts.accountId, is: sides.local.place.accountId },
    { what: 'local region', was: facts.region, is: sides.local.place.region },
    { what: 'remote account', was: facts.remoteAccountId, is: sides.remote.place.accountId },
    { what: 'remote region', was: facts.remoteRegion, is: sides.remote.place.region },
  ];
  const change = changes.find(({ was, is }) => was !== undefined && is !== undefined && was !== is);
  if (change === undefined) return undefined;
  const message = `The peering was made with the ${change.what} ${change.was}, and now it is ${change.is}; delete the VpcPeering and make it anew`;
  return failed('ReasonInvalidDependency', message);
}
