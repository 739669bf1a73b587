import { USER_KINDS } from '../../../api/crd.ts';
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import type { CustomKind } from '../../../api/kind.ts';
import { type Permission, rulesFrom } from '../../../kube/index.ts';
import { crdManifest, type Manifest, roleManifest } from './manifest.ts';

/** The kinds that a cluster has while its CloudResources is served. */
export const MODULE_KINDS: readonly CustomKind[] = USER_KINDS.filter((kind) => kind !== cloudResourcesKind);

const viewing = (kinds: readonly CustomKind[]): readonly Permission[] =>
  kinds.map((kind) => ({ kind, verbs: ['get', 'list', 'watch'] }));

/**
 * What belongs to the whole cluster, or decides for all of it as CloudResources does, is left to its administrators. Status and
 * finalizers are this program's.
 */
const editing: readonly Permission[] = MODULE_KINDS.filter(({ namespaced }) => namespaced).map((kind) => ({
  kind,
  verbs: ['create', 'delete', 'patch', 'update'],
}));

/** What the roles below grant. */
export const GRANTED: readonly Permission[] = [...viewing(USER_KINDS), ...editing];

/** What every cluster has: the kind by which its users ask for the others. */
export const BASE_MANIFESTS: readonly Manifest[] = [
  crdManifest(cloudResourcesKind),
  roleManifest('cloud-resources-module-view', 'view', rulesFrom(viewing([cloudResourcesKind]))),
];

/** What a cluster has while its CloudResources is served. */
export const MODULE_MANIFESTS: readonly Manifest[] = [
  ...MODULE_KINDS.map(crdManifest),
  // Who may edit may look as well: `edit` has all that `view` has.
  roleManifest('cloud-resources-edit', 'edit', rulesFrom(editing)),
  roleManifest('cloud-resources-view', 'view', rulesFrom(viewing(MODULE_KINDS))),
];
