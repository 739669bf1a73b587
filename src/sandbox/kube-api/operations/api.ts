import { randomInt } from 'node:crypto';
import type { Clock } from '../../../util/clock.ts';
import type { KubeObject } from '../json.ts';
import type { Writer } from '../patch/managed-fields.ts';
import type { Registry } from '../registry.ts';
import type { Resource } from '../resource.ts';
import { apiVersionOf, storageKey } from '../resource.ts';
import { applyDefaults } from '../schema/default.ts';
import { forbidden, notFound } from '../status.ts';
import type { ObjectKey, Store } from '../store.ts';
import type { Reading } from './admission.ts';

/** What every operation works on. */
export interface Api {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  /** Ends watches, and lets them tell where they are. */
  readonly wireClock: Clock;
  readonly newUid: () => string;
}

/** Where a request points: a resource, and in it an object or a part of one. */
export interface Target {
  readonly resource: Resource;
  /** Empty for what lives outside namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string | undefined;
}

export interface WriteOptions extends Reading {
  readonly dryRun: boolean;
  readonly manager: string;
  /** *Throws* when the writer may not turn `old` into `object`; it is asked before the object is validated. Default: all may. */
  readonly admit?: (object: KubeObject, old: KubeObject | undefined) => void;
  /** Hears what the client should know, also when the write is refused in the end. */
  warn(text: string): void;
}

/** A write as it was asked for, but for what is to be written. */
export interface WriteRequest<O extends WriteOptions = WriteOptions> {
  readonly api: Api;
  readonly target: Target;
  readonly options: O;
}

/** Whose the fields are that the request changes. */
export function writerOf({ api, target: { resource, subresource }, options }: WriteRequest): Writer {
  return {
    manager: options.manager,
    apiVersion: apiVersionOf(resource),
    subresource,
    builtin: !resource.isCustom,
    now: timestamp(api.clock),
  };
}

/** What a write came to. */
export interface Written {
  readonly code: 200 | 201;
  readonly object: KubeObject;
}

/** The wall time as the API writes it: whole seconds, UTC. */
export function timestamp(clock: Pick<Clock, 'now'>): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** No vowels and no digits that look like them, so that no name spells a word. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** A generated name is at most 63 long. */
const LONGEST_BASE = 63 - SUFFIX_LENGTH;

export function generatedName(base: string): string {
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]);
  return base.slice(0, LONGEST_BASE) + suffix.join('');
}

export function keyOfTarget({ namespace, name }: Target): ObjectKey {
  return { namespace, name };
}

const presentations = new WeakMap<Resource, WeakMap<KubeObject, KubeObject>>();

/**
 * A stored object as this version of its resource shows it: with the version's name, and with defaults that its schema
 * got after the object was written. Remembered, because stored objects never change.
 */
export function presented(object: KubeObject, resource: Resource): KubeObject {
  if (!resource.isCustom && !resource.storedAs) return object;
  const known = presentations.get(resource) ?? new WeakMap<KubeObject, KubeObject>();
  presentations.set(resource, known);
  const shown = known.get(object) ?? shownAs(object, resource);
  known.set(object, shown);
  return shown;
}

/** Stores an object, and answers it as its resource shows it. */
export function put(api: Api, resource: Resource, object: KubeObject): KubeObject {
  const stored = resource.storedAs ? resource.storedAs.toStored(object) : object;
  return presented(api.store.put(storageKey(resource), stored), resource);
}

function shownAs(object: KubeObject, resource: Resource): KubeObject {
  if (resource.storedAs) return resource.storedAs.fromStored(object);
  const { metadata, ...content } = object;
  const defaulted = applyDefaults(content, resource.schema);
  return { ...defaulted, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

/** *Throws* 404. */
export function read(api: Api, target: Target): KubeObject {
  const found = api.store.get(storageKey(target.resource), keyOfTarget(target));
  if (!found) throw notFound(target.resource, target.name);
  return presented(found, target.resource);
}

/** *Throws* when nothing may be created in a namespace: 404 where there is none, 403 while it goes. */
export function assertNamespaceOpen(api: Api, target: Target): void {
  const { namespace, resource, name } = target;
  if (!resource.namespaced) return;
  const found = api.store.get('/namespaces', { namespace: '', name: namespace });
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbidden(resource, name, why, [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }]);
}
