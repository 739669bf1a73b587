/**
 * The Network `<scope>--kyma`: the name under which others refer to the VPC of the Scope. It belongs to the Scope by an
 * owner reference, is made again when somebody deletes it, and goes before the Scope does.
 *
 * A Network is immutable. When the Scope comes to mean another VPC, its Network is deleted and made anew. While something
 * uses the old one, Kubernetes keeps it, and the Scope says so: what stands in the old VPC goes on standing there.
 */
import { kymaNetworkName, type Network, networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { LABELS } from '../../../api/names.ts';
import { next, type Outcome, type Pass, stopAndForget } from '../../../composed/index.ts';
import type { KubeInput, KubeObject, NamespacedName, Permission } from '../../../kube/index.ts';
import { apiVersionOf, isBeingDeleted } from '../../../kube/resource.ts';
import type { Cluster } from '../../../runtime/index.ts';
import { deleting, failed, heldBack, processing } from '../../common/finding.ts';
import { indexValueOf } from '../../common/indexes.ts';
import type { ScopeState } from './state.ts';

export const networkPermissions: Permission = { kind: networkKind, verbs: ['create', 'delete', 'get'] };

export async function ensureNetwork(state: ScopeState, pass: Pass): Promise<Outcome> {
  const network = networkIn(state) ?? (await createNetwork(state, pass));
  if (isForVpcOf(state, network)) return next;
  const what = `Network ${indexValueOf(network)} stands for VPC ${calledIn(network)}, and the Scope for VPC ${state.vpcId}`;
  if (!isOwn(network, state.object)) {
    const message = `${what}; it was made by somebody else and is left as it is: delete it, or make both say the same`;
    state.finding = failed('ReasonInvalidDependency', message);
  } else if (network.status?.state === 'Warning') {
    const message = `${what}; it is made anew when nothing uses the old one any more`;
    state.finding = heldBack('ReasonInvalidDependency', message);
  } else {
    if (!isBeingDeleted(network)) await state.cluster.delete(networkKind, network, pass);
    state.finding = processing(`${what}; it is made anew`);
  }
  return stopAndForget('the Network stands for another VPC');
}

/** The status tells the VPC first: then the Network shows it from its first moment on, and wakes those who wait once. */
async function createNetwork(state: ScopeState, pass: Pass): Promise<Network> {
  const { cluster, kind, vpcId } = state;
  if (state.object.status?.vpcId !== vpcId) {
    state.object = await cluster.recordStatus(kind, state.object, { vpcId }, pass);
  }
  return cluster.create(networkKind, networkFor(state.object), pass);
}

/** Deletes the Network and waits until it is gone: those who use it, also from other Scopes, hold it up. */
export async function deleteNetwork(state: ScopeState, pass: Pass): Promise<Outcome> {
  const network = networkIn(state);
  if (network === undefined) return next;
  if (!isBeingDeleted(network)) await state.cluster.delete(networkKind, network, pass);
  state.finding = deleting(`waiting until Network ${indexValueOf(network)} is gone`);
  return stopAndForget('the Network goes first');
}

/** Whether the Network is more than another name of the Scope's own VPC; one of the Scope's type goes with the Scope. */
export function isOtherNetwork(object: KubeObject): boolean {
  // The index is one of Networks.
  return (object as Network).spec.type !== 'kyma';
}

/** The Scope to be woken: when its Network is gone, or about to go, or kept from going. */
export function scopeOfNetwork(network: Network, cluster: Cluster): readonly NamespacedName[] {
  const { namespace = '', name } = network.metadata;
  const scopeName = network.spec.scope.name;
  if (name !== kymaNetworkName(scopeName)) return [];
  const current = cluster.cache(networkKind).get(network.metadata);
  return current === undefined || isBeingDeleted(current) ? [{ namespace, name: scopeName }] : [];
}

function networkIn({ cluster, object }: ScopeState): Network | undefined {
  const { namespace = '', name } = object.metadata;
  return cluster.get(networkKind, namespace, kymaNetworkName(name));
}

function networkFor({ metadata, spec }: Scope): KubeInput<Network> {
  const { accountId, vpcNetwork, network } = spec.scope.aws;
  const owner = { apiVersion: apiVersionOf(scopeKind), kind: scopeKind.kind, name: metadata.name, uid: metadata.uid };
  const vpcId = network.vpc?.id ?? '';
  const reference = {
    awsAccountId: accountId,
    region: spec.region,
    networkName: vpcNetwork,
    ...(vpcId !== '' && { vpcId }),
  };
  return {
    metadata: {
      name: kymaNetworkName(metadata.name),
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels: { [LABELS.kymaName]: spec.kymaName },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
    },
    spec: { scope: { name: metadata.name }, type: 'kyma', network: { reference: { aws: reference } } },
  };
}

function isOwn({ metadata }: Network, scope: Scope): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === scope.metadata.uid) === true;
}

/** An id says it all; a name means whatever VPC the Scope finds under it. Empty text is absence. */
function isForVpcOf({ object, vpcId }: ScopeState, { spec }: Network): boolean {
  const asked = spec.network.reference?.aws;
  const { accountId, vpcNetwork } = object.spec.scope.aws;
  if (asked === undefined || (asked.awsAccountId || accountId) !== accountId) return false;
  if (asked.region !== object.spec.region || spec.scope.name !== object.metadata.name) return false;
  return asked.vpcId ? asked.vpcId === vpcId : asked.networkName === vpcNetwork;
}

function calledIn({ spec }: Network): string {
  const { vpcId, networkName = 'without a name' } = spec.network.reference?.aws ?? {};
  return vpcId || networkName;
}
