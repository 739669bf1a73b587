import type { Call } from '../util/call.ts';
import { sizeText } from './answer-limits.ts';
import { TooManyBytesError } from './bounded-bytes.ts';
import type { KubeConnection, OpenAnswer } from './connection.ts';
import { KubeApiError } from './errors.ts';
import { IdleTimeoutError, linesOf } from './lines.ts';
import { type ListSelection, type Operation, operationOn } from './operation.ts';
import type { KubeObject, ResourceKind } from './resource.ts';
import { errorFromStatus } from './status-answer.ts';

/** What a watch tells, and how long a text it was. A bookmark says that all changes up to its revision were told. */
export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T; readonly characters: number }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** From where on, and which objects, a watch follows. */
export interface WatchOptions extends ListSelection {
  /** Changes after this revision are told; from a list, a bookmark or the last event. */
  readonly resourceVersion: string;
  /** After this time the server ends the stream in good order. Default: 300 s. */
  readonly timeoutSeconds?: number;
  /** Without even a bookmark for so long, the stream is taken for dead. Default: 150 s: API servers send one a minute. */
  readonly idleTimeoutMs?: number;
  /** Runs when the server has accepted the watch, which may be long before it has something to tell. */
  readonly onOpen?: () => void;
}

/**
 * One watch request, event by event, until the server ends it.
 *
 * *Throws* {@link KubeApiError}: as the server says it (`isGone` when the revision is forgotten), or `isUnreachable` when
 * the stream broke or fell silent. Going on from the last seen revision is then right.
 */
export async function* watchEvents<T extends KubeObject>(
  connection: KubeConnection,
  call: Call,
  kind: ResourceKind<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, void> {
  const { namespace, timeoutSeconds = 300, idleTimeoutMs = 150_000, onOpen, ...selection } = options;
  const query = { ...selection, watch: true, allowWatchBookmarks: true, timeoutSeconds };
  const operation = operationOn(kind, { namespace }, { verb: 'watch', method: 'GET', query });
  const { body, quotable } = await connection.open(call, operation);
  onOpen?.();
  try {
    const { clock, limits } = connection;
    for await (const line of linesOf(body, { clock, idleTimeoutMs, longestLine: limits.longestLine })) {
      yield eventFromLine<T>(line, { ...operation, cluster: connection.cluster }, quotable);
    }
  } catch (error) {
    call.signal.throwIfAborted();
    throw error instanceof KubeApiError ? error : brokenStream(error, operation, connection);
  }
}

function eventFromLine<T extends KubeObject>(
  line: string,
  asked: Operation & { readonly cluster: string },
  quotable: OpenAnswer['quotable'],
): WatchEvent<T> {
  // The envelope is fixed by the API; what it carries is T, or a Status in an ERROR.
  const event = JSON.parse(line) as { type: string; object: T & Readonly<Record<string, unknown>> };
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: event.type, object: event.object, characters: line.length };
    case 'BOOKMARK':
      return { type: 'BOOKMARK', resourceVersion: event.object.metadata.resourceVersion };
    default: {
      // ERROR: its object is a Status, in most cases a 410.
      const { object } = JSON.parse(quotable(line)) as typeof event;
      throw errorFromStatus(object, 500, asked);
    }
  }
}

function brokenStream(error: unknown, operation: Operation, { cluster, limits }: KubeConnection): KubeApiError {
  const failure = { ...operation, cluster, code: 0, mayHaveArrived: true };
  if (error instanceof TooManyBytesError) {
    const size = sizeText(limits.longestLine);
    const detail = `an event is longer than ${size}: no API server tells such a one, so see what answers at its address`;
    return new KubeApiError({ ...failure, reason: 'AnswerTooLarge', detail });
  }
  // Without the parser's error: it quotes what it read, which may be a Secret.
  if (error instanceof SyntaxError) return new KubeApiError({ ...failure, reason: 'MalformedAnswer' });
  const reason = error instanceof IdleTimeoutError ? 'DeadlineExceeded' : 'ConnectionFailed';
  return new KubeApiError({ ...failure, reason }, error);
}
