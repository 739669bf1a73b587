import { ISSUER } from '../access/tokens.ts';
import { aggregated, groupDocument, groupList, legacyVersions, resourceList } from '../discovery.ts';
import type { JsonObject } from '../json.ts';
import { openApiIndex, openApiV2, openApiV2Protobuf, openApiV3 } from '../openapi.ts';
import { methodNotAllowed } from '../status.ts';
import type { Reply } from './exchange.ts';
import { jsonReply, textReply } from './exchange.ts';
import type { Exchange, HandlerDeps } from './context.ts';
import { AGGREGATED_TYPE, OPENAPI_V2_PROTOBUF, wantsAggregated, wantsOpenApiProtobuf } from './negotiate.ts';

/** The version whose dialect is spoken. */
const VERSION: JsonObject = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3+cloud-manager-sandbox',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** Answers what is no stored resource: discovery, OpenAPI, health, version, the issuer of tokens. */
export function answerDocument(deps: HandlerDeps, { request, url }: Exchange): Reply | undefined {
  const path = url.pathname.replace(/(.)\/$/, '$1');
  if (request.method !== 'GET') {
    if (answerDiscovery(deps, path, false)) throw methodNotAllowed();
    if (request.method !== 'HEAD') return undefined;
  }
  const health = answerHealth(path, url.searchParams.has('verbose'));
  if (health) return health;
  if (path === '/version') return jsonReply(200, VERSION);
  return (
    answerDiscovery(deps, path, wantsAggregated(request.headers.accept)) ??
    answerOpenApi(deps, path, request.headers.accept) ??
    answerIssuer(deps, path, request.headers.host ?? url.host)
  );
}

/** The checks that can be asked about one by one; more are nothing that this server could fail in. */
const CHECKS: readonly string[] = ['ping', 'log', 'etcd', 'informer-sync'];

function answerHealth(path: string, isVerbose: boolean): Reply | undefined {
  const [, kind = '', check, ...more] = path.split('/');
  if (!['healthz', 'livez', 'readyz'].includes(kind) || more.length > 0) return undefined;
  if (check !== undefined) return CHECKS.includes(check) ? textReply(200, 'ok') : undefined;
  if (!isVerbose) return textReply(200, 'ok');
  return textReply(200, `${CHECKS.map((one) => `[+]${one} ok\n`).join('')}${kind} check passed\n`);
}

function answerDiscovery(deps: HandlerDeps, path: string, inOne: boolean): Reply | undefined {
  const resources = deps.api.registry.all();
  if (path === '/')
    return jsonReply(200, {
      paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
    });
  if (inOne && (path === '/api' || path === '/apis')) {
    return { ...jsonReply(200, aggregated(resources, path === '/api')), type: AGGREGATED_TYPE };
  }
  if (path === '/api') return jsonReply(200, legacyVersions(deps.address));
  if (path === '/apis') return jsonReply(200, groupList(resources));
  const [, root, first = '', second, ...more] = path.split('/');
  if (more.length > 0) return undefined;
  if (root === 'api' && second === undefined) return found(resourceList(resources, '', first));
  if (root !== 'apis') return undefined;
  return found(second === undefined ? groupDocument(resources, first) : resourceList(resources, first, second));
}

function answerOpenApi({ api }: HandlerDeps, path: string, accept: string | undefined): Reply | undefined {
  if (path === '/openapi/v2' && wantsOpenApiProtobuf(accept)) {
    return { code: 200, body: openApiV2Protobuf(), type: OPENAPI_V2_PROTOBUF };
  }
  const resources = api.registry.all();
  if (path === '/openapi/v2') return jsonReply(200, openApiV2(resources));
  if (path === '/openapi/v3') return jsonReply(200, openApiIndex(resources));
  if (!path.startsWith('/openapi/v3/')) return undefined;
  return found(openApiV3(resources, path.slice('/openapi/v3/'.length))) ?? { code: 404, body: '', type: undefined };
}

/** What others need to trust the tokens of service accounts. */
function answerIssuer({ access }: HandlerDeps, path: string, host: string): Reply | undefined {
  if (path === '/openid/v1/jwks') {
    return { ...jsonReply(200, access.tokens.keySet), type: 'application/jwk-set+json' };
  }
  if (path !== '/.well-known/openid-configuration') return undefined;
  return jsonReply(200, {
    issuer: ISSUER,
    jwks_uri: `https://${host}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
}

function found(document: JsonObject | undefined): Reply | undefined {
  return document && jsonReply(200, document);
}
