import type { Json } from '../json.ts';
import { stringAt } from '../json.ts';
import { StatusError, qualified } from '../status.ts';
import type { User } from './user.ts';

/** What a request wants of a resource. An empty string means none, or any where several are asked about. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a request wants of a path that is no resource. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** What is to be authorized. */
export type Attributes = ResourceAttributes | PathAttributes;

/** What a request asks for, by its path alone: whether such a resource is served is no matter. */
export function attributesOf(method: string, url: URL): Attributes {
  const [, root = '', ...rest] = url.pathname.replace(/\/$/, '').split('/').map(decodeURIComponent);
  const [group, segments] = root === 'api' ? ['', rest.slice(1)] : [rest[0] ?? '', rest.slice(2)];
  if ((root !== 'api' && root !== 'apis') || segments.length === 0) {
    return { verb: method.toLowerCase(), path: url.pathname };
  }
  const place = placeOf(segments);
  // A list of the one object of a name is no more than that object: rules with names cover it.
  const name = place.name === '' ? selectedName(method, url) : place.name;
  return { ...place, group, name, verb: verbOf(method, place.name, url) };
}

/** Parts of a namespace itself, and nothing that stands in one. */
const NAMESPACE_PARTS: readonly string[] = ['status', 'finalize'];

function placeOf(
  segments: readonly string[],
): Pick<ResourceAttributes, 'namespace' | 'resource' | 'name' | 'subresource'> {
  const [first = '', namespace = '', third] = segments;
  const isInside = first === 'namespaces' && third !== undefined && !NAMESPACE_PARTS.includes(third);
  const [resource = '', name = '', subresource = ''] = isInside ? segments.slice(2) : segments;
  return { namespace: first === 'namespaces' ? namespace : '', resource, name, subresource };
}

function selectedName(method: string, { searchParams }: URL): string {
  if (method !== 'GET' && method !== 'HEAD') return '';
  const terms = (searchParams.get('fieldSelector') ?? '').split(',');
  return terms.map((term) => /^metadata\.name==?([^=!]+)$/.exec(term)?.[1]).find((one) => one !== undefined) ?? '';
}

/** Whether a parameter says yes, as Go reads it: everything is a yes but `false` and `0`. */
export function isSet(query: URLSearchParams, parameter: string): boolean {
  const text = query.get(parameter);
  return text !== null && !['false', '0'].includes(text.toLowerCase());
}

const VERBS: { readonly [method: string]: string } = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
};

function verbOf(method: string, name: string, { searchParams }: URL): string {
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  if (method !== 'GET' && method !== 'HEAD') return VERBS[method] ?? '';
  if (isSet(searchParams, 'watch')) return 'watch';
  return name === '' ? 'list' : 'get';
}

/** The attributes that a review asks about, from its `spec`; undefined where it says none. */
export function resourceAttributesFrom(spec: Json | undefined): ResourceAttributes {
  const at = (field: string): string => stringAt(spec, field) ?? '';
  return {
    verb: at('verb'),
    group: at('group'),
    resource: at('resource'),
    subresource: at('subresource'),
    namespace: at('namespace'),
    name: at('name'),
  };
}

/** 403, in the words that tell a user which permission is missing. */
export function accessDenied(user: User, attributes: Attributes, reason = ''): StatusError {
  const why = `${escapedForHtml(denial(user, attributes))}${reason === '' ? '' : `: ${reason}`}`;
  if ('path' in attributes) return new StatusError(403, 'Forbidden', `forbidden: ${why}`, {});
  const { resource, group, name } = attributes;
  const subject = qualified(resource, group) + (name === '' ? '' : ` ${JSON.stringify(name)}`);
  const details = { name: name === '' ? undefined : name, group: group === '' ? undefined : group, kind: resource };
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, details);
}

function denial(user: User, attributes: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  if ('path' in attributes) return `${who} path ${JSON.stringify(attributes.path)}`;
  const { resource, subresource, group, namespace } = attributes;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

const escapedForHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
