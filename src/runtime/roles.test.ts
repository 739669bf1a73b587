import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Widget, widgets } from '../../test/support/kube-object.ts';
import { done, gadgets } from '../../test/support/managed-widgets.ts';
import { type ApiWorld, startApiWorld } from '../../test/support/managed-world.ts';
import { turns, until } from '../../test/support/virtual-time.ts';
import { stopWithRequeueDelay } from '../composed/index.ts';
import { type KubeClient, type KubeObject, mergePatch, namespaceKind, type NamespacedName } from '../kube/index.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import {
  type Cluster,
  controller,
  type ControllerOptions,
  type PassEnd,
  type ReconcileAbsent,
  watching,
} from './controller.ts';
import { Manager } from './manager.ts';

/** Gadgets of the main cluster, of which widgets of other clusters are told. */
let main: ApiWorld;
let other: ApiWorld;
const NAMESPACE = 'team';

beforeAll(async () => {
  [main, other] = await Promise.all([startApiWorld([widgets, gadgets]), startApiWorld([widgets, gadgets])]);
  for (const world of [main, other]) {
    await world.client().create<KubeObject>(namespaceKind, { metadata: { name: NAMESPACE } });
  }
});
afterAll(() => Promise.all([main.stop(), other.stop()]));

let manager: Manager;
let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});
afterEach(async () => {
  await manager.stop();
  for (const world of [main, other]) {
    for (const kind of [widgets, gadgets]) {
      const { items } = await world.client().list(kind, {});
      for (const { metadata } of items) await world.client().delete(kind, metadata);
    }
  }
  // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave no timer behind
  expect(clock.pending).toBe(0);
});

const key = (name: string): NamespacedName => ({ namespace: NAMESPACE, name });
const write = (client: KubeClient, kind: typeof widgets, name: string): Promise<Widget> =>
  client.create(kind, { metadata: { namespace: NAMESPACE, name }, spec: { size: 1 } });

/** A manager whose widgets are those of clusters in role `user`, woken by the gadgets of the main cluster. */
function aManager(options: Partial<ControllerOptions<Widget>> = {}) {
  const passes: string[] = [];
  const mine = controller<Widget>({
    kind: widgets,
    role: 'user',
    watches: [
      watching(gadgets, ({ metadata }) => [{ cluster: 'other', namespace: NAMESPACE, name: metadata.name }], {
        role: 'main',
      }),
    ],
    reconcile: async ({ metadata }, _pass, cluster) => {
      passes.push(`${cluster.name}/${metadata.name}`);
      return { outcome: done };
    },
    ...options,
  });
  manager = new Manager({ controllers: [mine], clock, random: () => 1 });
  return passes;
}

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Waits until the manager has heard of the latest write to a cluster, and rests. */
async function settle(cluster: string, kind: typeof widgets, written: Widget): Promise<void> {
  await manager.whenObserved(cluster, kind, written.metadata.resourceVersion, signal());
  await manager.whenIdle(signal());
}

