import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  IpPermission,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { AwsFault } from '../../fault.ts';
import type { RequestContext } from '../../service.ts';
import { addRule, type NewRule } from '../additions.ts';
import { assertBelow, missingParameter, notFound } from '../faults.ts';
import { listed, type FilterTable } from '../filters.ts';
import { allRules, groupFrom, securityGroupBy } from '../lookup.ts';
import type { Rule, SecurityGroup } from '../model.ts';
import { ruleKey, rulesFrom, ruleView } from './security-group-rules.ts';
import { ec2Slot } from '../state.ts';
import { tagsFromSpecifications } from '../tags.ts';

export const rulesOf = ({ rules }: SecurityGroup, isEgress: boolean): Rule[] =>
  [...rules.values()].filter((rule) => rule.isEgress === isEgress);

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
export function authorize(isEgress: boolean) {
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
export function revoke(isEgress: boolean) {
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

export function describeSecurityGroupRules(
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
