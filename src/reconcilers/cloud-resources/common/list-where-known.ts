import {
  crdKind,
  isNotFound,
  type KubeClient,
  type KubeObject,
  type ListOptions,
  type ResourceKind,
  resourceNameOf,
} from '../../../kube/index.ts';

/**
 * Asks the API server for the objects of a kind that the cluster may not have: then there are none.
 *
 * *Throws* when there is no answer, also where the cluster has the kind and does not serve it just now: there may be some.
 */
export async function listWhereKnown(
  kind: ResourceKind,
  client: KubeClient,
  options: ListOptions = {},
): Promise<readonly KubeObject[]> {
  try {
    return (await client.list(kind, options)).items;
  } catch (error) {
    if (!isNotFound(error) || (await client.find(crdKind, { name: resourceNameOf(kind) })) !== undefined) throw error;
    return [];
  }
}
