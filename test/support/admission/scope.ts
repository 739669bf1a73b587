import { aScopeManifest, changed, type Manifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

const NETWORK = 'spec.scope.aws.network';

const ofFields = refusedIn(aScopeManifest(), [
  ['an account id of 11 digits', 'spec.scope.aws.accountId', '12345678901', 'accountId', '12 digits'],
  ['an account id with letters', 'spec.scope.aws.accountId', '12345678901a', 'accountId', '12 digits'],
  ['no account id', 'spec.scope.aws.accountId', undefined, 'accountId', 'Required value'],
  ['an empty VPC name', 'spec.scope.aws.vpcNetwork', '', 'vpcNetwork must not be empty'],
  ['a region that is none', 'spec.region', 'Frankfurt', 'region must be an AWS region'],
  ['a provider that is not served', 'spec.provider', 'gcp', 'spec.provider', 'Unsupported value'],
  ['no provider section', 'spec.scope', {}, 'spec.scope.aws', 'Required value'],
  ['a name other than kymaName', 'spec.kymaName', 'other', 'kymaName must be the name of the Scope'],
  ['an empty shoot name', 'spec.shootName', '', 'shootName must not be empty'],
  ['a shoot name that is no tag', 'spec.shootName', 'demo 🚀', 'shootName must consist of', 'AWS tag'],
  ['a shoot name with a tab', 'spec.shootName', 'demo\tone', 'shootName must consist of', 'AWS tag'],
  ['a shoot name too long for a tag', 'spec.shootName', 's'.repeat(254), 'shootName', '253'],
  ['no zones', `${NETWORK}.zones`, [], 'zones must not be empty'],
  ['no list of zones', `${NETWORK}.zones`, undefined, 'zones', 'Required value'],
  [
    'a zone twice',
    `${NETWORK}.zones`,
    [{ name: 'eu-central-1a' }, { name: 'eu-central-1a' }],
    'zones must have different names',
  ],
  ['a zone without a name', `${NETWORK}.zones`, [{ workers: '10.250.0.0/22' }], 'zones[0].name', 'Required value'],
  [
    'a zone of another region',
    `${NETWORK}.zones`,
    [{ name: 'eu-central-1a' }, { name: 'eu-west-1b' }],
    'zones must lie in the region',
  ],
  ['a zone with an odd name', `${NETWORK}.zones`, [{ name: 'Zone A' }], 'name must be an availability zone'],
  ['pods out of IPv4', `${NETWORK}.pods`, '10.300.0.0/16', 'pods must be an IPv4 CIDR'],
  ['services in IPv6', `${NETWORK}.services`, 'fd00::/108', 'services must be an IPv4 CIDR'],
  ['a VPC id of another kind', `${NETWORK}.vpc.id`, 'subnet-0123456789abcdef0', 'id must be a VPC id'],
  [
    'a VPC that is the whole world',
    `${NETWORK}.vpc.cidr`,
    '0.0.0.0/0',
    'cidr must have a prefix length of at least /8',
  ],
  ['a CIDR of the VPC with host bits', `${NETWORK}.vpc.cidr`, '10.250.0.1/22', 'cidr must begin at the first address'],
  ['a CIDR of the VPC that is text', `${NETWORK}.vpc.cidr`, 'all', 'cidr must be an IPv4 CIDR'],
]);

const ofUpdates = refusedUpdatesOf(aScopeManifest(), [
  ['another account later', 'spec.scope.aws.accountId', '123456789012', '210987654321', 'accountId is immutable'],
]);

/** Every place of a network in a Scope is held to the same. */
const ofNetworks = ['nodes', 'pods', 'services', 'internal', 'public', 'workers'].flatMap((name) => {
  const ofZone = ['internal', 'public', 'workers'].includes(name);
  const place = (value: string): Manifest =>
    ofZone
      ? changed(aScopeManifest(), `${NETWORK}.zones`, [{ name: 'eu-central-1a', [name]: value }])
      : changed(aScopeManifest(), `${NETWORK}.${name}`, value);
  return [
    { reason: `Scope: ${name} without a mask`, manifest: place('10.1.0.0'), says: [`${name} must be an IPv4 CIDR`] },
    {
      reason: `Scope: ${name} with host bits`,
      manifest: place('10.1.0.1/16'),
      says: [`${name} must begin at the first address`],
    },
    {
      reason: `Scope: ${name} that are the whole world`,
      manifest: place('0.0.0.0/0'),
      says: [`${name} must have a prefix length of at least /8`],
    },
  ];
});

const moved: Refusal = {
  reason: 'Scope: another region later',
  former: aScopeManifest(),
  manifest: changed(changed(aScopeManifest(), 'spec.region', 'eu-west-1'), `${NETWORK}.zones`, [
    { name: 'eu-west-1a' },
  ]),
  says: ['region is immutable'],
};

/** Whose Network would have a name that no object may have. */
const ofLongName: Refusal = {
  reason: 'Scope: a name too long for that of its Network',
  manifest: aScopeManifest('s'.repeat(248)),
  says: ['metadata.name must have at most 247 characters'],
};

export const scopeRefusals: readonly Refusal[] = [...ofFields, ...ofUpdates, ...ofNetworks, moved, ofLongName];

export const scopeAcceptances: readonly Acceptance[] = [
  { reason: 'Scope: as the samples have it', manifest: aScopeManifest() },
  { reason: 'Scope: a name of 247 characters', manifest: aScopeManifest('s'.repeat(247)) },
  ...acceptedIn(aScopeManifest(), [
    ['networks that are not known', `${NETWORK}.nodes`, ''],
    ['no VPC at all', `${NETWORK}.vpc`, undefined],
    ['a VPC by its id', `${NETWORK}.vpc.id`, 'vpc-0123456789abcdef0'],
    ['a shoot name with all that a tag takes', 'spec.shootName', 'Shoot 1_a.b:c/d=e+f-g@h'],
    ['a local zone', `${NETWORK}.zones`, [{ name: 'eu-central-1-ham-1a' }]],
  ]),
  ...acceptedIn(changed(aScopeManifest(), `${NETWORK}.zones`, [{ name: 'us-gov-west-1a' }]), [
    ['a region of three parts', 'spec.region', 'us-gov-west-1'],
  ]),
  ...acceptedIn(changed(aScopeManifest(), `${NETWORK}.zones`, [{ name: 'eusc-de-east-1a' }]), [
    ['a region of the European Sovereign Cloud', 'spec.region', 'eusc-de-east-1'],
  ]),
];
