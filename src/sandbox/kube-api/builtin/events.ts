import type { Json, KubeObject } from '../json.ts';
import { stringAt } from '../json.ts';
import type { Resource } from '../resource.ts';

/*
 * Events have two faces, `v1` and `events.k8s.io/v1`, over one storage. They differ in the names of their fields alone.
 */

/** The names of the newer face, by those of the older. */
const NEWER: { readonly [older: string]: string } = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
};

const OLDER = Object.fromEntries(Object.entries(NEWER).map(([older, newer]) => [newer, older]));

function renamed(object: KubeObject, names: { readonly [from: string]: string }, apiVersion: string): KubeObject {
  const { metadata, kind, ...content } = object;
  const members = Object.entries(content).map(([name, value]): [string, Json] => [names[name] ?? name, value]);
  return { ...Object.fromEntries(members), apiVersion, kind, metadata };
}

export const newerEvent = (object: KubeObject): KubeObject => renamed(object, NEWER, 'events.k8s.io/v1');
export const olderEvent = (object: KubeObject): KubeObject => renamed(object, OLDER, 'v1');

const EVENT_FIELDS = ['reason', 'reportingComponent', 'type', 'source'];

const REFERENCE_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export function eventFields(member: string): Resource['fields'] {
  const plain = EVENT_FIELDS.map((field) => [field, (object: KubeObject) => eventField(object, field)] as const);
  const reference = REFERENCE_FIELDS.map(
    (field) => [`${member}.${field}`, (object: KubeObject) => stringAt(object, member, field) ?? ''] as const,
  );
  return Object.fromEntries([...plain, ...reference]);
}

function eventField(object: KubeObject, field: string): string {
  if (field === 'source')
    return stringAt(object, 'source', 'component') ?? stringAt(object, 'reportingComponent') ?? '';
  if (field === 'reportingComponent') return stringAt(object, field) ?? stringAt(object, 'reportingController') ?? '';
  return stringAt(object, field) ?? '';
}
