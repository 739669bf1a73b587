import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
} from '@aws-sdk/client-elasticache';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretKind } from '../../src/kube/index.ts';
import { NAMESPACE } from '../support/memory-kube.ts';
import { VPC } from './kinds/scope.ts';
import type { World } from './world.ts';

/** Things of somebody else, in our VPC and beside it, with names much like ours: nobody may touch them. */
export async function furnish({ somebody, user, clock }: World): Promise<void> {
  const { ec2, elastiCache, secretsManager } = somebody;
  const { Vpc: theirs } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.240.0.0/16' }));
  await ec2.send(new CreateSubnetCommand({ VpcId: theirs?.VpcId, CidrBlock: '10.240.0.0/24' }));
  const Filters = [{ Name: 'tag:Name', Values: [VPC] }];
  const { Vpcs: [ours] = [] } = await ec2.send(new DescribeVpcsCommand({ Filters }));
  await ec2.send(new CreateSecurityGroupCommand({ VpcId: ours?.VpcId, GroupName: 'cm-theirs', Description: 'theirs' }));
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const SubnetIds = subnets.filter(({ VpcId }) => VpcId === ours?.VpcId).map(({ SubnetId = '' }) => SubnetId);
  const CacheSubnetGroupName = 'cm-theirs';
  await elastiCache.send(
    new CreateCacheSubnetGroupCommand({ CacheSubnetGroupName, CacheSubnetGroupDescription: 'theirs', SubnetIds }),
  );
  const group = { CacheParameterGroupName: 'cm-theirs', CacheParameterGroupFamily: 'redis7', Description: 'theirs' };
  await elastiCache.send(new CreateCacheParameterGroupCommand(group));
  const cache = { ReplicationGroupId: 'cm-theirs', ReplicationGroupDescription: 'theirs', CacheSubnetGroupName };
  await elastiCache.send(new CreateReplicationGroupCommand({ ...cache, CacheNodeType: 'cache.t4g.micro' }));
  await secretsManager.send(new CreateSecretCommand({ Name: 'cm-theirs/authToken', SecretString: 'theirs' }));
  await user.create(secretKind, { metadata: { namespace: NAMESPACE, name: 'cm-theirs' } });
  clock.advance(300_000);
}
