/** Who sends a request, as authentication or impersonation established it. */
export interface User {
  readonly name: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
}

/** Members may do everything, whatever the roles say. */
export const MASTERS = 'system:masters';
export const AUTHENTICATED = 'system:authenticated';
export const UNAUTHENTICATED = 'system:unauthenticated';
/** The key under which `extra` tells by which credential a user is known. */
export const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** Who comes without credentials. */
export const ANONYMOUS: User = { name: 'system:anonymous', uid: undefined, groups: [UNAUTHENTICATED], extra: {} };

export function isMaster({ groups }: User): boolean {
  return groups.includes(MASTERS);
}

export function serviceAccountName(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

export function serviceAccountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** The namespace and name that the name of a user says; undefined when it is no service account. */
export function serviceAccountFrom(
  userName: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(userName) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}
