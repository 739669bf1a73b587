import { assertNoEscalation } from '../access/escalation.ts';
import { answerReview } from '../access/reviews.ts';
import { issueToken } from '../access/token-request.ts';
import { messageOf } from '../../../util/error-message.ts';
import { TOKEN_REQUEST } from '../builtin/reviews.ts';
import type { Json, KubeObject } from '../json.ts';
import { jsonFrom } from '../json.ts';
import { decode, reportUnknown } from '../operations/admission.ts';
import type { Target, WriteOptions, WriteRequest, Written } from '../operations/api.ts';
import { read, writerOf } from '../operations/api.ts';
import { create } from '../operations/create.ts';
import { deleteOptionsFrom, remove, removeAll } from '../operations/delete.ts';
import { list } from '../operations/list.ts';
import { APPLY_PATCH, patch } from '../operations/patch.ts';
import { replace } from '../operations/update.ts';
import { fieldsAfterUpdate, withManagedFields } from '../patch/managed-fields.ts';
import type { Resource } from '../resource.ts';
import { apiVersionOf } from '../resource.ts';
import { StatusError, badRequest, methodNotAllowed, unsupportedMediaType } from '../status.ts';
import type { ResourceRequest } from './context.ts';
import type { Reply } from './exchange.ts';
import { PROTOBUF, parseBody } from './body.ts';
import { contentTypeOf, errorReply, jsonReply } from './exchange.ts';
import { listReply, objectReply } from './representation.ts';
import { writeOptionsFrom } from './write-options.ts';

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
  if (subresource === 'finalize') return verb === 'update';
  return subresource === 'token' ? verb === 'create' : ['get', 'update', 'patch'].includes(verb);
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
  const { api, access, user, target, request, url, body } = asked;
  const admit = (object: KubeObject, old: KubeObject | undefined): void =>
    assertNoEscalation({ rbac: access.rbac, user, target }, object, old);
  const options = { ...writeOptionsFrom(request, url.searchParams), warn, admit };
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
  if (!target.resource.isStored || target.subresource === 'token') return answered(asked, options);
  const { value, oddities } = parseBody(body, contentType, target.resource.kind);
  return (verb === 'create' ? create : replace)({ api, target, options: { ...options, oddities } }, value);
}

/** Answers what is asked and not written: who somebody is, what they may do, a token to prove it. */
function answered({ api, access, user, target, request, body }: ResourceRequest, options: WriteOptions): Written {
  const isToken = target.subresource === 'token';
  const resource = isToken ? TOKEN_REQUEST : target.resource;
  const { value, oddities } = parseBody(body, contentTypeOf(request), resource.kind);
  const { object, unknown } = decode(value, resource);
  reportUnknown(unknown, resource, { ...options, oddities }).forEach((text) => options.warn(text));
  const owned = withOwner(object, resource, { api, target, options });
  const answer = isToken
    ? issueToken({ api, tokens: access.tokens, target }, owned)
    : answerReview(access, user, target, owned);
  return { code: 201, object: answer };
}

/** Of questions too it is noted who set their fields, but of those that have none. */
function withOwner(object: KubeObject, resource: Resource, request: WriteRequest): KubeObject {
  if (resource.kind === 'SelfSubjectReview' || resource.kind === 'SelfSubjectRulesReview') return object;
  const writer = { ...writerOf(request), apiVersion: apiVersionOf(resource) };
  return withManagedFields(object, fieldsAfterUpdate(undefined, object, writer, resource.schema));
}

function patchFrom(body: Buffer, contentType: string, kind: string): Json {
  if (contentType === APPLY_PATCH) return parseBody(body, contentType, kind).value;
  try {
    return jsonFrom(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`error decoding patch: ${messageOf(error)}`);
  }
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
  const options = body.length === 0 ? undefined : parseBody(body, contentTypeOf(request), 'DeleteOptions').value;
  return deleteOptionsFrom(options, url.searchParams);
}
