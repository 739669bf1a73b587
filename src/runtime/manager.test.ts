import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aWidget, type Widget, widgets } from '../../test/support/kube-object.ts';
import { type ApiWorld, ManagedWorld, startApiWorld } from '../../test/support/managed-world.ts';
import { turns, until } from '../../test/support/virtual-time.ts';
import { type Pass, stopAndForget, stopWithRequeue, stopWithRequeueDelay, TerminalError } from '../composed/index.ts';
import {
  addFinalizer,
  eventKind,
  isBeingDeleted,
  KubeConnection,
  type KubeInput,
  mergePatch,
  removeFinalizer,
  type ResourceKind,
} from '../kube/index.ts';
import {
  type Cluster,
  controller,
  type ControllerOptions,
  type ReconcileResult,
  referringBy,
  watching,
} from './controller.ts';
import type { ManagerOptions } from './manager.ts';

const gadgets: ResourceKind<Widget> = { ...widgets, kind: 'Gadget', plural: 'gadgets' };
const finalizer = 'example.io/ours';

let world: ApiWorld;
const running: ManagedWorld[] = [];
let namespaces = 0;
let namespace: string;

beforeAll(async () => {
  world = await startApiWorld([widgets, gadgets]);
});
afterAll(() => world.stop());
afterEach(async () => {
  for (const managed of running.splice(0)) {
    await managed.manager.stop();
    // oxlint-disable-next-line vitest/no-standalone-expect -- every test of this file is to leave no timer behind
    expect(managed.clock.pending).toBe(0);
  }
  world.api.faults.clear();
  await world.api.start();
});

type Reconcile = (object: Widget, pass: Pass, cluster: Cluster) => Promise<ReconcileResult> | ReconcileResult;

/** A manager with one controller of widgets, which sees the objects of its own namespace; passes are noted. */
async function aManager(
  reconcile: Reconcile,
  options: Partial<ControllerOptions<Widget>> & { manager?: Partial<ManagerOptions> } = {},
) {
  namespace = `ns-${(namespaces += 1)}`;
  const mine = namespace;
  await world.client().create({ ...widgets, group: '', kind: 'Namespace', plural: 'namespaces', namespaced: false }, {
    metadata: { name: mine },
  } as KubeInput<Widget>);
  const passes: string[] = [];
  const { manager, ...rest } = options;
  const widgetController = controller<Widget>({
    kind: widgets,
    ...rest,
    reconcile: async (object, pass, cluster) => {
      if (object.metadata.namespace !== mine) return { outcome: stopAndForget('not of this test') };
      passes.push(object.metadata.name);
      return reconcile(object, pass, cluster);
    },
  });
  const managed = new ManagedWorld(world, [widgetController], manager);
  running.push(managed);
  await managed.start();
  await managed.settle();
  passes.length = 0;
  const create = (name: string, spec: Widget['spec'] = { size: 1 }, kind = widgets): Promise<Widget> =>
    managed.user.create(kind, { metadata: { namespace: mine, name }, spec });
  const read = (name: string): Promise<Widget> => managed.user.get(widgets, { namespace: mine, name });
  const statusOf = async (name: string): Promise<unknown> => (await read(name)).status;
  return { managed, passes, create, read, statusOf, key: (name: string) => ({ namespace: mine, name }) };
}

const ready = (status: 'True' | 'False', message = 'so') => ({
  conditions: [{ type: 'Ready', status, reason: 'Because', message }],
});
const done = stopAndForget('done');

