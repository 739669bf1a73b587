import { type Scope, scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Cluster } from '../../runtime/index.ts';
import type { RefersToScope } from './indexes.ts';

/**
 * What belongs together when several replicas share the work: the AWS account and region in which an object's pass works,
 * so that batches, rate limits and the choice of address ranges stay in one hand. Objects whose Scope is not there make up
 * a unit of their own: nothing is done for them in AWS.
 */
export function unitOf(object: KubeObject, cluster: Pick<Cluster, 'cache'>): string {
  const scope = scopeOf(object, cluster);
  return scope === undefined ? 'without a Scope' : `${scope.spec.scope.aws.accountId}/${scope.spec.region}`;
}

function scopeOf(object: KubeObject, cluster: Pick<Cluster, 'cache'>): Scope | undefined {
  // An object of the kind has its type.
  if (object.kind === scopeKind.kind) return object as Scope;
  // All other kinds that are reconciled name their Scope.
  const { metadata, spec } = object as RefersToScope;
  return cluster.cache(scopeKind).get({ namespace: metadata.namespace ?? '', name: spec.scope.name });
}
