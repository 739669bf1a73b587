/**
 * What is installed in a cluster is followed, as far as this program has installed it, and of that no more is needed than what
 * identifies it: whatever somebody changes or deletes of it is put right.
 */
import { stopAndForget } from '../../../composed/index.ts';
import { clusterRoleKind, crdKind, type NamespacedName, type ResourceKind } from '../../../kube/index.ts';
import { type Cluster, type ReconcileAbsent, type Watch, watching, type Woken } from '../../../runtime/index.ts';
import type { ClusterReader } from '../../common/cluster.ts';
import { clusterOf } from '../../common/runtime-cluster.ts';
import type { Installer } from './installer.ts';
import { type Installed, INSTALLED_SELECTOR, type Manifest, summedUp } from './manifest.ts';
import { BASE_MANIFESTS } from './manifests.ts';

/** What every cluster has belongs to no object of it: it is looked after under a name that none can have, without a namespace. */
const BASE: NamespacedName = { namespace: '', name: 'base' };

const BASE_NAMES: ReadonlySet<string> = new Set(BASE_MANIFESTS.map(({ name }) => name));

/** Wakes all CloudResources of a cluster, and what is done for it without any, when something that is installed changes. */
export function watchingInstalled(): readonly Watch[] {
  const kinds: readonly ResourceKind<Installed>[] = [crdKind, clusterRoleKind];
  const options = { labelSelector: INSTALLED_SELECTOR, keep: summedUp };
  return kinds.map((kind) => watching(kind, concernedBy, options));
}

function concernedBy({ metadata }: Installed, { name: cluster }: Cluster): readonly Woken[] {
  return BASE_NAMES.has(metadata.name) ? [{ cluster }, BASE] : [{ cluster }];
}

/** What is known to be installed. */
export function installedIn(cluster: ClusterReader): (manifest: Manifest) => Installed | undefined {
  return ({ kind, name }) => cluster.get<Installed>(kind, '', name);
}

export function isBase({ namespace, name }: NamespacedName): boolean {
  return namespace === BASE.namespace && name === BASE.name;
}

/** Puts right what every cluster has. */
export function reconcileBase(installer: Installer): ReconcileAbsent {
  return async (_key, pass, cluster) => {
    await installer.install(BASE_MANIFESTS, { client: cluster.client(pass), known: installedIn(clusterOf(cluster)) });
    return stopAndForget('it is installed');
  };
}
