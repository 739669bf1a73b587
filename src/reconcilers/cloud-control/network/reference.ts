import type { Network, NetworkStatus } from '../../../api/cloud-control/v1beta1/network.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';

/** The VPC that a Network stands for. */
export type VpcReference = NonNullable<NonNullable<NetworkStatus['network']>['aws']>;

/** What is asked, with the gaps filled in that the Scope can fill. Empty text, as other writers leave it, is a gap. */
export function referenceOf({ spec }: Network, scope: Scope): VpcReference | undefined {
  const asked = spec.network.reference?.aws;
  if (asked === undefined) return undefined;
  const networkName = asked.networkName ?? '';
  const reference = {
    awsAccountId: asked.awsAccountId || scope.spec.scope.aws.accountId,
    region: asked.region,
    ...(networkName !== '' && { networkName }),
  };
  const isOfScope = spec.type === 'kyma' && isInScope(reference, scope);
  const vpcId = asked.vpcId || (isOfScope ? scope.status?.vpcId : undefined);
  return { ...reference, ...(vpcId !== undefined && { vpcId }) };
}

/** Whether the VPC that the Scope has found is the one that is meant: the Scope may name another one by now. */
function isInScope({ awsAccountId, region, networkName }: VpcReference, { spec }: Scope): boolean {
  const { accountId, vpcNetwork } = spec.scope.aws;
  return awsAccountId === accountId && region === spec.region && networkName === vpcNetwork;
}
