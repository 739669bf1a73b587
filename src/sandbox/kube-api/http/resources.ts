import { messageOf } from '../../../util/error-message.ts';
import type { Json, JsonObject, KubeObject } from '../json.ts';
import { jsonFrom } from '../json.ts';
import type { FieldValidation } from '../operations/admission.ts';
import type { Api, Target, WriteOptions, Written } from '../operations/api.ts';
import { read } from '../operations/api.ts';
import { create } from '../operations/create.ts';
import { deleteOptionsFrom, remove, removeAll } from '../operations/delete.ts';
import type { Page } from '../operations/list.ts';
import { list, listBody } from '../operations/list.ts';
import { APPLY_PATCH, patch } from '../operations/patch.ts';
import { replace } from '../operations/update.ts';
import {
  StatusError,
  badRequest,
  fieldNotSupported,
  invalid,
  methodNotAllowed,
  unsupportedMediaType,
} from '../status.ts';
import type { IncludeObject } from '../table.ts';
import { partialMetadata, tableOf } from '../table.ts';
import type { Reply, Request } from './exchange.ts';
import { PROTOBUF, contentTypeOf, errorReply, jsonReply, parseBody, yamlReply } from './exchange.ts';
import type { Exchange, HandlerDeps } from './context.ts';
import type { Format } from './negotiate.ts';
import { formatFrom } from './negotiate.ts';

/** A request about a resource, and in which form its answer is wanted. */
export interface ResourceRequest extends Pick<Exchange, 'request' | 'url' | 'body'> {
  readonly api: Api;
  readonly target: Target;
  readonly format: Format;
}

export function resourceRequestFrom({ api }: HandlerDeps, exchange: Exchange, target: Target): ResourceRequest {
  const { request, url, body } = exchange;
  return { request, url, body, api, target, format: formatFrom(request.headers.accept) };
}

/** Answers a request about a resource. *Throws* a `StatusError`. */
export function answerResource(asked: ResourceRequest, verb: string | undefined): Reply {
  const { api, target, url } = asked;
  if (verb === undefined || !isServed(target, verb)) throw methodNotAllowed();
  switch (verb) {
    case 'get':
      return objectReply(asked, { code: 200, object: read(api, target) });
    case 'list':
      return listReply(asked, list(api, target, url.searchParams));
    case 'delete':
      return deleteReply(asked);
    case 'deletecollection':
      return deleteAllReply(asked);
    default:
      return writeReply(asked, verb);
  }
}

function isServed({ resource, subresource }: Target, verb: string): boolean {
  if (subresource === undefined) return resource.verbs.some((one) => one === verb);
  return subresource === 'finalize' ? verb === 'update' : ['get', 'update', 'patch'].includes(verb);
}

/** Warnings reach the client also when what they warn of is refused for another reason. */
function writeReply(asked: ResourceRequest, verb: string): Reply {
  const warnings: string[] = [];
  try {
    const written = writeFor(asked, verb, (text) => warnings.push(text));
    return { ...objectReply(asked, written), warnings };
  } catch (error) {
    if (error instanceof StatusError) return { ...errorReply(error), warnings };
    throw error;
  }
}

function writeFor(asked: ResourceRequest, verb: string, warn: (text: string) => void): Written {
  const { api, target, request, url, body } = asked;
  const options = { ...writeOptionsFrom(request, url.searchParams), warn };
  const contentType = contentTypeOf(request);
  if (verb === 'patch') {
    const force = url.searchParams.get('force');
    const namesManager = (url.searchParams.get('fieldManager') ?? '') !== '';
    const patchBody = patchFrom(body, contentType, target.resource.kind);
    const patchOptions = {
      ...options,
      contentType,
      force: force === null ? undefined : force === 'true',
      namesManager,
    };
    return patch({ api, target, options: patchOptions }, patchBody);
  }
  const accepted = ['application/json', 'application/yaml', PROTOBUF];
  if (contentType !== '' && !accepted.includes(contentType)) throw unsupportedMediaType(accepted);
  const object = parseBody(body, contentType, target.resource.kind);
  return (verb === 'create' ? create : replace)({ api, target, options }, object);
}

