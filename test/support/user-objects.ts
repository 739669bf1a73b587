import { kindOf } from '../../src/cli/demo/manifests.ts';
import { type Condition, findCondition, type KubeObject, mergePatch, type ResourceKind } from '../../src/kube/index.ts';
import type { Manifest } from './manifests.ts';
import { NAMESPACE } from './namespace.ts';
import type { Reported, SharedEnvironment } from './shared-environment.ts';

/** What users write in a shared environment whose only cluster is that of the control plane. */
export class UserObjects {
  readonly #shared: SharedEnvironment;
  /** By the test that runs. */
  readonly #written: Manifest[] = [];

  constructor(shared: SharedEnvironment) {
    this.#shared = shared;
  }

  /** They go when the test is over, before what stands for them would be taken away. */
  async apply(...manifests: readonly Manifest[]): Promise<void> {
    if (this.#written.length === 0) this.#shared.afterwards(() => this.#takeAway());
    this.#written.push(...manifests);
    await this.#shared.environment.apply(...manifests);
  }

  /**
   * Writes it in place of one of its name that is deleted by force, while Cloud Manager is away and can take nothing down: what
   * was made for the former one is there.
   */
  async replaceByForce(manifest: Manifest): Promise<void> {
    const { environment } = this.#shared;
    await environment.stopOperator();
    await this.deleteByForce(manifest);
    await environment.apply(manifest);
    await environment.startOperator();
  }

  /** As who takes the finalizer away does. */
  async deleteByForce(manifest: Manifest): Promise<void> {
    const { environment } = this.#shared;
    await environment.kube.patch(kindOf(manifest), manifest.metadata, mergePatch({ metadata: { finalizers: null } }));
    await environment.delete(manifest);
  }

  async untilGone(manifest: Manifest): Promise<void> {
    await this.#shared.environment.untilGone(kindOf(manifest), manifest.metadata.name);
  }

  async untilReady(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      await this.#shared.environment.untilReady(kindOf(manifest), manifest.metadata.name);
    }
  }

  /** The condition of this type, if it is True. */
  async condition(manifest: Manifest, type: string): Promise<Condition | undefined> {
    const found = await this.#shared.environment.find<Reported>(kindOf(manifest), manifest.metadata.name);
    const condition = findCondition(found?.status?.conditions, type);
    return condition?.status === 'True' ? condition : undefined;
  }

  /** Waits until the object shows `reason`; gives all that it shows. */
  shown(manifest: Manifest, reason: string, limitMs?: number): ReturnType<SharedEnvironment['shown']> {
    return this.#shared.shown(kindOf(manifest), manifest.metadata.name, reason, limitMs);
  }

  /** What stands for it in the control plane. */
  async counterpart<T extends KubeObject>(kind: ResourceKind<T>, manifest: Manifest): Promise<T | undefined> {
    const { environment } = this.#shared;
    const { items } = await environment.kube.list(kind, { namespace: NAMESPACE });
    const found = await environment.find<Reported>(kindOf(manifest), manifest.metadata.name);
    // What this world’s users write has it, what else is reported has not.
    const { id } = (found?.status ?? {}) as { readonly id?: string };
    return items.find(({ metadata }) => metadata.name === id);
  }

  /** All at once: the operator finds the order. */
  async #takeAway(): Promise<void> {
    const { environment } = this.#shared;
    const manifests = this.#written.splice(0);
    await environment.delete(...manifests);
    for (const manifest of manifests) await this.untilGone(manifest);
  }
}
