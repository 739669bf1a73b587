import type { Manifest } from '../manifests.ts';
import { anAwsRedisClusterManifest, anAwsRedisInstanceManifest } from '../user-manifests.ts';
import { type Acceptance, acceptedIn, acceptedUpdatesOf, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

const SECRET = 'spec.authSecret';
const manyKeys = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));

/** What both Redis kinds of the user's clusters refuse alike. */
function ofBoth(base: Manifest): Refusal[] {
  const ofEngine = refusedIn(base, [
    ['no tier', 'spec.redisTier', undefined, 'spec.redisTier', 'Required value'],
    ['a tier that is not served', 'spec.redisTier', 'X1', 'spec.redisTier', 'Unsupported value'],
    ['a tier in lower case', 'spec.redisTier', 's1', 'spec.redisTier', 'Unsupported value'],
    ['an engine version that is not served', 'spec.engineVersion', '5.0.6', 'engineVersion', 'Unsupported value'],
    ['authEnabled as text', 'spec.authEnabled', 'yes', 'authEnabled', 'boolean'],
    ['a window without days', 'spec.preferredMaintenanceWindow', '23:00-01:30', 'must have the form ddd:hh24:mi'],
    ['a window of half an hour', 'spec.preferredMaintenanceWindow', 'sun:01:00-sun:01:30', 'at least 60 minutes'],
    ['a parameter with a space', 'spec.parameters', { 'max memory': '1' }, 'parameters must have names of lower-case'],
    ['cluster mode by parameter', 'spec.parameters', { 'cluster-enabled': 'no' }, 'must not name cluster-enabled'],
    ['a rotation of no days', 'spec.authTokenRotationDays', 0, 'authTokenRotationDays', 'greater than or equal to 1'],
    ['a rotation in 3651 days', 'spec.authTokenRotationDays', 3651, 'authTokenRotationDays', 'equal to 3650'],
    ['an IpRange name too long', 'spec.ipRange.name', 'r'.repeat(254), 'spec.ipRange.name', '253'],
    ['a name of 192 characters', 'metadata.name', 'r'.repeat(192), 'metadata.name must have at most 191 characters'],
  ]);
  const ofSecret = refusedIn(base, [
    ['a Secret in upper case', `${SECRET}.name`, 'Cache', 'name must be the name of a Secret'],
    ['a Secret with an underscore', `${SECRET}.name`, 'my_cache', 'name must be the name of a Secret'],
    ['a Secret that ends in a hyphen', `${SECRET}.name`, 'cache-', 'name must be the name of a Secret'],
    ['a Secret with two dots in a row', `${SECRET}.name`, 'my..cache', 'name must be the name of a Secret'],
    ['a Secret name too long', `${SECRET}.name`, 's'.repeat(254), `${SECRET}.name`, '253'],
    ['65 labels', `${SECRET}.labels`, manyKeys(65), `${SECRET}.labels`, '64'],
    ['65 annotations', `${SECRET}.annotations`, manyKeys(65), `${SECRET}.annotations`, '64'],
    ['65 keys of extra data', `${SECRET}.extraData`, manyKeys(65), `${SECRET}.extraData`, '64'],
    ['a label whose key is none', `${SECRET}.labels`, { 'a b': 'c' }, 'labels must have keys that Kubernetes takes'],
    ['a label key of two slashes', `${SECRET}.labels`, { 'a/b/c': 'd' }, 'labels must have keys'],
    [
      'a label value that is none',
      `${SECRET}.labels`,
      { team: 'a b' },
      `${SECRET}.labels[team]`,
      'labels must have values',
    ],
    ['a label value too long', `${SECRET}.labels`, { team: 'x'.repeat(64) }, `${SECRET}.labels.team`, '63'],
    ['an annotation whose key is none', `${SECRET}.annotations`, { '': 'c' }, 'annotations must have keys'],
    ['a label that is a number', `${SECRET}.labels`, { team: 1 }, `${SECRET}.labels.team`, 'string'],
    ['extra data whose key is none', `${SECRET}.extraData`, { 'a/b': 'c' }, 'extraData must have keys'],
  ]);
  const ofUpdates = refusedUpdatesOf(base, [
    ['from 7.1 back to 7.0', 'spec.engineVersion', '7.1', '7.0', 'engineVersion cannot be downgraded'],
    ['from 7.1 back to 6.x', 'spec.engineVersion', '7.1', '6.x', 'engineVersion cannot be downgraded'],
    ['from 7.0 back to 6.x', 'spec.engineVersion', '7.0', '6.x', 'engineVersion cannot be downgraded'],
    ['another Secret name', `${SECRET}.name`, 'one', 'two', 'authSecret.name is immutable'],
    ['a Secret name taken away', SECRET, { name: 'one' }, {}, 'authSecret.name is immutable'],
    ['a Secret name made empty', `${SECRET}.name`, 'one', '', 'authSecret.name is immutable'],
    ['authSecret taken away with its name', SECRET, { name: 'one' }, undefined, 'authSecret.name is immutable'],
  ]);
  return [...ofEngine, ...ofSecret, ...ofUpdates];
}

const TIER = 'redisTier can change among S1 to S8 and among P1 to P6';

