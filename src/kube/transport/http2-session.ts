import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { reasonOf } from '../../util/abort.ts';
import type { Cancel, Clock } from '../../util/clock.ts';
import { codeOf, type HttpRequest, type HttpResponse, TransportError } from './transport.ts';

/** As client-go: a peer that does not even answer a ping is gone, whatever TCP thinks. */
const PING_EVERY_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;

/**
 * One HTTP/2 connection.
 *
 * *States*: open → draining (GOAWAY, or `drain()`: running streams go on, new ones go elsewhere) → closed.
 * *Guarantees*: never opens more streams than the server allows (`hasRoom`); a peer that stops answering pings is
 * closed, which fails its streams; a request says whether it may have arrived.
 */
export class Http2Session {
  readonly #session: ClientHttp2Session;
  readonly #clock: Clock;
  #active = 0;
  #draining = false;
  #cancelPing: Cancel = () => {};

  constructor(session: ClientHttp2Session, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
    // Node closes the session by itself on GOAWAY and on errors; here it only stops being chosen.
    session.on('goaway', () => this.drain());
    session.on('error', () => this.drain());
    session.on('close', () => this.#closed());
    this.#schedulePing();
  }

  /** Whether it can take one more request now. */
  get hasRoom(): boolean {
    const limit = this.#session.remoteSettings.maxConcurrentStreams ?? Infinity;
    return !this.#draining && !this.#session.closed && !this.#session.destroyed && this.#active < limit;
  }

  get isClosed(): boolean {
    return this.#session.destroyed;
  }

  /** Takes no new requests; closes when the running ones are through. */
  drain(): void {
    this.#draining = true;
    if (!this.#session.closed) this.#session.close();
  }

  destroy(): void {
    this.#draining = true;
    this.#session.destroy();
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    request.signal.throwIfAborted();
    const headers = { ':method': request.method, ':path': request.path, ...request.headers };
    request.beforeSend();
    const stream = this.#open(headers, request.body === undefined);
    this.#active += 1;
    stream.once('close', () => {
      this.#active -= 1;
    });
    const answer = answerOf(stream, request.signal);
    if (request.body !== undefined) stream.end(request.body);
    return answer;
  }

  #open(headers: Record<string, string>, endStream: boolean): ClientHttp2Stream {
    try {
      return this.#session.request(headers, { endStream });
    } catch (error) {
      throw new TransportError(`connection is gone (${codeOf(error)})`, false, error);
    }
  }

  #schedulePing(): void {
    this.#cancelPing = this.#clock.schedule(PING_EVERY_MS, () => this.#ping());
  }

  #ping(): void {
    if (this.#session.destroyed) return;
    this.#cancelPing = this.#clock.schedule(PING_TIMEOUT_MS, () => this.destroy());
    const sent = this.#session.ping((error) => {
      this.#cancelPing();
      if (error === null && !this.#session.destroyed) this.#schedulePing();
    });
    if (!sent) this.destroy();
  }

  #closed(): void {
    this.#draining = true;
    this.#cancelPing();
  }
}

/** Waits for the response's headers; its body is the stream. */
function answerOf(stream: ClientHttp2Stream, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      const reason = reasonOf(signal);
      reject(reason);
      // With the reason, so that whoever reads the body hears why it ended.
      stream.destroy(reason);
    };
    let isAnswered = false;
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('error', (error) => reject(failureOf(stream, error)));
    stream.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      // Errors are dear, and most streams have no use for this one.
      if (!isAnswered) reject(failureOf(stream, undefined));
    });
    stream.once('response', (headers: IncomingHttpHeaders & { ':status'?: number }) => {
      isAnswered = true;
      resolve({ status: headers[':status'] ?? 0, header: (name) => headerText(headers[name]), body: bodyOf(stream) });
    });
    if (signal.aborted) onAbort();
  });
}

/**
 * A body that can be read late. To Node's readers (`for await`, `pipeline`) a stream that is `closed` has nothing more to
 * tell, but an HTTP/2 stream is closed as soon as the server has said all, read or not: whoever begins to read after
 * that, as happens under load, would hear of a premature close at the end of a complete answer.
 */
function bodyOf(stream: ClientHttp2Stream): Readable {
  const body = new Readable({
    read: () => void stream.resume(),
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  stream.on('data', (chunk: Buffer) => {
    if (!body.push(chunk)) stream.pause();
  });
  stream.once('end', () => body.push(null));
  stream.once('error', (error) => body.destroy(error));
  stream.once('close', () => {
    if (!stream.readableEnded) body.destroy(new TransportError('the answer broke off', true));
  });
  // Its reader hears of it; where nobody reads yet, nobody else has to.
  body.on('error', () => {});
  return body;
}

function failureOf(stream: ClientHttp2Stream, error: unknown): TransportError {
  // REFUSED_STREAM promises that nothing was done with the request (RFC 9113, 8.7); all else leaves it open.
  const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  const why = error === undefined ? `stream closed (${stream.rstCode})` : codeOf(error);
  return new TransportError(`no answer: ${why}`, !refused, error);
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Makes a session of a connected socket; resolves when the server's settings, and with them its limits, are known. */
export function openHttp2Session(
  socket: Socket,
  origin: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Http2Session> {
  return new Promise((resolve, reject) => {
    // Lists come in large frames; the default window of 64 KiB would cost a round trip for each.
    const settings = { enablePush: false, initialWindowSize: 1024 * 1024 };
    // Node refuses streams past 10 MB of buffers, which a few large lists side by side come to.
    const session = connect(origin, { createConnection: () => socket, settings, maxSessionMemory: 64 });
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
      session.destroy();
    };
    const onAbort = (): void => fail(signal.reason);
    const onError = (error: unknown): void => fail(new TransportError(`no HTTP/2 (${codeOf(error)})`, false, error));
    const onClose = (): void => fail(new TransportError('no HTTP/2 (closed)', false));
    session.on('error', onError);
    session.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    session.once('remoteSettings', () => {
      signal.removeEventListener('abort', onAbort);
      session.off('close', onClose);
      // One that is kept although nothing can be asked over it would be one more at each attempt.
      if (session.remoteSettings.maxConcurrentStreams === 0) {
        fail(new TransportError('the server takes no requests', false));
        return;
      }
      session.setLocalWindowSize(8 * 1024 * 1024);
      const opened = new Http2Session(session, clock);
      session.off('error', onError);
      resolve(opened);
    });
  });
}