describe('an object', () => {
  it('is reconciled when it comes and when its spec changes, and not for its own status', async () => {
    const { managed, passes, create, statusOf, key } = await aManager(({ spec }) => ({
      outcome: done,
      status: { ...ready('True'), size: spec.size },
    }));
    await create('a');
    await managed.settle();
    expect(passes).toEqual(['a']);
    expect(await statusOf('a')).toMatchObject({ size: 1, observedGeneration: 1 });
    await managed.user.patch(widgets, key('a'), mergePatch({ spec: { size: 2 } }));
    await managed.settle();
    expect(passes).toEqual(['a', 'a']);
    expect(await statusOf('a')).toMatchObject({ size: 2, observedGeneration: 2 });
  });

  it('that was there before the manager is reconciled at the start', async () => {
    const first = await aManager(() => ({ outcome: done }));
    await first.create('a');
    const later = new ManagedWorld(world, [
      controller<Widget>({
        kind: widgets,
        reconcile: (object) => Promise.resolve({ outcome: done, status: { seen: object.metadata.name } }),
      }),
    ]);
    running.push(later);
    await later.start();
    await later.settle();
    expect(await first.statusOf('a')).toMatchObject({ seen: 'a' });
  });

  it('is woken by chosen annotations only', async () => {
    const { managed, passes, create, key } = await aManager(() => ({ outcome: done }), {
      wakingAnnotations: ['example.io/look'],
    });
    await create('a');
    await managed.settle();
    const annotate = (annotations: object) =>
      managed.user.patch(widgets, key('a'), mergePatch({ metadata: { annotations } }));
    await annotate({ 'example.io/other': 'x' });
    await managed.settle();
    expect(passes).toHaveLength(1);
    await annotate({ 'example.io/look': 'now' });
    await managed.settle();
    expect(passes).toHaveLength(2);
  });

  it('is taken care of until its finalizer goes', async () => {
    const { managed, passes, create, key } = await aManager(async (object, pass, cluster) => {
      const kube = cluster.client(pass);
      if (!isBeingDeleted(object)) await addFinalizer(kube, widgets, object, finalizer);
      else await removeFinalizer(kube, widgets, object, finalizer);
      return { outcome: done, status: ready('True') };
    });
    await create('a');
    await managed.settle();
    expect(passes).toHaveLength(1);
    await managed.user.delete(widgets, key('a'));
    await managed.settle();
    expect(passes).toHaveLength(2);
    expect(await managed.user.find(widgets, key('a'))).toBeUndefined();
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'error' })).toBe(0);
  });

  it('shows the pass what the pass itself wrote before', async () => {
    let seen: unknown;
    const { managed, create } = await aManager(async (object, pass, cluster) => {
      await cluster.client(pass).patchStatus(widgets, object.metadata, mergePatch({ status: { intent: 'x' } }));
      seen = cluster.cache(widgets).get(object.metadata)?.status;
      return { outcome: done, status: { intent: 'x', ...ready('True') } };
    });
    await create('a');
    await managed.settle();
    expect(seen).toEqual({ intent: 'x' });
  });
});

