import type { Cancel } from '../../../util/clock.ts';
import type { JsonObject, KubeObject } from '../json.ts';
import { apiVersionOf, storageKey } from '../resource.ts';
import type { FieldError, StatusError } from '../status.ts';
import { expired, fieldForbidden, fieldInvalid, invalid, fieldNotSupported } from '../status.ts';
import type { Change } from '../store.ts';
import type { Api, Target } from './api.ts';
import { presented } from './api.ts';
import type { Selection } from './list.ts';
import { integerFrom, revisionFrom, selectionFrom, tooLarge } from './list.ts';

/*
 * Watches (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 *
 * A watch starts in one of three ways: at a revision (all changes after it), at "any" or no revision (the present objects
 * as additions, then changes), or with `sendInitialEvents` (the same, and a bookmark that marks the end of the present).
 * It ends when its time is over, when the client goes, or when the server stops. An object that begins to match the
 * selection is an addition for this watch, one that ceases to is a deletion.
 */

/** One line of a watch. A bookmark has only a version; an error is a `Status`. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: JsonObject };

/** Where the events of a watch go. */
export interface WatchSink {
  send(event: WatchEvent): void;
  /** The watch is over; nothing more will be sent. */
  end(): void;
}

/** Tells a client how far it has come, now and then, so that it need not start over after a quiet time. */
const BOOKMARK_INTERVAL_MS = 60_000;
/** How long a watch lasts when its client does not say: the real server takes 30 to 60 minutes. */
const DEFAULT_TIMEOUT_SECONDS = 45 * 60;

interface WatchOptions {
  readonly revision: number | undefined;
  readonly initialEvents: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
}

/** *Throws* a `StatusError` for options that do not go together. */
function watchOptionsFrom(query: URLSearchParams): WatchOptions {
  const initial = query.get('sendInitialEvents');
  const errors = optionErrors(initial, query.get('resourceVersionMatch'));
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  const timeoutSeconds = integerFrom(query.get('timeoutSeconds'));
  return {
    revision: revisionFrom(query.get('resourceVersion')),
    initialEvents: initial === 'true' || initial === '1',
    bookmarks: ['true', '1'].includes(query.get('allowWatchBookmarks') ?? ''),
    timeoutMs: 1000 * (timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
  };
}

function optionErrors(initial: string | null, match: string | null): FieldError[] {
  if (initial === null) {
    return match === null
      ? []
      : [
          fieldForbidden(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
          ),
          ...(match === 'NotOlderThan' ? [] : [fieldNotSupported('resourceVersionMatch', match, ['NotOlderThan'])]),
        ];
  }
  if (match === null)
    return [
      fieldForbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    ];
  return match === 'NotOlderThan' ? [] : [fieldInvalid('resourceVersionMatch', match, 'must be NotOlderThan')];
}

/**
 * Starts a watch; the returned function stops it without another word.
 *
 * *Throws* a `StatusError` when it cannot start. A revision that is no longer known is told by the watch itself, as its
 * only event.
 */
export function watch(api: Api, target: Target, query: URLSearchParams, sink: WatchSink): Cancel {
  const selection = selectionFrom(target, query);
  const options = watchOptionsFrom(query);
  if (options.revision !== undefined && options.revision > api.store.revision) throw tooLarge(api, options.revision);
  const scope = { api, target, selection };
  const past = pastEvents(scope, options);
  if ('error' in past) {
    sink.send({ type: 'ERROR', object: past.error.toStatus() });
    sink.end();
    return () => {};
  }
  for (const event of past.events) sink.send(event);
  if (options.initialEvents && options.bookmarks)
    sink.send(bookmark(api, target, { 'k8s.io/initial-events-end': 'true' }));
  return follow(scope, options, sink);
}

/** What a watch is about. */
interface Scope {
  readonly api: Api;
  readonly target: Target;
  readonly selection: Selection;
}

type Past = { readonly events: readonly WatchEvent[] } | { readonly error: StatusError };

function pastEvents({ api, target, selection }: Scope, options: WatchOptions): Past {
  const { resource } = target;
  const { revision } = options;
  if (options.initialEvents || revision === undefined || revision === 0) {
    const present = api.store
      .list(storageKey(resource), selection.namespace)
      .map((object) => presented(object, resource));
    const matching = present.filter((object) => selection.matches(object));
    return { events: matching.map((object) => ({ type: 'ADDED', object })) };
  }
  const changes = api.store.changesSince(storageKey(resource), revision);
  if (changes) return { events: changes.flatMap((change) => eventsFrom(change, target, selection)) };
  return { error: expired(`too old resource version: ${revision} (${api.store.oldestRevision})`) };
}

/** What a change is to somebody who sees only a selection of the objects. */
function eventsFrom(change: Change, { resource }: Target, { namespace, matches }: Selection): readonly WatchEvent[] {
  if (namespace !== undefined && change.object.metadata.namespace !== namespace) return [];
  const object = presented(change.object, resource);
  const before = change.previous !== undefined && matches(presented(change.previous, resource));
  const after = change.type !== 'DELETED' && matches(object);
  if (before && after) return [{ type: 'MODIFIED', object }];
  if (after) return [{ type: 'ADDED', object }];
  return before ? [{ type: 'DELETED', object: lastSeen(change, object) }] : [];
}

/** What left the selection is shown as it last matched, under the version of the change. */
function lastSeen({ previous, type }: Change, object: KubeObject): KubeObject {
  if (type === 'DELETED' || !previous) return object;
  const { resourceVersion } = object.metadata;
  const metadata = { ...previous.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
  return { ...previous, apiVersion: object.apiVersion, metadata };
}

function bookmark(api: Api, { resource }: Target, annotations?: { readonly [key: string]: string }): WatchEvent {
  const metadata = { resourceVersion: String(api.store.revision), ...(annotations && { annotations }) };
  return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } };
}

function follow({ api, target, selection }: Scope, options: WatchOptions, sink: WatchSink): Cancel {
  const unsubscribe = api.store.subscribe(storageKey(target.resource), (change) => {
    for (const event of eventsFrom(change, target, selection)) sink.send(event);
  });
  let cancelBookmark: Cancel = () => {};
  const scheduleBookmark = (): void => {
    cancelBookmark = api.wireClock.schedule(BOOKMARK_INTERVAL_MS, () => {
      sink.send(bookmark(api, target));
      scheduleBookmark();
    });
  };
  if (options.bookmarks) scheduleBookmark();
  const stop = (): void => {
    unsubscribe();
    cancelBookmark();
    cancelTimeout();
  };
  const cancelTimeout = api.wireClock.schedule(options.timeoutMs, () => {
    stop();
    sink.end();
  });
  return stop;
}
