import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { Json } from '../json.ts';
import { StatusError } from '../status.ts';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** An answer that is ready as a whole. */
export interface Reply {
  readonly code: number;
  readonly body: string;
  /** Undefined for a body that is empty. */
  readonly type: string | undefined;
  readonly headers?: { readonly [name: string]: string };
  readonly warnings?: readonly string[];
}

export function jsonReply(code: number, body: Json): Reply {
  return { code, body: `${JSON.stringify(body)}\n`, type: 'application/json' };
}

export function yamlReply(code: number, body: Json): Reply {
  // As Go writes it, for readers of YAML 1.1 too: what they would take for a time or a truth is in quotes.
  const text = stringify(body, { version: '1.1', sortMapEntries: true, indentSeq: false, lineWidth: 0 });
  return { code, body: text, type: 'application/yaml' };
}

export function textReply(code: number, body: string): Reply {
  return { code, body, type: 'text/plain; charset=utf-8' };
}

export function errorReply(error: StatusError): Reply {
  const retryAfter = error.details?.retryAfterSeconds;
  const reply = jsonReply(error.code, error.toStatus());
  if (error.code === 403) return { ...reply, headers: { 'x-content-type-options': 'nosniff' } };
  return retryAfter === undefined ? reply : { ...reply, headers: { 'retry-after': String(retryAfter) } };
}

/** Smaller answers are not worth packing; the real server draws the same line. */
const GZIP_FROM_BYTES = 128 * 1024;

export function send(request: Request, response: Response, reply: Reply): void {
  response.statusCode = reply.code;
  if (reply.type !== undefined) response.setHeader('content-type', reply.type);
  response.setHeader('cache-control', 'no-cache, private');
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.warnings && reply.warnings.length > 0) response.setHeader('warning', reply.warnings.map(warningText));
  const wantsGzip = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const packed = wantsGzip && reply.body.length >= GZIP_FROM_BYTES ? gzipSync(reply.body, { level: 1 }) : undefined;
  if (packed) {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('vary', 'Accept-Encoding');
  }
  const body = packed ?? Buffer.from(reply.body);
  response.setHeader('content-length', body.length);
  // The two kinds of response have the same method, with signatures that do not unite.
  (response as ServerResponse).end(request.method === 'HEAD' ? undefined : body);
}

export function warningText(text: string): string {
  return `299 - ${JSON.stringify(text)}`;
}

/** The largest body that is taken; etcd refuses larger objects too. */
const LARGEST_BODY = 3 * 1024 * 1024;

/** *Throws* 413 when it is too large, or what broke the connection. */
export async function readBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // Streams without an encoding give buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > LARGEST_BODY) {
      const message = `Request entity too large: limit is ${LARGEST_BODY}`;
      throw new StatusError(413, 'RequestEntityTooLarge', message);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function contentTypeOf(request: Request): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Breaks an exchange off: the stream of HTTP/2, the connection of HTTP/1.1. */
export function drop(response: Response): void {
  if ('stream' in response) response.stream.close(2);
  else response.destroy();
}

/** Whether the client has given the exchange up. */
export function hasHungUp(response: Response): boolean {
  return 'stream' in response ? response.stream.destroyed : response.destroyed;
}
