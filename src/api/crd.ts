import { stringify } from 'yaml';
import { resourceNameOf } from '../kube/resource.ts';
import { ipRangeKind } from './cloud-control/v1beta1/ip-range.ts';
import { networkKind } from './cloud-control/v1beta1/network.ts';
import { redisClusterKind } from './cloud-control/v1beta1/redis-cluster.ts';
import { redisInstanceKind } from './cloud-control/v1beta1/redis-instance.ts';
import { scopeKind } from './cloud-control/v1beta1/scope.ts';
import { subscriptionKind } from './cloud-control/v1beta1/subscription.ts';
import { vpcNetworkKind } from './cloud-control/v1beta1/vpc-network.ts';
import { vpcPeeringKind } from './cloud-control/v1beta1/vpc-peering.ts';
import { awsRedisClusterKind } from './cloud-resources/v1beta1/aws-redis-cluster.ts';
import { awsRedisInstanceKind } from './cloud-resources/v1beta1/aws-redis-instance.ts';
import { awsVpcPeeringKind } from './cloud-resources/v1beta1/aws-vpc-peering.ts';
import { cloudResourcesKind } from './cloud-resources/v1beta1/cloud-resources.ts';
import { userIpRangeKind } from './cloud-resources/v1beta1/ip-range.ts';
import type { CustomKind, PrinterColumn } from './kind.ts';
import type { Rule } from './schema.ts';
import { structuralSchemaFrom, type StructuralSchema } from './structural.ts';

/** The kinds of the control plane, in the order in which a person meets them. */
export const CONTROL_PLANE_KINDS: readonly CustomKind[] = [
  subscriptionKind,
  vpcNetworkKind,
  scopeKind,
  networkKind,
  ipRangeKind,
  vpcPeeringKind,
  redisInstanceKind,
  redisClusterKind,
];

/** The kinds that the users of a cluster write, in the order in which they meet them. */
export const USER_KINDS: readonly CustomKind[] = [
  cloudResourcesKind,
  userIpRangeKind,
  awsRedisInstanceKind,
  awsRedisClusterKind,
  awsVpcPeeringKind,
];

/** Every kind of this program. IpRange is twice among them, in two groups. */
export const CUSTOM_KINDS: readonly CustomKind[] = [...CONTROL_PLANE_KINDS, ...USER_KINDS];

/** The part of `apiextensions.k8s.io/v1` that our CRDs use. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly scope: 'Namespaced' | 'Cluster';
    readonly versions: readonly CrdVersion[];
  };
}

interface CrdVersion {
  readonly name: string;
  readonly served: true;
  readonly storage: true;
  readonly subresources: { readonly status: Record<string, never> };
  readonly additionalPrinterColumns: readonly PrinterColumn[];
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
}

/** The CRD of `kind`. *Throws* `StructuralSchemaError` when an API server would refuse its schema. */
export function crdFrom(kind: CustomKind): CustomResourceDefinition {
  const { group, kind: name, plural, shortNames, categories } = kind;
  const names = { kind: name, listKind: `${name}List`, plural, singular: name.toLowerCase() };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: resourceNameOf(kind) },
    spec: {
      group,
      names: { ...names, ...(shortNames.length > 0 && { shortNames }), categories },
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      versions: [versionOf(kind)],
    },
  };
}

function versionOf(kind: CustomKind): CrdVersion {
  return {
    name: kind.version,
    served: true,
    storage: true,
    subresources: { status: {} },
    additionalPrinterColumns: kind.columns,
    schema: { openAPIV3Schema: rootSchemaOf(kind) },
  };
}

/**
 * The status of an object that no controller has looked at yet. Without it, tools that read generations (kstatus: Flux,
 * kpt) would take an object for complete in the moments before its first pass.
 */
const UNSEEN = { observedGeneration: -1 } as const;

function rootSchemaOf(kind: CustomKind): StructuralSchema {
  const rules: readonly Rule[] = kind.rules;
  return {
    type: 'object',
    description: kind.description,
    required: 'default' in kind.spec ? [] : ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchemaFrom(kind.spec, 'spec'),
      status: { ...structuralSchemaFrom(kind.status, 'status'), default: UNSEEN },
    },
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
  };
}

/** The CRD of `kind` as YAML: the content of its file in `config/crd`. */
export function crdYamlOf(kind: CustomKind): string {
  return stringify(crdFrom(kind), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The file of `kind` in `config/crd`, named as Kubernetes projects name it. */
export function crdFileNameOf(kind: CustomKind): string {
  return `${kind.group}_${kind.plural}.yaml`;
}

/** CRDs as one YAML stream, as `cloud-manager crds` prints them. */
export function crdYaml(kinds: readonly CustomKind[] = CUSTOM_KINDS): string {
  return kinds.map((kind) => `---\n${crdYamlOf(kind)}`).join('');
}
