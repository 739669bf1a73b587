import { kymaNetworkName } from '../../api/cloud-control/v1beta1/network.ts';
import type { KubeObject } from '../../kube/resource.ts';

/**
 * Indexes over "who refers to whom". Their values are `<namespace>/<name>` of what is referred to, because references
 * stay within a namespace and names are unique only there.
 */
export const SCOPE_INDEX = '.spec.scope';
export const IP_RANGE_INDEX = '.spec.ipRange';
/** Over IpRanges: the Network that they name, or else that of their Scope. */
export const NETWORK_INDEX = '.spec.network';

export interface RefersToScope extends KubeObject {
  readonly spec: { readonly scope: { readonly name: string } };
}

export interface RefersToIpRange extends KubeObject {
  readonly spec: { readonly ipRange: { readonly name: string } };
}

export interface RefersToNetwork extends RefersToScope {
  readonly spec: RefersToScope['spec'] & { readonly network?: { readonly name: string } };
}

export function scopeIndexValues(object: RefersToScope): readonly string[] {
  return [referenceOf(object, object.spec.scope.name)];
}

export function ipRangeIndexValues(object: RefersToIpRange): readonly string[] {
  return [referenceOf(object, object.spec.ipRange.name)];
}

export function networkIndexValues(object: RefersToNetwork): readonly string[] {
  return [referenceOf(object, networkNameOf(object))];
}

/** The Network that an object names, or else that of its Scope. */
export function networkNameOf({ spec }: RefersToNetwork): string {
  return spec.network?.name ?? kymaNetworkName(spec.scope.name);
}

/** The index value of an object that others refer to. */
export function indexValueOf(object: KubeObject): string {
  return referenceOf(object, object.metadata.name);
}

function referenceOf(object: KubeObject, name: string): string {
  return `${object.metadata.namespace ?? ''}/${name}`;
}