describe('a controller of a role', () => {
  it('works on clusters of that role alone, and is woken by those of another', async () => {
    const passes = aManager();
    await write(main.client(), widgets, 'not-mine');
    await write(other.client(), widgets, 'a');
    manager.addCluster(main.connection('main'));
    await manager.start(signal());
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect(passes).toEqual(['other/a']);
    await settle('main', gadgets, await write(main.client(), gadgets, 'a'));
    expect(passes).toEqual(['other/a', 'other/a']);
    await settle('main', gadgets, await write(main.client(), gadgets, 'b'));
    expect(passes).toEqual(['other/a', 'other/a']);
  });

  it('works on a cluster that has both roles', async () => {
    const passes = aManager({
      watches: [watching(gadgets, ({ metadata }) => [{ namespace: NAMESPACE, name: metadata.name }], { role: 'main' })],
    });
    await write(main.client(), widgets, 'a');
    manager.addCluster(main.connection('main'), { roles: ['main', 'user'] });
    await manager.start(signal());
    await manager.whenIdle(signal());
    await settle('main', gadgets, await write(main.client(), gadgets, 'a'));
    expect(passes).toEqual(['main/a', 'main/a']);
  });

  it('wakes all objects of a cluster that a dependency concerns as a whole, and none of one that is not there', async () => {
    const passes = aManager({
      watches: [watching(gadgets, () => [{ cluster: 'other' }, { cluster: 'nowhere' }], { role: 'main' })],
    });
    await write(other.client(), widgets, 'a');
    await write(other.client(), widgets, 'b');
    manager.addCluster(main.connection('main'));
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.start(signal());
    await manager.whenIdle(signal());
    passes.length = 0;
    await settle('main', gadgets, await write(main.client(), gadgets, 'a'));
    expect(passes.toSorted()).toEqual(['other/a', 'other/b']);
  });

  it('looks again when a role comes that it watches: of what changed there before nobody has heard', async () => {
    const passes = aManager({ watches: [watching(gadgets, () => [], { role: 'module' })] });
    await write(other.client(), widgets, 'a');
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.start(signal());
    await manager.whenIdle(signal());
    expect(passes).toEqual(['other/a']);
    await manager.setRoles('other', ['user', 'module']);
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect(passes).toEqual(['other/a', 'other/a']);
  });

  it('begins and ends with the role', async () => {
    const passes = aManager({
      reconcile: async ({ metadata }) => {
        passes.push(metadata.name);
        return { outcome: stopWithRequeueDelay(1_000, 'again') };
      },
    });
    manager.addCluster(main.connection('main'));
    await write(other.client(), widgets, 'a');
    await manager.start(signal());
    manager.addCluster(other.connection('other'), { roles: [] });
    await manager.whenSynced(signal());
    expect(passes).toEqual([]);
    expect(() => manager.cluster('other').cache(widgets)).toThrow('Nothing watches widgets');
    await manager.setRoles('other', ['user']);
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect(passes).toEqual(['a']);
    await manager.setRoles('other', []);
    clock.advance(5_000);
    await turns();
    expect(passes).toEqual(['a']);
    expect(() => manager.cluster('other').cache(widgets)).toThrow('Nothing watches widgets');
    // Asked for in one breath, they come in order.
    void manager.setRoles('other', ['user']);
    void manager.setRoles('other', []);
    await manager.setRoles('other', ['user']);
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect(passes.filter((name) => name === 'a').length).toBeGreaterThan(1);
  });

  it('lets the pass that runs end before the role is left', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const passes = aManager({
      reconcile: async ({ metadata }, _pass, cluster) => {
        passes.push(`begins ${metadata.name}`);
        await gate;
        passes.push(`ends ${cluster.cache(widgets).list().length}`);
        return { outcome: done };
      },
    });
    await write(other.client(), widgets, 'a');
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.start(signal());
    await until('a pass runs', () => passes.length > 0);
    const left = manager.setRoles('other', []).then(() => passes.push('left'));
    await turns();
    open();
    await left;
    expect(passes).toEqual(['begins a', 'ends 1', 'left']);
  });
});

describe('a watch', () => {
  it('of a part of what there is keeps just that in memory', async () => {
    const keep = (gadget: Widget): Widget | undefined => (gadget.spec.size > 1 ? gadget : undefined);
    const passes = aManager({
      watches: [
        watching(gadgets, ({ metadata }) => [{ namespace: NAMESPACE, name: metadata.name }], {
          role: 'main',
          namespace: NAMESPACE,
          keep,
        }),
      ],
      reconcile: async ({ metadata }) => {
        passes.push(metadata.name);
        return { outcome: done };
      },
    });
    manager.addCluster(main.connection('main'), { roles: ['main', 'user'] });
    await write(main.client(), widgets, 'a');
    await write(main.client(), gadgets, 'a');
    await manager.start(signal());
    await manager.whenIdle(signal());
    expect([passes, manager.cluster('main').cache(gadgets).list()]).toEqual([['a'], []]);
    await settle('main', gadgets, await main.client().patch(gadgets, key('a'), mergePatch({ spec: { size: 2 } })));
    expect([passes, manager.cluster('main').cache(gadgets).list().length]).toEqual([['a', 'a'], 1]);
  });

  it('of another part of what is watched already is refused: one of the two would miss objects', () => {
    const [some, others] = ['x=1', 'x=2'].map((labelSelector) => watching(gadgets, () => [], { labelSelector }));
    aManager({ watches: [some, others].flatMap((watch) => watch ?? []) });
    const add = (): void => manager.addCluster(other.connection('other'), { roles: ['user'] });
    expect(add).toThrow('gadgets.example.io is watched under two selections');
  });
});

