import { describe, expect, it } from 'vitest';
import { aWidget, type Widget, widgets } from '../../test/support/kube-object.ts';
import { done, gadgets, managedWidgets, ready } from '../../test/support/managed-widgets.ts';
import { turns, until } from '../../test/support/virtual-time.ts';
import { type Pass, stopWithRequeueDelay } from '../composed/index.ts';
import { KubeConnection, mergePatch } from '../kube/index.ts';
import { type Cluster, controller, type ReconcileResult } from './controller.ts';

const { aManager, manage, world } = managedWidgets();

describe('an API server that', () => {
  it('goes away and comes back is followed again, without a new list', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }));
    await create('a');
    await managed.settle();
    await world().api.stop();
    await until('the watch breaks', () => managed.manager.problems.length > 0);
    expect(await managed.metric('cloud_manager_informer_following')).toBe(0);
    await world().api.start();
    await create('b');
    await managed.settle();
    expect(passes).toEqual(['a', 'b']);
    expect(managed.manager.problems).toEqual([]);
    expect(await managed.metric('cloud_manager_informer_lists_total')).toBe(1);
    expect(await managed.metric('cloud_manager_informer_following')).toBe(1);
    expect(await managed.metric('cloud_manager_informer_failures_total')).toBeGreaterThan(0);
  });

  it('has forgotten the revision is listed once more; nothing is lost', async () => {
    const { managed, passes, create, key } = await aManager(() => ({ outcome: done }));
    await create('a');
    await create('b');
    await managed.settle();
    await world().api.stop();
    await until('the watch breaks', () => managed.manager.problems.length > 0);
    await world().api.start();
    world().api.faults.add({ verb: 'watch', resource: 'widgets', status: 410 });
    await managed.user.patch(widgets, key('a'), mergePatch({ spec: { size: 2 } }));
    await create('c');
    await managed.settle();
    expect(passes.sort()).toEqual(['a', 'a', 'b', 'c']);
    expect(await managed.metric('cloud_manager_informer_lists_total', { reason: 'gone' })).toBe(1);
  });

  it('ends its watches in good order is followed on', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done }));
    world().api.closeWatches();
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
    manager.addCluster(world().connection('second'));
    expect(() => manager.addCluster(world().connection('second'))).toThrow('under management already');
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
    const { config } = world().connection('away');
    managed.manager.addCluster(new KubeConnection({ ...config, name: 'away', server: new URL('https://127.0.0.1:1') }));
    await create('a');
    await managed.settle();
    expect(passes).toEqual(['a']);
    expect(managed.manager.isReady).toBe(false);
    expect(managed.manager.problems.join()).toContain('away: widgets.example.io');
  });
});

it('no cluster keeps all workers, however long its passes last', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const passed: string[] = [];
  const slow = async ({ metadata }: Widget, _pass: Pass, { name }: Cluster): Promise<ReconcileResult> => {
    if (name === 'sandbox') await gate;
    passed.push(`${name} ${metadata.name}`);
    return { outcome: done };
  };
  const { managed, create } = await aManager(slow, { workers: 2 });
  managed.manager.addCluster(world().connection('second'));
  await managed.manager.whenSynced(AbortSignal.timeout(10_000));
  for (const name of ['a', 'b', 'c']) await create(name);
  await until('the other cluster is served', () => passed.length === 3);
  expect(passed.toSorted()).toEqual(['second a', 'second b', 'second c']);
  open();
  await managed.settle();
  expect(passed).toHaveLength(6);
});

describe('reconcileOnce', () => {
  it('runs one pass without workers, with its status', async () => {
    const managed = manage(world(), [
      controller<Widget>({ kind: widgets, reconcile: () => Promise.resolve({ outcome: done, status: ready('True') }) }),
    ]);
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
