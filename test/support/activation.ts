import { crdFrom, USER_KINDS } from '../../src/api/index.ts';
import { applyPatch, crdKind } from '../../src/kube/index.ts';
import { MODULE_ROLE, USER_ROLE } from '../../src/reconcilers/cloud-resources/common/planes.ts';
import type { Environment } from './environment.ts';
import type { TestUserCluster } from './user-cluster.ts';

/** Has all kinds of users installed in a cluster of theirs, and followed by the operator. */
export async function activate({ operator }: Environment, { key, kube }: TestUserCluster): Promise<void> {
  for (const crd of USER_KINDS.map(crdFrom)) {
    await kube.patch(crdKind, crd.metadata, applyPatch(crd, { fieldManager: 'test', force: true }));
  }
  await operator.manager.setRoles(key, [USER_ROLE, MODULE_ROLE]);
}
