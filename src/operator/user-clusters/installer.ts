import { cloudResourcesKind, crdFrom } from '../../api/index.ts';
import { applyPatch, crdKind, type KubeClient, type Permission, resourceNameOf } from '../../kube/index.ts';

/** Makes a cluster of a user ready for its first role, in which its CloudResources are followed. */
export interface Installer {
  /** What it asks there. */
  readonly permissions: readonly Permission[];
  /** Applies what is missing or another. Safe to repeat. *Throws* what the cluster's API server answers. */
  applyBase(client: KubeClient): Promise<void>;
}

/** Installs the kind by which the users of a cluster ask for all others. */
export const baseInstaller: Installer = {
  permissions: [
    // What is applied and not there is created, which no name narrows.
    { kind: crdKind, verbs: ['create'] },
    { kind: crdKind, verbs: ['patch'], names: [resourceNameOf(cloudResourcesKind)] },
  ],
  applyBase: async (client) => {
    const crd = crdFrom(cloudResourcesKind);
    const { name } = crd.metadata;
    await client.patch(crdKind, { name }, applyPatch(crd, { fieldManager: 'cloud-manager', force: true }));
  },
};
