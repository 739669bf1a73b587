/**
 * Who may do what: as much of IAM as it takes to deny a role something, or to give it exactly what a policy gives.
 *
 * As at AWS everything is refused that no rule allows, and what a rule denies is refused whatever allows it. Other than at
 * AWS who has no rules of allowance may do everything, so that a world without any is easy to use.
 */
import { refusal } from './authentication.ts';
import type { RequestContext, ServiceDefinition, TaggedResource } from './service.ts';
import type { ActionRule, Permissions } from './world-options-schema.ts';

/** AWS answers it even to those to whom it is denied. */
const NEEDS_NO_PERMISSION = ['sts:GetCallerIdentity'];

interface Call {
  readonly action: string;
  /** The resources that it names and that exist. */
  readonly resources: readonly TaggedResource[];
}

interface Asked {
  readonly service: ServiceDefinition;
  readonly operation: string;
  readonly input: unknown;
  readonly context: RequestContext;
  readonly permissions: Permissions;
}

/** *Throws* {@link AwsFault} when the caller has no right to do this. */
export function assertAllowed({ service, operation, input, context, permissions }: Asked): void {
  const { denied, allowed } = permissions;
  const action = `${service.iamPrefix ?? service.name}:${operation}`;
  if ((denied.length === 0 && !allowed) || NEEDS_NO_PERMISSION.includes(action)) return;
  const call = { action, resources: resourcesOf(service, operation, input, context) };
  const isDenied = denied.some((rule) => isCovered(call, rule));
  if (!isDenied && (allowed?.some((rule) => isCovered(call, rule)) ?? true)) return;
  const why = isDenied
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const resource = call.resources[0] ? ` on resource: ${call.resources[0].arn}` : '';
  const sentence = `User: ${context.principal.arn} is not authorized to perform: ${action}${resource} ${why}`;
  const start = service.protocol === 'ec2Query' ? 'You are not authorized to perform this operation. ' : '';
  throw refusal(service.protocol, 'denied', start + sentence);
}

function isCovered({ action, resources }: Call, rule: ActionRule): boolean {
  const { actions, resource, resourceTag } = typeof rule === 'string' ? { actions: [rule] } : rule;
  if (!actions.some((pattern) => matches(pattern, action))) return false;
  if ((resource === undefined || resource === '*') && !resourceTag) return true;
  return resources.some(
    ({ arn, tags }) =>
      (resource === undefined || matches(resource, arn) || matches(resource, idOf(arn))) &&
      (!resourceTag || hasTag(tags, resourceTag)),
  );
}

function hasTag(
  tags: TaggedResource['tags'],
  { key, value }: { readonly key: string; readonly value?: string },
): boolean {
  return value === undefined ? tags.has(key) : tags.get(key) === value;
}

/** A star stands for any text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function idOf(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? '';
}

function resourcesOf(
  { name, protocol, taggedResources }: ServiceDefinition,
  operation: string,
  input: unknown,
  { partition }: RequestContext,
): readonly TaggedResource[] {
  // EC2 knows no permissions for single resources in what only describes them.
  if (protocol === 'ec2Query' && operation.startsWith('Describe')) return [];
  const named = new Set(textsIn(input));
  // Roles are of any account, and their tags are not modelled.
  if (name === 'sts')
    return [...named].filter(isRoleArn).map((arn) => ({ arn, resourceType: 'iam:role', tags: new Map() }));
  return [...(taggedResources?.(partition) ?? [])].filter(({ arn }) => named.has(arn) || named.has(idOf(arn)));
}

function isRoleArn(text: string): boolean {
  return /^arn:aws:iam::\d{12}:role\//.test(text);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
