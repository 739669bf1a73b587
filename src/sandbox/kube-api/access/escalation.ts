import { RBAC_GROUP } from './rbac.ts';
import type { Rbac } from './rbac.ts';
import type { KubeObject } from '../json.ts';
import { equalJson, listAt, stringAt, withMetadata } from '../json.ts';
import type { Target } from '../operations/api.ts';
import { forbidden, notFound } from '../status.ts';
import { described, missingRules, quotedList, ruleFrom } from './rules.ts';
import type { PolicyRule } from './rules.ts';
import type { User } from './user.ts';
import { isMaster } from './user.ts';

const ALL: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

/**
 * Refuses to grant what the granter does not hold: neither by the rules of a role nor by a binding to one. Who may
 * `escalate` the role or `bind` it is exempt
 * ([restrictions](https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update)).
 *
 * *Throws* 403, or 404 for a binding to a role that does not exist.
 */
export function assertNoEscalation(
  { rbac, user, target }: { readonly rbac: Rbac; readonly user: User; readonly target: Target },
  object: KubeObject,
  old: KubeObject | undefined,
): void {
  const { resource, namespace } = target;
  if (resource.group !== RBAC_GROUP || isMaster(user) || (old && isCleanup(object, old))) return;
  const may = (verb: string, plural: string, name: string): boolean =>
    rbac.authorize(user, { verb, group: RBAC_GROUP, resource: plural, subresource: '', namespace, name }).allowed;
  const assertHeld = (rules: readonly PolicyRule[], why?: string): void => {
    const held = rbac.grants(user, namespace).rules.map(({ rule }) => rule);
    const missing = missingRules(held, rules);
    if (missing.length > 0) throw forbidden(resource, object.metadata.name ?? '', why ?? tooMuch(user, missing));
  };
  if (resource.plural.endsWith('roles')) {
    if (may('escalate', resource.plural, target.name)) return;
    assertHeld(listAt(object, 'rules').map(ruleFrom));
    if (isAggregating(object) || (old && isAggregating(old)))
      assertHeld(ALL, 'must have cluster-admin privileges to use the aggregationRule');
    return;
  }
  const [kind, name = ''] = [stringAt(object, 'roleRef', 'kind'), stringAt(object, 'roleRef', 'name')];
  if (may('bind', kind === 'Role' ? 'roles' : 'clusterroles', name)) return;
  const rules = rbac.rulesOf(object['roleRef'], namespace);
  if (!rules) throw notFound(resource, name);
  assertHeld(rules);
}

/** Whether a write only lets an object go: that has to work for those who clean up, whatever they hold. */
function isCleanup(object: KubeObject, old: KubeObject): boolean {
  const rest = (one: KubeObject): KubeObject =>
    withMetadata(one, { finalizers: undefined, ownerReferences: undefined, managedFields: undefined });
  return equalJson(rest(object), rest(old));
}

const isAggregating = (role: KubeObject): boolean => listAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0;

function tooMuch({ name, groups }: User, missing: readonly PolicyRule[]): string {
  const who = `user ${JSON.stringify(name)} (groups=${quotedList(groups)})`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${described(missing).join('\n')}`;
}
