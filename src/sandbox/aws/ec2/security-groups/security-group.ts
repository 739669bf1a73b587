import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup as WireSecurityGroup,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { Partition, RequestContext } from '../../service.ts';
import { addSecurityGroup } from '../additions.ts';
import { ec2Arn } from '../arn.ts';
import { assertBelow, dependencyViolation, notFound } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { allRules, visible, vpcBy, groupFrom } from '../lookup.ts';
import type { Ec2State, Rule, SecurityGroup } from '../model.ts';
import { permissionsView } from './security-group-rules.ts';
import { ec2Slot } from '../state.ts';
import { tagList, tagsFromSpecifications } from '../tags.ts';
import { rulesOf, authorize, revoke, describeSecurityGroupRules } from './security-group-rule.ts';

function groupView(group: SecurityGroup, partition: Partition): WireSecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: partition.account,
    SecurityGroupArn: ec2Arn(partition, 'security-group', group.id),
    IpPermissions: permissionsView(rulesOf(group, false), partition.account),
    IpPermissionsEgress: permissionsView(rulesOf(group, true), partition.account),
    Tags: tagList(group.tags),
  };
}

const port = (value: number): string | undefined => (value < 0 ? undefined : String(value));

/** The filters on permissions, once for each direction. */
function permissionFilters(prefix: string, isEgress: boolean, partition: Partition): FilterTable<SecurityGroup> {
  const { securityGroups } = partition.get(ec2Slot);
  const each = (select: (rule: Rule) => string | undefined) => (group: SecurityGroup) =>
    rulesOf(group, isEgress).map(select);
  const peer = (kind: Rule['peer']['kind']) => each((rule) => (rule.peer.kind === kind ? rule.peer.value : undefined));
  return {
    [`${prefix}.cidr`]: peer('ipv4'),
    [`${prefix}.ipv6-cidr`]: peer('ipv6'),
    [`${prefix}.group-id`]: peer('group'),
    [`${prefix}.group-name`]: (group) => peer('group')(group).map((id = '') => securityGroups.get(id)?.name),
    [`${prefix}.user-id`]: (group) => peer('group')(group).map((id) => id && partition.account),
    [`${prefix}.prefix-list-id`]: peer('prefix-list'),
    [`${prefix}.from-port`]: each(({ fromPort }) => port(fromPort)),
    [`${prefix}.to-port`]: each(({ toPort }) => port(toPort)),
    [`${prefix}.protocol`]: each(({ protocol }) => protocol),
  };
}

function filtersOf(partition: Partition): FilterTable<SecurityGroup> {
  return {
    'group-id': ({ id }) => [id],
    'group-name': ({ name }) => [name],
    'owner-id': () => [partition.account],
    'vpc-id': ({ vpcId }) => [vpcId],
    description: ({ description }) => [description],
    ...permissionFilters('ip-permission', false, partition),
    ...permissionFilters('egress.ip-permission', true, partition),
  };
}

function describeSecurityGroups(
  input: DescribeSecurityGroupsRequest,
  { partition }: RequestContext,
): DescribeSecurityGroupsResult {
  const all = visible(partition.get(ec2Slot).securityGroups.values(), partition);
  // Names alone find groups of the default VPC; by filter they find all.
  const named = input.GroupNames?.length ? all.filter(({ name }) => input.GroupNames?.includes(name)) : all;
  const page = listed(
    {
      items: named,
      idOf: ({ id }) => id,
      table: filtersOf(partition),
      notFound: notFound('security-group'),
    },
    { ...input, ids: input.GroupIds },
  );
  return { SecurityGroups: page.items.map((group) => groupView(group, partition)), NextToken: page.next };
}

const NAME = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

function assertName(name: string, description: string): void {
  const why = NAME.test(name) ? (name.startsWith('sg-') ? `must not start with 'sg-'` : undefined) : 'is invalid';
  if (why) throw new AwsFault('InvalidParameterValue', `Value (${name}) for parameter GroupName ${why}.`);
  if (name === 'default') {
    throw new AwsFault('InvalidParameterValue', 'Cannot use reserved security group name: default');
  }
  if (NAME.test(description)) return;
  throw new AwsFault('InvalidParameterValue', `Value (${description}) for parameter GroupDescription is invalid.`);
}

function vpcIdFrom(asked: string | undefined, state: Ec2State, partition: Partition): string {
  const id = asked ?? [...state.vpcs.values()].find(({ isDefault }) => isDefault)?.id;
  if (id === undefined) throw new AwsFault('VPCIdNotSpecified', 'No default VPC for this user');
  return vpcBy(state, id, partition).id;
}

function createSecurityGroup(
  input: CreateSecurityGroupRequest,
  { partition }: RequestContext,
): CreateSecurityGroupResult {
  const state = partition.get(ec2Slot);
  const { GroupName: name = '', Description: description = '' } = input;
  assertName(name, description);
  const vpcId = vpcIdFrom(input.VpcId, state, partition);
  const groups = [...state.securityGroups.values()];
  if (groups.some((group) => group.vpcId === vpcId && group.name === name)) {
    throw new AwsFault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
  }
  const limit = partition.quota('ec2.securityGroupsPerRegion');
  assertBelow(groups.length, limit, 'SecurityGroupLimitExceeded', 'The maximum number of security groups is reached');
  const tags = tagsFromSpecifications(input.TagSpecifications, 'security-group');
  const group = addSecurityGroup(state, partition, { vpcId, name, description, tags });
  const arn = ec2Arn(partition, 'security-group', group.id);
  return { GroupId: group.id, SecurityGroupArn: arn, Tags: tagList(tags) };
}

function deleteSecurityGroup(
  input: DeleteSecurityGroupRequest,
  { partition }: RequestContext,
): DeleteSecurityGroupResult {
  const state = partition.get(ec2Slot);
  const { id, name } = groupFrom(input, partition);
  if (name === 'default') {
    throw new AwsFault('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
  }
  const isAttached = [...state.networkInterfaces.values()].some(({ groupIds }) => groupIds.includes(id));
  const isReferred = allRules(state).some(({ groupId, peer }) => groupId !== id && peer.value === id);
  if (isAttached || isReferred) throw dependencyViolation(`resource ${id} has a dependent object`);
  state.securityGroups.delete(id);
  return { GroupId: id, Return: true };
}

export const securityGroupOperations = {
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
  DescribeSecurityGroups: describeSecurityGroups,
  AuthorizeSecurityGroupIngress: authorize(false),
  AuthorizeSecurityGroupEgress: authorize(true),
  RevokeSecurityGroupIngress: revoke(false),
  RevokeSecurityGroupEgress: revoke(true),
  DescribeSecurityGroupRules: describeSecurityGroupRules,
};
