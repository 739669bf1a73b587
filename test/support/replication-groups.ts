import type { Member, ReplicationGroup } from '../../src/aws/index.ts';
import { type AskedReplicationGroup, identityOf } from '../../src/reconcilers/replication-group/asked.ts';
import type { TokenRecord } from '../../src/reconcilers/replication-group/token-record.ts';

const NAME_TAG = 'cloud-manager.kyma-project.io/name';

/** What a RedisCluster of three shards with a replica each asks for. */
export function anAskedReplicationGroup(overrides: Partial<AskedReplicationGroup> = {}): AskedReplicationGroup {
  return {
    ...identityOf('demo', { [NAME_TAG]: 'kcp-system/demo' }, {}),
    vpcId: 'vpc-0123456789abcdef0',
    subnetIds: ['subnet-a', 'subnet-b'],
    allowedCidrs: ['10.250.0.0/22', '10.96.0.0/13'],
    nodeType: 'cache.m7g.large',
    engineVersion: '7.0',
    autoMinorVersionUpgrade: false,
    authEnabled: false,
    tokenRotationDays: undefined,
    maintenanceWindow: undefined,
    parameters: {},
    topology: { clusterMode: true, shards: 3, replicasPerShard: 1 },
    requests: { rotateToken: undefined, checkNow: undefined },
    ...overrides,
  };
}

/** The group that AWS shows for {@link anAskedReplicationGroup}, with `members` nodes in each shard. */
export function aReplicationGroup(overrides: Partial<ReplicationGroup> & { readonly shards?: readonly number[] } = {}) {
  const { shards = [2, 2, 2], ...fields } = overrides;
  const nodeGroups = shards.map((members, index) => nodeGroup(`000${index + 1}`, members));
  const group: ReplicationGroup = {
    id: 'cm-demo',
    arn: 'arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:cm-demo',
    status: 'available',
    description: '',
    createTime: new Date('2026-01-01T10:00:00Z'),
    engine: 'redis',
    clusterMode: true,
    nodeType: 'cache.m7g.large',
    nodeGroups,
    memberIds: nodeGroups.flatMap(({ members }) => members.map(({ memberId }) => memberId)),
    configurationEndpoint: { host: 'clustercfg.cm-demo', port: 6379 },
    authTokenEnabled: false,
    authTokenLastModified: undefined,
    userGroupIds: [],
    autoMinorVersionUpgrade: false,
    automaticFailover: 'enabled',
    multiAz: true,
    transitEncryption: true,
    atRestEncryption: true,
    pending: {
      primaryMemberId: undefined,
      automaticFailover: undefined,
      authToken: undefined,
      userGroupIdsToAdd: [],
      userGroupIdsToRemove: [],
      reshardingPercent: undefined,
      transitEncryption: undefined,
    },
    ...fields,
  };
  return group;
}

function nodeGroup(id: string, members: number): ReplicationGroup['nodeGroups'][number] {
  const memberId = (index: number): string => `cm-demo-${id}-00${index + 1}`;
  return {
    id,
    status: 'available',
    primaryEndpoint: undefined,
    readerEndpoint: undefined,
    members: Array.from({ length: members }, (_, index) => ({
      memberId: memberId(index),
      role: undefined,
      zone: undefined,
    })),
    slots: undefined,
  };
}

export function aMember(overrides: Partial<Member> = {}): Member {
  return {
    id: 'cm-demo-0001-001',
    replicationGroupId: 'cm-demo',
    status: 'available',
    nodeType: 'cache.m7g.large',
    engine: 'redis',
    engineVersion: '7.0.7',
    parameterGroup: { name: 'cm-demo', applyStatus: 'in-sync' },
    securityGroupIds: ['sg-1'],
    subnetGroupName: 'cm-demo',
    maintenanceWindow: 'sun:23:00-mon:01:30',
    zone: undefined,
    createTime: undefined,
    autoMinorVersionUpgrade: false,
    pending: { engineVersion: undefined, nodeType: undefined },
    ...overrides,
  };
}

/** The record of a token that is the only one that AWS takes. */
export function aTokenRecord(overrides: Partial<TokenRecord> = {}): TokenRecord {
  return {
    phase: 'Settled',
    since: '2026-01-01T10:00:00Z',
    publishedAt: '2026-01-01T10:00:00Z',
    hash: 'hash-a',
    version: undefined,
    modified: undefined,
    accepted: false,
    open: false,
    ...overrides,
  };
}
