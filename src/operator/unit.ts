import { type Scope, scopeKind } from '../api/cloud-control/v1beta1/scope.ts';
import { type Subscription, subscriptionKind } from '../api/cloud-control/v1beta1/subscription.ts';
import { type VpcNetwork, vpcNetworkKind } from '../api/cloud-control/v1beta1/vpc-network.ts';
import { cloudResourcesKind } from '../api/cloud-resources/v1beta1/cloud-resources.ts';
import { apiVersionOf, type KubeObject, type ObjectKey } from '../kube/resource.ts';
import type { Planes } from '../reconcilers/cloud-resources/common/planes.ts';
import type { Cluster } from '../runtime/index.ts';
import type { RefersToScope } from '../reconcilers/common/indexes.ts';

/**
 * What belongs together when several replicas share the work: the AWS account and region in which an object's pass works,
 * so that batches, rate limits and the choice of address ranges stay in one hand. Objects whose Scope or Subscription is not
 * there make up a unit of their own, because nothing is done for them in AWS; but for those whose status says where they are
 * taken down. What a user writes belongs where the Scope of the cluster does, and so does what is left of it.
 */
export function unitOf(
  { cluster }: Pick<ObjectKey, 'cluster'>,
  object: KubeObject | undefined,
  { controlPlane, scopeOf }: Pick<Planes, 'controlPlane' | 'scopeOf'>,
): string {
  const isOfUser = object === undefined || object.apiVersion === apiVersionOf(cloudResourcesKind);
  return isOfUser ? unitOfScope(scopeOf(cluster)) : unitInControlPlane(object, controlPlane());
}

function unitInControlPlane(object: KubeObject, cluster: Pick<Cluster, 'cache'>): string {
  // An object of a kind has its type. A Subscription is in no region; it asks for nothing but whose its account is.
  if (object.kind === subscriptionKind.kind) return (object as Subscription).spec.details.aws.account;
  if (object.kind === vpcNetworkKind.kind) return unitOfVpcNetwork(object as VpcNetwork, cluster);
  const scope = scopeNamedBy(object, cluster);
  return (scope === undefined ? recordedPlace(object) : undefined) ?? unitOfScope(scope);
}

function unitOfScope(scope: Scope | undefined): string {
  return scope === undefined ? 'without a Scope' : `${scope.spec.scope.aws.accountId}/${scope.spec.region}`;
}

/** As a VpcPeering has it, which can be deleted after its Scope. */
function recordedPlace(object: KubeObject & { readonly status?: RecordedPlace }): string | undefined {
  const { accountId, region } = object.status ?? {};
  return accountId === undefined || region === undefined ? undefined : `${accountId}/${region}`;
}

interface RecordedPlace {
  readonly accountId?: string;
  readonly region?: string;
}

function unitOfVpcNetwork({ metadata, spec }: VpcNetwork, cluster: Pick<Cluster, 'cache'>): string {
  const key = { namespace: metadata.namespace ?? '', name: spec.subscription };
  const subscription = cluster.cache(subscriptionKind).get(key);
  return subscription === undefined
    ? 'without a Subscription'
    : `${subscription.spec.details.aws.account}/${spec.region}`;
}

function scopeNamedBy(object: KubeObject, cluster: Pick<Cluster, 'cache'>): Scope | undefined {
  // An object of the kind has its type.
  if (object.kind === scopeKind.kind) return object as Scope;
  // All other kinds that are reconciled name their Scope.
  const { metadata, spec } = object as RefersToScope;
  return cluster.cache(scopeKind).get({ namespace: metadata.namespace ?? '', name: spec.scope.name });
}
