/** Security groups on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import { type Page, readPages } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import { listedById, readByValues } from './filter.ts';
import { rulesFromSdk, sdkFromRules } from './ingress-rules.ts';
import type { SecurityGroup, SecurityGroupOperations, SecurityGroupQuery } from './security-group.ts';

const NAMED: Named = { resource: 'security group', codes: ['InvalidGroup.NotFound', 'InvalidGroupId.NotFound'] };

function securityGroupFromSdk(group: Sdk.SecurityGroup): SecurityGroup {
  return {
    id: group.GroupId ?? '',
    name: group.GroupName ?? '',
    description: group.Description ?? '',
    vpcId: group.VpcId,
    ingress: rulesFromSdk(group.IpPermissions),
    tags: tagsFromSdk(group.Tags),
  };
}

export async function readSecurityGroup(aws: Ec2Requester, id: string): Promise<SecurityGroup> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeSecurityGroups', { GroupIds: [id] }));
  return securityGroupFromSdk(firstOf(NAMED, id, answer.SecurityGroups));
}

async function readPage(aws: Ec2Requester, Filters: Sdk.Filter[], token?: string): Promise<Page<SecurityGroup>> {
  const input = { Filters, MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
  const { SecurityGroups = [], NextToken } = await aws.send('DescribeSecurityGroups', input);
  return { items: SecurityGroups.map(securityGroupFromSdk), next: NextToken };
}

/** Reads several groups by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readSecurityGroups(aws: Ec2Requester, ids: readonly string[]): Promise<Listed<SecurityGroup>> {
  return listedById(await readByValues('group-id', ids, (filters, token) => readPage(aws, filters, token)));
}

/** A question as text, so that equal questions are one. */
export function questionOf({ vpcId, name }: SecurityGroupQuery): string {
  return JSON.stringify([vpcId ?? null, name ?? null]);
}

function queryFrom(question: string): SecurityGroupQuery {
  // The text was made by `questionOf`, from nothing else.
  const [vpcId, name] = JSON.parse(question) as [string | null, string | null];
  return { ...(vpcId === null ? {} : { vpcId }), ...(name === null ? {} : { name }) };
}

function matches(group: SecurityGroup, { vpcId, name }: SecurityGroupQuery): boolean {
  return (vpcId === undefined || group.vpcId === vpcId) && (name === undefined || group.name === name);
}

/** Values of a part that all queries have; undefined when one of them has none, so that it cannot narrow the list. */
function valuesOf(queries: readonly SecurityGroupQuery[], part: keyof SecurityGroupQuery): string[] | undefined {
  const values = new Set<string>();
  for (const query of queries) {
    const value = query[part];
    if (value === undefined) return undefined;
    values.add(value);
  }
  return [...values];
}

/** Answers several questions from one list, narrowed by what they have in common. */
export async function findSecurityGroups(
  aws: Ec2Requester,
  questions: readonly string[],
): Promise<Listed<readonly SecurityGroup[]>> {
  const queries = questions.map(queryFrom);
  const names = valuesOf(queries, 'name');
  const vpcIds = valuesOf(queries, 'vpcId');
  const page = (filters: Sdk.Filter[], token?: string): Promise<Page<SecurityGroup>> => readPage(aws, filters, token);
  const listed =
    names !== undefined
      ? await readByValues('group-name', names, page)
      : vpcIds !== undefined
        ? await readByValues('vpc-id', vpcIds, page)
        : await readPages((token) => page([], token));
  const answers = questions.map((question) => {
    const query = queryFrom(question);
    return [question, listed.items.filter((group) => matches(group, query))] as const;
  });
  return { answers: new Map(answers), requests: listed.requests };
}

export function securityGroupCalls({ aws, call, shared }: Ec2Context): SecurityGroupOperations {
  return {
    describeSecurityGroup: (id) => shared.securityGroups.ask(id, call),
    findSecurityGroups: (query) => shared.securityGroupQueries.ask(questionOf(query), call),
    createSecurityGroup: async ({ vpcId, name, description, tags }) => {
      const answer = await aws.send('CreateSecurityGroup', {
        VpcId: vpcId,
        GroupName: name,
        Description: description,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: sdkFromTags(tags) }],
      });
      return answered(answer.GroupId, { service: 'ec2', operation: 'CreateSecurityGroup' });
    },
    authorizeIngress: async (groupId, rules) => {
      const input = { GroupId: groupId, IpPermissions: sdkFromRules(rules) };
      await orNotFound(NAMED, groupId, aws.send('AuthorizeSecurityGroupIngress', input));
    },
    revokeIngress: async (groupId, rules) => {
      const input = { GroupId: groupId, IpPermissions: sdkFromRules(rules) };
      await orNotFound(NAMED, groupId, aws.send('RevokeSecurityGroupIngress', input));
    },
    deleteSecurityGroup: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteSecurityGroup', { GroupId: id }));
    },
  };
}
