import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SignedRequest } from './sigv4.ts';

/** The largest body that any simulated operation needs is a secret of 64 KiB, in base64. */
const LARGEST_BODY_BYTES = 1024 * 1024;

/** The body is larger than anything the simulator takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A stream without an encoding gives buffers.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new BodyTooLargeError(`The body is larger than ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Repeated headers are joined with a comma, which is how a signature counts them. */
function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? '']),
  );
}

/** Reads a whole request. *Throws* {@link BodyTooLargeError}, or what the socket throws when the client goes away. */
export async function requestFrom(incoming: IncomingMessage): Promise<SignedRequest> {
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: headersOf(incoming),
    body: await bodyOf(incoming),
  };
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly requestId: string;
  /** Wall clock: the SDKs correct their own clock by the `Date` of a refusal. */
  readonly nowMs: number;
}

export function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': body.length,
    'x-amzn-requestid': answer.requestId,
    date: new Date(answer.nowMs).toUTCString(),
  });
  response.end(body);
}
