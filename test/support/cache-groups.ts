/** What tests of the simulated ElastiCache start from. */
import {
  CreateCacheSubnetGroupCommand,
  DescribeReplicationGroupsCommand,
  type CreateReplicationGroupCommandInput,
  type ElastiCacheClient,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import type { TestAws } from './aws-simulator.ts';

export const MINUTE_MS = 60_000;

const NODES = { Filters: [{ Name: 'tag:Name', Values: ['*-nodes-z?'] }] };

export interface CacheClient {
  readonly send: ElastiCacheClient['send'];
  /** The group `demo` as AWS shows it. */
  group(): Promise<ReplicationGroup | undefined>;
  /** One in each zone. */
  subnetIds(): Promise<readonly string[]>;
}

export function clientOf(aws: TestAws): CacheClient {
  const client = aws.elastiCache();
  return {
    send: client.send.bind(client),
    group: async () => {
      const answer = await client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'demo' }));
      return answer.ReplicationGroups?.[0];
    },
    subnetIds: async () => {
      const { Subnets = [] } = await aws.ec2().send(new DescribeSubnetsCommand(NODES));
      return Subnets.map(({ SubnetId = '' }) => SubnetId);
    },
  };
}

/** The subnet group `demo` with the subnets of the demo's nodes. */
export async function aSubnetGroup(aws: TestAws): Promise<void> {
  await aws.elastiCache().send(
    new CreateCacheSubnetGroupCommand({
      CacheSubnetGroupName: 'demo',
      CacheSubnetGroupDescription: 'of the tests',
      SubnetIds: [...(await clientOf(aws).subnetIds())],
    }),
  );
}

/** A request that AWS takes: one node, Redis 7.0, encrypted, open. */
export function aGroupRequest(
  overrides: Partial<CreateReplicationGroupCommandInput>,
): CreateReplicationGroupCommandInput {
  return {
    ReplicationGroupId: 'demo',
    ReplicationGroupDescription: 'of the tests',
    CacheSubnetGroupName: 'demo',
    CacheNodeType: 'cache.t4g.micro',
    Engine: 'redis',
    EngineVersion: '7.0',
    TransitEncryptionEnabled: true,
    ...overrides,
  };
}
