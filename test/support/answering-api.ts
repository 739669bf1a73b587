import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { clusterConfigFromText } from '../../src/kube/index.ts';
import { ClusterTransport } from '../../src/kube/transport/cluster-transport.ts';
import type { HttpRequest } from '../../src/kube/transport/transport.ts';
import type { KubeApi } from '../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../src/util/clock.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

/** What is answered in the place of an API server. */
export type Answer = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** For which requests: those whose method and path (with the query) fit. */
type Which = RegExp;

/** An API server before which somebody stands who answers as they like: a test says what, and else the server does. */
export class AnsweringApi {
  /** `GET /api/v1/secrets` */
  readonly requests: string[] = [];
  /** What came with the requests that went on to the server. */
  readonly sent: string[] = [];
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  readonly #front: TlsServer;
  readonly #behind: ClusterTransport;
  readonly #answers: { readonly which: Which; readonly answer: Answer }[] = [];

  private constructor(front: TlsServer, api: KubeApi) {
    const { server, certificateAuthority } = front.config;
    this.#front = front;
    this.url = server.origin;
    this.caPem = certificateAuthority !== undefined && 'text' in certificateAuthority ? certificateAuthority.text : '';
    this.token = api.token;
    this.#behind = new ClusterTransport(clusterConfigFromText(api.kubeconfig), { clock: systemClock });
  }

  static async before(api: KubeApi): Promise<AnsweringApi> {
    const handlers: Answer[] = [];
    const front = await startTlsServer({
      onRequest: (request, response) => {
        response.on('error', () => {});
        for (const handle of handlers) handle(request, response);
      },
    });
    const answering = new AnsweringApi(front, api);
    handlers.push((request, response) => void answering.#handle(request, response));
    return answering;
  }

  /** From now on, until the function that comes back is called. What goes on is broken off, so that all is asked anew. */
  answer(which: Which, answer: Answer): () => void {
    const entry = { which, answer };
    this.#answers.unshift(entry);
    this.#front.reset();
    return () => {
      this.#answers.splice(this.#answers.indexOf(entry), 1);
      this.#front.reset();
    };
  }

  async stop(): Promise<void> {
    this.#behind.close();
    await this.#front.close();
  }

  async #handle(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    const other = this.#answers.find(({ which }) => which.test(line));
    if (other !== undefined) {
      other.answer(request, response);
      return;
    }
    try {
      await this.#forward(request, response);
    } catch {
      // One of the two ends is gone; the other one is to see that.
      response.stream.close(constants.NGHTTP2_CANCEL);
    }
  }

  async #forward(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort(new Error('the client hung up')));
    const body = (await buffer(request)).toString('utf8');
    this.sent.push(body);
    const { accept, 'content-type': contentType } = request.headers;
    const answer = await this.#behind.request({
      // The operator's own transport has no other methods.
      method: request.method as HttpRequest['method'],
      path: request.url,
      headers: { ...(accept && { accept }), ...(contentType && { 'content-type': contentType }) },
      body: body === '' ? undefined : body,
      signal: hangUp.signal,
      beforeSend: () => {},
    });
    response.writeHead(answer.status, { 'content-type': answer.header('content-type') ?? 'application/json' });
    for await (const chunk of answer.body) response.write(chunk);
    response.end();
  }
}
