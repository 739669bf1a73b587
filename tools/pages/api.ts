import {
  USER_CONDITION_REASONS,
  USER_CONDITION_TYPES,
  USER_STATES,
} from '../../src/api/cloud-resources/v1beta1/conditions.ts';
import { CONDITION_REASONS, CONDITION_TYPES } from '../../src/api/conditions.ts';
import { CONTROL_PLANE_KINDS, USER_KINDS } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import { type FieldLine, fieldsOf } from './fields.ts';
import { meaningTable, tableOf, textOf } from './markdown.ts';

const INTRODUCTION = `# Kinds

<!-- Generated from src/api: npm run generate -->

The custom resources of Cloud Manager: every field, what it may hold, and what the API server says when it may not. The
same is in the cluster: \`kubectl explain rediscluster.spec.instance.aws\`.

There are two groups of them: those of the control plane, \`cloud-control.kyma-project.io\`, and those that the [users of a cluster](#kinds-of-users)
write, \`cloud-resources.kyma-project.io\`. Both have an IpRange; where both are installed \`kubectl get ipranges\` means that of the control plane, and
\`kubectl get ipranges.cloud-resources.kyma-project.io\` the other one.

A Subscription stands for an account, and a VpcNetwork for a VPC that is made in it. A Scope stands for a cluster: its account, its
region and its VPC, wherever that came from. All other kinds belong to a Scope: Networks are VPCs to refer to, IpRanges add
addresses to one, VpcPeerings join two, and Redis stands in an IpRange.

What STATE shows of \`kubectl get\`, and \`status.state\`, is for people; programs read the [conditions](#conditions), which are the same for all kinds.

| Kind | STATE |
|---|---|
| Scope, Network, IpRange, RedisInstance, RedisCluster | \`status.state\`: \`Ready\`, \`Processing\`, \`Warning\`, \`Error\` or \`Deleting\` |
| VpcPeering | \`status.state\`: AWS's code of the connection, such as \`active\`, or one of those words where that says more |
| Subscription, VpcNetwork | the reason of the condition \`Ready\`, such as \`Provisioned\`; \`status.state\` is one of those words |

An object that waits for another one is \`Processing\`, whatever its kind: with the reason \`MissingDependency\` when the other one does not exist, and
\`WaitingDependency\` when it is not ready. When its Scope does not exist it is \`Error\` with \`ScopeNoFound\`. Either goes on by itself.
`;

const USERS_INTRODUCTION = `# Kinds of users

Kinds of \`cloud-resources.kyma-project.io\`, for those who work in a cluster: they say what they need and nothing of accounts or VPCs. The [user guide](user-guide.md)
shows how, and says what to do about each condition. For each such object there is one of
the control plane, whose name is \`status.id\`.

A CloudResources says that the cluster wants the module. Redis stands in an IpRange: in the one that it names, or in \`default\`, which is made on demand.
`;

/** The page on the kinds and their fields, in Markdown. */
export function apiPage(): string {
  return [
    INTRODUCTION,
    ...CONTROL_PLANE_KINDS.map(kindSection),
    conditionSection(),
    USERS_INTRODUCTION,
    ...USER_KINDS.map(kindSection),
    userConditionSection(),
  ].join('\n');
}

function kindSection(kind: CustomKind): string {
  const { spec, status, rules } = fieldsOf(kind);
  return [
    `## ${kind.kind}\n`,
    `\`${apiVersionOf(kind)}\`. ${kind.description}\n`,
    ...(rules.length === 0 ? [] : [rules.map((rule) => `- ${textOf(rule)}\n`).join('')]),
    ...fieldTable(spec),
    ...fieldTable(status),
  ].join('\n');
}

/** None for what has no fields. */
function fieldTable(lines: readonly FieldLine[]): string[] {
  if (lines.length === 0) return [];
  const rows = lines.map((line) => [`\`${line.path}\``, line.value, line.required ? 'yes' : '', notesOf(line)]);
  return [tableOf(['Field', 'Value', 'Required', ''], rows)];
}

function notesOf({ description, default: value, rules }: FieldLine): string {
  const notes = [description ?? '', value === undefined ? '' : `Default: \`${value}\`.`, ...rules];
  return textOf(notes.filter((note) => note !== '').join(' '));
}

function conditionSection(): string {
  return [
    '## Conditions\n',
    `Every kind of the control plane has \`status.conditions\`, of the types ${CONDITION_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
    'Their reasons:\n',
    meaningTable('Reason', CONDITION_REASONS),
  ].join('\n');
}

function userConditionSection(): string {
  return [
    '## States and conditions of users\n',
    'What STATE shows of `kubectl get`, and `status.state`; of an AwsVpcPeering it is the code of AWS for the connection, such as `active`, where that says more.\n',
    meaningTable('State', USER_STATES),
    meaningTable('Condition', USER_CONDITION_TYPES),
    meaningTable('Reason', USER_CONDITION_REASONS),
  ].join('\n');
}
