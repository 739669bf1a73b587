import { Agent as PlainAgent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { callbackify } from 'node:util';
import { reasonOf } from '../../util/abort.ts';
import { codeOf, type HttpRequest, type HttpResponse, type Transport, TransportError } from './transport.ts';

/**
 * An agent that asks for its sockets: the connection (and its TLS) is made by `dial`, so that certificates are read
 * anew for each. `keepAlive` gives finished sockets to the next request.
 */
class DialingAgent extends PlainAgent {
  readonly #dial: () => Promise<Socket>;

  constructor(dial: () => Promise<Socket>) {
    super({ keepAlive: true });
    this.#dial = dial;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    // Node reads only the error when there is one; its type asks for a stream all the same.
    callbackify(this.#dial)((error, socket) => callback?.(error, socket));
    return undefined;
  }
}

/** HTTP/1.1 with keep-alive, for servers and proxies that do not speak HTTP/2. One connection a running request. */
export class Http1Transport implements Omit<Transport, 'whenReachable'> {
  readonly #origin: URL;
  readonly #dial: () => Promise<Socket>;
  #agent: DialingAgent;

  constructor(origin: URL, dial: () => Promise<Socket>) {
    this.#origin = origin;
    this.#dial = dial;
    this.#agent = new DialingAgent(dial);
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    request.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      // `http:` also where TLS is spoken: the agent's sockets are already encrypted.
      const sent = plainRequest({
        agent: this.#agent,
        method: request.method,
        host: this.#origin.hostname,
        path: request.path,
        headers: lengthOf(request),
      });
      exchange(sent, request, resolve, reject);
    });
  }

  renew(): void {
    const old = this.#agent;
    this.#agent = new DialingAgent(this.#dial);
    old.destroy();
  }

  close(): void {
    this.#agent.destroy();
  }
}

function lengthOf({ headers, body }: HttpRequest): Record<string, string> {
  if (body === undefined) return { ...headers };
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

function exchange(
  sent: ClientRequest,
  request: HttpRequest,
  resolve: (response: HttpResponse) => void,
  reject: (error: unknown) => void,
): void {
  let started = false;
  const onAbort = (): void => {
    const reason = reasonOf(request.signal);
    reject(reason);
    sent.destroy(reason);
  };
  request.signal.addEventListener('abort', onAbort, { once: true });
  sent.once('close', () => {
    request.signal.removeEventListener('abort', onAbort);
    // Node says nothing else of an answer that it does not take, such as 101.
    reject(new TransportError('no answer: closed', started));
  });
  // Nothing is written before `end`, so the gate is asked with the socket already at hand.
  sent.once('socket', () => {
    try {
      request.beforeSend();
      started = true;
      sent.end(request.body);
    } catch (error) {
      reject(error);
      sent.destroy();
    }
  });
  sent.once('error', (error) => {
    reject(error instanceof TransportError ? error : new TransportError(`no answer: ${codeOf(error)}`, started, error));
  });
  sent.once('response', (response) => resolve(answerOf(response)));
}

function answerOf(response: IncomingMessage): HttpResponse {
  const header = (name: string): string | undefined => {
    const value = response.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return { status: response.statusCode ?? 0, header, body: response };
}
