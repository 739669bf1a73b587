import type { Call } from '../util/call.ts';
import type { AnswerRoom, KubeConnection } from './connection.ts';
import { surePageSize } from './answer-limits.ts';
import { isAnswerTooLarge, isGone, isObjectNotFound } from './errors.ts';
import type { Patch } from './json-patch.ts';
import { type ListSelection, type NamespacedName, type Operation, operationOn } from './operation.ts';
import { apiVersionOf, type KubeInput, type KubeObject, type ResourceKind, withoutManagedFields } from './resource.ts';
import { type WatchEvent, type WatchOptions, watchEvents } from './watch.ts';

/** All objects of a kind as they were at one revision. */
export interface KubeList<T> {
  readonly items: readonly T[];
  /** The revision at which the list was true: a watch goes on from here. */
  readonly resourceVersion: string;
}

/** Which objects are listed, and how many an answer holds. */
export interface ListOptions extends ListSelection {
  /** Objects an answer; the list is read to its end whatever it is. Default: 500. */
  readonly pageSize?: number;
  /** Without, each page lets go of them before the next is read: they are most of a small object. Default: true. */
  readonly withManagedFields?: boolean;
}

/** Under which conditions an object is deleted, and what becomes of those that it owns. Default: none, `Background`. */
export interface DeleteOptions {
  /** The deletion is a conflict when the object is another one by now. */
  readonly uid?: string;
  /** The deletion is a conflict when the object changed. */
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
}

/** Hears of every object that a write answered with. */
export type OnWritten = (kind: ResourceKind, object: KubeObject) => void;

/**
 * A typed client of one cluster, bound to a call: its requests end with the call's signal and deadline, and its writes
 * ask the call's mode and authority. Cheap to make; all share the cluster's connection.
 *
 * All methods *throw* {@link KubeApiError} (test with `isObjectNotFound`, `isConflict`, ...), the call's abort reason, and,
 * when they write, `WriteRefusedError`.
 */
export interface KubeClient {
  readonly cluster: string;
  get<T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName): Promise<T>;
  /** As `get`, but undefined where there is none. */
  find<T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName): Promise<T | undefined>;
  /** Reads all pages. */
  list<T extends KubeObject>(kind: ResourceKind<T>, options?: ListOptions): Promise<KubeList<T>>;
  create<T extends KubeObject>(kind: ResourceKind<T>, object: KubeInput<T>): Promise<T>;
  /** Replaces the object; a conflict when it changed since `object` was read. */
  update<T extends KubeObject>(kind: ResourceKind<T>, object: T): Promise<T>;
  patch<T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName, patch: Patch): Promise<T>;
  patchStatus<T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName, patch: Patch): Promise<T>;
  /** Asks for the deletion; the object stays until its finalizers are gone. No error when it is gone already. */
  delete(kind: ResourceKind, key: NamespacedName, options?: DeleteOptions): Promise<void>;
  /** Follows changes from a revision on, until the server ends the stream. *Throws* `isGone` for forgotten revisions. */
  watch<T extends KubeObject>(kind: ResourceKind<T>, options: WatchOptions): AsyncGenerator<WatchEvent<T>, void, void>;
}

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const satisfies Record<Patch['type'], string>;

const DEFAULT_PAGE_SIZE = 500;

/** Binds a client to a call. */
export function createKubeClient(connection: KubeConnection, call: Call, onWritten: OnWritten = () => {}): KubeClient {
  const read = (operation: Operation): Promise<unknown> => connection.send(call, operation);
  const write = async <T extends KubeObject>(kind: ResourceKind<T>, operation: Operation): Promise<T> => {
    // The API server holds its objects to their schema; checking them again here would check the server.
    const object = (await connection.send(call, operation)) as T;
    onWritten(kind, object);
    return object;
  };
  const get = async <T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName): Promise<T> =>
    // For the same reason as in `write`.
    (await read(operationOn(kind, key, { verb: 'get', method: 'GET' }))) as T;
  const patch = <T extends KubeObject>(kind: ResourceKind<T>, key: NamespacedName, change: Patch, part?: 'status') =>
    write(kind, patchOperation(kind, key, change, part));

  return {
    cluster: connection.cluster,
    get,
    find: (kind, key) => get(kind, key).catch(undefinedWhenNotFound),
    list: (kind, options) => listAll({ connection, call }, kind, options ?? {}),
    create: (kind, object) => write(kind, createOperation(kind, object)),
    update: (kind, object) =>
      write(kind, operationOn(kind, object.metadata, { verb: 'update', method: 'PUT', body: object })),
    patch: (kind, key, change) => patch(kind, key, change),
    patchStatus: (kind, key, change) => patch(kind, key, change, 'status'),
    delete: async (kind, key, options) => {
      const answer = await read(deleteOperation(kind, key, options ?? {})).catch(undefinedWhenNotFound);
      // A Status answers when the object is gone, the object itself when finalizers keep it.
      if (isObjectOf(kind, answer)) onWritten(kind, answer);
    },
    watch: (kind, options) => watchEvents(connection, call, kind, options),
  };
}

