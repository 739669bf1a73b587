import { isBeingDeleted } from '../../kube/resource.ts';
import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import type { Target } from '../../aws/target.ts';
import { named, type StateFactory, stopAndForget } from '../../composed/index.ts';
import { findDependency } from './dependency.ts';
import { failed } from './finding.ts';
import type { RefersToScope } from './indexes.ts';
import { enriched, type ObjectState, type StatusObject } from './object-state.ts';

/** An object in a Scope. */
export type ScopedObject = RefersToScope & StatusObject;

/** What loading the Scope adds to a state. */
export interface Focus {
  readonly scope: Scope;
  /** Account, region and role that the object's AWS resources live under. */
  readonly target: Target;
}

/** The object and its Scope: account, region, network. Actions of kinds below a Scope work on this or on more. */
export type FocalState<O extends ScopedObject = ScopedObject> = ObjectState<O> & Focus;

/** Gives an account and region with the role that is taken on there. */
export type TargetIn = (accountId: string, region: string) => Target;

/** Says with which role an account is entered: the configuration of the operator, not of the Scope. */
export type TargetOf = (scope: Scope) => Target;

/**
 * Loads the Scope of the object; with it the pass knows where in AWS it works. The Scope has to be ready, except for a
 * deletion: what was made has to go also when, say, the VPC that the Scope names is no longer found.
 */
export function loadScope<O extends ScopedObject, S extends ObjectState<O>>(
  targetOf: TargetOf,
): StateFactory<S, S & Focus> {
  return named('loadScope', (state: S) => {
    const { namespace = '' } = state.object.metadata;
    const name = state.object.spec.scope.name;
    const scope = state.cluster.get(scopeKind, namespace, name);
    if (scope === undefined) {
      state.finding = failed('ScopeNoFound', `Scope ${namespace}/${name} does not exist`);
      return stopAndForget('the Scope does not exist');
    }
    const found = isBeingDeleted(state.object) ? { dependency: scope } : findDependency(state, scopeKind, name);
    return 'stop' in found ? found.stop : enriched(state, { scope, target: targetOf(scope) });
  });
}
