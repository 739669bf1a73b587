import { changed, type Manifest } from '../manifests.ts';
import { aCloudResourcesManifest, anAwsVpcPeeringManifest, aUserIpRangeManifest } from '../user-manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

/** The IpRange and the AwsVpcPeering of a user's cluster, and its CloudResources. */

const ofIpRange = [
  ...refusedIn(aUserIpRangeManifest(), [
    ['a CIDR that is text', 'spec.cidr', 'ten', 'CIDR must be an IPv4 CIDR'],
    ['an address without a mask', 'spec.cidr', '10.251.0.0', 'CIDR must be an IPv4 CIDR'],
    ['a mask beyond 32', 'spec.cidr', '10.251.0.0/33', 'CIDR must be an IPv4 CIDR'],
    ['an octet beyond 255', 'spec.cidr', '10.256.0.0/22', 'CIDR must be an IPv4 CIDR'],
    ['a CIDR in IPv6', 'spec.cidr', 'fd00::/64', 'CIDR must be an IPv4 CIDR'],
    ['host bits', 'spec.cidr', '10.251.0.9/22', 'CIDR must begin at the first address'],
    ['a range larger than /16', 'spec.cidr', '10.250.0.0/15', 'CIDR must have a prefix length from /16 to /30'],
    ['a range smaller than /30', 'spec.cidr', '10.251.0.0/31', 'CIDR must have a prefix length from /16 to /30'],
  ]),
  ...refusedUpdatesOf(aUserIpRangeManifest(), [
    ['another CIDR', 'spec.cidr', '10.251.0.0/22', '10.252.0.0/22', 'CIDR is immutable'],
    ['a CIDR set later', 'spec.cidr', undefined, '10.252.0.0/22', 'CIDR is immutable'],
    ['a CIDR set later in place of empty text', 'spec.cidr', '', '10.252.0.0/22', 'CIDR is immutable'],
    ['a CIDR taken away', 'spec.cidr', '10.251.0.0/22', undefined, 'CIDR is immutable'],
    ['a CIDR made empty', 'spec.cidr', '10.251.0.0/22', '', 'CIDR is immutable'],
    ['a specification set later', 'spec', undefined, { cidr: '10.252.0.0/22' }, 'CIDR is immutable'],
    ['a specification taken away', 'spec', { cidr: '10.251.0.0/22' }, undefined, 'CIDR is immutable'],
  ]),
];

const STRATEGY = 'spec.remoteRouteTableUpdateStrategy';
const vpcs = ['vpc-0123456789abcdef0', 'vpc-0fedcba9876543210'] as const;

const ofPeering = [
  ...refusedIn(anAwsVpcPeeringManifest(), [
    ['no specification', 'spec', undefined, 'spec', 'Required value'],
    ['no remote VPC', 'spec.remoteVpcId', undefined, 'spec.remoteVpcId', 'Required value'],
    ['no remote region', 'spec.remoteRegion', undefined, 'spec.remoteRegion', 'Required value'],
    ['no remote account', 'spec.remoteAccountId', undefined, 'spec.remoteAccountId', 'Required value'],
    ['an empty remote VPC', 'spec.remoteVpcId', '', 'remoteVpcId must be a VPC id: vpc-...'],
    ['a subnet in place of a VPC', 'spec.remoteVpcId', 'subnet-0123456789abcdef0', 'remoteVpcId must be a VPC id'],
    ['a remote region that is none', 'spec.remoteRegion', 'Dublin', 'remoteRegion must be an AWS region'],
    ['an account of 11 digits', 'spec.remoteAccountId', '21098765432', 'remoteAccountId must be an AWS account id'],
    ['an account that is a number', 'spec.remoteAccountId', 210987654321, 'spec.remoteAccountId', 'string'],
    ['a strategy that is not known', STRATEGY, 'ALL', 'Unsupported value', '"AUTO"'],
    ['an empty strategy', STRATEGY, '', 'Unsupported value'],
    ['deleteRemotePeering as text', 'spec.deleteRemotePeering', 'yes', 'deleteRemotePeering', 'boolean'],
  ]),
  ...refusedUpdatesOf(anAwsVpcPeeringManifest(), [
    ['another remote VPC', 'spec.remoteVpcId', ...vpcs, 'remoteVpcId is immutable'],
    ['another remote region', 'spec.remoteRegion', 'eu-west-1', 'eu-west-2', 'remoteRegion is immutable'],
    ['another account', 'spec.remoteAccountId', '210987654321', '123456789012', 'remoteAccountId is immutable'],
    ['another strategy', STRATEGY, 'MATCHED', 'NONE', 'remoteRouteTableUpdateStrategy is immutable'],
    ['a strategy later', STRATEGY, undefined, 'NONE', 'remoteRouteTableUpdateStrategy is immutable'],
  ]),
];

/** CloudResources asks for nothing, so that there is little to be wrong about. */
const ofCloudResources = refusedIn(aCloudResourcesManifest(), [
  ['a specification that is text', 'spec', 'all', 'spec', 'object'],
]);

export const userNetworkRefusals: readonly Refusal[] = [...ofIpRange, ...ofPeering, ...ofCloudResources];

const withoutSpec = (base: Manifest): Acceptance => ({
  reason: `${base.kind}: without a specification`,
  manifest: changed(base, 'spec', undefined),
});

export const userNetworkAcceptances: readonly Acceptance[] = [
  withoutSpec(aCloudResourcesManifest()),
  { reason: 'CloudResources: with an empty specification', manifest: aCloudResourcesManifest() },
  withoutSpec(aUserIpRangeManifest()),
  ...acceptedIn(aUserIpRangeManifest(), [
    ['an empty CIDR', 'spec.cidr', ''],
    ['the largest range', 'spec.cidr', '10.128.0.0/16'],
    ['the smallest range', 'spec.cidr', '192.168.255.252/30'],
    ['a name of 253 characters', 'metadata.name', 'r'.repeat(253)],
  ]),
  ...acceptedUpdatesOf(aUserIpRangeManifest(), [
    ['empty text in place of no CIDR', 'spec.cidr', undefined, ''],
    ['no CIDR in place of empty text', 'spec.cidr', '', undefined],
    ['the same CIDR', 'spec.cidr', '10.251.0.0/22', '10.251.0.0/22'],
  ]),
  { reason: 'AwsVpcPeering: with nothing but what is required', manifest: anAwsVpcPeeringManifest() },
  ...acceptedIn(anAwsVpcPeeringManifest(), [
    ['an old short id', 'spec.remoteVpcId', 'vpc-1a2b3c4d'],
    ['a region of the government', 'spec.remoteRegion', 'us-gov-west-1'],
    ['routes by a tag', STRATEGY, 'MATCHED'],
  ]),
  ...acceptedUpdatesOf(anAwsVpcPeeringManifest(), [
    ['deleteRemotePeering later', 'spec.deleteRemotePeering', undefined, true],
    ['deleteRemotePeering no more', 'spec.deleteRemotePeering', true, false],
  ]),
];
