import { DEFAULT_CLUSTER_ROLES, DEFAULT_CLUSTER_ROLE_BINDINGS } from '../access/default-roles.ts';
import { RBAC_GROUP } from '../access/rbac.ts';
import type { KubeObject } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { create } from '../operations/create.ts';
import type { GroupResource } from '../resource.ts';
import { storageKey } from '../resource.ts';

/** The namespaces that every cluster has. */
const SYSTEM_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
}));

/** Fills an empty server with what every cluster starts with; what is there already stays as it is. */
export function bootstrap(api: Api): void {
  ensure(api, { group: '', plural: 'namespaces' }, SYSTEM_NAMESPACES);
  ensure(api, { group: RBAC_GROUP, plural: 'clusterroles' }, DEFAULT_CLUSTER_ROLES);
  ensure(api, { group: RBAC_GROUP, plural: 'clusterrolebindings' }, DEFAULT_CLUSTER_ROLE_BINDINGS);
}

function ensure(api: Api, { group, plural }: GroupResource, objects: readonly KubeObject[]): void {
  const resource = api.registry.find(group, 'v1', plural);
  if (!resource) return;
  for (const object of objects) {
    const { name = '' } = object.metadata;
    if (api.store.get(storageKey(resource), { namespace: '', name })) continue;
    const target = { resource, namespace: '', name: '', subresource: undefined };
    const options = { dryRun: false, manager: 'kube-apiserver', fieldValidation: 'Strict', warn: () => {} } as const;
    create({ api, target, options }, object);
  }
}