describe('the status', () => {
  it('is not written when nothing differs, however often the pass runs', async () => {
    const { managed, passes, create, read } = await aManager(() => ({
      outcome: stopWithRequeueDelay(60_000, 'again'),
      status: ready('True'),
    }));
    await create('a');
    await managed.settle();
    const { resourceVersion } = (await read('a')).metadata;
    for (let i = 0; i < 3; i += 1) await managed.advance(60_000);
    expect(passes).toHaveLength(4);
    expect((await read('a')).metadata.resourceVersion).toBe(resourceVersion);
  });

  it('C1: keeps the time of a condition whose status stays, whatever its message says', async () => {
    let passNo = 0;
    const { managed, create, statusOf } = await aManager(() => {
      passNo += 1;
      return { outcome: stopWithRequeueDelay(60_000, 'x'), status: ready(passNo < 3 ? 'False' : 'True', `${passNo}`) };
    });
    await create('a');
    await managed.settle();
    const condition = async () => (await statusOf('a')) as { conditions: [object] };
    expect(await condition()).toMatchObject({
      conditions: [{ message: '1', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    });
    await managed.advance(60_000);
    expect(await condition()).toMatchObject({
      conditions: [{ message: '2', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    });
    await managed.advance(60_000);
    expect(await condition()).toMatchObject({
      conditions: [{ message: '3', lastTransitionTime: '2026-01-01T00:02:00Z' }],
    });
  });

  it('C6: leaves alone what changed in between outside of the status', async () => {
    const { managed, create, read, key } = await aManager(async ({ spec }) => {
      if (spec.size === 1) await managedUserChange();
      return { outcome: done, status: { size: spec.size, ...ready('True') } };
    });
    const managedUserChange = async (): Promise<void> => {
      await managed.user.patch(widgets, key('a'), mergePatch({ spec: { size: 2 } }));
    };
    await create('a');
    await managed.settle();
    expect(await read('a')).toMatchObject({ spec: { size: 2 }, status: { size: 2, observedGeneration: 2 } });
  });

  it('is written also when the pass failed', async () => {
    const { managed, create, statusOf } = await aManager(() => ({
      outcome: { kind: 'failed', error: new Error('broken') },
      status: ready('False', 'broken'),
    }));
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toMatchObject({ conditions: [{ status: 'False', message: 'broken' }] });
  });

  it('that could not be written makes the pass be repeated', async () => {
    const { managed, passes, create, statusOf } = await aManager(() => ({ outcome: done, status: ready('True') }));
    world.api.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status', status: 500 });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    await managed.advance(200);
    expect(passes).toHaveLength(2);
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });
});

describe('an event', () => {
  it('is written once and counted, and the manager is not idle before', async () => {
    const { managed, create } = await aManager((object, pass, cluster) => {
      cluster.recordEvent(pass, object, { type: 'Warning', reason: 'Refused', message: 'No' });
      return { outcome: stopWithRequeueDelay(1_000, 'again') };
    });
    await create('a');
    await managed.settle();
    await managed.advance(1_000);
    const { items } = await managed.user.list(eventKind, { namespace });
    expect(items).toMatchObject([{ reason: 'Refused', count: 2, involvedObject: { name: 'a', kind: 'Widget' } }]);
  });
});

describe('when the next pass comes', () => {
  it('is what the outcome says', async () => {
    const outcomes = [stopWithRequeue('moved'), stopWithRequeueDelay(30_000, 'wait'), done];
    const { managed, passes, create } = await aManager(() => ({ outcome: outcomes.shift() ?? done }));
    await create('a');
    await managed.settle();
    expect(passes).toHaveLength(2);
    await managed.advance(29_999);
    expect(passes).toHaveLength(2);
    await managed.advance(1);
    expect(passes).toHaveLength(3);
    await managed.advance(86_400_000);
    expect(passes).toHaveLength(3);
  });

  it('C9: grows after errors, which are counted as errors', async () => {
    const { managed, passes, create } = await aManager(() => {
      throw new Error('broken');
    });
    await create('a');
    await managed.settle();
    const counts = [passes.length];
    for (const pauseMs of [199, 1, 399, 1, 799, 1]) {
      await managed.advance(pauseMs);
      counts.push(passes.length);
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(await managed.metric('cloud_manager_reconcile_total', { kind: 'Widget', result: 'error' })).toBe(4);
  });

  it('is not before a change after a terminal error', async () => {
    const { managed, passes, create, key } = await aManager(({ spec }) => {
      if (spec.size === 1) throw new TerminalError('cannot be');
      return { outcome: done };
    });
    await create('a');
    await managed.settle();
    await managed.advance(86_400_000);
    expect(passes).toHaveLength(1);
    await managed.user.patch(widgets, key('a'), mergePatch({ spec: { size: 2 } }));
    await managed.settle();
    expect(passes).toHaveLength(2);
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'terminal' })).toBe(1);
  });

  it('C17: comes also when a pass hangs: it is cut off by its deadline', async () => {
    let hangs = true;
    const { managed, passes, create, statusOf } = await aManager(
      async (_object, { signal }) => {
        if (hangs)
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          );
        return { outcome: done, status: ready('True') };
      },
      { passTimeoutMs: 5_000, workers: 1 },
    );
    await create('a');
    await until('a pass runs', () => passes.length > 0);
    hangs = false;
    await managed.advance(5_000);
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'deadline' })).toBe(1);
    await managed.advance(200);
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });
});

