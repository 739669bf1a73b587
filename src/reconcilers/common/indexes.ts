import { ANNOTATIONS, LABELS } from '../../api/names.ts';
import { kymaNetworkName, type Network } from '../../api/cloud-control/v1beta1/network.ts';
import type { VpcNetwork } from '../../api/cloud-control/v1beta1/vpc-network.ts';
import type { VpcPeering } from '../../api/cloud-control/v1beta1/vpc-peering.ts';
import type { NamespacedName } from '../../kube/operation.ts';
import type { KubeObject } from '../../kube/resource.ts';

/**
 * Indexes over "who refers to whom". Their values are `<namespace>/<name>` of what is referred to, because names are
 * unique only in a namespace.
 */
export const SCOPE_INDEX = '.spec.scope';
export const IP_RANGE_INDEX = '.spec.ipRange';
export const SUBSCRIPTION_INDEX = '.spec.subscription';
/** Over IpRanges: the Network that they name, or else that of their Scope; none when they name a VpcNetwork. */
export const NETWORK_INDEX = '.spec.network';
/** Over IpRanges: the VpcNetwork that they name. */
export const VPC_NETWORK_INDEX = '.spec.vpcNetwork';
/** Over VpcPeerings: the Networks of the two sides, which may stand in other namespaces. */
export const LOCAL_NETWORK_INDEX = '.spec.details.localNetwork';
export const REMOTE_NETWORK_INDEX = '.spec.details.remoteNetwork';
/** The VPC that an object has found in AWS, by its id: two Scopes may name the same one. */
export const VPC_INDEX = '.status.vpcId';

/** Over Scopes: the cluster that each is known to be for. */
export const CLUSTER_UID_INDEX = '.metadata.annotations.clusterUid';

/** Over objects of the control plane: the object of a user's cluster that they were made for, with its Scope. */
export const REMOTE_INDEX = '.spec.remoteRef';

/** Over a kind of which a pass looks at all objects of the cluster: it holds them under one value, the empty one. */
export const ALL_INDEX = 'all';

export function allIndexValues(): readonly string[] {
  return [''];
}

export interface RefersToScope extends KubeObject {
  readonly spec: { readonly scope: { readonly name: string } };
}

export interface RefersToIpRange extends KubeObject {
  readonly spec: { readonly ipRange: { readonly name: string } };
}

export interface RefersToNetwork extends RefersToScope {
  readonly spec: RefersToScope['spec'] & {
    readonly network?: { readonly name: string };
    readonly vpcNetwork?: { readonly name: string };
  };
}

export interface RefersToSubscription extends KubeObject {
  readonly spec: { readonly subscription: string };
}

export function scopeIndexValues(object: RefersToScope): readonly string[] {
  return [referenceOf(object, object.spec.scope.name)];
}

export function ipRangeIndexValues(object: RefersToIpRange): readonly string[] {
  return [referenceOf(object, object.spec.ipRange.name)];
}

export function subscriptionIndexValues(object: RefersToSubscription): readonly string[] {
  return [referenceOf(object, object.spec.subscription)];
}

export function networkIndexValues(object: RefersToNetwork): readonly string[] {
  return object.spec.vpcNetwork === undefined ? [referenceOf(object, networkNameOf(object))] : [];
}

export function vpcNetworkIndexValues(object: RefersToNetwork): readonly string[] {
  const { vpcNetwork } = object.spec;
  return vpcNetwork === undefined ? [] : [referenceOf(object, vpcNetwork.name)];
}

/** The Network that an object names, or else that of its Scope. */
export function networkNameOf({ spec }: RefersToNetwork): string {
  return spec.network?.name ?? kymaNetworkName(spec.scope.name);
}

/** How an object names a Network. */
export interface NetworkRef {
  readonly name: string;
  readonly namespace?: string;
}

export interface RefersToNetworks extends KubeObject {
  readonly spec: { readonly details?: { readonly localNetwork: NetworkRef; readonly remoteNetwork: NetworkRef } };
}

