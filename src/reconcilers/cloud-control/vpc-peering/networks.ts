import { type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { named, type Stop, stopAndForget, type StateFactory } from '../../../composed/index.ts';
import { findDependency, stopUntilTold } from '../../common/dependency.ts';
import type { Focus } from '../../common/focal-state.ts';
import { networkKey, type NetworkRef } from '../../common/indexes.ts';
import { enriched } from '../../common/object-state.ts';
import { type AskedSide, sideOfLegacy, sideOfNetwork, sideOfScope } from './asked.ts';
import { localNetworkProblem } from './local-network.ts';
import { type AskedState, isRequested, type PeeringState } from './state.ts';

/** Loads which VPCs are to be peered: from two Networks, or from the Scope and what the older form names. */
export const loadAsked: StateFactory<PeeringState & Focus, AskedState> = named('loadAsked', (state) => {
  const { details, vpcPeering } = state.object.spec;
  if (vpcPeering !== undefined) {
    return enriched(state, {
      sides: { local: sideOfScope(state.scope), remote: sideOfLegacy(vpcPeering, state.scope) },
    });
  }
  // The schema asks for one of the two.
  if (details === undefined) return stopAndForget('nothing is asked');
  const local = sideFrom(state, details.localNetwork);
  const remote = sideFrom(state, details.remoteNetwork);
  const foreign = foreignNetwork(state, details.localNetwork);
  if (foreign !== undefined) return foreign;
  if (!('place' in local)) return local;
  if (!('place' in remote)) return remote;
  return enriched(state, { sides: { local: isRequested(state.facts) ? local : sideOfScope(state.scope), remote } });
});

/** Stops when the local Network is that of another VPC than the Scope's; its change, or the Scope's, starts the next pass. */
function foreignNetwork(state: PeeringState & Focus, ref: NetworkRef): Stop | undefined {
  const network = findNetwork(state, ref);
  const problem = network && localNetworkProblem(network, state.scope, state.facts);
  if (problem === undefined) return undefined;
  state.finding = problem;
  return stopAndForget(problem.message);
}

function sideFrom(state: PeeringState, ref: NetworkRef): AskedSide | Stop {
  const { namespace, name } = networkKey(state.object, ref);
  const found = findDependency(state, networkKind, name, namespace);
  if ('stop' in found) return found.stop;
  return (
    sideOfNetwork(found.dependency) ?? stopUntilTold(state, `Network ${namespace}/${name} does not show its VPC yet`)
  );
}

export function findNetwork({ object, cluster }: PeeringState, ref: NetworkRef): Network | undefined {
  const { namespace, name } = networkKey(object, ref);
  return cluster.get(networkKind, namespace, name);
}
