import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { abortableWait } from '../util/abort.ts';

/** What the SDK's clients need of a request handler. */
export type Transport = Pick<
  NodeHttpHandler,
  'handle' | 'metadata' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;

/** Options of a `send`, which the SDK hands through to the request handler untouched. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  /** Called synchronously in the last step before the socket; throws when the request must not go out. */
  readonly beforeSocket: () => void;
}

export interface TransportPool {
  readonly transport: Transport;
  /** Closes all sockets; requests under way fail. */
  close(): void;
}

type Request = Parameters<Transport['handle']>[0];
type Answer = Awaited<ReturnType<Transport['handle']>>;

/**
 * Creates the one pool of keep-alive connections of all SDK clients.
 *
 * It is the last thing before the socket, after signing, so it is where the write gate is asked: when the request has a
 * socket and that is connected, and then all of the request goes to the kernel at once. The SDK's own handler would queue
 * it in a socket that still connects, and a process that was frozen meanwhile would send it when it wakes. A request that
 * waits for a socket is aborted by its deadline, the only limit.
 */
export function createTransportPool(maxSockets: number): TransportPool {
  const options = { keepAlive: true, maxSockets };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const transport: Transport = {
    metadata: { handlerProtocol: 'http/1.1' },
    // Clients come and go with their targets; the pool stays until it is closed.
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    handle: async (request, options: Partial<SendOptions> = {}) => {
      const { abortSignal, beforeSocket = () => {} } = options;
      abortSignal?.throwIfAborted();
      return send(open(request, agents), request, { abortSignal, beforeSocket });
    },
  };
  return {
    transport,
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** A request of which nothing was written yet. */
function open(request: Request, agents: { readonly http: HttpAgent; readonly https: HttpsAgent }): ClientRequest {
  const { protocol, hostname, port, method, path, headers, query } = request;
  const search = searchOf(query);
  // Without the brackets that URLs put around an IPv6 address.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const options = { host, port, method, path: search === '' ? path : `${path}?${search}`, headers };
  return protocol === 'https:'
    ? httpsRequest({ ...options, agent: agents.https })
    : httpRequest({ ...options, agent: agents.http });
}

/** As the signature has it: RFC 3986, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function searchOf(query: Request['query']): string {
  const encoded = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${encoded(name)}=${encoded(one ?? '')}`))
    .join('&');
}

interface Sending {
  readonly abortSignal: AbortSignal | undefined;
  readonly beforeSocket: () => void;
}

async function send(sent: ClientRequest, { body }: Request, { abortSignal, beforeSocket }: Sending): Promise<Answer> {
  const failed = new Promise<never>((_, reject) => sent.on('error', reject));
  // Also errors after the answer, which its reader sees, must not end the process.
  failed.catch(() => undefined);
  const answered = abortableWait<IncomingMessage>(abortSignal, (resolve) => {
    sent.once('response', resolve);
    return () => sent.off('response', resolve);
  });
  // Also while the answer is being read: a socket that brings no more of it must not stay in the pool.
  const onAbort = (): void => void sent.destroy();
  abortSignal?.addEventListener('abort', onAbort, { once: true });
  sent.once('close', () => abortSignal?.removeEventListener('abort', onAbort));
  sent.once('socket', (socket) =>
    onceConnected(socket, () => {
      try {
        beforeSocket();
        // What the SDK serialises for these services is text or bytes.
        sent.end(body as string | Uint8Array | undefined);
      } catch (error) {
        sent.destroy(error as Error); // what the gate throws
      }
    }),
  );
  const answer = await Promise.race([answered, failed]);
  return { response: { statusCode: answer.statusCode ?? 0, headers: headersOf(answer), body: answer } };
}

/**
 * Calls `then` as soon as the socket is connected, and its TLS agreed: what is written then goes to the kernel at once.
 * Synchronously, when it is by now.
 */
function onceConnected(socket: Socket, then: () => void): void {
  // Null before the connection, `unknown` before the handshake; a socket without TLS has no such thing.
  const tls = isTls(socket) ? socket.getProtocol() : 'none';
  if (!socket.connecting && tls !== null && tls !== 'unknown') then();
  else socket.once(isTls(socket) ? 'secureConnect' : 'connect', then);
}

function isTls(socket: Socket): socket is TLSSocket {
  return 'getProtocol' in socket;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}
