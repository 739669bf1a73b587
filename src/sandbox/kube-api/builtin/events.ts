import type { Json, KubeObject } from '../json.ts';

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
