import { kymaNetworkName, type Network } from '../../../api/cloud-control/v1beta1/network.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { failed, type Finding } from '../../common/finding.ts';
import { indexValueOf } from '../../common/indexes.ts';
import { type AskedSide, sideOfNetwork, sideOfScope } from './asked.ts';
import { type Facts, isRequested } from './state.ts';

/**
 * Why a Network does not do as the local side; undefined when it does. It has to be that of the VPC of the peering's Scope.
 *
 * The owner of the remote VPC has permitted the peering to this Scope, by its shoot name, and to no other; and a VPC is not
 * to be joined by whoever knows how another Scope calls it. What was made already stands in the VPC that was found then,
 * whichever the Scope means by now.
 */
export function localNetworkProblem(network: Network, scope: Scope, facts: Facts): Finding | undefined {
  const called = `Network ${indexValueOf(network)}`;
  const owner = `${network.metadata.namespace ?? ''}/${network.spec.scope.name}`;
  if (owner !== indexValueOf(scope)) return refused(`${called} belongs to Scope ${owner}`, scope);
  const side = sideOfNetwork(network);
  const own = sideOfScope(scope);
  const isSettled = isRequested(facts) && facts.vpcId !== undefined;
  if (side === undefined || isSettled || isSameSide(side, own)) return undefined;
  return refused(`${called} is ${textOf(side)}, and the VPC of the Scope is ${textOf(own)}`, scope);
}

/** The id says it all; a name means the VPC that the Scope has found under it. */
function isSameSide({ place, vpc }: AskedSide, own: AskedSide): boolean {
  if (place.accountId !== own.place.accountId || place.region !== own.place.region) return false;
  return vpc.id === undefined ? vpc.name === own.vpc.name : vpc.id === own.vpc.id;
}

function refused(what: string, scope: Scope): Finding {
  const name = kymaNetworkName(scope.metadata.name);
  const message = `${what}: the local side of a peering is the VPC of its Scope ${indexValueOf(scope)}; delete the VpcPeering and make it anew with details.localNetwork.name: ${name}`;
  return failed('ReasonInvalidDependency', message);
}

function textOf({ vpc, place }: AskedSide): string {
  return `${vpc.id ?? vpc.name ?? 'unknown'} in account ${place.accountId}, region ${place.region}`;
}
