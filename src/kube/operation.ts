import { type ResourceKind, resourceNameOf, type Verb } from './resource.ts';
import type { HttpRequest } from './transport/transport.ts';

/** Names an object within a cluster; `namespace` is left out for cluster-scoped kinds. An `ObjectKey` is one, too. */
export interface NamespacedName {
  readonly namespace?: string;
  readonly name: string;
}

/** Which objects of a kind are meant. */
export interface ListSelection {
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The URL of a collection, or of one object (with `name`), or of a part of it (with `subresource`). */
function pathOf(
  kind: ResourceKind,
  at: { readonly namespace?: string | undefined; readonly name?: string; readonly subresource?: string },
): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const namespace = kind.namespaced && at.namespace ? `/namespaces/${encodeURIComponent(at.namespace)}` : '';
  const name = at.name === undefined ? '' : `/${encodeURIComponent(at.name)}`;
  return `${root}${namespace}/${kind.plural}${name}${at.subresource === undefined ? '' : `/${at.subresource}`}`;
}

function queryText(query: Query): string {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (parts.length === 0) return '';
  return `?${parts.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}

/** The parts of objects that this program asks for on their own. */
export type Subresource = 'status' | 'token';

/** One request in terms of the API: what the connection sends, and what errors and metrics call it. */
export interface Operation {
  readonly verb: string;
  /** The verb that the server's authorization knows it by. */
  readonly authorizedAs: Verb;
  readonly subresource: Subresource | undefined;
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly isWrite: boolean;
  readonly contentType?: string;
  readonly body?: unknown;
  /** For messages. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** Whether the server's words may stand in an error: not for Secrets. */
  readonly mayQuote: boolean;
}

interface Request {
  readonly verb: Verb | 'apply';
  readonly method: Operation['method'];
  readonly subresource?: Subresource;
  readonly query?: Query;
  readonly contentType?: string;
  readonly body?: unknown;
}

/** A request about one object, or about a collection when it has no name. */
export function operationOn(
  kind: ResourceKind,
  at: { readonly namespace?: string | undefined; readonly name?: string },
  { query = {}, subresource, ...request }: Request,
): Operation {
  return {
    ...request,
    authorizedAs: request.verb === 'apply' ? 'patch' : request.verb,
    subresource,
    path: pathOf(kind, { ...at, ...(subresource !== undefined && { subresource }) }) + queryText(query),
    isWrite: request.method !== 'GET',
    resource: resourceNameOf(kind),
    namespace: at.namespace ?? '',
    name: at.name ?? '',
    mayQuote: !(kind.group === '' && kind.kind === 'Secret'),
  };
}
