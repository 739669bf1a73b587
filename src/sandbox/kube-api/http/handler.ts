import { accessDenied } from '../access/attributes.ts';
import { impersonated } from '../access/impersonate.ts';
import type { User } from '../access/user.ts';
import { sleep } from '../../../util/clock.ts';
import { messageOf } from '../../../util/error-message.ts';
import type { Logger } from '../../../util/log.ts';
import type { Fault } from '../faults.ts';
import type { Target } from '../operations/api.ts';
import { StatusError } from '../status.ts';
import { attributesOf } from './attributes.ts';
import type { Exchange, HandlerDeps } from './context.ts';
import { resourceRequestFrom } from './context.ts';
import { answerDocument } from './documents.ts';
import type { Reply, Request, Response } from './exchange.ts';
import { drop, errorReply, hasHungUp, readBody, send, textReply } from './exchange.ts';
import { isRouted, isWrite, resourcePathFrom, routedVerb } from './request.ts';
import { answerResource } from './resources.ts';
import { startWatch } from './watch-stream.ts';

/** Answers one request, whatever it is; never throws. */
export async function handle(deps: HandlerDeps, request: Request, response: Response): Promise<void> {
  response.on('error', (error: Error) => deps.log.debug({ error: error.message }, 'connection to client lost'));
  try {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const body = await readBody(request);
    const user = admitted(deps, request, url);
    await answer(deps, { request, response, url, body, user });
  } catch (error) {
    if (response.headersSent || response.destroyed) drop(response);
    else send(request, response, errorReply(statusErrorFrom(error, deps.log)));
  }
}

/** Who asks, and may. *Throws* 401 or 403. */
function admitted(deps: HandlerDeps, request: Request, url: URL): User {
  const { rbac } = deps.access;
  const requestor = deps.authenticator.authenticate(request);
  if (!requestor) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  const user = impersonated(rbac, requestor, request.headers);
  const asked = attributesOf(request.method ?? 'GET', url);
  const { allowed, reason } = rbac.authorize(user, asked);
  if (allowed) return user;
  const { group, resource, subresource, namespace, name } = 'path' in asked ? NO_RESOURCE : asked;
  const part = subresource === '' ? undefined : subresource;
  const place = { verb: asked.verb, group, resource, subresource: part, namespace, name };
  deps.journal.record({ ...senderOf(deps, { request, url, user }), ...place, status: 403, isWrite: false });
  throw accessDenied(user, asked, reason);
}

const NO_RESOURCE = { group: '', resource: '', subresource: '', namespace: '', name: '' } as const;

function senderOf({ api }: HandlerDeps, { request, url, user }: Pick<Exchange, 'request' | 'url' | 'user'>) {
  return {
    timeMs: api.clock.now(),
    path: url.pathname + url.search,
    userAgent: request.headers['user-agent'] ?? '',
    user: user.name,
  };
}

function statusErrorFrom(error: unknown, log: Logger): StatusError {
  if (error instanceof StatusError) return error;
  const message = messageOf(error);
  log.error({ error: error instanceof Error ? error.stack : message }, 'request failed');
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ reason: '', message }],
  });
}

async function answer(deps: HandlerDeps, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  const method = request.method ?? 'GET';
  const found = resourcePathFrom(url.pathname, deps.api.registry);
  const path = found && isRouted(method, found) ? found : undefined;
  const verb = path && routedVerb(method, path, url.searchParams);
  const target: Target | undefined = path;
  const note = noteOf(deps, exchange, target, verb ?? method.toLowerCase());
  const fault = target && deps.faults.take({ ...note, resource: note.resource });
  if (fault?.delayMs !== undefined) {
    await sleep(deps.api.clock, fault.delayMs, deps.signal);
    // As in the real server, which gives up what nobody waits for any more.
    if (hasHungUp(response)) return;
  }
  const struck = fault && isFailure(fault) ? fault : undefined;
  if (struck && (struck.when ?? 'before') === 'before') {
    strike(deps, exchange, struck, note);
    return;
  }
  if (target && verb === 'watch') {
    startWatch(deps, exchange, target);
    deps.journal.record({ ...note, status: response.statusCode });
    return;
  }
  const reply = replyTo(deps, exchange, target, verb);
  if (struck) strike(deps, exchange, struck, note);
  else {
    deps.journal.record({ ...note, status: reply.code });
    send(request, response, reply);
  }
}

type Note = ReturnType<typeof noteOf>;

function noteOf(deps: HandlerDeps, exchange: Exchange, target: Target | undefined, verb: string) {
  return {
    ...senderOf(deps, exchange),
    verb,
    group: target?.resource.group ?? '',
    resource: target?.resource.plural ?? '',
    subresource: target?.subresource,
    namespace: target?.namespace ?? '',
    name: target?.name ?? '',
    isWrite: target !== undefined && isWrite(verb) && !exchange.url.searchParams.getAll('dryRun').includes('All'),
  };
}

const isFailure = (fault: Fault): boolean =>
  fault.drop === true || fault.status !== undefined || fault.delayMs === undefined;

const REASONS: { readonly [status: number]: string } = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function strike(deps: HandlerDeps, { request, response }: Exchange, fault: Fault, note: Note): void {
  if (fault.drop) {
    deps.journal.record({ ...note, status: undefined });
    drop(response);
    return;
  }
  const { status = 500, retryAfterSeconds } = fault;
  deps.journal.record({ ...note, status });
  const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
  send(
    request,
    response,
    errorReply(new StatusError(status, REASONS[status] ?? '', 'a fault that was asked for', details)),
  );
}

/** Below the root of a group that is built in the real server answers with a status, elsewhere with plain text. */
function nothingAt({ api }: HandlerDeps, path: string): Reply {
  const [, root, group] = path.split('/');
  const isBuiltin = api.registry.all().some((one) => !one.isCustom && one.group === group);
  if (!path.startsWith('/api/') && !(root === 'apis' && isBuiltin)) return textReply(404, '404 page not found\n');
  return errorReply(new StatusError(404, 'NotFound', 'the server could not find the requested resource', {}));
}

function withDeprecation(reply: Reply, { resource: { deprecation } }: Target): Reply {
  return deprecation === undefined ? reply : { ...reply, warnings: [deprecation, ...(reply.warnings ?? [])] };
}

function replyTo(deps: HandlerDeps, exchange: Exchange, target: Target | undefined, verb: string | undefined): Reply {
  try {
    if (target) return withDeprecation(answerResource(resourceRequestFrom(deps, exchange, target), verb), target);
    return answerDocument(deps, exchange) ?? nothingAt(deps, exchange.url.pathname);
  } catch (error) {
    return errorReply(statusErrorFrom(error, deps.log));
  }
}
