import { messageOf } from '../../../util/error-message.ts';
import type { JsonObject, KubeObject } from '../json.ts';
import { defined, jsonFrom, memberAt } from '../json.ts';
import type { Resource } from '../resource.ts';
import { apiVersionOf, storageKey } from '../resource.ts';
import type { FieldSelector, LabelSelector } from '../selectors.ts';
import { matchesFields, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import type { FieldError } from '../status.ts';
import { StatusError, badRequest, expired, fieldForbidden, fieldNotSupported, invalid } from '../status.ts';
import { keyOf, pathOf } from '../store.ts';
import type { Api, Target } from './api.ts';
import { presented } from './api.ts';

/** Which objects of a collection a list or a watch is about. */
export interface Selection {
  readonly namespace: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
}

/** *Throws* 400 for a selector that cannot be understood or asks for an unknown field. */
export function selectionFrom({ resource, namespace, name }: Target, query: URLSearchParams): Selection {
  const labels: LabelSelector = parseLabelSelector(query.get('labelSelector') ?? '');
  const known = (field: string): boolean =>
    field === 'metadata.name' ||
    (field === 'metadata.namespace' && resource.namespaced) ||
    Object.hasOwn(resource.fields, field);
  const fields: FieldSelector = parseFieldSelector(query.get('fieldSelector') ?? '', known);
  return {
    namespace: namespace === '' ? undefined : namespace,
    matches: (object) =>
      (name === '' || object.metadata.name === name) &&
      labels(object.metadata.labels) &&
      matchesFields(fields, (field) => fieldOf(object, field, resource)),
  };
}

function fieldOf(object: KubeObject, field: string, resource: Resource): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return resource.fields[field]?.(object) ?? '';
}

export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: JsonObject;
}

/** Where a paged list goes on: after `start`, in the state of revision `rv`. */
interface Continuation {
  readonly rv: number;
  readonly start: string;
}

/** GET of a collection. *Throws* a `StatusError`: 410 for a state that is no longer known. */
export function list(api: Api, target: Target, query: URLSearchParams): Page {
  const selection = selectionFrom(target, query);
  const limit = integerFrom(query.get('limit')) ?? 0;
  const from = continuationFrom(query.get('continue'));
  const revision = from?.rv ?? requestedRevision(api, query);
  const all = objectsAt(api, target, selection, revision);
  const rest = from ? all.filter((object) => pathOf(keyOf(object)) > from.start) : all;
  const matching = rest
    .map((object) => presented(object, target.resource))
    .filter((object) => selection.matches(object));
  const items = limit > 0 ? matching.slice(0, limit) : matching;
  const remaining = matching.length - items.length;
  const last = items.at(-1);
  const next =
    remaining > 0 && last
      ? continuationText({ rv: revision ?? api.store.revision, start: pathOf(keyOf(last)) })
      : undefined;
  const hasSelector = Boolean(query.get('labelSelector') ?? query.get('fieldSelector'));
  const resourceVersion = String(revision ?? api.store.revision);
  const remainingItemCount = next === undefined || hasSelector ? undefined : remaining;
  // Lists of custom resources say it also when there is no more.
  const none = target.resource.isCustom ? '' : undefined;
  return { items, metadata: defined({ resourceVersion, continue: next ?? none, remainingItemCount }) };
}

function objectsAt(
  api: Api,
  { resource }: Target,
  { namespace }: Selection,
  revision: number | undefined,
): readonly KubeObject[] {
  if (revision === undefined) return api.store.list(storageKey(resource), namespace);
  const then = api.store.listAt(storageKey(resource), namespace, revision);
  if (then) return then;
  throw expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );
}

export function listBody(resource: Resource, items: readonly JsonObject[], metadata: JsonObject): JsonObject {
  return { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata, items };
}

export function integerFrom(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** The revision that a request names; *throws* when it is none. */
export function revisionFrom(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}

/** A list says of the same mistake that it is the client's; a watch does not. */
function listRevisionFrom(text: string | null): number | undefined {
  try {
    return revisionFrom(text);
  } catch (error) {
    throw badRequest(`invalid resource version: ${messageOf(error)}`);
  }
}

function matchErrors(revision: number | undefined, match: string): FieldError[] {
  if (match === '') return [];
  const field = 'resourceVersionMatch';
  if (revision === undefined)
    return [fieldForbidden(field, `${field} is forbidden unless resourceVersion is provided`)];
  if (match === 'Exact' && revision === 0)
    return [fieldForbidden(field, `${field} "exact" is forbidden for resourceVersion "0"`)];
  return match === 'Exact' || match === 'NotOlderThan'
    ? []
    : [fieldNotSupported(field, match, ['Exact', 'NotOlderThan', ''])];
}

/** The exact past revision that is asked for; undefined when the latest state will do, which is always the newest here. */
function requestedRevision(api: Api, query: URLSearchParams): number | undefined {
  const revision = listRevisionFrom(query.get('resourceVersion'));
  const match = query.get('resourceVersionMatch');
  const errors = matchErrors(revision, match ?? '');
  if (query.has('sendInitialEvents'))
    errors.push(fieldForbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  if (revision !== undefined && revision > api.store.revision) throw tooLarge(api, revision);
  return match === 'Exact' ? revision : undefined;
}

export function tooLarge(api: Api, revision: number): StatusError {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${revision}, current: ${api.store.revision}`;
  return new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

function continuationText({ rv, start }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

function continuationFrom(text: string | null): Continuation | undefined {
  if (text === null || text === '') return undefined;
  try {
    const token = jsonFrom(Buffer.from(text, 'base64url').toString());
    const [rv, start] = [memberAt(token, 'rv'), memberAt(token, 'start')];
    if (typeof rv === 'number' && typeof start === 'string') return { rv, start };
    throw new Error('it names no place');
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${messageOf(error)}`);
  }
}
