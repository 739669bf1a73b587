import type { Json } from '../json.ts';
import type { Api } from '../operations/api.ts';
import { create } from '../operations/create.ts';

/** The namespaces that every cluster has. */
const SYSTEM_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Fills an empty server with what every cluster starts with. */
export function bootstrap(api: Api): void {
  const namespaces = api.registry.find('', 'v1', 'namespaces');
  if (!namespaces) return;
  for (const name of SYSTEM_NAMESPACES) {
    if (api.store.get('/namespaces', { namespace: '', name })) continue;
    const body: Json = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const target = { resource: namespaces, namespace: '', name: '', subresource: undefined };
    const options = { dryRun: false, manager: 'kube-apiserver', fieldValidation: 'Strict', warn: () => {} } as const;
    create({ api, target, options }, body);
  }
}