/** What a reference to a Network means: without a namespace one beside the object. */
export function networkKey({ metadata }: KubeObject, { name, namespace = '' }: NetworkRef): Required<NamespacedName> {
  return { namespace: namespace === '' ? (metadata.namespace ?? '') : namespace, name };
}

export function localNetworkIndexValues(object: RefersToNetworks): readonly string[] {
  const { localNetwork } = object.spec.details ?? {};
  return localNetwork === undefined ? [] : [valueOf(networkKey(object, localNetwork))];
}

export function remoteNetworkIndexValues(object: RefersToNetworks): readonly string[] {
  const { remoteNetwork } = object.spec.details ?? {};
  return remoteNetwork === undefined ? [] : [valueOf(networkKey(object, remoteNetwork))];
}

export interface InVpc extends KubeObject {
  readonly status?: { readonly vpcId?: string };
}

export function vpcIndexValues({ status }: InVpc): readonly string[] {
  return status?.vpcId === undefined ? [] : [status.vpcId];
}

/** Both VPCs of a peering: each stays for it, and the routes of each follow the blocks of the other. */
export function peeredVpcIndexValues({ status }: VpcPeering): readonly string[] {
  return [status?.vpcId, status?.remoteVpcId].filter((id) => id !== undefined);
}

/** Of a Network, the VPC that it refers to, as far as its id is known. */
export function referredVpcIndexValues({ status }: Network): readonly string[] {
  const { vpcId = '' } = status?.network?.aws ?? {};
  return vpcId === '' ? [] : [vpcId];
}

/** Of a VpcNetwork, the VPC that it stands for. */
export function networkVpcIndexValues({ status }: VpcNetwork): readonly string[] {
  return status?.identifiers?.vpc === undefined ? [] : [status.identifiers.vpc];
}

export function clusterUidIndexValues(scope: KubeObject): readonly string[] {
  const uid = recordedUidOf(scope);
  return uid === undefined ? [] : [clusterUidIndexValue(scope.metadata.namespace ?? '', uid)];
}

/** What identifies the cluster that a Scope is known to be for. */
export function recordedUidOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[ANNOTATIONS.clusterUid];
}

export function clusterUidIndexValue(namespace: string, uid: string): string {
  return valueOf({ namespace, name: uid });
}

/** What was made for an object of a user's cluster. */
export interface MadeForRemote extends RefersToScope {
  readonly spec: RefersToScope['spec'] & { readonly remoteRef?: RemoteRef };
}

/** How an object of a user's cluster is named; the namespace of cluster-scoped ones is empty. */
export type RemoteRef = Required<NamespacedName>;

/** The object that another one was made for; undefined: a person wrote it. Kinds without a `remoteRef` have annotations. */
export function remoteOf({ metadata: { annotations = {} }, spec }: MadeForRemote): RemoteRef | undefined {
  const { [LABELS.remoteNamespace]: namespace = '', [LABELS.remoteName]: name } = annotations;
  return spec.remoteRef ?? (name === undefined ? undefined : { namespace, name });
}

export function remoteIndexValues(object: MadeForRemote): readonly string[] {
  const remote = remoteOf(object);
  return remote === undefined
    ? []
    : [remoteIndexValue(object.metadata.namespace ?? '', object.spec.scope.name, remote)];
}

/** @param scope - Its name; it is in `namespace`, as all that was made for its cluster. */
export function remoteIndexValue(namespace: string, scope: string, remote: RemoteRef): string {
  return [namespace, scope, remote.namespace, remote.name].join('/');
}

/** The index value of an object that others refer to. */
export function indexValueOf(object: KubeObject): string {
  return referenceOf(object, object.metadata.name);
}

function referenceOf(object: KubeObject, name: string): string {
  return valueOf({ namespace: object.metadata.namespace ?? '', name });
}

function valueOf({ namespace, name }: Required<NamespacedName>): string {
  return `${namespace}/${name}`;
}
