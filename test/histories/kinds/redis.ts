import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  DeleteReplicationGroupCommand,
  ModifyCacheParameterGroupCommand,
  ModifyReplicationGroupCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-elasticache';
import { DeleteSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import {
  type IpRange,
  ipRangeKind,
  type RedisCluster,
  redisClusterKind,
  type RedisInstance,
  redisInstanceKind,
  type Scope,
  scopeKind,
} from '../../../src/api/index.ts';
import { secretKind } from '../../../src/kube/index.ts';
import { TAG_KEYS } from '../../../src/reconcilers/common/tags.ts';
import { type Expected, such } from '../in-aws.ts';
import { type Asked, type Creation, type HistoryKind, historyKind, tagsOf } from '../kind.ts';
import { NAMESPACE } from '../../support/memory-kube.ts';
import type { World } from '../world.ts';
import { HOME_PLACE as PLACE } from '../world.ts';

type Redis = (RedisInstance | RedisCluster) & Asked;

function aRedis(kind: Redis['kind'], name: string, [scope, ipRange]: readonly [string, string], aws: object): Creation {
  const refs = { remoteRef: { namespace: 'default', name }, scope: { name: scope }, ipRange: { name: ipRange } };
  return { kind, name, spec: { ...refs, instance: { aws: { cacheNodeType: 'cache.t4g.small', ...aws } } } };
}

const anEdit = (aws: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  aws.map((fields) => ({ instance: { aws: fields } }));

const EDITS = [
  { weight: 2, spec: anEdit(fc.record({ authEnabled: fc.boolean() })) },
  { weight: 1, spec: anEdit(fc.record({ cacheNodeType: fc.constantFrom('cache.t4g.small', 'cache.m7g.large') })) },
  { weight: 1, spec: anEdit(fc.record({ engineVersion: fc.constantFrom('7.0', '7.1') })) },
  { weight: 1, spec: anEdit(fc.record({ autoMinorVersionUpgrade: fc.boolean() })) },
  { weight: 1, spec: anEdit(fc.record({ preferredMaintenanceWindow: fc.constantFrom('sun:03:00-sun:04:00') })) },
  {
    weight: 2,
    spec: anEdit(
      fc.record({ parameters: fc.constantFrom(null, { timeout: '20' }, { 'maxmemory-policy': 'noeviction' }) }),
    ),
  },
];

const idOf = ({ metadata }: Redis): string => `cm-${metadata.name}`;

async function securityGroupId({ somebody }: World, redis: Redis): Promise<string> {
  const Filters = [{ Name: 'group-name', Values: [idOf(redis)] }];
  const { SecurityGroups: groups = [] } = await somebody.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return groups[0]?.GroupId ?? 'sg-0';
}

const DRIFTS: HistoryKind<Redis>['drifts'] = {
  groupDeleted: ({ somebody }, redis) =>
    somebody.elastiCache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: idOf(redis) })),
  nodeTypeChanged: ({ somebody }, redis) => {
    const change = { ReplicationGroupId: idOf(redis), CacheNodeType: 'cache.r7g.large', ApplyImmediately: true };
    return somebody.elastiCache.send(new ModifyReplicationGroupCommand(change));
  },
  parameterChanged: ({ somebody }, redis) => {
    const ParameterNameValues = [{ ParameterName: 'timeout', ParameterValue: '77' }];
    const change = { CacheParameterGroupName: idOf(redis), ParameterNameValues };
    return somebody.elastiCache.send(new ModifyCacheParameterGroupCommand(change));
  },
  tagsLost: async ({ somebody }, redis) => {
    // A group without tags is proved ours by what the status has recorded of it, once it has.
    if (redis.status?.arn === undefined) return;
    const ResourceName = `arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:${idOf(redis)}`;
    await somebody.elastiCache.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: [TAG_KEYS.scope] }));
  },
  opened: async (world, redis) => {
    const wide = { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const GroupId = await securityGroupId(world, redis);
    await world.somebody.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [wide] }));
  },
  secretDeleted: ({ somebody }, redis) => {
    const SecretId = `${idOf(redis)}/authToken`;
    return somebody.secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  },
  tokenWritten: ({ somebody }, redis) => {
    const SecretString = 'somebody-wrote-this-token';
    return somebody.secretsManager.send(
      new PutSecretValueCommand({ SecretId: `${idOf(redis)}/authToken`, SecretString }),
    );
  },
  connectionSecretDeleted: ({ user }, redis) => user.delete(secretKind, { namespace: NAMESPACE, name: idOf(redis) }),
};

const OPERATIONS = [
  'CreateReplicationGroup',
  'DescribeReplicationGroups',
  'ModifyReplicationGroup',
  'DeleteReplicationGroup',
  'CreateCacheSubnetGroup',
  'DeleteCacheSubnetGroup',
  'CreateCacheParameterGroup',
  'ModifyCacheParameterGroup',
  'DeleteCacheParameterGroup',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
  'DeleteSecurityGroup',
  'CreateSecret',
  'GetSecretValue',
  'DeleteSecret',
  'CreateUserGroup',
  'DeleteUserGroup',
];

interface Shape {
  readonly shards: number;
  readonly replicas: number;
  readonly isCluster: boolean;
}

interface ObservedShard {
  readonly members: readonly unknown[];
}

function shapeOf({ kind, spec }: Redis): Shape {
  const { aws } = spec.instance;
  if ('shardCount' in aws) return { shards: aws.shardCount, replicas: aws.replicasPerShard, isCluster: true };
  return { shards: 1, replicas: aws.readReplicas, isCluster: kind === 'RedisCluster' };
}

