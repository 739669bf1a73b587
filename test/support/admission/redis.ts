import { aRedisClusterManifest, aRedisInstanceManifest, type Manifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';
import { remoteRefAcceptances, remoteRefRefusals, scopeRefRefusals } from './references.ts';

const AWS = 'spec.instance.aws';

/** What both Redis kinds refuse alike. */
function ofBoth(base: Manifest): Refusal[] {
  const ofFields = refusedIn(base, [
    ['no IpRange', 'spec.ipRange', undefined, 'spec.ipRange', 'Required value'],
    ['an empty IpRange', 'spec.ipRange.name', '', 'IpRange name must not be empty'],
    ['no provider section', 'spec.instance', {}, 'spec.instance.aws', 'Required value'],
    ['no node type', `${AWS}.cacheNodeType`, undefined, 'cacheNodeType', 'Required value'],
    ['a node type of EC2', `${AWS}.cacheNodeType`, 'm7g.large', 'cacheNodeType must be an ElastiCache node type'],
    ['an empty node type', `${AWS}.cacheNodeType`, '', 'cacheNodeType must be an ElastiCache node type'],
    ['an engine version that is not served', `${AWS}.engineVersion`, '5.0.6', 'engineVersion', 'Unsupported value'],
    ['an engine version as a number', `${AWS}.engineVersion`, 7.1, 'engineVersion', 'string'],
    ['authEnabled as text', `${AWS}.authEnabled`, 'yes', 'authEnabled', 'boolean'],
    [
      'a rotation after no day',
      `${AWS}.authTokenRotationDays`,
      0,
      'authTokenRotationDays',
      'greater than or equal to 1',
    ],
    ['a rotation after eleven years', `${AWS}.authTokenRotationDays`, 4000, 'authTokenRotationDays', '3650'],
    ['a rotation of no token', `${AWS}.authTokenRotationDays`, 30, 'authTokenRotationDays needs authEnabled: true'],
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
  return [...scopeRefRefusals(base), ...remoteRefRefusals(base), ...ofFields];
}

function ofUpdatesOfBoth(base: Manifest): Refusal[] {
  return refusedUpdatesOf(base, [
    ['from 7.1 back to 7.0', `${AWS}.engineVersion`, '7.1', '7.0', 'engineVersion cannot be downgraded'],
    ['from 7.1 back to 6.x', `${AWS}.engineVersion`, '7.1', '6.x', 'engineVersion cannot be downgraded'],
    ['from 7.0 back to 6.x', `${AWS}.engineVersion`, '7.0', '6.x', 'engineVersion cannot be downgraded'],
    ['from 7.1 back to the default', `${AWS}.engineVersion`, '7.1', undefined, 'engineVersion cannot be downgraded'],
  ]);
}

const ofInstance = [
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

const ofCluster = refusedIn(aRedisClusterManifest(), [
  ['no shard count', `${AWS}.shardCount`, undefined, 'shardCount', 'Required value'],
  ['no shards', `${AWS}.shardCount`, 0, 'shardCount', 'greater than or equal to 1'],
  ['501 shards', `${AWS}.shardCount`, 501, 'shardCount', 'less than or equal to 500'],
  ['more shards than int32 holds', `${AWS}.shardCount`, 2 ** 31, 'shardCount'],
  ['six replicas', `${AWS}.replicasPerShard`, 6, 'replicasPerShard', 'less than or equal to 5'],
  ['less than no replicas', `${AWS}.replicasPerShard`, -1, 'replicasPerShard', 'greater than or equal to 0'],
  ['more than 500 nodes', `${AWS}.shardCount`, 251, 'at most 500 nodes'],
]);

export const redisRefusals: readonly Refusal[] = [
  ...ofBoth(aRedisInstanceManifest()),
  ...ofBoth(aRedisClusterManifest()),
  ...ofUpdatesOfBoth(aRedisInstanceManifest()),
  ...ofUpdatesOfBoth(aRedisClusterManifest()),
  ...ofInstance,
  ...ofCluster,
];

export const redisAcceptances: readonly Acceptance[] = [
  ...remoteRefAcceptances(aRedisInstanceManifest()),
  ...remoteRefAcceptances(aRedisClusterManifest()),
  { reason: 'RedisInstance: with nothing but what is required', manifest: aRedisInstanceManifest() },
  { reason: 'RedisCluster: with nothing but what is required', manifest: aRedisClusterManifest() },
  ...acceptedIn(aRedisInstanceManifest(), [
    ['a UUID as name', 'metadata.name', '0b0c4d5e-6f70-4182-93a4-b5c6d7e8f901'],
    ['a window in upper case', `${AWS}.preferredMaintenanceWindow`, 'SUN:23:00-MON:01:30'],
    ['a window over the end of the week', `${AWS}.preferredMaintenanceWindow`, 'sat:23:30-sun:00:30'],
    ['parameters', `${AWS}.parameters`, { 'maxmemory-policy': 'allkeys-lru', timeout: '20' }],
    ['a parameter that is empty', `${AWS}.parameters`, { 'notify-keyspace-events': '' }],
    ['a replica', `${AWS}.readReplicas`, 1],
    ['a rotation', AWS, { cacheNodeType: 'cache.t4g.small', authEnabled: true, authTokenRotationDays: 3650 }],
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
