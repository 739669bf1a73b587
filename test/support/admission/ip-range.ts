import { anIpRangeManifest, changed } from '../manifests.ts';
import { type Acceptance, acceptedIn, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';
import { remoteRefAcceptances, remoteRefRefusals, scopeRefRefusals, tagNameRefusals } from './references.ts';

const ofFields = refusedIn(anIpRangeManifest(), [
  ['a CIDR that is text', 'spec.cidr', 'ten', 'CIDR must be an IPv4 CIDR'],
  ['an empty CIDR', 'spec.cidr', '', 'CIDR must be an IPv4 CIDR'],
  ['an address without a mask', 'spec.cidr', '10.251.0.0', 'CIDR must be an IPv4 CIDR'],
  ['a mask beyond 32', 'spec.cidr', '10.251.0.0/33', 'CIDR must be an IPv4 CIDR'],
  ['an octet beyond 255', 'spec.cidr', '10.256.0.0/22', 'CIDR must be an IPv4 CIDR'],
  ['an octet with leading zeros', 'spec.cidr', '10.025.0.0/22', 'CIDR must be an IPv4 CIDR'],
  ['a CIDR in IPv6', 'spec.cidr', 'fd00::/64', 'CIDR must be an IPv4 CIDR'],
  ['host bits', 'spec.cidr', '10.251.0.9/22', 'CIDR must begin at the first address'],
  ['a block larger than AWS takes', 'spec.cidr', '10.0.0.0/15', 'prefix length from /16 to /28'],
  ['a block smaller than AWS takes', 'spec.cidr', '10.251.0.0/29', 'prefix length from /16 to /28'],
  ['a public range', 'spec.cidr', '8.8.8.0/24', 'private range'],
  ['a range just past the private one', 'spec.cidr', '172.32.0.0/16', 'private range'],
  ['an address of IPv4 in IPv6', 'spec.cidr', '::ffff:10.1.0.0/112', 'spec.cidr', '18'],
  ['a short address of IPv4 in IPv6', 'spec.cidr', '::ffff:a00:0/112', 'CIDR must be an IPv4 CIDR'],
  ['digits of another script', 'spec.cidr', '１０.251.0.0/22', 'CIDR must be an IPv4 CIDR'],
  ['a space after the CIDR', 'spec.cidr', '10.251.0.0/22 ', 'CIDR must be an IPv4 CIDR'],
  ['an empty network name', 'spec.network', { name: '' }, 'network name must not be empty'],
  ['a network without a name', 'spec.network', {}, 'spec.network.name', 'Required value'],
  ['an empty name of a VpcNetwork', 'spec.vpcNetwork', { name: '' }, 'vpcNetwork name must not be empty'],
]);

const ofUpdates = refusedUpdatesOf(anIpRangeManifest(), [
  ['another CIDR', 'spec.cidr', '10.251.0.0/22', '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR set later', 'spec.cidr', undefined, '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR taken away', 'spec.cidr', '10.251.0.0/22', undefined, 'CIDR is immutable'],
  ['another network', 'spec.network', { name: 'here' }, { name: 'there' }, 'network is immutable'],
  ['a network set later', 'spec.network', undefined, { name: 'there' }, 'network is immutable'],
  ['a network taken away', 'spec.network', { name: 'here' }, undefined, 'network is immutable'],
  ['another VpcNetwork', 'spec.vpcNetwork', { name: 'here' }, { name: 'there' }, 'vpcNetwork is immutable'],
  ['a VpcNetwork set later', 'spec.vpcNetwork', undefined, { name: 'there' }, 'vpcNetwork is immutable'],
  ['a VpcNetwork taken away', 'spec.vpcNetwork', { name: 'here' }, undefined, 'vpcNetwork is immutable'],
]);

const ofTwoNetworks = refusedIn(changed(anIpRangeManifest(), 'spec.network', { name: 'here' }), [
  ['a network and a VpcNetwork', 'spec.vpcNetwork', { name: 'there' }, 'At most one of network and vpcNetwork'],
]);

export const ipRangeRefusals: readonly Refusal[] = [
  ...scopeRefRefusals(anIpRangeManifest()),
  ...remoteRefRefusals(anIpRangeManifest()),
  ...tagNameRefusals(anIpRangeManifest()),
  ...ofFields,
  ...ofTwoNetworks,
  ...ofUpdates,
];

export const ipRangeAcceptances: readonly Acceptance[] = [
  ...remoteRefAcceptances(anIpRangeManifest()),
  { reason: 'IpRange: without a CIDR', manifest: anIpRangeManifest() },
  ...acceptedIn(anIpRangeManifest(), [
    ['the largest block', 'spec.cidr', '10.128.0.0/16'],
    ['the smallest block', 'spec.cidr', '192.168.255.240/28'],
    ['a shared address range', 'spec.cidr', '100.64.0.0/22'],
    ['the end of 172.16.0.0/12', 'spec.cidr', '172.31.252.0/22'],
    ['a Network', 'spec.network', { name: 'demo-network' }],
    ['a VpcNetwork', 'spec.vpcNetwork', { name: 'demo-vpc' }],
    ['empty options of AWS', 'spec.options', { aws: {} }],
    ['a name of 192 characters', 'metadata.name', 'r'.repeat(192)],
  ]),
];
