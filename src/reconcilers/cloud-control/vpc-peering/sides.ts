import { named, type StateFactory, type Stop, stopAndForget } from '../../../composed/index.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import type { Place } from '../../common/place.ts';
import { sideOfLegacy, sideOfNetwork, sideOfScope } from './asked.ts';
import { findNetwork } from './networks.ts';
import {
  type AskedState,
  isRequested,
  openBothSides,
  type PeeringState,
  type SidesState,
  type VpcPeeringDeps,
} from './state.ts';
import { changeProblem } from './vpc.ts';

/** Opens AWS on both sides, and stops when they are not those any more that the peering was made for. */
export function openSides(deps: VpcPeeringDeps): StateFactory<AskedState, AskedState & SidesState> {
  return named('openSides', (state: AskedState, pass) => {
    const { local, remote } = state.sides;
    const problem = changeProblem(state, { local: local.vpc.id, remote: remote.vpc.id });
    if (problem !== undefined) return stopRefused(state, problem, pass);
    return enriched(state, openBothSides(deps, { local: local.place, remote: remote.place }, pass));
  });
}

/** Opens AWS where the peering was made, whatever is left of the objects that said so. */
export function openRecordedSides(deps: VpcPeeringDeps): StateFactory<PeeringState, SidesState> {
  return named('openRecordedSides', (state: PeeringState, pass) => {
    const local = localPlace(state);
    if (local === undefined) return nowhere(state);
    // What cannot be found on the remote side is left there; the connection goes for both.
    const remote = remotePlace(state) ?? local;
    return enriched(state, openBothSides(deps, { local, remote }, pass));
  });
}

/** Whether something may have been made in AWS. */
export function hasRequested({ facts }: PeeringState): boolean {
  return isRequested(facts);
}

function localPlace(state: PeeringState): Place | undefined {
  const { accountId, region } = state.facts;
  if (accountId !== undefined && region !== undefined) return { accountId, region };
  const { details, scope } = state.object.spec;
  const network = details && findNetwork(state, details.localNetwork);
  const found = state.cluster.get(scopeKind, state.object.metadata.namespace ?? '', scope.name);
  return (network && sideOfNetwork(network)?.place) ?? (found && sideOfScope(found).place);
}

function remotePlace(state: PeeringState): Place | undefined {
  const { remoteAccountId: accountId, remoteRegion: region } = state.facts;
  if (accountId !== undefined && region !== undefined) return { accountId, region };
  const { details, vpcPeering, scope } = state.object.spec;
  const network = details && findNetwork(state, details.remoteNetwork);
  const found = state.cluster.get(scopeKind, state.object.metadata.namespace ?? '', scope.name);
  return (network && sideOfNetwork(network)?.place) ?? (vpcPeering && found && sideOfLegacy(vpcPeering, found).place);
}

/** Only a status that another release wrote names a connection and no account. */
function nowhere(state: PeeringState): Stop {
  const { id = '' } = state.facts;
  const { namespace = '' } = state.object.metadata;
  const message = `Scope ${namespace}/${state.object.spec.scope.name} does not exist, and nothing else says in which account the peering ${id} is`;
  state.finding = failed('ScopeNoFound', message);
  return stopAndForget(message);
}
