import type { Attributes, ResourceAttributes } from '../access/attributes.ts';
import { verbOf } from './query.ts';

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
  return { ...place, group, name, verb: verbOf(method, place.name, url.searchParams) };
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