describe('a dependency', () => {
  const dependent = {
    indexes: { uses: ({ metadata, spec }: Widget) => [`${metadata.namespace}/${spec.uses ?? ''}`] },
    watches: [watching(gadgets, referringBy(widgets, 'uses'))],
  };

  it('that comes, becomes ready or goes wakes exactly who refers to it', async () => {
    const { managed, passes, create, key } = await aManager((object, _pass, cluster) => {
      const gadget = cluster.cache(gadgets).get({ ...object.metadata, name: object.spec.uses ?? '' });
      return { outcome: done, status: ready(gadget?.status === undefined ? 'False' : 'True') };
    }, dependent);
    await create('a', { size: 1, uses: 'g' });
    await create('b', { size: 1, uses: 'other' });
    await managed.settle();
    passes.length = 0;
    await create('g', { size: 1 }, gadgets);
    await managed.settle();
    expect(passes).toEqual(['a']);
    await managed.user.patchStatus(gadgets, key('g'), mergePatch({ status: { ok: true } }));
    await managed.settle();
    expect(passes).toEqual(['a', 'a']);
    expect(managed.manager.cluster('sandbox').cache(widgets).get(key('a'))?.status).toMatchObject(ready('True'));
  });

  it('is read from the cache; a kind that nobody named is an error', async () => {
    const { managed } = await aManager(() => ({ outcome: done }));
    expect(() => managed.manager.cluster('sandbox').cache(gadgets)).toThrow('Nothing watches gadgets.example.io');
  });

  it('that cannot be mapped stops nobody', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }), {
      watches: [
        watching(gadgets, () => {
          throw new Error('cannot say');
        }),
      ],
    });
    await create('g', { size: 1 }, gadgets);
    await create('a');
    await managed.settle();
    expect(passes).toEqual(['a']);
  });
});

describe('without the right to write', () => {
  it('an object is not touched that belongs to another replica', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }), {
      manager: { authorityOf: (key) => (key.name === 'a' ? undefined : { expiresAtMs: () => Infinity }) },
    });
    await create('a');
    await create('b');
    await managed.settle();
    expect(passes).toEqual(['b']);
  });

  it('an object is taken up as soon as it is ours, when we are told', async () => {
    const ours = new Set<string>();
    const { managed, passes, create } = await aManager(() => ({ outcome: done }), {
      manager: { authorityOf: (key) => (ours.has(key.name) ? { expiresAtMs: () => Infinity } : undefined) },
    });
    await create('a');
    await create('b');
    await managed.settle();
    ours.add('a').add('b');
    managed.manager.wake((key) => key.name === 'b');
    await managed.settle();
    expect(passes).toEqual(['b']);
  });

  it('the status is not written after the lease ended, and the object comes again', async () => {
    let expiresAtMs = 5_000;
    const { managed, create, statusOf } = await aManager(() => ({ outcome: done, status: ready('True') }), {
      manager: { authorityOf: () => ({ expiresAtMs: () => expiresAtMs }) },
    });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'refused' })).toBe(1);
    expiresAtMs = Infinity;
    await managed.advance(200);
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });

  it.each(['plan', 'observe'] as const)('mode %s writes nothing, and is no failure', async (mode) => {
    const { managed, create, statusOf } = await aManager(() => ({ outcome: done, status: ready('True') }), {
      manager: { mode },
    });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'done' })).toBeGreaterThan(0);
  });
});

describe('an API server that', () => {
  it('goes away and comes back is followed again, without a new list', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }));
    await create('a');
    await managed.settle();
    await world.api.stop();
    await until('the watch breaks', () => managed.manager.problems.length > 0);
    await world.api.start();
    await create('b');
    await managed.settle();
    expect(passes).toEqual(['a', 'b']);
    expect(managed.manager.problems).toEqual([]);
    expect(await managed.metric('cloud_manager_informer_lists_total')).toBe(1);
  });

  it('has forgotten the revision is listed once more; nothing is lost', async () => {
    const { managed, passes, create, key } = await aManager(() => ({ outcome: done }));
    await create('a');
    await create('b');
    await managed.settle();
    await world.api.stop();
    await until('the watch breaks', () => managed.manager.problems.length > 0);
    await world.api.start();
    world.api.faults.add({ verb: 'watch', resource: 'widgets', status: 410 });
    await managed.user.patch(widgets, key('a'), mergePatch({ spec: { size: 2 } }));
    await create('c');
    await managed.settle();
    expect(passes.sort()).toEqual(['a', 'a', 'b', 'c']);
    expect(await managed.metric('cloud_manager_informer_lists_total', { reason: 'gone' })).toBe(1);
  });

  it('ends its watches in good order is followed on', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }));
    world.api.closeWatches();
    await create('a');
    await managed.settle();
    expect(passes).toEqual(['a']);
  });
});

