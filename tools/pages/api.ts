import {
  USER_CONDITION_REASONS,
  USER_CONDITION_TYPES,
  USER_STATES,
} from '../../src/api/cloud-resources/v1beta1/conditions.ts';
import { CONDITION_REASONS, CONDITION_TYPES } from '../../src/api/conditions.ts';
import { CONTROL_PLANE_KINDS, crdFrom, USER_KINDS } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import type { StructuralSchema } from '../../src/api/structural.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';

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

Kinds of \`cloud-resources.kyma-project.io\`, for those who work in a cluster: they say what they need and nothing of accounts or VPCs. For each such object there is one of
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
  const schema = crdFrom(kind).spec.versions[0]?.schema.openAPIV3Schema;
  const { spec, status } = schema?.properties ?? {};
  const ofSpec = spec?.['x-kubernetes-validations'] ?? [];
  const rules = [...kind.rules, ...ofSpec].map(({ message }) => `- ${textOf(message)}\n`).join('');
  return [
    `## ${kind.kind}\n`,
    `\`${apiVersionOf(kind)}\`. ${kind.description}\n`,
    ...(rules === '' ? [] : [rules]),
    ...fieldTable(linesOf(spec, 'spec')),
    // Conditions are the same in all kinds, and stand at the end of the page.
    ...fieldTable(linesOf(status, 'status').filter(({ path }) => !path.startsWith('status.conditions'))),
  ].join('\n');
}

/** A place for a name, such as `<name>`, would be taken for HTML. */
function textOf(plain: string): string {
  return plain.replaceAll('<', '\\<');
}

interface Line {
  readonly path: string;
  readonly value: string;
  readonly required: boolean;
  readonly notes: readonly string[];
}

/** None for what has no fields. */
function fieldTable(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ path, value, required, notes }) => {
    return `| \`${path}\` | ${value} | ${required ? 'yes' : ''} | ${textOf(notes.join(' ')).replaceAll('|', '\\|')} |`;
  });
  return [['| Field | Value | Required | |', '|---|---|---|---|', ...rows, ''].join('\n')];
}

/** A line for each field that holds a value, in the order of the schema. */
function linesOf(schema: StructuralSchema | undefined, path: string): Line[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, field]) => {
    const place = `${path}.${name}`;
    const required = schema?.required?.includes(name) ?? false;
    const line = { path: place, value: valueOf(field), required, notes: notesOf(field) };
    const inside = field.items?.type === 'object' ? linesOf(field.items, `${place}[]`) : linesOf(field, place);
    const isPlainGroup = field.type === 'object' && inside.length > 0 && line.notes.length === 0;
    return isPlainGroup ? inside : [line, ...inside];
  });
}

function valueOf(field: StructuralSchema): string {
  if (field.enum !== undefined) return field.enum.map((word) => `\`${word}\``).join(', ');
  if (field.type === 'array') return `list of ${field.items?.type === 'object' ? 'objects' : 'text'}${sizeOf(field)}`;
  if (field.additionalProperties !== undefined) return 'names and values';
  if (field.format === 'date-time') return 'time';
  if (field.minimum !== undefined && field.format === 'int32') return `${field.minimum} to ${limitOf(field)}`;
  return { string: 'text', integer: 'number', boolean: 'true or false', object: 'object' }[field.type] ?? field.type;
}

/** Said of lists that must not be empty; the limits of the others are too far away to matter. */
function sizeOf({ minItems, maxItems }: StructuralSchema): string {
  return minItems === undefined ? '' : `, ${minItems} to ${maxItems}`;
}

function limitOf({ maximum }: StructuralSchema): string {
  return maximum === 2 ** 31 - 1 ? 'any' : String(maximum);
}

function notesOf(field: StructuralSchema): string[] {
  const { description, default: value, items, additionalProperties } = field;
  return [
    ...(description === undefined ? [] : [description]),
    ...(value === undefined ? [] : [`Default: \`${JSON.stringify(value)}\`.`]),
    ...(field['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    ...(additionalProperties?.['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    // Items that are objects have lines of their own.
    ...(items?.type === 'string' ? (items['x-kubernetes-validations'] ?? []) : []).map(({ message }) => message),
  ];
}

/** Words with what they mean. */
function meaningTable(what: string, meanings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(meanings).map(([word, meaning]) => `| \`${word}\` | ${meaning} |`);
  return [`| ${what} | Means |`, '|---|---|', ...rows, ''].join('\n');
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
