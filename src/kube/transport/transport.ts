import type { Readable } from 'node:stream';

/** One request, as a {@link Transport} sends it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query, from the slash on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends the request, also while its body is read. */
  readonly signal: AbortSignal;
  /** Runs synchronously as the last thing before bytes reach the socket; what it throws keeps them from it. */
  readonly beforeSend: () => void;
}

/** An answer whose headers have come; its body goes on until it ends or the signal of the request aborts. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case name to value. */
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
}

/**
 * The way to one server. *Throws* {@link TransportError} for everything but an answer; the signal's reason when that
 * ended it; what `beforeSend` throws.
 */
export interface Transport {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Looks for a way to the server until there is one. Resolves with whether it had to look. *Throws* the signal's reason. */
  whenReachable(signal: AbortSignal): Promise<boolean>;
  /** Gives the connections up: the next request builds one with the identity of then. Running requests end by themselves. */
  renew(): void;
  close(): void;
}

/** No answer. `mayHaveArrived` says whether the server may have carried the request out nevertheless. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause?: unknown) {
    super(message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Code of a Node.js error, for messages: it names the failure and no secret. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
