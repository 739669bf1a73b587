import { createHash } from 'node:crypto';
import type { JsonObject } from './json.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf, storageKey } from './resource.ts';

/* What the server can do, as clients ask before anything else
 * (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api). */

interface Entry {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash: string | undefined;
  readonly subresources: readonly Subresource[];
}

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** What is written there, where it is not the resource itself. */
  readonly other?: { readonly group: string; readonly version: string; readonly kind: string };
}

const SUBRESOURCES: { readonly [name: string]: Omit<Subresource, 'name'> } = {
  finalize: { verbs: ['update'] },
  token: { verbs: ['create'], other: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } },
};
const subresource = (name: string): Subresource => ({
  name,
  ...(SUBRESOURCES[name] ?? { verbs: ['get', 'patch', 'update'] }),
});

function entryOf(resource: Resource): Entry {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, subresources } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    shortNames,
    categories,
    storageVersionHash: resource.isStored
      ? createHash('sha256').update(storageKey(resource)).digest('base64').slice(0, 11) + '='
      : undefined,
    subresources: subresources.map(subresource),
  };
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly entries: readonly Entry[];
}

function groupVersionsOf(resources: readonly Resource[]): readonly GroupVersion[] {
  const byVersion = Map.groupBy(resources, apiVersionOf);
  return [...byVersion.values()].map((some): GroupVersion => {
    // `groupBy` makes no empty group.
    const [{ group, version }] = some as [Resource, ...Resource[]];
    return { group, version, entries: some.map(entryOf) };
  });
}

/** `v1` before `v1beta2` before `v1alpha1`; newer before older
 * ([order](https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority)). */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    if (major === undefined) return [0, 0, 0];
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  const difference = left.map((part, index) => (right[index] ?? 0) - part).find((one) => one !== 0);
  return difference ?? (a < b ? -1 : 1);
}

function versionsOfGroup(resources: readonly Resource[], group: string): readonly GroupVersion[] {
  const versions = groupVersionsOf(resources).filter((one) => one.group === group);
  return versions.toSorted((a, b) => compareVersions(a.version, b.version));
}

function groupsOf(resources: readonly Resource[]): readonly string[] {
  return [...new Set(groupVersionsOf(resources).map(({ group }) => group))].filter((group) => group !== '').sort();
}

function groupBody(resources: readonly Resource[], group: string): JsonObject {
  const versions = versionsOfGroup(resources, group).map(({ version }) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] ?? {} };
}

/** `/apis` */
export function groupList(resources: readonly Resource[]): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(resources).map((group) => groupBody(resources, group)),
  };
}

/** `/apis/{group}`; undefined when there is none. */
export function groupDocument(resources: readonly Resource[], group: string): JsonObject | undefined {
  if (!groupsOf(resources).includes(group)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(resources, group) };
}

/** `/api` */
export function legacyVersions(address: string): JsonObject {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

/** `/api/v1` and `/apis/{group}/{version}`; undefined when there is none. */
export function resourceList(resources: readonly Resource[], group: string, version: string): JsonObject | undefined {
  const found = versionsOfGroup(resources, group).find((one) => one.version === version);
  if (!found) return undefined;
  const groupVersion = group === '' ? version : `${group}/${version}`;
  // The core's list has no version of its own, in the real server neither.
  const type = { kind: 'APIResourceList', ...(group !== '' && { apiVersion: 'v1' }) };
  return { ...type, groupVersion, resources: found.entries.flatMap(legacyEntries) };
}

function legacyEntries(entry: Entry): readonly JsonObject[] {
  const { subresources, name, singularName, namespaced, kind, verbs, shortNames, categories, storageVersionHash } =
    entry;
  const own: JsonObject = {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(storageVersionHash !== undefined && { storageVersionHash }),
  };
  return [
    own,
    ...subresources.map((sub) => ({
      name: `${name}/${sub.name}`,
      singularName: '',
      namespaced,
      ...(sub.other ?? { kind }),
      verbs: sub.verbs,
    })),
  ];
}

/** `/api` (for the group without a name) or `/apis` in one document, as newer clients ask. */
export function aggregated(resources: readonly Resource[], legacy: boolean): JsonObject {
  const groups = legacy ? [''] : groupsOf(resources);
  const items = groups.map((group) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versionsOfGroup(resources, group).map(({ version, entries }) => ({
      version,
      resources: entries.map((entry) => aggregatedEntry(entry, group, version)),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregatedEntry(entry: Entry, group: string, version: string): JsonObject {
  const responseKind = { group, version, kind: entry.kind };
  const { name, singularName, namespaced, verbs, shortNames, categories, subresources } = entry;
  return {
    resource: name,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularName,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map(({ name: part, verbs: partVerbs, other }) => ({
        subresource: part,
        responseKind: other ?? responseKind,
        verbs: partVerbs,
      })),
    }),
  };
}
