import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';

const LONGEST_NAME = 60;

/**
 * The Name tag of the VPC and all that belongs to it: the recorded one first, because another prefix in the operator's
 * configuration must not rename what stands.
 */
export function nameOf({ metadata, spec, status }: VpcNetwork, prefix: string): string {
  const recorded = status?.identifiers?.name ?? spec.vpcNetworkName;
  const parts = ['kyma', prefix, metadata.name].filter((part) => part !== '');
  return recorded ?? parts.join('-').slice(0, LONGEST_NAME);
}
