/**
 * Objects of the kinds of the module keep it from being removed: with the kinds they would go, and what they have in AWS with
 * them. So the API server itself is asked whether there are any, and whatever is no answer ends the pass.
 */
import { type CloudResources, cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import {
  isBeingDeleted,
  type KubeClient,
  type KubeObject,
  type NamespacedName,
  type ResourceKind,
} from '../../../kube/index.ts';
import { type Cluster, type Watch, watching } from '../../../runtime/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { NAMES_SHOWN, shortened } from '../../../util/shortened.ts';
import { deleting, type Finding, heldBack } from '../../common/finding.ts';
import { identityIn } from '../../common/watches.ts';
import { listWhereKnown } from '../common/list-where-known.ts';
import { MODULE_ROLE } from '../common/planes.ts';
import { nameInCluster } from '../common/words.ts';
import { MODULE_KINDS } from './manifests.ts';
import type { CloudResourcesState } from './state.ts';

/**
 * What keeps the module in a cluster; undefined: nothing. *Throws* when that cannot be told.
 *
 * @param mayLackKinds - Whether the cluster may be without some of the kinds: they were not installed yet, or are gone already.
 */
export async function remainingObjects(
  state: CloudResourcesState,
  mayLackKinds: boolean,
): Promise<Finding | undefined> {
  state.finding = deleting('Whether objects of the module exist is being asked.');
  const found = await awaitAll(MODULE_KINDS.map((kind) => objectsOf(kind, state.client, mayLackKinds)));
  const named = MODULE_KINDS.flatMap(({ kind }, index) => {
    const names = (found[index] ?? []).map(nameInCluster);
    return names.length === 0 ? [] : [`${kind}: [${shortened(names, NAMES_SHOWN, ' ')}]`];
  });
  if (named.length === 0) return undefined;
  return heldBack('ResourcesExist', `Can not be removed while these exist: ${named.join(', ')}`);
}

async function objectsOf(kind: ResourceKind, client: KubeClient, mayLack: boolean): Promise<readonly KubeObject[]> {
  return mayLack ? listWhereKnown(kind, client) : (await client.list(kind)).items;
}

/** Wakes those that wait for objects to go. */
export function watchingRemaining(): readonly Watch[] {
  return MODULE_KINDS.map((kind) => watching(kind, removedIn, { role: MODULE_ROLE, matters: identity }));
}

function removedIn(_object: KubeObject, cluster: Cluster): readonly NamespacedName[] {
  const all: readonly CloudResources[] = cluster.cache(cloudResourcesKind).list();
  return all.filter(isBeingDeleted).map(({ metadata }) => metadata);
}

function identity({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: identityIn(metadata) };
}