function patchFrom(body: Buffer, contentType: string, kind: string): Json {
  if (contentType === APPLY_PATCH) return parseBody(body, contentType, kind);
  try {
    return jsonFrom(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`error decoding patch: ${messageOf(error)}`);
  }
}

const FIELD_VALIDATIONS = ['Ignore', 'Warn', 'Strict'] as const;

function writeOptionsFrom(request: Request, query: URLSearchParams): Omit<WriteOptions, 'warn'> {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const wrong = dryRun.find((value) => value !== 'All');
  if (wrong !== undefined)
    throw invalid('CreateOptions', 'meta.k8s.io', '', [fieldNotSupported('dryRun', dryRun, ['All'])]);
  return { dryRun: dryRun.length > 0, manager: managerOf(request, query), fieldValidation: fieldValidationFrom(query) };
}

function fieldValidationFrom(query: URLSearchParams): FieldValidation {
  const asked = query.get('fieldValidation') ?? '';
  if (asked === '') return 'Warn';
  const known = FIELD_VALIDATIONS.find((one) => one === asked);
  if (known) return known;
  throw invalid('CreateOptions', 'meta.k8s.io', '', [
    fieldNotSupported('fieldValidation', asked, ['', ...FIELD_VALIDATIONS.toSorted()]),
  ]);
}

/** Who owns what is written: who the request says, or else the program that sent it. */
function managerOf(request: Request, query: URLSearchParams): string {
  const named = query.get('fieldManager') ?? '';
  if (named !== '') return named;
  const program = (request.headers['user-agent'] ?? '').split('/')[0] ?? '';
  return program === '' ? 'unknown' : program.slice(0, 128);
}

function reply(code: number, body: Json, format: Format): Reply {
  return format.yaml ? yamlReply(code, body) : jsonReply(code, body);
}

/** One object in the form that was asked for. */
export function shaped(asked: ResourceRequest, object: KubeObject, withColumns = true): JsonObject {
  const { api, target, url, format } = asked;
  if (format.as === 'object') return object;
  if (format.as !== 'Table') return partialMetadata(object);
  const { resourceVersion = '' } = object.metadata;
  const options = { metadata: { resourceVersion }, include: includeFrom(url), nowMs: api.clock.now(), withColumns };
  return tableOf([object], target.resource.columns, options);
}

function includeFrom(url: URL): IncludeObject {
  const asked = url.searchParams.get('includeObject');
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata';
}

function objectReply(asked: ResourceRequest, { code, object }: Written): Reply {
  return reply(code, shaped(asked, object), asked.format);
}

function listReply({ api, target: { resource }, url, format }: ResourceRequest, { items, metadata }: Page): Reply {
  if (format.as === 'object')
    return reply(
      200,
      listBody(
        resource,
        items.map((item) => untyped(item, resource.isCustom)),
        metadata,
      ),
      format,
    );
  if (format.as === 'Table') {
    const nowMs = api.clock.now();
    return reply(200, tableOf(items, resource.columns, { metadata, include: includeFrom(url), nowMs }), format);
  }
  const partial = {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(partialMetadata),
  };
  return reply(200, partial, format);
}

/** Items of built-in lists leave out what the list says once. */
function untyped(object: KubeObject, isCustom: boolean): JsonObject {
  if (isCustom) return object;
  const { apiVersion: _apiVersion, kind: _kind, ...content } = object;
  return content;
}

function deleteReply(asked: ResourceRequest): Reply {
  const deleted = remove(asked.api, asked.target, deleteOptionsFor(asked));
  if ('status' in deleted) return jsonReply(200, deleted.status);
  return objectReply(asked, { code: 200, object: deleted.object });
}

function deleteAllReply(asked: ResourceRequest): Reply {
  const page = list(asked.api, asked.target, asked.url.searchParams);
  const items = removeAll({ ...asked, options: deleteOptionsFor(asked) }, page.items);
  return listReply(asked, { ...page, items });
}

function deleteOptionsFor({ request, url, body }: ResourceRequest) {
  const options = body.length === 0 ? undefined : parseBody(body, contentTypeOf(request), 'DeleteOptions');
  return deleteOptionsFrom(options, url.searchParams);
}
