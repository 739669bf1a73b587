import type { Registry } from '../registry.ts';
import type { Resource } from '../resource.ts';
import { verbOf } from './query.ts';

/** Where a path of the API leads: `/api/v1/namespaces/a/configmaps/b`, `/apis/example.com/v1/widgets`. */
export interface ResourcePath {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string | undefined;
}

/** Reads a path; undefined when it leads to no resource that is served. */
export function resourcePathFrom(path: string, registry: Registry): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const [root, ...rest] = parts;
  const [group, version, segments] = root === 'api' ? ['', rest[0], rest.slice(1)] : [rest[0], rest[1], rest.slice(2)];
  if ((root !== 'api' && root !== 'apis') || group === undefined || version === undefined) return undefined;
  return placeIn(segments, (plural) => registry.find(group, version, plural));
}

function placeIn(
  segments: readonly string[],
  find: (plural: string) => Resource | undefined,
): ResourcePath | undefined {
  const [first = '', second = '', third] = segments;
  if (first !== 'namespaces' || third === undefined || isSubresourceOfNamespace(third)) {
    return place(find(first), '', segments.slice(1));
  }
  const inside = find(third);
  return inside?.namespaced === true ? place(inside, second, segments.slice(3)) : undefined;
}

const isSubresourceOfNamespace = (segment: string): boolean => segment === 'status' || segment === 'finalize';

function place(
  resource: Resource | undefined,
  namespace: string,
  [name = '', subresource, ...more]: readonly string[],
): ResourcePath | undefined {
  if (!resource || more.length > 0 || (subresource !== undefined && !resource.subresources.includes(subresource)))
    return undefined;
  // A question has no name to be found by.
  if (!resource.isStored && name !== '') return undefined;
  // An object that lives in a namespace cannot be named without it.
  if (resource.namespaced && namespace === '' && name !== '') return undefined;
  return { resource, namespace, name, subresource };
}

/** Whether a path leads somewhere for this method: of custom resources there is nothing to write across namespaces. */
export function isRouted(method: string, { resource, namespace }: ResourcePath): boolean {
  return method === 'GET' || !resource.isCustom || !resource.namespaced || namespace !== '';
}

/** What a request wants of a resource; undefined for a method that means nothing there. */
export function routedVerb(method: string, path: ResourcePath, query: URLSearchParams): string | undefined {
  return isMeant(method, path) ? verbOf(method, path.name, query) : undefined;
}

function isMeant(method: string, { resource, namespace, name, subresource }: ResourcePath): boolean {
  // Across namespaces one can look, and nothing else.
  if (method !== 'GET' && resource.namespaced && namespace === '') return false;
  switch (method) {
    case 'GET':
    case 'DELETE':
      return true;
    case 'POST':
      return name === '' || subresource === 'token';
    case 'PUT':
    case 'PATCH':
      return name !== '';
    default:
      return false;
  }
}

export function isWrite(verb: string): boolean {
  return !['get', 'list', 'watch'].includes(verb);
}
