/**
 * What a program asks of a Kubernetes API, declared beside the code that asks. From the declarations come the roles that
 * an installation grants, and a connection that is given them sends nothing else: what is declared and what is used
 * cannot drift apart unseen.
 */
import type { Operation } from './operation.ts';
import { type ResourceKind, resourceNameOf, type Verb } from './resource.ts';

/** What a part of the program does to a kind. */
export interface Permission {
  readonly kind: ResourceKind;
  /** Default: the object itself. */
  readonly subresource?: 'status';
  readonly verbs: readonly Verb[];
  /** Only objects of these names. Default: all. `create`, `list` and `watch` cannot be narrowed like that. */
  readonly names?: readonly string[];
  /** Only in the namespace that the program itself lives in. Default: everywhere. */
  readonly isOwnNamespace?: true;
}

/** One rule of a Role or ClusterRole of `rbac.authorization.k8s.io/v1`. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

/** The program asks what it does not declare: a fault in the program. Nothing was sent. */
export class UndeclaredRequestError extends Error {
  override readonly name = 'UndeclaredRequestError';

  constructor({ verb, resource, namespace }: Operation) {
    const what = `${verb} ${resource}${namespace && ` in ${namespace}`}`;
    super(`${what} is declared by no part of this program, so that its role does not grant it`);
  }
}

/** *Throws* {@link UndeclaredRequestError} unless one of `permissions` covers the operation. */
export function assertDeclared(permissions: readonly Permission[], operation: Operation, ownNamespace: string): void {
  const isCovered = permissions.some(
    ({ kind, subresource, verbs, names, isOwnNamespace }) =>
      resourceNameOf(kind) === operation.resource &&
      subresource === operation.subresource &&
      verbs.some((verb) => verb === operation.authorizedAs) &&
      (names === undefined || names.includes(operation.name)) &&
      (isOwnNamespace === undefined || operation.namespace === ownNamespace),
  );
  if (!isCovered) throw new UndeclaredRequestError(operation);
}

/** The plural of the kind, with its subresource: `redisclusters/status`. */
function resourceOf({ kind, subresource }: Permission): string {
  return subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
}

/** One rule for each resource that the permissions name, verbs put together, in a stable order. */
export function rulesFrom(permissions: readonly Permission[]): readonly PolicyRule[] {
  const resources = Object.groupBy(permissions, (permission) =>
    [permission.kind.group, resourceOf(permission), permission.names ?? []].join('\n'),
  );
  const rules = Object.entries(resources).map(([key, same = []]) => ({ key, rule: ruleFrom(same) }));
  return rules.toSorted((a, b) => (a.key < b.key ? -1 : 1)).flatMap(({ rule }) => rule);
}

function ruleFrom(same: readonly Permission[]): readonly PolicyRule[] {
  return same.slice(0, 1).map((first) => ({
    apiGroups: [first.kind.group],
    resources: [resourceOf(first)],
    ...(first.names && { resourceNames: first.names }),
    verbs: [...new Set(same.flatMap(({ verbs }) => verbs))].sort(),
  }));
}
