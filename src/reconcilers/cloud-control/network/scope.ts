import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { next, type Outcome, type Pass, type StateFactory, stopAndForget } from '../../../composed/index.ts';
import { failed } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import type { NetworkState, ScopedState } from './state.ts';

/**
 * Loads the Scope, which need not be ready: a Network asks nothing of AWS, and what has to wait for a Scope waits itself.
 */
export const loadScope: StateFactory<NetworkState, ScopedState> = function loadScope(state) {
  const { namespace = '' } = state.object.metadata;
  const { name } = state.object.spec.scope;
  const scope = state.cluster.get(scopeKind, namespace, name);
  if (scope !== undefined) return enriched(state, { scope });
  state.finding = failed('ScopeNoFound', `Scope ${namespace}/${name} does not exist`);
  return stopAndForget('the Scope does not exist');
};

/** The Network of a Scope goes with it, also when the Scope was taken away from under it. */
export async function deleteWithoutScope(state: NetworkState, pass: Pass): Promise<Outcome> {
  const { namespace = '' } = state.object.metadata;
  const { name } = state.object.spec.scope;
  if (state.object.spec.type !== 'kyma' || state.cluster.get(scopeKind, namespace, name) !== undefined) return next;
  // The Scope makes its Network right after it was made itself, and caches of two kinds hear of things in any order.
  if ((await state.cluster.read(scopeKind, namespace, name, pass)) !== undefined) {
    return stopAndForget('the Scope is not known yet');
  }
  await state.cluster.delete(state.kind, state.object, pass);
  return stopAndForget('the Scope is gone');
}
