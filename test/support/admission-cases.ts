import {
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  anIpRangeManifest,
  changed,
  type Manifest,
} from './manifests.ts';

/** What an API server must say no to. */
export interface Refusal {
  readonly reason: string;
  /** When given, this is created first, and the manifest then replaces it. */
  readonly former?: Manifest;
  readonly manifest: Manifest;
  /** Parts of the message: the field and why. */
  readonly says: readonly string[];
}

/** What an API server must take. */
export interface Acceptance {
  readonly reason: string;
  readonly former?: Manifest;
  readonly manifest: Manifest;
}

const AWS = 'spec.instance.aws';
const NETWORK = 'spec.scope.aws.network';

type Change = readonly [reason: string, path: string, value: unknown, ...says: string[]];

/** Cases in which one field of a valid manifest is made wrong. */
function refusedIn(base: Manifest, changes: readonly Change[]): Refusal[] {
  return changes.map(([reason, path, value, ...says]) => ({
    reason: `${base.kind}: ${reason}`,
    manifest: changed(base, path, value),
    says,
  }));
}

type Update = readonly [reason: string, path: string, from: unknown, to: unknown, ...says: string[]];

/** Cases in which a field is valid before and after, but must not go from the one to the other. */
function refusedUpdatesOf(base: Manifest, updates: readonly Update[]): Refusal[] {
  return updates.map(([reason, path, from, to, ...says]) => ({
    reason: `${base.kind}: ${reason}`,
    former: changed(base, path, from),
    manifest: changed(base, path, to),
    says,
  }));
}

