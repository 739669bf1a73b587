import { RBAC_GROUP } from '../access/rbac.ts';
import type { Json, KubeObject } from '../json.ts';
import { equalJson, isObject, listAt, memberAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { Api } from '../operations/api.ts';
import type { Chore } from './loop.ts';

const KEY = `${RBAC_GROUP}/clusterroles`;

/**
 * Gathers the rules of aggregated roles
 * ([aggregation](https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles)): a role that is
 * gathered may gather others, so each change starts the chore again until nothing changes.
 */
export const aggregationChore: Chore = {
  name: 'aggregated roles',
  concerns: ({ resource }) => resource === KEY,
  run({ store }: Api) {
    const roles = store.list(KEY, undefined);
    for (const role of roles) {
      const selectors = listAt(role, 'aggregationRule', 'clusterRoleSelectors');
      if (selectors.length === 0) continue;
      const rules = rulesOf(roles.filter((other) => other !== role && selectors.some((one) => selects(one, other))));
      if (!equalJson(rules, role['rules'] ?? [])) store.put(KEY, { ...role, rules });
    }
  },
};

function rulesOf(roles: readonly KubeObject[]): readonly Json[] {
  const rules = roles.flatMap((role) => listAt(role, 'rules'));
  return rules.filter((rule, index) => rules.findIndex((other) => equalJson(other, rule)) === index);
}

function selects(selector: Json, { metadata: { labels = {} } }: KubeObject): boolean {
  const wanted = Object.entries(objectAt(selector, 'matchLabels'));
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listAt(selector, 'matchExpressions').every((one) => isObject(one) && isMet(one, labels))
  );
}

function isMet(expression: Json, labels: { readonly [key: string]: string }): boolean {
  const value = labels[stringAt(expression, 'key') ?? ''];
  const values = listAt(expression, 'values').map(textFrom);
  switch (memberAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
