import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Pass, stopAndForget } from '../../src/composed/index.ts';
import { type KubeObject, namespaceKind, type ResourceKind } from '../../src/kube/index.ts';
import {
  type Cluster,
  controller,
  type ControllerOptions,
  type ManagerOptions,
  type ReconcileResult,
} from '../../src/runtime/index.ts';
import { type Widget, widgets } from './kube-object.ts';
import { type ApiWorld, ManagedWorld, startApiWorld } from './managed-world.ts';

export const gadgets: ResourceKind<Widget> = { ...widgets, kind: 'Gadget', plural: 'gadgets' };

type Reconcile = (object: Widget, pass: Pass, cluster: Cluster) => Promise<ReconcileResult> | ReconcileResult;
type Options = Partial<ControllerOptions<Widget>> & { readonly manager?: Partial<ManagerOptions> };

/** The status of a widget that says whether it is ready. */
export const ready = (status: 'True' | 'False', message = 'so') => ({
  conditions: [{ type: 'Ready', status, reason: 'Because', message }],
});
export const done = stopAndForget('done');

/**
 * One API server for a test file, and managers of widgets on it, each in a namespace of its own. After every test the
 * managers are stopped, nothing of theirs may wait any more, and the server is well again.
 */
export function managedWidgets() {
  const started: { world?: ApiWorld; namespaces: number } = { namespaces: 0 };
  const running: ManagedWorld[] = [];
  const world = (): ApiWorld => {
    if (started.world === undefined) throw new Error('The API server has not been started');
    return started.world;
  };
  beforeAll(async () => {
    started.world = await startApiWorld([widgets, gadgets]);
  });
  afterAll(() => world().stop());
  afterEach(async () => {
    for (const managed of running.splice(0)) {
      await managed.manager.stop();
      // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
      expect(managed.clock.pending).toBe(0);
    }
    world().api.faults.clear();
    await world().api.start();
  });

  const manage = (...parts: ConstructorParameters<typeof ManagedWorld>): ManagedWorld => {
    const managed = new ManagedWorld(...parts);
    running.push(managed);
    return managed;
  };

  /** A running manager with one controller of widgets; its passes are noted by the names of their objects. */
  const aManager = async (reconcile: Reconcile, { manager, ...options }: Options = {}) => {
    const namespace = `ns-${(started.namespaces += 1)}`;
    await world()
      .client()
      .create<KubeObject>(namespaceKind, { metadata: { name: namespace } });
    const passes: string[] = [];
    const mine = controller<Widget>({
      kind: widgets,
      ...options,
      reconcile: async (object, pass, cluster) => {
        if (object.metadata.namespace !== namespace) return { outcome: stopAndForget('not of this test') };
        passes.push(object.metadata.name);
        return reconcile(object, pass, cluster);
      },
    });
    const managed = manage(world(), [mine], manager);
    await managed.start();
    await managed.settle();
    const create = (name: string, spec: Widget['spec'] = { size: 1 }, kind = widgets): Promise<Widget> =>
      managed.user.create(kind, { metadata: { namespace, name }, spec });
    const key = (name: string) => ({ namespace, name });
    const read = (name: string): Promise<Widget> => managed.user.get(widgets, key(name));
    const statusOf = async (name: string): Promise<unknown> => (await read(name)).status;
    return { managed, namespace, passes, create, read, statusOf, key };
  };
  return { aManager, manage, world };
}