const scopeRefusals = refusedIn(aScopeManifest(), [
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

const scopeUpdateRefusals = refusedUpdatesOf(aScopeManifest(), [
  ['another account later', 'spec.scope.aws.accountId', '123456789012', '210987654321', 'accountId is immutable'],
]);

/** Every place of a network in a Scope is held to the same. */
const scopeNetworkRefusals = ['nodes', 'pods', 'services', 'internal', 'public', 'workers'].flatMap((name) => {
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

const movedScope: Refusal = {
  reason: 'Scope: another region later',
  former: aScopeManifest(),
  manifest: changed(changed(aScopeManifest(), 'spec.region', 'eu-west-1'), `${NETWORK}.zones`, [
    { name: 'eu-west-1a' },
  ]),
  says: ['region is immutable'],
};

const ipRangeRefusals = refusedIn(anIpRangeManifest(), [
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

const ipRangeUpdateRefusals = refusedUpdatesOf(anIpRangeManifest(), [
  ['another CIDR', 'spec.cidr', '10.251.0.0/22', '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR set later', 'spec.cidr', undefined, '10.252.0.0/22', 'CIDR is immutable'],
  ['a CIDR taken away', 'spec.cidr', '10.251.0.0/22', undefined, 'CIDR is immutable'],
  ['another scope', 'spec.scope.name', 'demo', 'other', 'Scope is immutable'],
  ['another remoteRef', 'spec.remoteRef.name', 'demo-range', 'other', 'RemoteRef is immutable'],
]);

/** What both Redis kinds refuse alike. */
function redisRefusals(base: Manifest): Refusal[] {
  return refusedIn(base, [
    ['no IpRange', 'spec.ipRange', undefined, 'spec.ipRange', 'Required value'],
    ['an empty IpRange', 'spec.ipRange.name', '', 'IpRange name must not be empty'],
    ['an empty scope', 'spec.scope.name', '', 'Scope is required'],
    ['an empty remote name', 'spec.remoteRef.name', '', 'RemoteRef name must not be empty'],
    ['an empty remote namespace', 'spec.remoteRef.namespace', '', 'RemoteRef namespace must not be empty'],
    ['a remote name too long for a tag', 'spec.remoteRef.name', 'x'.repeat(250), 'at most 254 characters'],
    ['a remote name that is no tag', 'spec.remoteRef.name', 'caché', 'RemoteRef name must consist of', 'AWS tag'],
    ['a remote namespace that is no tag', 'spec.remoteRef.namespace', 'a#b', 'RemoteRef namespace must consist of'],
    ['no provider section', 'spec.instance', {}, 'spec.instance.aws', 'Required value'],
    ['no node type', `${AWS}.cacheNodeType`, undefined, 'cacheNodeType', 'Required value'],
    ['a node type of EC2', `${AWS}.cacheNodeType`, 'm7g.large', 'cacheNodeType must be an ElastiCache node type'],
    ['an empty node type', `${AWS}.cacheNodeType`, '', 'cacheNodeType must be an ElastiCache node type'],
    ['an engine version that is not served', `${AWS}.engineVersion`, '5.0.6', 'engineVersion', 'Unsupported value'],
    ['an engine version as a number', `${AWS}.engineVersion`, 7.1, 'engineVersion', 'string'],
    ['authEnabled as text', `${AWS}.authEnabled`, 'yes', 'authEnabled', 'boolean'],
    ['autoMinorVersionUpgrade as a number', `${AWS}.autoMinorVersionUpgrade`, 1, 'autoMinorVersionUpgrade', 'boolean'],
    [
      'a window without days',
      `${AWS}.preferredMaintenanceWindow`,
      '23:00-01:30',
      'preferredMaintenanceWindow',
      'ddd:hh24:mi',
    ],
    [
      'a window of a day that is none',
      `${AWS}.preferredMaintenanceWindow`,
      'sonntag:01:00-mon:02:00',
      'preferredMaintenanceWindow',
      'ddd:hh24:mi',
    ],
    [
      'a window at 24:00',
      `${AWS}.preferredMaintenanceWindow`,
      'sun:24:00-mon:02:00',
      'preferredMaintenanceWindow',
      'ddd:hh24:mi',
    ],
    ['a window of half an hour', `${AWS}.preferredMaintenanceWindow`, 'sun:01:00-sun:01:30', 'at least 60 minutes'],
    ['a window of no time', `${AWS}.preferredMaintenanceWindow`, 'sun:01:00-sun:01:00', 'at least 60 minutes'],
    [
      'a parameter with a space',
      `${AWS}.parameters`,
      { 'max memory': '1' },
      'parameters must have names of lower-case',
    ],
    ['a parameter without a name', `${AWS}.parameters`, { '': '1' }, 'parameters must have names of lower-case'],
    [
      'a parameter whose name is too long',
      `${AWS}.parameters`,
      { ['p'.repeat(129)]: '1' },
      'parameters must have names',
    ],
    ['a parameter that is a number', `${AWS}.parameters`, { timeout: 20 }, 'parameters.timeout', 'string'],
    ['a parameter of great length', `${AWS}.parameters`, { timeout: '2'.repeat(1025) }, 'parameters.timeout', '1024'],
    [
      'cluster mode by parameter',
      `${AWS}.parameters`,
      { 'cluster-enabled': 'no' },
      'parameters must not name cluster-enabled',
    ],
    ['a name of 37 characters', 'metadata.name', 'r'.repeat(37), 'metadata.name must have at most 36 characters'],
    ['a name with two hyphens', 'metadata.name', 'my--redis', 'metadata.name must consist of', 'single hyphens'],
    ['a name with a dot', 'metadata.name', 'my.redis', 'metadata.name must consist of'],
  ]);
}

function redisUpdateRefusals(base: Manifest): Refusal[] {
  return refusedUpdatesOf(base, [
    ['from 7.1 back to 7.0', `${AWS}.engineVersion`, '7.1', '7.0', 'engineVersion cannot be downgraded'],
    ['from 7.1 back to 6.x', `${AWS}.engineVersion`, '7.1', '6.x', 'engineVersion cannot be downgraded'],
    ['from 7.0 back to 6.x', `${AWS}.engineVersion`, '7.0', '6.x', 'engineVersion cannot be downgraded'],
    ['from 7.1 back to the default', `${AWS}.engineVersion`, '7.1', undefined, 'engineVersion cannot be downgraded'],
    ['another scope', 'spec.scope.name', 'demo', 'other', 'Scope is immutable'],
    ['another remoteRef', 'spec.remoteRef.namespace', 'default', 'other', 'RemoteRef is immutable'],
  ]);
}

const instanceRefusals = [
  ...refusedIn(aRedisInstanceManifest(), [
    ['two replicas', `${AWS}.readReplicas`, 2, 'readReplicas', 'less than or equal to 1'],
    ['less than no replicas', `${AWS}.readReplicas`, -1, 'readReplicas', 'greater than or equal to 0'],
    ['half a replica', `${AWS}.readReplicas`, 0.5, 'readReplicas', 'integer'],
  ]),
  ...refusedUpdatesOf(aRedisInstanceManifest(), [
    ['a replica added later', `${AWS}.readReplicas`, undefined, 1, 'ReadReplicas is immutable'],
    ['a replica taken away', `${AWS}.readReplicas`, 1, 0, 'ReadReplicas is immutable'],
  ]),
];

const clusterRefusals = refusedIn(aRedisClusterManifest(), [
  ['no shard count', `${AWS}.shardCount`, undefined, 'shardCount', 'Required value'],
  ['no shards', `${AWS}.shardCount`, 0, 'shardCount', 'greater than or equal to 1'],
  ['501 shards', `${AWS}.shardCount`, 501, 'shardCount', 'less than or equal to 500'],
  ['more shards than int32 holds', `${AWS}.shardCount`, 2 ** 31, 'shardCount'],
  ['six replicas', `${AWS}.replicasPerShard`, 6, 'replicasPerShard', 'less than or equal to 5'],
  ['less than no replicas', `${AWS}.replicasPerShard`, -1, 'replicasPerShard', 'greater than or equal to 0'],
  ['more than 500 nodes', `${AWS}.shardCount`, 251, 'at most 500 nodes'],
]);

export const REFUSALS: readonly Refusal[] = [
  ...scopeRefusals,
  ...scopeUpdateRefusals,
  ...scopeNetworkRefusals,
  movedScope,
  ...ipRangeRefusals,
  ...ipRangeUpdateRefusals,
  ...redisRefusals(aRedisInstanceManifest()),
  ...redisRefusals(aRedisClusterManifest()),
  ...redisUpdateRefusals(aRedisInstanceManifest()),
  ...redisUpdateRefusals(aRedisClusterManifest()),
  ...instanceRefusals,
  ...clusterRefusals,
];

function acceptedIn(base: Manifest, changes: readonly (readonly [string, string, unknown])[]): Acceptance[] {
  return changes.map(([reason, path, value]) => ({
    reason: `${base.kind}: ${reason}`,
    manifest: changed(base, path, value),
  }));
}

function acceptedUpdatesOf(
  base: Manifest,
  updates: readonly (readonly [string, string, unknown, unknown])[],
): Acceptance[] {
  return updates.map(([reason, path, from, to]) => ({
    reason: `${base.kind}: ${reason}`,
    former: changed(base, path, from),
    manifest: changed(base, path, to),
  }));
}

export const ACCEPTANCES: readonly Acceptance[] = [
  { reason: 'Scope: as the samples have it', manifest: aScopeManifest() },
  { reason: 'IpRange: without a CIDR', manifest: anIpRangeManifest() },
  { reason: 'RedisInstance: with nothing but what is required', manifest: aRedisInstanceManifest() },
  { reason: 'RedisCluster: with nothing but what is required', manifest: aRedisClusterManifest() },
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
  ...acceptedIn(anIpRangeManifest(), [
    ['the largest block', 'spec.cidr', '10.128.0.0/16'],
    ['the smallest block', 'spec.cidr', '192.168.255.240/28'],
    ['a shared address range', 'spec.cidr', '100.64.0.0/22'],
    ['the end of 172.16.0.0/12', 'spec.cidr', '172.31.252.0/22'],
    ['empty options of AWS', 'spec.options', { aws: {} }],
    ['a name of 192 characters', 'metadata.name', 'r'.repeat(192)],
  ]),
  ...acceptedIn(aRedisInstanceManifest(), [
    ['a UUID as name', 'metadata.name', '0b0c4d5e-6f70-4182-93a4-b5c6d7e8f901'],
    ['a window in upper case', `${AWS}.preferredMaintenanceWindow`, 'SUN:23:00-MON:01:30'],
    ['a window over the end of the week', `${AWS}.preferredMaintenanceWindow`, 'sat:23:30-sun:00:30'],
    ['parameters', `${AWS}.parameters`, { 'maxmemory-policy': 'allkeys-lru', timeout: '20' }],
    ['a parameter that is empty', `${AWS}.parameters`, { 'notify-keyspace-events': '' }],
    ['a replica', `${AWS}.readReplicas`, 1],
  ]),
  ...acceptedIn(aRedisClusterManifest(), [
    ['500 nodes', `${AWS}.shardCount`, 250],
    ['500 shards of one node', AWS, { cacheNodeType: 'cache.m7g.16xlarge', shardCount: 500 }],
  ]),
  ...acceptedUpdatesOf(aRedisInstanceManifest(), [
    ['from 6.x to 7.0', `${AWS}.engineVersion`, '6.x', '7.0'],
    ['from 6.x to 7.1', `${AWS}.engineVersion`, '6.x', '7.1'],
    ['from 7.0 to 7.1', `${AWS}.engineVersion`, undefined, '7.1'],
    ['another node type', `${AWS}.cacheNodeType`, 'cache.t4g.small', 'cache.m7g.large'],
    ['auth off again', `${AWS}.authEnabled`, true, false],
    ['another IpRange', 'spec.ipRange.name', 'demo-range', 'other'],
  ]),
  ...acceptedUpdatesOf(aRedisClusterManifest(), [
    ['more shards', `${AWS}.shardCount`, 3, 4],
    ['fewer replicas', `${AWS}.replicasPerShard`, 1, 0],
  ]),
];