const ofInstance = [
  ...refusedIn(anAwsRedisInstanceManifest(), [
    ['the tier after the last one', 'spec.redisTier', 'S9', 'Unsupported value'],
    ['the tier of a cluster', 'spec.redisTier', 'C1', 'Unsupported value'],
    ['P7', 'spec.redisTier', 'P7', 'Unsupported value'],
  ]),
  ...refusedUpdatesOf(anAwsRedisInstanceManifest(), [
    ['from S to P', 'spec.redisTier', 'S3', 'P1', TIER],
    ['from P to S', 'spec.redisTier', 'P1', 'S3', TIER],
  ]),
];

const ofCluster = refusedIn(anAwsRedisClusterManifest(), [
  ['the tier of an instance', 'spec.redisTier', 'S1', 'Unsupported value'],
  ['no shard count', 'spec.shardCount', undefined, 'spec.shardCount', 'Required value'],
  ['no shards', 'spec.shardCount', 0, 'shardCount', 'greater than or equal to 1'],
  ['501 shards', 'spec.shardCount', 501, 'shardCount', 'less than or equal to 500'],
  ['six replicas', 'spec.replicasPerShard', 6, 'replicasPerShard', 'less than or equal to 5'],
  ['more than 500 nodes', 'spec.shardCount', 251, 'at most 500 nodes'],
]);

export const userRedisRefusals: readonly Refusal[] = [
  ...ofBoth(anAwsRedisInstanceManifest()),
  ...ofBoth(anAwsRedisClusterManifest()),
  ...ofInstance,
  ...ofCluster,
];

const fullSecret = {
  name: 'cache.connection-1',
  labels: { team: 'shop', 'example.com/tier': '', ...manyKeys(62) },
  annotations: { 'example.com/why': 'Sessions of the shop: 10 % of all', ...manyKeys(63) },
  extraData: { url: 'redis://{{ .host }}:{{ .port }}', '.env_FILE-1': 'a=b\nc=d' },
};

function acceptancesOfBoth(base: Manifest): Acceptance[] {
  return [
    { reason: `${base.kind}: with nothing but what is required`, manifest: base },
    ...acceptedIn(base, [
      ['no name of an IpRange', 'spec.ipRange', {}],
      ['an empty name of an IpRange', 'spec.ipRange.name', ''],
      ['an IpRange', 'spec.ipRange.name', 'range'],
      ['a Secret with all there is', SECRET, fullSecret],
      ['an empty Secret name', `${SECRET}.name`, ''],
      ['a Secret name of 253 characters', `${SECRET}.name`, 's'.repeat(253)],
      ['a window over the end of the week', 'spec.preferredMaintenanceWindow', 'sat:23:30-sun:00:30'],
      ['parameters', 'spec.parameters', { 'maxmemory-policy': 'allkeys-lru', timeout: '20' }],
      ['a rotation each day', 'spec.authTokenRotationDays', 1],
      ['a rotation in ten years', 'spec.authTokenRotationDays', 3650],
      ['a name of 191 characters', 'metadata.name', 'r'.repeat(191)],
    ]),
    ...acceptedUpdatesOf(base, [
      ['from 6.x to 7.0', 'spec.engineVersion', '6.x', '7.0'],
      ['from 6.x to 7.1', 'spec.engineVersion', '6.x', '7.1'],
      ['from 7.0 to 7.1', 'spec.engineVersion', undefined, '7.1'],
      ['authSecret later', SECRET, undefined, fullSecret],
      ['a Secret name later', SECRET, { labels: { team: 'shop' } }, fullSecret],
      ['other labels', `${SECRET}.labels`, { team: 'shop' }, { team: 'bank' }],
      ['annotations taken away', `${SECRET}.annotations`, { why: 'because' }, undefined],
      ['other extra data', `${SECRET}.extraData`, { url: '{{ .host }}' }, { url: '{{ .port }}' }],
      ['authSecret taken away that has no name', SECRET, { labels: { team: 'shop' } }, undefined],
      ['another IpRange', 'spec.ipRange.name', 'range', 'other'],
      ['auth off again', 'spec.authEnabled', true, false],
    ]),
  ];
}

export const userRedisAcceptances: readonly Acceptance[] = [
  ...acceptancesOfBoth(anAwsRedisInstanceManifest()),
  ...acceptancesOfBoth(anAwsRedisClusterManifest()),
  ...acceptedIn(anAwsRedisInstanceManifest(), [['the largest tier of one node', 'spec.redisTier', 'S8']]),
  ...acceptedUpdatesOf(anAwsRedisInstanceManifest(), [
    ['a larger tier of one node', 'spec.redisTier', 'S1', 'S8'],
    ['a smaller tier with a replica', 'spec.redisTier', 'P6', 'P1'],
  ]),
  ...acceptedIn(anAwsRedisClusterManifest(), [
    ['500 nodes', 'spec.shardCount', 250],
    ['500 shards of one node', 'spec', { redisTier: 'C8', shardCount: 500, replicasPerShard: 0 }],
  ]),
  ...acceptedUpdatesOf(anAwsRedisClusterManifest(), [
    ['the largest tier', 'spec.redisTier', 'C1', 'C8'],
    ['the smallest tier', 'spec.redisTier', 'C8', 'C1'],
    ['more shards', 'spec.shardCount', 3, 4],
    ['no replicas any more', 'spec.replicasPerShard', undefined, 0],
  ]),
];
