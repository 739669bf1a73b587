import { aVpcNetworkManifest, changed } from '../manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

const BLOCKS = 'spec.cidrBlocks';
const NO_CIDR = 'cidrBlocks must be a list of valid CIDRs';

/** `count` blocks of which no two overlap. */
function blocks(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `10.${index}.0.0/16`);
}

const ofFields = refusedIn(aVpcNetworkManifest(), [
  ['a name of 60 characters', 'metadata.name', 'v'.repeat(60), 'metadata.name must have fewer than 60 characters'],
  ['no subscription', 'spec.subscription', undefined, 'spec.subscription', 'Required value'],
  ['no subscription, said with null', 'spec.subscription', null, 'spec.subscription', 'Required value'],
  ['an empty subscription', 'spec.subscription', '', 'The subscription must not be empty'],
  ['no region', 'spec.region', undefined, 'spec.region', 'Required value'],
  ['an empty region', 'spec.region', '', 'region must be an AWS region such as eu-central-1'],
  ['a zone for a region', 'spec.region', 'eu-central-1a', 'region must be an AWS region'],
  ['a type that is not known', 'spec.type', 'external', 'spec.type', 'Unsupported value'],
  ['an empty VPC name', 'spec.vpcNetworkName', '', 'spec.vpcNetworkName', 'at least 1 chars long'],
  ['a VPC name of blanks', 'spec.vpcNetworkName', '  ', 'vpcNetworkName must neither begin nor end with a space'],
  ['a VPC name with a space before it', 'spec.vpcNetworkName', ' a', 'must neither begin nor end with a space'],
  ['a VPC name with a space behind it', 'spec.vpcNetworkName', 'a ', 'must neither begin nor end with a space'],
  ['a VPC name that is no tag', 'spec.vpcNetworkName', 'réseau', 'vpcNetworkName must consist of', 'AWS tag'],
  ['a VPC name that is a pattern', 'spec.vpcNetworkName', 'prod-*', 'vpcNetworkName must consist of'],
  ['a VPC name too long', 'spec.vpcNetworkName', 'v'.repeat(256), 'spec.vpcNetworkName', '255'],
  ['a VPC name that a security group cannot have', 'spec.vpcNetworkName', 'sg-prod', 'must not begin with sg-'],
  ['no blocks', BLOCKS, undefined, BLOCKS, 'Required value'],
  ['no blocks, said with null', BLOCKS, null, BLOCKS, 'Required value'],
  ['an empty list of blocks', BLOCKS, [], BLOCKS, 'should have at least 1 items'],
  ['eleven blocks', BLOCKS, blocks(11), BLOCKS, 'must have at most 10 items'],
  ['a block that is null', BLOCKS, [null], `${BLOCKS}[0]`, 'string'],
  ['a block that is text', BLOCKS, ['ten'], NO_CIDR],
  ['an empty block', BLOCKS, [''], NO_CIDR],
  ['a block that is wrong among others', BLOCKS, ['10.20.0.0/16', '10.300.0.0/16'], `${BLOCKS}[1]`, NO_CIDR],
  ['an address without a mask', BLOCKS, ['10.20.0.0'], NO_CIDR],
  ['a mask beyond 32', BLOCKS, ['10.20.0.0/33'], NO_CIDR],
  ['an octet with leading zeros', BLOCKS, ['10.020.0.0/16'], NO_CIDR],
  ['a block of IPv6', BLOCKS, ['fd00:20::/56'], NO_CIDR],
  ['an address of IPv4 in IPv6', BLOCKS, ['::ffff:a14:0/112'], NO_CIDR],
  ['a block with a space behind it', BLOCKS, ['10.20.0.0/16 '], NO_CIDR],
  ['a block larger than AWS takes', BLOCKS, ['10.20.0.0/15'], 'cidrBlocks must have a prefix length from /16 to /28'],
  ['a block smaller than AWS takes', BLOCKS, ['10.20.0.0/29'], 'cidrBlocks must have a prefix length from /16 to /28'],
]);

const ofUpdates = refusedUpdatesOf(aVpcNetworkManifest(), [
  ['another type', 'spec.type', 'kyma', 'gardener', 'Type is immutable'],
  ['a type where there was none', 'spec.type', undefined, 'gardener', 'Type is immutable'],
  ['a type taken away', 'spec.type', 'gardener', undefined, 'Type is immutable'],
  ['another VPC name', 'spec.vpcNetworkName', 'one', 'two', 'VPC network name is immutable'],
  ['a VPC name set later', 'spec.vpcNetworkName', undefined, 'two', 'VPC network name is immutable'],
  ['a VPC name taken away', 'spec.vpcNetworkName', 'one', undefined, 'VPC network name is immutable'],
  ['another subscription', 'spec.subscription', 'demo-account', 'other', 'The subscription is immutable'],
  ['another region', 'spec.region', 'eu-central-1', 'eu-west-1', 'The region is immutable'],
]);

export const vpcNetworkRefusals: readonly Refusal[] = [...ofFields, ...ofUpdates];

export const vpcNetworkAcceptances: readonly Acceptance[] = [
  { reason: 'VpcNetwork: with nothing but what is required', manifest: aVpcNetworkManifest() },
  ...acceptedIn(aVpcNetworkManifest(), [
    ['a name of 59 characters', 'metadata.name', 'v'.repeat(59)],
    ['type kyma', 'spec.type', 'kyma'],
    ['type gardener', 'spec.type', 'gardener'],
    ['a VPC name', 'spec.vpcNetworkName', 'the VPC of demo'],
    ['a VPC name of 255 characters', 'spec.vpcNetworkName', 'v'.repeat(255)],
    ['the largest and the smallest block', BLOCKS, ['10.20.0.0/16', '10.30.0.0/28']],
    ['ten blocks', BLOCKS, blocks(10)],
    ['host bits, as people write them', BLOCKS, ['10.20.30.40/16']],
    ['a range of public addresses', BLOCKS, ['203.0.0.0/16']],
    ['blocks that overlap, which the status tells', BLOCKS, ['10.20.0.0/16', '10.20.4.0/22']],
  ]),
  ...acceptedIn(changed(aVpcNetworkManifest(), 'spec.type', 'gardener'), [
    ['the name of a VPC of others that no security group could have', 'spec.vpcNetworkName', 'sg-prod'],
  ]),
  ...acceptedUpdatesOf(aVpcNetworkManifest(), [
    ['a block more', BLOCKS, ['10.20.0.0/16'], ['10.20.0.0/16', '10.30.0.0/16']],
    ['a block less', BLOCKS, ['10.20.0.0/16', '10.30.0.0/16'], ['10.20.0.0/16']],
    ['another order of blocks', BLOCKS, ['10.20.0.0/16', '10.30.0.0/16'], ['10.30.0.0/16', '10.20.0.0/16']],
    ['the type said that is the default', 'spec.type', undefined, 'kyma'],
  ]),
];