describe('stop', () => {
  it('lets a running pass end and write its status', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { managed, passes, create, statusOf } = await aManager(async () => {
      await gate;
      return { outcome: done, status: ready('True') };
    });
    await create('a');
    await until('a pass runs', () => passes.length > 0);
    const stopped = managed.manager.stop();
    await turns();
    expect(managed.manager.isReady).toBe(false);
    open();
    await stopped;
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });

  it('aborts passes that take too long, and does not wait for those that ignore it', async () => {
    let reason: unknown;
    const { managed, passes, create } = await aManager(
      (_object, { signal }) => {
        signal.addEventListener('abort', () => (reason = signal.reason));
        return new Promise(() => {});
      },
      { passTimeoutMs: 3_600_000, manager: { drainTimeoutMs: 10_000 } },
    );
    await create('a');
    await until('a pass runs', () => passes.length > 0);
    const stopped = managed.manager.stop();
    await turns();
    managed.clock.advance(10_000);
    await turns();
    expect(reason).toMatchObject({ name: 'StoppedError' });
    await turns();
    managed.clock.advance(2_000);
    await stopped;
    // The deadline of the pass that never ends.
    managed.clock.advance(3_600_000);
  });

  it('begins no new pass', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: stopWithRequeueDelay(1_000, 'again') }));
    await create('a');
    await managed.settle();
    await managed.manager.stop();
    managed.clock.advance(60_000);
    await turns();
    expect(passes).toHaveLength(1);
  });
});

describe('clusters', () => {
  it('come and go while the manager runs', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: stopWithRequeueDelay(1_000, 'again') }));
    await create('a');
    await managed.settle();
    const { manager } = managed;
    const signal = AbortSignal.timeout(10_000);
    manager.addCluster(world.connection('second'));
    expect(() => manager.addCluster(world.connection('second'))).toThrow('under management already');
    await manager.whenSynced(signal);
    await managed.settle();
    expect(passes).toEqual(['a', 'a']);
    await manager.removeCluster('second');
    await managed.advance(1_000);
    expect(passes).toEqual(['a', 'a', 'a']);
    expect(() => manager.cluster('second')).toThrow('not under management');
  });

  it('that cannot be reached hold up no other', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }));
    const { config } = world.connection('away');
    managed.manager.addCluster(new KubeConnection({ ...config, name: 'away', server: new URL('https://127.0.0.1:1') }));
    await create('a');
    await managed.settle();
    expect(passes).toEqual(['a']);
    expect(managed.manager.isReady).toBe(false);
    expect(managed.manager.problems.join()).toContain('away: widgets.example.io');
  });
});

describe('reconcileOnce', () => {
  it('runs one pass without workers, with its status', async () => {
    const managed = new ManagedWorld(world, [
      controller<Widget>({ kind: widgets, reconcile: () => Promise.resolve({ outcome: done, status: ready('True') }) }),
    ]);
    running.push(managed);
    await managed.manager.whenSynced(AbortSignal.timeout(10_000));
    const { metadata } = await managed.user.create(widgets, {
      metadata: { namespace: 'default', generateName: 'once-' },
      spec: aWidget().spec,
    });
    await managed.manager.whenObserved('sandbox', widgets, metadata.resourceVersion, AbortSignal.timeout(10_000));
    const key = { namespace: 'default', name: metadata.name };
    expect(await managed.manager.reconcileOnce(widgets, key)).toEqual(done);
    expect((await managed.user.get(widgets, key)).status).toMatchObject(ready('True'));
    expect(await managed.manager.reconcileOnce(widgets, { name: 'missing' })).toBeUndefined();
    await expect(managed.manager.reconcileOnce(gadgets, key)).rejects.toThrow('No controller reconciles gadgets');
  });
});
