import {
  isGone,
  isUnreachable,
  type KubeClient,
  type KubeObject,
  type NamespacedName,
  type ResourceKind,
} from '../../kube/index.ts';

/**
 * Follows one object until `holds` is true of it, or of its absence (`undefined`), and gives what was seen then.
 *
 * *Throws* `signal`'s reason (through the client's call), and what the API server refuses.
 */
export async function until<T extends KubeObject>(
  kube: KubeClient,
  kind: ResourceKind<T>,
  key: Required<NamespacedName>,
  holds: (object: T | undefined) => boolean,
): Promise<T | undefined> {
  const fieldSelector = `metadata.name=${key.name}`;
  for (;;) {
    const { items, resourceVersion } = await kube.list(kind, { namespace: key.namespace, fieldSelector });
    if (holds(items[0])) return items[0];
    try {
      const watch = kube.watch(kind, { namespace: key.namespace, fieldSelector, resourceVersion });
      for await (const event of watch) {
        if (event.type === 'BOOKMARK') continue;
        const object = event.type === 'DELETED' ? undefined : event.object;
        if (holds(object)) return object;
      }
    } catch (error) {
      // The stream broke or its start is forgotten: the list at the top of the loop begins anew.
      if (!isGone(error) && !isUnreachable(error)) throw error;
    }
  }
}