function undefinedWhenNotFound(error: unknown): undefined {
  if (!isObjectNotFound(error)) throw error;
}

function isObjectOf(kind: ResourceKind, answer: unknown): answer is KubeObject {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === kind.kind;
}

function createOperation<T extends KubeObject>(kind: ResourceKind<T>, object: KubeInput<T>): Operation {
  const body = { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
  const operation = operationOn(
    kind,
    { namespace: object.metadata.namespace },
    { verb: 'create', method: 'POST', body },
  );
  return { ...operation, name: object.metadata.name ?? object.metadata.generateName ?? '' };
}

function patchOperation(kind: ResourceKind, key: NamespacedName, change: Patch, part: 'status' | undefined): Operation {
  const isApply = change.type === 'apply';
  return operationOn(kind, key, {
    verb: isApply ? 'apply' : 'patch',
    method: 'PATCH',
    contentType: PATCH_TYPES[change.type],
    body: isApply ? { ...change.body, apiVersion: apiVersionOf(kind), kind: kind.kind } : change.body,
    ...(isApply && { query: { fieldManager: change.fieldManager, force: change.force } }),
    ...(part !== undefined && { subresource: part }),
  });
}

function deleteOperation(kind: ResourceKind, key: NamespacedName, options: DeleteOptions): Operation {
  const { uid, resourceVersion, propagation } = options;
  const body = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: propagation ?? 'Background',
    ...((uid !== undefined || resourceVersion !== undefined) && { preconditions: { uid, resourceVersion } }),
  };
  return operationOn(kind, key, { verb: 'delete', method: 'DELETE', body });
}

interface ListAnswer<T> {
  readonly items: readonly T[] | null;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

interface Lister {
  readonly connection: KubeConnection;
  readonly call: Call;
}

/**
 * All pages; begins anew, and then in one piece, when the server has forgotten the revision midway, and in pages that every
 * API server can keep short when one was too long.
 */
async function listAll<T extends KubeObject>(
  lister: Lister,
  kind: ResourceKind<T>,
  { pageSize = DEFAULT_PAGE_SIZE, ...options }: ListOptions,
): Promise<KubeList<T>> {
  const fewer = surePageSize(lister.connection.limits);
  try {
    return await listPages(lister, kind, options, pageSize);
  } catch (error) {
    if (isAnswerTooLarge(error) && fewer < pageSize) return listPages(lister, kind, options, fewer);
    if (!isGone(error)) throw error;
    return listPages(lister, kind, options, undefined);
  }
}

async function listPages<T extends KubeObject>(
  { connection, call }: Lister,
  kind: ResourceKind<T>,
  { namespace, withManagedFields = true, ...selectors }: Omit<ListOptions, 'pageSize'>,
  limit: number | undefined,
): Promise<KubeList<T>> {
  const items: T[] = [];
  const identity = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  const room: AnswerRoom = { leftBytes: connection.limits.longestList };
  let token: string | undefined;
  for (;;) {
    const query = { ...selectors, limit, continue: token };
    // A list's envelope is fixed by the API; of built-in kinds its items lack apiVersion and kind, so they are set.
    const operation = operationOn(kind, { namespace }, { verb: 'list', method: 'GET', query });
    const page = (await connection.send(call, operation, room)) as ListAnswer<T>;
    for (const item of page.items ?? []) {
      items.push({ ...(withManagedFields ? item : withoutManagedFields(item)), ...identity });
    }
    token = page.metadata.continue;
    if (!token) return { items, resourceVersion: page.metadata.resourceVersion };
  }
}
