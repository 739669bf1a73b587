import { kymaNetworkName, networkKind, type NetworkSpec } from '../../../api/cloud-control/v1beta1/network.ts';
import { vpcPeeringKind, type VpcPeeringSpec } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import type { AwsVpcPeering } from '../../../api/cloud-resources/v1beta1/aws-vpc-peering.ts';
import type { Counterpart, CounterpartKind, CounterpartState } from '../common/counterpart.ts';
import { refOf } from '../common/id.ts';
import type { UserObjectState } from '../common/user-object.ts';

/** What a pass starts with. Its counterpart is in the end the VpcPeering, whose name the Network has too. */
export type StartState = UserObjectState<AwsVpcPeering> & { counterpart: Counterpart | undefined };

/** With the Scope of the cluster. */
export type PeeringState = CounterpartState<AwsVpcPeering, Counterpart>;

/** The remote VPC, as the control plane names it. */
export const remoteNetwork: CounterpartKind<AwsVpcPeering, Counterpart> = {
  kind: networkKind,
  specOf: networkSpecOf,
  userFields: {
    'spec.network': 'spec.remoteAccountId, spec.remoteRegion, spec.remoteVpcId',
    'spec.network.reference.aws.awsAccountId': 'spec.remoteAccountId',
    'spec.network.reference.aws.region': 'spec.remoteRegion',
    'spec.network.reference.aws.vpcId': 'spec.remoteVpcId',
  },
};

/** The connection between the VPC of the cluster and the remote one. */
export const peering: CounterpartKind<AwsVpcPeering, Counterpart> = {
  kind: vpcPeeringKind,
  specOf: peeringSpecOf,
  // The rest of the details cannot differ.
  userFields: {
    'spec.details': 'spec.remoteRouteTableUpdateStrategy',
    'spec.details.remoteRouteTableUpdateStrategy': 'spec.remoteRouteTableUpdateStrategy',
  },
};

function networkSpecOf({ object, scope }: PeeringState): NetworkSpec {
  const { remoteAccountId, remoteRegion, remoteVpcId } = object.spec;
  const aws = { awsAccountId: remoteAccountId, region: remoteRegion, vpcId: remoteVpcId };
  return { scope: { name: scope.metadata.name }, type: 'external', network: { reference: { aws } } };
}

function peeringSpecOf({ object, scope }: PeeringState): VpcPeeringSpec {
  const { deleteRemotePeering, remoteRouteTableUpdateStrategy } = object.spec;
  return {
    scope: { name: scope.metadata.name },
    remoteRef: refOf(object),
    details: {
      localNetwork: { name: kymaNetworkName(scope.metadata.name) },
      remoteNetwork: { name: object.status?.id ?? '' },
      deleteRemotePeering,
      remoteRouteTableUpdateStrategy,
    },
  };
}
