import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { linesOfBody } from '../../support/body-lines.ts';

/** A server under test, and how to be its administrator. */
export interface ApiTarget {
  readonly title: string;
  readonly url: string;
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

// The suite looks into answers of every shape, wrong ones included; a typed view of them would hide what it is after.
// oxlint-disable-next-line typescript/no-explicit-any -- see above
export type Body = any;

export interface Answer {
  readonly code: number;
  readonly body: Body;
  readonly headers: IncomingMessage['headers'];
}

export interface AskOptions {
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: { readonly [name: string]: string };
}

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

/** Plain requests, as the API's documentation writes them. */
export class PlainClient {
  readonly #target: ApiTarget;
  readonly #agent: Agent;
  #stranger: PlainClient | undefined;

  constructor(target: ApiTarget, withCertificate = true) {
    this.#target = target;
    const identity = withCertificate ? { cert: target.certPem, key: target.keyPem } : {};
    this.#agent = new Agent({ ca: target.caPem, ...identity, keepAlive: true });
  }

  /** The same server, asked by nobody in particular. */
  anonymous(): PlainClient {
    this.#stranger ??= new PlainClient(this.#target, false);
    return this.#stranger;
  }

  ask(method: string, path: string, body?: unknown, options: AskOptions = {}): Promise<Answer> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = this.#request(method, path, headersOf(payload, options), options);
      sent.on('response', (response) => {
        textOf(response).then(
          (text) => resolve({ code: response.statusCode ?? 0, body: parsed(text), headers: response.headers }),
          reject,
        );
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  /** Starts a watch; resolves with its first byte of headers. */
  watch(path: string, options: AskOptions = {}): Promise<WatchStream> {
    return new Promise((resolve, reject) => {
      const sent = this.#request('GET', path, {}, options);
      sent.on('response', (response) => resolve(new WatchStream(response, () => sent.destroy())));
      sent.on('error', reject);
      sent.end();
    });
  }

  close(): void {
    this.#stranger?.close();
    this.#agent.destroy();
  }

  #request(method: string, path: string, type: { readonly [name: string]: string }, options: AskOptions) {
    const accept = options.accept ?? 'application/json';
    const headers = { accept, 'user-agent': 'contract/1', ...type, ...options.headers };
    return request(new URL(path, this.#target.url), { method, agent: this.#agent, headers });
  }
}

/** The length is said always: without it Node sends the body of a DELETE unframed. */
function headersOf(
  payload: string | undefined,
  { type = 'application/json' }: AskOptions,
): { readonly [name: string]: string } {
  return payload === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(payload)) };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    // Not every answer is JSON: what is none is looked at as text.
    return text;
  }
}

/** The events of a watch, one after the other. */
export class WatchStream {
  readonly code: number;
  readonly #close: () => void;
  readonly #lines: AsyncGenerator<Body>;

  constructor(response: IncomingMessage, close: () => void) {
    this.code = response.statusCode ?? 0;
    this.#close = close;
    this.#lines = linesOf(response);
  }

  /** The next event; undefined when the server ended the watch. */
  async next(): Promise<Body> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  /** The next events, as `TYPE name`. */
  async take(count: number): Promise<string[]> {
    const events: string[] = [];
    while (events.length < count) {
      const event = await this.next();
      if (!event) break;
      events.push(`${event.type} ${event.object.metadata?.name ?? ''}`.trim());
    }
    return events;
  }

  close(): void {
    this.#close();
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<Body> {
  try {
    for await (const line of linesOfBody(response)) if (line.trim() !== '') yield JSON.parse(line);
  } catch (error) {
    // The test itself broke the connection off, or the server did: either way there are no more events.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
}

/** A name that no other case uses. */
export function fresh(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** Orders texts, for comparisons in which their order does not count. */
export const byText = (a: string, b: string): number => (a < b ? -1 : 1);
