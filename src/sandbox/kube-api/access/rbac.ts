import type { Json, KubeObject } from '../json.ts';
import { listAt, stringAt } from '../json.ts';
import { qualified } from '../status.ts';
import type { Store } from '../store.ts';
import type { Attributes } from './attributes.ts';
import type { PolicyRule } from './rules.ts';
import { ruleAllows, ruleFrom } from './rules.ts';
import type { User } from './user.ts';
import { isMaster, serviceAccountName } from './user.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';
const storage = (plural: string): string => `${RBAC_GROUP}/${plural}`;

/** Whether a request may pass, and why. The reason of a refusal says what went wrong with roles, if something did. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** What a user is granted, and the names of roles that bindings refer to in vain. */
export interface Grants {
  readonly rules: readonly { readonly rule: PolicyRule; readonly source: string }[];
  readonly errors: readonly string[];
}

/**
 * Authorizes by the roles and bindings in the store, as they stand at this moment
 * ([RBAC](https://kubernetes.io/docs/reference/access-authn-authz/rbac/)).
 */
export class Rbac {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  authorize(user: User, asked: Attributes): Decision {
    if (isMaster(user)) return { allowed: true, reason: '' };
    const { rules, errors } = this.grants(user, 'path' in asked ? '' : asked.namespace);
    const allowing = rules.find(({ rule }) => ruleAllows(rule, asked));
    if (allowing) return { allowed: true, reason: `RBAC: allowed by ${allowing.source}` };
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregated(errors)}` };
  }

  /** All rules that apply to a user in a namespace; without one, cluster-wide. */
  grants(user: User, namespace: string): Grants {
    const everywhere = this.#store.list(storage('clusterrolebindings'), undefined);
    const here = namespace === '' ? [] : this.#store.list(storage('rolebindings'), namespace);
    const found = [...everywhere, ...here].flatMap((binding) => this.#grantsBy(binding, user));
    return { rules: found.flatMap(({ rules }) => rules), errors: found.flatMap(({ errors }) => errors) };
  }

  /** The rules of the role that a binding in `namespace` refers to; undefined when there is none. */
  rulesOf(roleRef: Json | undefined, namespace: string): readonly PolicyRule[] | undefined {
    const isLocal = stringAt(roleRef, 'kind') === 'Role';
    const key = { namespace: isLocal ? namespace : '', name: stringAt(roleRef, 'name') ?? '' };
    const role = this.#store.get(storage(isLocal ? 'roles' : 'clusterroles'), key);
    return role && listAt(role, 'rules').map(ruleFrom);
  }

  #grantsBy(binding: KubeObject, user: User): readonly Grants[] {
    const namespace = binding.metadata.namespace ?? '';
    const subject = listAt(binding, 'subjects').find((one) => isMeant(one, user, namespace));
    if (subject === undefined) return [];
    const roleRef = binding['roleRef'];
    const rules = this.rulesOf(roleRef, namespace);
    if (!rules) {
      const kind = (stringAt(roleRef, 'kind') ?? '').toLowerCase();
      const name = JSON.stringify(stringAt(roleRef, 'name'));
      return [{ rules: [], errors: [`${qualified(kind, RBAC_GROUP)} ${name} not found`] }];
    }
    const source = sourceOf(binding, subject);
    return [{ rules: rules.map((rule) => ({ rule, source })), errors: [] }];
  }
}

function isMeant(subject: Json, { name, groups }: User, bindingNamespace: string): boolean {
  const wanted = stringAt(subject, 'name') ?? '';
  switch (stringAt(subject, 'kind')) {
    case 'User':
      return name === wanted;
    case 'Group':
      return groups.includes(wanted);
    case 'ServiceAccount':
      return name === serviceAccountName(stringAt(subject, 'namespace') ?? bindingNamespace, wanted);
    default:
      return false;
  }
}

function sourceOf(binding: KubeObject, subject: Json): string {
  const { name = '', namespace } = binding.metadata;
  const title = namespace === undefined ? name : `${name}/${namespace}`;
  const [roleKind, roleName] = [stringAt(binding, 'roleRef', 'kind'), stringAt(binding, 'roleRef', 'name')];
  const who = stringAt(subject, 'name') ?? '';
  const home = stringAt(subject, 'namespace') ?? namespace ?? '';
  const isAccount = stringAt(subject, 'kind') === 'ServiceAccount';
  const described = `${stringAt(subject, 'kind') ?? ''} ${JSON.stringify(isAccount ? `${who}/${home}` : who)}`;
  return `${binding.kind} ${JSON.stringify(title)} of ${roleKind ?? ''} ${JSON.stringify(roleName)} to ${described}`;
}

/** Several errors in one text, as Go joins them. */
function aggregated(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
