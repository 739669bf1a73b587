import type { Network } from '../../../api/cloud-control/v1beta1/network.ts';
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import type { VpcPeeringSpec } from '../../../api/cloud-control/v1beta1/vpc-peering.ts';
import type { Place } from '../../common/place.ts';
import type { VpcName } from '../../common/vpc/find-vpc.ts';
import type { RouteTableUpdateStrategy } from './route-strategy.ts';

/** What is asked, in one form, whichever of the two it was written in. */

/** A VPC to be peered, and where it is. */
export interface AskedSide {
  readonly place: Place;
  readonly vpc: VpcName;
  /** Where people can give the id of the VPC. */
  readonly idField: string;
}

/** The two VPCs. */
export interface AskedSides {
  readonly local: AskedSide;
  readonly remote: AskedSide;
}

/** How they are connected; what is undefined is left as it is. */
export interface PeeringOptions {
  readonly deleteRemotePeering: boolean;
  readonly remoteRouteTables: RouteTableUpdateStrategy;
  readonly dnsResolution: { readonly local: boolean | undefined; readonly remote: boolean | undefined };
}

export function optionsOf({ details }: Pick<VpcPeeringSpec, 'details'>): PeeringOptions {
  const { local, remote } = details?.dnsResolution ?? {};
  return {
    deleteRemotePeering: details?.deleteRemotePeering ?? false,
    remoteRouteTables: details?.remoteRouteTableUpdateStrategy ?? 'AUTO',
    dnsResolution: { local, remote },
  };
}

/** Undefined when the Network does not show yet what it stands for. */
export function sideOfNetwork({ status }: Pick<Network, 'status'>): AskedSide | undefined {
  const aws = status?.network?.aws;
  if (aws === undefined) return undefined;
  return {
    place: { accountId: aws.awsAccountId, region: aws.region },
    vpc: { id: aws.vpcId, name: aws.networkName },
    idField: 'network.reference.aws.vpcId of the Network',
  };
}

/** The VPC of the Scope, for the older form. */
export function sideOfScope({ spec, status }: Pick<Scope, 'spec' | 'status'>): AskedSide {
  const { accountId, vpcNetwork } = spec.scope.aws;
  return {
    place: { accountId, region: spec.region },
    vpc: { id: status?.vpcId, name: vpcNetwork },
    idField: 'scope.aws.network.vpc.id of the Scope',
  };
}

/** The remote VPC of the older form. */
export function sideOfLegacy(legacy: NonNullable<VpcPeeringSpec['vpcPeering']>, scope: Pick<Scope, 'spec'>): AskedSide {
  const { remoteAccountId, remoteRegion, remoteVpcId } = legacy.aws;
  return {
    place: { accountId: remoteAccountId, region: remoteRegion ?? scope.spec.region },
    vpc: { id: remoteVpcId },
    idField: 'vpcPeering.aws.remoteVpcId',
  };
}
