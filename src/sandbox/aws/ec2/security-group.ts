import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroup as WireSecurityGroup,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { addRule, addSecurityGroup, type NewRule } from './additions.ts';
import { ec2Arn } from './arn.ts';
import { assertBelow, dependencyViolation, missingParameter, notFound } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import { allRules, securityGroupBy, visible, vpcBy } from './lookup.ts';
import type { Ec2State, Rule, SecurityGroup } from './model.ts';
import { permissionsView, ruleKey, rulesFrom, ruleView } from './security-group-rules.ts';
import { ec2Slot } from './state.ts';
import { tagList, tagsFromSpecifications } from './tags.ts';

const rulesOf = ({ rules }: SecurityGroup, isEgress: boolean): Rule[] =>
  [...rules.values()].filter((rule) => rule.isEgress === isEgress);

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
function permissionFilters(prefix: string, isEgress: boolean): FilterTable<SecurityGroup> {
  const each = (select: (rule: Rule) => string | undefined) => (group: SecurityGroup) =>
    rulesOf(group, isEgress).map(select);
  const peer = (kind: Rule['peer']['kind']) => each((rule) => (rule.peer.kind === kind ? rule.peer.value : undefined));
  return {
    [`${prefix}.cidr`]: peer('ipv4'),
    [`${prefix}.ipv6-cidr`]: peer('ipv6'),
    [`${prefix}.group-id`]: peer('group'),
    [`${prefix}.prefix-list-id`]: peer('prefix-list'),
    [`${prefix}.from-port`]: each(({ fromPort }) => port(fromPort)),
    [`${prefix}.to-port`]: each(({ toPort }) => port(toPort)),
    [`${prefix}.protocol`]: each(({ protocol }) => protocol),
  };
}

const FILTERS: FilterTable<SecurityGroup> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpcId }) => [vpcId],
  description: ({ description }) => [description],
  ...permissionFilters('ip-permission', false),
  ...permissionFilters('egress.ip-permission', true),
};

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
      table: { ...FILTERS, 'owner-id': () => [partition.account] },
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

/** A group by id, or by name in the default VPC. */
function groupFrom(
  { GroupId, GroupName }: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
  partition: Partition,
): SecurityGroup {
  const state = partition.get(ec2Slot);
  if (GroupId) return securityGroupBy(state, GroupId, partition);
  if (!GroupName) throw missingParameter('groupName or groupId');
  const isInDefaultVpc = ({ vpcId }: SecurityGroup): boolean => state.vpcs.get(vpcId)?.isDefault ?? false;
  const named = [...state.securityGroups.values()].find((group) => group.name === GroupName && isInDefaultVpc(group));
  if (!named) throw notFound('security-group')(GroupName);
  return named;
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

interface PermissionRequest {
  readonly IpPermissions?: IpPermission[] | undefined;
  readonly CidrIp?: string | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
}

/** The old, flat form of one permission stands for the nested one. */
function permissionsOf({ IpPermissions, CidrIp, ...flat }: PermissionRequest): IpPermission[] {
  if (IpPermissions) return IpPermissions;
  return CidrIp === undefined ? [] : [{ ...flat, IpRanges: [{ CidrIp }] }];
}

function duplicateFault({ protocol, fromPort, toPort, peer }: NewRule): AwsFault {
  const rule = `peer: ${peer.value}, ${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}, ALLOW`;
  return new AwsFault('InvalidPermission.Duplicate', `the specified rule "${rule}" already exists`);
}

/** All rules are added, or none. */
function authorize(isEgress: boolean) {
  return (
    input: AuthorizeSecurityGroupIngressRequest,
    { partition }: RequestContext,
  ): AuthorizeSecurityGroupIngressResult => {
    const state = partition.get(ec2Slot);
    const group = groupFrom(input, partition);
    const added = rulesFrom(permissionsOf(input), isEgress);
    if (added.length === 0) throw missingParameter('ipPermissions');
    const known = new Set([...group.rules.values()].map(ruleKey));
    const duplicate = added.find((rule) => known.has(ruleKey(rule)));
    if (duplicate) throw duplicateFault(duplicate);
    for (const { peer } of added) if (peer.kind === 'group') securityGroupBy(state, peer.value, partition);
    const count = rulesOf(group, isEgress).length + added.length - 1;
    const limit = partition.quota('ec2.rulesPerSecurityGroup');
    assertBelow(count, limit, 'RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules per group is reached');
    const tags = tagsFromSpecifications(input.TagSpecifications, 'security-group-rule');
    const rules = added.map((rule) => addRule(state, partition, group.id, { ...rule, tags: new Map(tags) }));
    return { Return: true, SecurityGroupRules: rules.map((rule) => ruleView(rule, partition)) };
  };
}

function rulesById(group: SecurityGroup, ids: readonly string[]): readonly Rule[] {
  return ids.map((id) => {
    const rule = group.rules.get(id);
    if (!rule) throw notFound('security-group-rule')(id);
    return rule;
  });
}

function rulesByPermission(group: SecurityGroup, asked: readonly NewRule[]): readonly Rule[] {
  const byKey = new Map([...group.rules.values()].map((rule) => [ruleKey(rule), rule]));
  return asked.map((one) => {
    const rule = byKey.get(ruleKey(one));
    if (rule) return rule;
    throw new AwsFault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  });
}

/** All rules are revoked, or none: one that does not exist refuses the call. */
function revoke(isEgress: boolean) {
  return (
    input: RevokeSecurityGroupIngressRequest,
    { partition }: RequestContext,
  ): RevokeSecurityGroupIngressResult => {
    const group = groupFrom(input, partition);
    const { SecurityGroupRuleIds: ids } = input;
    const revoked = ids?.length
      ? rulesById(group, ids)
      : rulesByPermission(group, rulesFrom(permissionsOf(input), isEgress));
    for (const { id } of revoked) group.rules.delete(id);
    return {
      Return: true,
      RevokedSecurityGroupRules: revoked.map((rule) => ({
        SecurityGroupRuleId: rule.id,
        GroupId: rule.groupId,
        IsEgress: rule.isEgress,
        IpProtocol: rule.protocol,
        FromPort: rule.fromPort,
        ToPort: rule.toPort,
        ...(rule.peer.kind === 'ipv4' && { CidrIpv4: rule.peer.value }),
      })),
    };
  };
}

const RULE_FILTERS: FilterTable<Rule> = {
  'group-id': ({ groupId }) => [groupId],
  'security-group-rule-id': ({ id }) => [id],
};

function describeSecurityGroupRules(
  input: DescribeSecurityGroupRulesRequest,
  { partition }: RequestContext,
): DescribeSecurityGroupRulesResult {
  const page = listed(
    {
      items: allRules(partition.get(ec2Slot)),
      idOf: ({ id }) => id,
      table: RULE_FILTERS,
      notFound: notFound('security-group-rule'),
    },
    { ...input, ids: input.SecurityGroupRuleIds },
  );
  return { SecurityGroupRules: page.items.map((rule) => ruleView(rule, partition)), NextToken: page.next };
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
