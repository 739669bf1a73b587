import { USER_KINDS } from '../../../api/crd.ts';
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import type { CustomKind } from '../../../api/kind.ts';
import { type PolicyRule, rulesFrom, type Verb } from '../../../kube/index.ts';
import { crdManifest, type Manifest, roleManifest } from './manifest.ts';

/** What a user may do who may edit, or view, what is in a cluster. Status and finalizers are this program's. */
export const EDIT_VERBS: readonly Verb[] = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const VIEW_VERBS: readonly Verb[] = ['get', 'list', 'watch'];

/** The kinds that a cluster has while its CloudResources is served. */
export const MODULE_KINDS: readonly CustomKind[] = USER_KINDS.filter((kind) => kind !== cloudResourcesKind);

/** What every cluster has: the kind by which its users ask for the others. */
export const BASE_MANIFESTS: readonly Manifest[] = manifestsOf('cloud-resources-module', [cloudResourcesKind]);

/** What a cluster has while its CloudResources is served. */
export const MODULE_MANIFESTS: readonly Manifest[] = manifestsOf('cloud-resources', MODULE_KINDS);

/** @param role - What the roles are called, less `-edit` and `-view`. */
function manifestsOf(role: string, kinds: readonly CustomKind[]): readonly Manifest[] {
  return [
    ...kinds.map(crdManifest),
    roleManifest(`${role}-edit`, 'edit', rulesFor(kinds, EDIT_VERBS)),
    roleManifest(`${role}-view`, 'view', rulesFor(kinds, VIEW_VERBS)),
  ];
}

function rulesFor(kinds: readonly CustomKind[], verbs: readonly Verb[]): readonly PolicyRule[] {
  return rulesFrom(kinds.map((kind) => ({ kind, verbs })));
}
