import { anIpRangeManifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

const ofFields = refusedIn(anIpRangeManifest(), [
  ['no scope', 'spec.scope', undefined, 'spec.scope', 'Required value'],
  ['an empty scope', 'spec.scope.name', '', 'Scope is required'],
  ['no remoteRef', 'spec.remoteRef', undefined, 'spec.remoteRef', 'Required value'],
  ['an empty remote name', 'spec.remoteRef.name', '', 'RemoteRef name must not be empty'],
  ['an empty remote namespace', 'spec.remoteRef.namespace', '', 'RemoteRef namespace must not be empty'],
  ['a remote name too long for a tag', 'spec.remoteRef.name', 'x'.repeat(250), 'at most 254 characters'],
  ['a remote name that is no tag', 'spec.remoteRef.name', 'caché', 'RemoteRef name must consist of', 'AWS tag'],
  ['a remote namespace that is no tag', 'spec.remoteRef.namespace', 'a#b', 'RemoteRef namespace must consist of'],
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
  ['an empty network name', 'spec.network', { name: '' }, 'name must not be empty'],
  ['a name too long for a tag', 'metadata.name', 'r'.repeat(193), 'metadata.name must have at most 192 characters'],
]);

const ofUpdates = refusedUpdatesOf(anIpRangeManifest(), [
  ['another CIDR', 'spec.cidr', '10.251.0.0/22', '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR set later', 'spec.cidr', undefined, '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR taken away', 'spec.cidr', '10.251.0.0/22', undefined, 'CIDR is immutable'],
  ['another scope', 'spec.scope.name', 'demo', 'other', 'Scope is immutable'],
  ['another remoteRef', 'spec.remoteRef.name', 'demo-range', 'other', 'RemoteRef is immutable'],
]);

export const ipRangeRefusals: readonly Refusal[] = [...ofFields, ...ofUpdates];

export const ipRangeAcceptances: readonly Acceptance[] = [
  { reason: 'IpRange: without a CIDR', manifest: anIpRangeManifest() },
  ...acceptedIn(anIpRangeManifest(), [
    ['the largest block', 'spec.cidr', '10.128.0.0/16'],
    ['the smallest block', 'spec.cidr', '192.168.255.240/28'],
    ['a shared address range', 'spec.cidr', '100.64.0.0/22'],
    ['the end of 172.16.0.0/12', 'spec.cidr', '172.31.252.0/22'],
    ['empty options of AWS', 'spec.options', { aws: {} }],
    ['a name of 192 characters', 'metadata.name', 'r'.repeat(192)],
  ]),
];