async function expected(redis: Redis, world: World): Promise<readonly Expected[]> {
  const id = idOf(redis);
  const { aws } = redis.spec.instance;
  const shape = shapeOf(redis);
  const key = (name: string) => ({ namespace: NAMESPACE, name });
  const range = await world.user.get<IpRange>(ipRangeKind, key(redis.spec.ipRange.name));
  const scope = await world.user.get<Scope>(scopeKind, key(redis.spec.scope.name));
  await assertConnects(redis, world);
  const place = PLACE;
  const tags = tagsOf(redis);
  // Beside those of zones that the Scope no longer has.
  const parts = (range.status?.subnets ?? []).map(({ range: part }) => part);
  const cluster = shape.isCluster ? { 'cluster-enabled': 'yes' } : {};
  return [
    { place, slot: 'ec2.securityGroups', name: id, rules: rulesFor(scope), tags },
    { place, slot: 'elasticache.parameterGroups', name: id, values: { ...aws.parameters, ...cluster }, tags },
    {
      place,
      slot: 'elasticache.subnetGroups',
      name: id,
      subnetIds: such(`with ${parts.join()}`, (ids: readonly string[]) => parts.every((part) => ids.includes(part))),
      tags,
    },
    {
      place,
      slot: 'elasticache.replicationGroups',
      id,
      tags,
      status: 'available',
      nodeType: aws.cacheNodeType,
      engineVersion: such(aws.engineVersion, (text: string) => text.startsWith(aws.engineVersion.replace('x', ''))),
      autoMinorVersionUpgrade: aws.autoMinorVersionUpgrade,
      clusterMode: shape.isCluster ? 'enabled' : 'disabled',
      multiAz: shape.replicas > 0,
      tokenCount: aws.authEnabled ? 1 : 0,
      userGroupIds: [],
      parameterGroupName: id,
      securityGroupIds: [id],
      shards: such(`${shape.shards} with ${shape.replicas} replicas`, (shards: readonly ObservedShard[]) => {
        return shards.length === shape.shards && shards.every(({ members }) => members.length === shape.replicas + 1);
      }),
      ...(aws.preferredMaintenanceWindow !== undefined && { maintenanceWindow: aws.preferredMaintenanceWindow }),
    },
    ...Array.from({ length: shape.shards * (shape.replicas + 1) }, () => ({
      place,
      slot: 'ec2.networkInterfaces',
      description: such(`of ${id}`, (text: string) => text.startsWith(`ElastiCache ${id}-`)),
    })),
    ...(aws.authEnabled ? [{ place, slot: 'secretsmanager', name: `${id}/authToken`, tags }] : []),
  ];
}

/** What clients read has to open the servers, and nothing else may. */
async function assertConnects(redis: Redis, { user, tokens }: World): Promise<void> {
  const { data } = await user.get(secretKind, { namespace: NAMESPACE, name: idOf(redis) });
  const token = Buffer.from(data?.['authString'] ?? '', 'base64').toString();
  const opening = tokens.get(idOf(redis)) ?? [];
  const isOpen = opening.length === 1 && opening[0] === token;
  if (!isOpen) throw new Error(`the Secret of ${idOf(redis)} does not hold the one token of its servers`);
  if ((token !== '') !== redis.spec.instance.aws.authEnabled) throw new Error(`${idOf(redis)} has a token in vain`);
}

function rulesFor({ spec }: Scope): readonly object[] {
  const { nodes, pods } = spec.scope.aws.network;
  const port = { direction: 'ingress', protocol: 'tcp', fromPort: 6379, toPort: 6379 };
  const everywhere = { direction: 'egress', protocol: '-1', fromPort: -1, toPort: -1, peer: '0.0.0.0/0' };
  return [everywhere, ...[nodes, pods].map((peer) => ({ ...port, peer }))];
}

function dependenciesOf({ spec }: { readonly spec: object }) {
  // Of a creation or an object of these kinds.
  const { scope, ipRange } = spec as Redis['spec'];
  return [
    { kind: 'Scope', name: scope.name },
    { kind: 'IpRange', name: ipRange.name },
  ];
}

const common = { drifts: DRIFTS, operations: OPERATIONS, dependenciesOf, expected };

export const redisInstances = historyKind<RedisInstance & Asked>({
  ...common,
  kind: redisInstanceKind,
  creations: [
    aRedis('RedisInstance', 'instance-a', ['left', 'range-a'], { engineVersion: '6.x', authEnabled: true }),
    aRedis('RedisInstance', 'instance-b', ['right', 'range-c'], { readReplicas: 1 }),
    aRedis('RedisInstance', 'instance-c', ['inside', 'range-d'], {}),
  ],
  edits: EDITS,
});

const aShape = fc.record({
  shardCount: fc.integer({ min: 1, max: 3 }),
  replicasPerShard: fc.integer({ min: 0, max: 1 }),
});

export const redisClusters = historyKind<RedisCluster & Asked>({
  ...common,
  kind: redisClusterKind,
  creations: [
    aRedis('RedisCluster', 'cluster-a', ['left', 'range-b'], { shardCount: 2, cacheNodeType: 'cache.m7g.large' }),
    aRedis('RedisCluster', 'cluster-b', ['left', 'range-a'], { shardCount: 1, replicasPerShard: 1, authEnabled: true }),
  ],
  edits: [...EDITS, { weight: 2, spec: anEdit(aShape) }],
});
