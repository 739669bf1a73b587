import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';

let aws: TestAws;
let ec2: EC2Client;
let VpcId: string;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
  VpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId ?? '';
});

afterEach(async () => aws.stop());

const create = async (GroupName: string, tags: Record<string, string> = {}): Promise<string> => {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags }];
  const input = { GroupName, VpcId, Description: 'of the tests', TagSpecifications };
  return (await ec2.send(new CreateSecurityGroupCommand(input))).GroupId ?? '';
};

const redisFrom = (...cidrs: readonly string[]): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: 6379,
  ToPort: 6379,
  IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
});

const authorize = (GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

const revoke = (GroupId: string, ...IpPermissions: IpPermission[]) =>
  ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

async function group(id: string): Promise<SecurityGroup | undefined> {
  return (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0];
}

describe('a security group', () => {
  it('lets everything out and nothing in at first', async () => {
    expect(await group(await create('cm-demo'))).toMatchObject({
      GroupName: 'cm-demo',
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
  });

  it('has a name of its own in its VPC', async () => {
    await create('cm-demo');
    await expect(create('cm-demo')).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
    await expect(create('sg-mine')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create('default')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is found by VPC, name and tags together', async () => {
    const id = await create('cm-demo', { Name: 'cm-demo', owner: 'tests' });
    await create('cm-other', { Name: 'cm-demo' });
    const Filters = [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'tag:Name', Values: ['cm-demo'] },
      { Name: 'tag:owner', Values: ['nobody', 'tests'] },
    ];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    expect(SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual([id]);
  });

  it('is not deleted while another refers to it', async () => {
    const [used, using] = [await create('used'), await create('using')];
    await authorize(using, { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: used }] });
    const remove = (GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await expect(remove(used)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await remove(using);
    await remove(used);
    await expect(remove(used)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
  });

  it('is not deleted when it is the default one', async () => {
    const Filters = [{ Name: 'group-name', Values: ['default'] }];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const GroupId = SecurityGroups?.[0]?.GroupId;
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId }))).rejects.toMatchObject({ name: 'CannotDelete' });
  });
});

describe('rules', () => {
  it('of the same ports are one permission', async () => {
    const id = await create('cm-demo');
    await authorize(id, redisFrom('10.96.0.0/13'));
    await authorize(id, redisFrom('10.250.0.0/22'));
    const ports = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379 };
    expect((await group(id))?.IpPermissions).toMatchObject([
      { ...ports, IpRanges: [{ CidrIp: '10.96.0.0/13' }, { CidrIp: '10.250.0.0/22' }] },
    ]);
  });

  it('are added all or none', async () => {
    const id = await create('cm-demo');
    await authorize(id, redisFrom('10.0.0.0/24'));
    await expect(authorize(id, redisFrom('10.1.0.0/24', '10.0.0.9/24'))).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
    });
    const twice = authorize(id, redisFrom('10.2.0.0/24', '10.2.0.0/24'));
    await expect(twice).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    expect((await group(id))?.IpPermissions?.[0]?.IpRanges).toEqual([{ CidrIp: '10.0.0.0/24' }]);
  });

  it('are revoked all or none, by permission or by id', async () => {
    const id = await create('cm-demo');
    const { SecurityGroupRules } = await authorize(id, redisFrom('10.0.0.0/24', '10.1.0.0/24'));
    await expect(revoke(id, redisFrom('10.0.0.0/24', '10.9.0.0/24'))).rejects.toMatchObject({
      name: 'InvalidPermission.NotFound',
    });
    await revoke(id, redisFrom('10.0.0.0/24'));
    const SecurityGroupRuleIds = [SecurityGroupRules?.[1]?.SecurityGroupRuleId ?? ''];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, SecurityGroupRuleIds }));
    expect((await group(id))?.IpPermissions).toEqual([]);
  });

  it('are listed one by one with their group', async () => {
    const id = await create('cm-demo');
    await authorize(id, redisFrom('10.0.0.0/24'));
    const Filters = [{ Name: 'group-id', Values: [id] }];
    const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    expect(SecurityGroupRules).toMatchObject([
      { IsEgress: true, CidrIpv4: '0.0.0.0/0' },
      { IsEgress: false, CidrIpv4: '10.0.0.0/24', FromPort: 6379, ToPort: 6379, IpProtocol: 'tcp' },
    ]);
  });

  it.each<[reason: string, permission: IpPermission]>([
    ['no address', redisFrom('everywhere')],
    ['no ports', { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    ['ports backwards', { ...redisFrom('10.0.0.0/8'), FromPort: 9, ToPort: 1 }],
    ['an unknown protocol', { ...redisFrom('10.0.0.0/8'), IpProtocol: 'smoke' }],
  ])('are refused with %s', async (_reason, permission) => {
    const id = await create('cm-demo');
    await expect(authorize(id, permission)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('tags', () => {
  it('are put on what exists, listed, and taken off by key and value', async () => {
    const id = await create('cm-demo', { Name: 'cm-demo' });
    await ec2.send(new CreateTagsCommand({ Resources: [id, VpcId], Tags: [{ Key: 'owner', Value: 'tests' }] }));
    const Filters = [{ Name: 'resource-id', Values: [id] }];
    const list = async () => (await ec2.send(new DescribeTagsCommand({ Filters }))).Tags;
    expect(await list()).toEqual([
      { ResourceId: id, ResourceType: 'security-group', Key: 'Name', Value: 'cm-demo' },
      { ResourceId: id, ResourceType: 'security-group', Key: 'owner', Value: 'tests' },
    ]);
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'owner', Value: 'other' }] }));
    expect(await list()).toHaveLength(2);
    await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'owner' }] }));
    expect(await list()).toHaveLength(1);
  });

  it('are refused on nothing, with a reserved key, and for another type', async () => {
    const tag = (Resources: string[], Key: string) =>
      ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'x' }] }));
    await expect(tag(['sg-0'], 'owner')).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(tag([VpcId], 'aws:owner')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
    await expect(
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x', VpcId, TagSpecifications })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('are known to the tagging API', async () => {
    const id = await create('cm-demo', { owner: 'tests' });
    const answer = await aws.tagging().send(new GetResourcesCommand({ TagFilters: [{ Key: 'owner' }] }));
    expect(answer.ResourceTagMappingList).toEqual([
      {
        ResourceARN: `arn:aws:ec2:eu-central-1:123456789012:security-group/${id}`,
        Tags: [{ Key: 'owner', Value: 'tests' }],
      },
    ]);
  });
});