describe('a cluster that is not essential', () => {
  it('does not keep the manager from being ready', async () => {
    aManager();
    manager.addCluster(main.connection('main'));
    other.api.faults.add({ verb: 'list', resource: 'widgets', status: 503, count: 1_000 });
    manager.addCluster(other.connection('other'), { roles: ['user'], isEssential: false });
    await manager.start(signal());
    expect(manager.isReady).toBe(true);
    expect(manager.problems).toEqual([]);
    await manager.removeCluster('other');
    other.api.faults.clear();
  });
});

describe('a key that no object has', () => {
  const absent = (handled: string[], end: PassEnd) => {
    const reconcileAbsent: ReconcileAbsent = async ({ cluster, name }) => {
      handled.push(`${cluster}/${name}`);
      return end;
    };
    const keysElsewhere = ({ name }: Cluster): readonly NamespacedName[] =>
      name === 'other'
        ? manager
            .cluster('main')
            .cache(gadgets)
            .list()
            .map(({ metadata }) => metadata)
        : [];
    return { reconcileAbsent, keysElsewhere };
  };

  it('is looked after when it is named elsewhere: by what was there, what comes, and what changes', async () => {
    const handled: string[] = [];
    aManager(absent(handled, done));
    await write(main.client(), gadgets, 'left');
    await write(main.client(), gadgets, 'used');
    await write(other.client(), widgets, 'used');
    manager.addCluster(main.connection('main'));
    await manager.start(signal());
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect(handled).toEqual(['other/left']);
    const written = await main.client().patch(gadgets, key('left'), mergePatch({ spec: { size: 2 } }));
    await settle('main', gadgets, written);
    await settle('main', gadgets, await write(main.client(), gadgets, 'new'));
    expect(handled).toEqual(['other/left', 'other/left', 'other/new']);
  });

  it('is looked after when its object goes', async () => {
    const handled: string[] = [];
    aManager(absent(handled, done));
    manager.addCluster(main.connection('main'));
    await manager.start(signal());
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.whenSynced(signal());
    await settle('other', widgets, await write(other.client(), widgets, 'gone'));
    await other.client().delete(widgets, key('gone'));
    await settle('other', widgets, await write(other.client(), widgets, 'later'));
    expect(handled).toEqual(['other/gone']);
  });

  it('is looked after again when it was asked for', async () => {
    const handled: string[] = [];
    aManager(absent(handled, stopWithRequeueDelay(1_000, 'not yet')));
    await write(main.client(), gadgets, 'left');
    manager.addCluster(main.connection('main'));
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.start(signal());
    await manager.whenIdle(signal());
    clock.advance(1_000);
    await manager.whenIdle(signal());
    expect(handled).toEqual(['other/left', 'other/left']);
  });

  it('is found without a look at what concerns other clusters', async () => {
    const handled: string[] = [];
    const looks: string[] = [];
    const wakes = ({ metadata }: Widget): [] => {
      looks.push(metadata.name);
      return [];
    };
    aManager({ ...absent(handled, done), watches: [watching(gadgets, wakes, { role: 'main' })] });
    await write(main.client(), gadgets, 'left');
    manager.addCluster(main.connection('main'));
    await manager.start(signal());
    manager.addCluster(other.connection('other'), { roles: ['user'] });
    await manager.whenSynced(signal());
    await manager.whenIdle(signal());
    expect([handled, looks]).toEqual([['other/left'], []]);
  });
});
