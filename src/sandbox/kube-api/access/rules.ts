import type { Json } from '../json.ts';
import { listAt } from '../json.ts';
import type { Attributes } from './attributes.ts';

/** A rule of a role ([what it means](https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources)). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

export function ruleFrom(value: Json): PolicyRule {
  const texts = (field: string): readonly string[] => listAt(value, field).filter((one) => typeof one === 'string');
  return {
    verbs: texts('verbs'),
    apiGroups: texts('apiGroups'),
    resources: texts('resources'),
    resourceNames: texts('resourceNames'),
    nonResourceURLs: texts('nonResourceURLs'),
  };
}

const hasOrAll = (set: readonly string[], one: string): boolean => set.includes('*') || set.includes(one);

export function ruleAllows(rule: PolicyRule, asked: Attributes): boolean {
  if (!hasOrAll(rule.verbs, asked.verb)) return false;
  if ('path' in asked) return rule.nonResourceURLs.some((pattern) => coversPath(pattern, asked.path));
  const { group, resource, subresource, name } = asked;
  return (
    hasOrAll(rule.apiGroups, group) &&
    coversResource(rule.resources, subresource === '' ? resource : `${resource}/${subresource}`) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
  );
}

/** A star stands for all resources, `*` before a slash for one part of all of them. */
function coversResource(resources: readonly string[], resource: string): boolean {
  const [, part] = resource.split('/');
  return hasOrAll(resources, resource) || (part !== undefined && resources.includes(`*/${part}`));
}

function coversPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}

/** What `wanted` permits and none of `held` does, broken down to single permissions. */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(singlePermissions).filter((one) => !held.some((rule) => covers(rule, one)));
}

const EMPTY: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function singlePermissions(rule: PolicyRule): readonly PolicyRule[] {
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const ofResources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((resourceNames) => ({
          ...EMPTY,
          apiGroups: [group],
          resources: [resource],
          verbs: [verb],
          resourceNames,
        })),
      ),
    ),
  );
  const ofPaths = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ ...EMPTY, nonResourceURLs: [url], verbs: [verb] })),
  );
  return [...ofResources, ...ofPaths];
}

function covers(held: PolicyRule, single: PolicyRule): boolean {
  return (
    single.verbs.every((verb) => hasOrAll(held.verbs, verb)) &&
    single.apiGroups.every((group) => hasOrAll(held.apiGroups, group)) &&
    single.resources.every((resource) => coversResource(held.resources, resource)) &&
    single.nonResourceURLs.every((url) => held.nonResourceURLs.some((pattern) => coversPath(pattern, url))) &&
    (held.resourceNames.length === 0 ||
      (single.resourceNames.length > 0 && single.resourceNames.every((name) => held.resourceNames.includes(name))))
  );
}

/** Single permissions in words, those of one resource together. */
export function described(rules: readonly PolicyRule[]): readonly string[] {
  const byObject = Map.groupBy(rules, ({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) =>
    JSON.stringify([apiGroups, resources, resourceNames, nonResourceURLs, nonResourceURLs.length > 0 ? verbs : []]),
  );
  const compact = [...byObject.values()].map((some) => ({
    ...EMPTY,
    ...some[0],
    verbs: some.flatMap(({ verbs }) => verbs),
  }));
  return [...new Set(compact.map(inWords))].sort();
}

function inWords(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const said = parts.filter(([, values]) => values.length > 0).map(([name, values]) => `${name}:${quotedList(values)}`);
  return `{${said.join(', ')}}`;
}

/** A list of strings as Go prints it. */
export function quotedList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}
