import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type ResourceType,
  type Tag,
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

/** Tables as the owners of the VPCs have them, with a way out; one has a tag for the strategies that go by tags. */
async function addTables({ ec2, vpcId, name, tables }: Furnishing): Promise<void> {
  const tagged = (ResourceType: ResourceType, Value: string, more: readonly Tag[] = []) => ({
    TagSpecifications: [{ ResourceType, Tags: [{ Key: 'Name', Value }, ...more] }],
  });
  const { InternetGateway: gateway } = await ec2.send(
    new CreateInternetGatewayCommand(tagged('internet-gateway', name)),
  );
  const GatewayId = gateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpcId }));
  for (const [table, tags] of tables) {
    const created = await ec2.send(
      new CreateRouteTableCommand({ VpcId: vpcId, ...tagged('route-table', table, tags) }),
    );
    const { RouteTableId } = created.RouteTable ?? {};
    // To the internet, and where a peering would lead if this table were among those of its strategy.
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }));
    if (tags.length > 0) continue;
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '203.0.113.0/24', GatewayId }));
  }
}

interface Furnishing {
  readonly ec2: EC2Client;
  readonly vpcId: string;
  readonly name: string;
  readonly tables: readonly (readonly [name: string, tags: readonly Tag[]])[];
}

const MATCHED: readonly Tag[] = [{ Key: 'demo', Value: '' }];

/** VPCs to peer with: two of a partner, and one that is next to ours. */
async function furnishRemotes({ somebody }: World): Promise<void> {
  const { ec2, partnerEc2 } = somebody;
  const Tags = [{ Key: 'Name', Value: 'neighbour' }, ...MATCHED];
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags }];
  await ec2.send(new CreateVpcCommand({ CidrBlock: '10.190.0.0/22', TagSpecifications }));
  const plain: readonly Tag[] = [];
  for (const name of ['partner', 'other']) {
    const vpcId = await vpcIdNamed(partnerEc2, name);
    const tables = [[`${name}-matched`, MATCHED] as const, [`${name}-plain`, plain] as const];
    await addTables({ ec2: partnerEc2, vpcId, name, tables });
  }
}

export async function vpcIdNamed(ec2: EC2Client, name: string): Promise<string> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: [name] }] }),
  );
  return vpc?.VpcId ?? '';
}

/** Things of somebody else, in our VPC and beside it, with names much like ours: nobody may touch them. */
export async function furnish(world: World): Promise<void> {
  const { somebody, user, clock } = world;
  await furnishRemotes(world);
  const { ec2, elastiCache, secretsManager } = somebody;
  const { Vpc: theirs } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.240.0.0/16' }));
  await ec2.send(new CreateSubnetCommand({ VpcId: theirs?.VpcId, CidrBlock: '10.240.0.0/24' }));
  const ours = await vpcIdNamed(ec2, VPC);
  await ec2.send(new CreateSecurityGroupCommand({ VpcId: ours, GroupName: 'cm-theirs', Description: 'theirs' }));
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const SubnetIds = subnets.filter(({ VpcId }) => VpcId === ours).map(({ SubnetId = '' }) => SubnetId);
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
