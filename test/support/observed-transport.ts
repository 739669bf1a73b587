import type { HttpRequest, HttpResponse, Transport } from '../../src/kube/transport/transport.ts';
import { type Access, textOf } from './service-account.ts';

/** A request as it went over the wire, read from its URL alone. */
export interface ObservedRequest {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly body: string | undefined;
  readonly contentType: string;
  readonly access: Access;
}

/** Runs before a request goes out. */
export type Interference = (access: Access) => Promise<void>;

/** Sends through another transport, and keeps what was sent and which of it was forbidden. */
export class ObservedTransport implements Transport {
  /** The first request of each access, by its text. */
  readonly first = new Map<string, ObservedRequest>();
  readonly forbidden: string[] = [];
  readonly #inner: Transport;
  readonly #interfere: Interference;

  constructor(inner: Transport, interfere: Interference = async () => {}) {
    this.#inner = inner;
    this.#interfere = interfere;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const { method, path, body, headers } = request;
    const access = accessOf(method, path);
    const text = textOf(access);
    await this.#interfere(access);
    const response = await this.#inner.request(request);
    const contentType = headers['content-type'] ?? 'application/json';
    if (!this.first.has(text)) this.first.set(text, { method, path, body, contentType, access });
    if (response.status === 403) this.forbidden.push(text);
    return response;
  }

  whenReachable(signal: AbortSignal): Promise<boolean> {
    return this.#inner.whenReachable(signal);
  }

  renew(): void {
    this.#inner.renew();
  }

  close(): void {
    this.#inner.close();
  }
}

const VERBS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

/**
 * As the API server reads it:
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
 */
function accessOf(method: HttpRequest['method'], path: string): Access {
  const { pathname, searchParams } = new URL(path, 'https://server');
  const [root, ...steps] = pathname.split('/').slice(1);
  if (steps.length === 0)
    return { verb: 'get', group: '', resource: root ?? '', subresource: '', name: '', namespace: '' };
  const group = root === 'apis' ? (steps.shift() ?? '') : '';
  const below = steps.slice(1);
  const isNamespaced = below[0] === 'namespaces' && below.length > 2;
  const [resource = '', name = '', subresource = ''] = isNamespaced ? below.slice(2) : below;
  const namespace = isNamespaced ? (below[1] ?? '') : '';
  const reading = searchParams.get('watch') === 'true' ? 'watch' : name === '' ? 'list' : 'get';
  return { verb: method === 'GET' ? reading : VERBS[method], group, resource, subresource, name, namespace };
}
