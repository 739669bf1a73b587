import { PassThrough, Readable } from 'node:stream';
import type { ClusterConfig } from '../../src/kube/config/cluster-config.ts';
import { anonymous } from '../../src/kube/config/identity.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/kube/transport/transport.ts';
import { untilAborted } from '../../src/util/abort.ts';

/** What a scripted server says to one request. */
export interface FakeAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of `json`: a body that goes on. */
  readonly body?: Readable;
}

export type Script = (request: HttpRequest) => FakeAnswer | Promise<FakeAnswer>;

/** A transport without a network: a script answers, and every request that passed its gate is kept. */
export class FakeTransport implements Transport {
  readonly requests: HttpRequest[] = [];
  renewals = 0;
  isClosed = false;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** Method and path of each request, in order. */
  get lines(): string[] {
    return this.requests.map((request) => `${request.method} ${request.path}`);
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    request.signal.throwIfAborted();
    request.beforeSend();
    this.requests.push(request);
    const {
      status = 200,
      json = {},
      headers = {},
      body,
    } = await untilAborted(Promise.resolve(this.#script(request)), request.signal);
    const stream = body ?? Readable.from([Buffer.from(JSON.stringify(json))]);
    request.signal.addEventListener('abort', () => stream.destroy(request.signal.reason as Error), { once: true });
    return { status, header: (name) => headers[name], body: stream };
  }

  whenReachable(signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return Promise.resolve(false);
  }

  renew(): void {
    this.renewals += 1;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** The body of a watch: told event by event. */
export class FakeWatch {
  readonly body: PassThrough = new PassThrough();

  tell(type: string, object: object): void {
    this.body.write(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(resourceVersion: string): void {
    this.tell('BOOKMARK', { metadata: { resourceVersion } });
  }

  /** The server ends the stream in good order. */
  end(): void {
    this.body.end();
  }

  /** The connection breaks. */
  break(): void {
    this.body.destroy(new Error('reset'));
  }
}

/** A configuration for connections whose transport is a fake. */
export function aClusterConfig(overrides: Partial<ClusterConfig> = {}): ClusterConfig {
  return {
    name: 'test',
    server: new URL('https://kubernetes.example'),
    defaultNamespace: 'default',
    certificateAuthority: undefined,
    verifyServer: true,
    serverName: undefined,
    identity: anonymous,
    ...overrides,
  };
}
