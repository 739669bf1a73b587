import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from '../status.ts';
import { accessDenied } from './attributes.ts';
import type { Rbac } from './rbac.ts';
import { quotedList } from './rules.ts';
import type { User } from './user.ts';
import { ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, serviceAccountFrom, serviceAccountGroups } from './user.ts';

const USER_HEADER = 'impersonate-user';
const GROUP_HEADER = 'impersonate-group';
const UID_HEADER = 'impersonate-uid';
const EXTRA_PREFIX = 'impersonate-extra-';
const AUTHENTICATION_GROUP = 'authentication.k8s.io';

/**
 * As whom a request wants to be treated
 * ([impersonation](https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/)); who asks, where it says
 * nothing of the kind.
 *
 * *Throws* 400 for parts of a user without a name, 403 when the one who asks may not impersonate one of them.
 */
export function impersonated(rbac: Rbac, requestor: User, headers: Headers): User {
  const wanted = wantedUser(headers);
  if (!wanted) return requestor;
  const assertMay = (
    resource: string,
    name: string,
    more: { group?: string; namespace?: string; subresource?: string } = {},
  ) => {
    const { group = '', namespace = '', subresource = '' } = more;
    const asked = { verb: 'impersonate', group, resource, subresource, namespace, name };
    const { allowed, reason } = rbac.authorize(requestor, asked);
    if (!allowed) throw accessDenied(requestor, asked, reason);
  };
  const account = serviceAccountFrom(wanted.name);
  if (account) assertMay('serviceaccounts', account.name, { namespace: account.namespace });
  else assertMay('users', wanted.name);
  if (wanted.uid !== undefined) assertMay('uids', wanted.uid, { group: AUTHENTICATION_GROUP });
  for (const group of wanted.groups) assertMay('groups', group);
  for (const [key, values] of Object.entries(wanted.extra)) {
    for (const value of values) assertMay('userextras', value, { group: AUTHENTICATION_GROUP, subresource: key });
  }
  const groups = account && wanted.groups.length === 0 ? serviceAccountGroups(account.namespace) : wanted.groups;
  return { ...wanted, groups: withGroupOfAll(wanted.name, groups) };
}

function withGroupOfAll(name: string, groups: readonly string[]): readonly string[] {
  const all = name === ANONYMOUS.name ? UNAUTHENTICATED : AUTHENTICATED;
  return groups.includes(all) || groups.includes(UNAUTHENTICATED) ? groups : [...groups, all];
}

/** Headers as Node gives them, those that came several times as lists. */
type Headers = IncomingHttpHeaders;

function valuesOf(headers: Headers, name: string): readonly string[] {
  const value = headers[name];
  // Node joins what came several times with a comma; names of groups have none.
  const values = typeof value === 'string' ? value.split(/, ?/) : (value ?? []);
  return values.filter((one) => one !== '');
}

function wantedUser(headers: Headers): User | undefined {
  const name = headers[USER_HEADER]?.toString() ?? '';
  const uid = headers[UID_HEADER]?.toString();
  const groups = valuesOf(headers, GROUP_HEADER);
  const extras = Object.keys(headers)
    .filter((header) => header.startsWith(EXTRA_PREFIX))
    .map((header) => [extraKey(header), valuesOf(headers, header)] as const);
  if (name !== '') return { name, uid, groups, extra: Object.fromEntries(extras) };
  if (uid === undefined && groups.length === 0 && extras.length === 0) return undefined;
  throw badRequest(`requested ${inGo(uid ?? '', groups, extras)} without impersonating a user name`);
}

function extraKey(header: string): string {
  const key = header.slice(EXTRA_PREFIX.length);
  try {
    return decodeURIComponent(key);
  } catch {
    // Not everybody encodes: what cannot be decoded is meant as it stands.
    return key;
  }
}

/** A user as Go prints it: the real server tells it to the client like this. */
function inGo(
  uid: string,
  groups: readonly string[],
  extras: readonly (readonly [string, readonly string[]])[],
): string {
  const list = (values: readonly string[]): string =>
    `[]string{${quotedList(values).slice(1, -1).replaceAll('" "', '", "')}}`;
  const extra = extras.map(([key, values]) => `${JSON.stringify(key)}:${list(values)}`).join(', ');
  const shownGroups = groups.length === 0 ? '[]string(nil)' : list(groups);
  const shownExtra = extras.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${extra}}`;
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`;
}
