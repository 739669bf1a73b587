import { kindOf } from '../../src/cli/demo/manifests.ts';
import { applyPatch, type KubeClient, type KubeObject, mergePatch, type ResourceKind } from '../../src/kube/index.ts';
import type { Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';

/** How requests of the test are told from the operator's. */
export const USER_AGENT = 'user';

/** What people do with kubectl. */
export class User {
  readonly #kube: KubeClient;

  constructor(kube: KubeClient) {
    this.#kube = kube;
  }

  /** As `kubectl apply --server-side` does. */
  async apply(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      const patch = applyPatch(manifest, { fieldManager: 'test', force: true });
      await this.#kube.patch(kindOf(manifest), manifest.metadata, patch);
    }
  }

  /** Changes fields below `spec.instance.aws`. */
  async edit(manifest: Manifest, aws: object): Promise<void> {
    await this.#kube.patch(kindOf(manifest), manifest.metadata, mergePatch({ spec: { instance: { aws } } }));
  }

  /** Asks for the deletion of all of them. */
  async delete(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) await this.#kube.delete(kindOf(manifest), manifest.metadata);
  }

  find<T extends KubeObject>(kind: ResourceKind<T>, name: string, namespace = NAMESPACE): Promise<T | undefined> {
    return this.#kube.find(kind, { namespace, name });
  }
}
