import { describe, expect, it } from 'vitest';
import { type Widget, widgets } from '../../test/support/kube-object.ts';
import { done, gadgets, managedWidgets, ready } from '../../test/support/managed-widgets.ts';
import { until } from '../../test/support/virtual-time.ts';
import { stopWithRequeue, stopWithRequeueDelay, TerminalError } from '../composed/index.ts';
import { addFinalizer, eventKind, isBeingDeleted, isConflict, mergePatch, removeFinalizer } from '../kube/index.ts';
import { AuthorityEndedError } from '../util/call.ts';
import { controller, referringBy, watching } from './controller.ts';
import { writeStatus } from './status-writer.ts';

const finalizer = 'example.io/ours';
const { aManager, manage, world } = managedWidgets();

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
    const later = manage(world(), [
      controller<Widget>({
        kind: widgets,
        reconcile: (object) => Promise.resolve({ outcome: done, status: { seen: object.metadata.name } }),
      }),
    ]);
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

  it('that meets changes by somebody else again and again is stated anew by a prompt pass, and that is no failure', async () => {
    const { managed, passes, create, statusOf } = await aManager(() => ({ outcome: done, status: ready('True') }));
    world().api.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status', status: 409, count: 5 });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    await managed.advance(200);
    expect([passes.length, await statusOf('a')]).toMatchObject([2, ready('True')]);
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'error' })).toBe(0);
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'conflict' })).toBe(1);
  });

  it('that meets changes without end is stated anew hardly more than once a second', async () => {
    const { managed, passes, create } = await aManager(() => ({ outcome: done, status: ready('True') }));
    world().api.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status', status: 409, count: 1000 });
    await create('a');
    await managed.settle();
    for (let tenths = 0; tenths < 100; tenths += 1) await managed.advance(100);
    expect(passes.length).toBeGreaterThanOrEqual(10);
    expect(passes.length).toBeLessThanOrEqual(16);
  });

  it('does not lie over a newer one when its patch comes late', async () => {
    const { managed, create, read, statusOf } = await aManager(() => ({ outcome: done }));
    const late = await create('a');
    await managed.user.patchStatus(widgets, late.metadata, mergePatch({ status: { is: 'newer' } }));
    const write = { client: managed.user, kind: widgets, seen: late, current: late, stated: { is: 'older' }, nowMs: 0 };
    await expect(writeStatus(write)).rejects.toSatisfy(isConflict);
    expect(await statusOf('a')).toEqual({ is: 'newer' });
    await writeStatus({ ...write, current: await read('a') });
    expect(await statusOf('a')).toEqual({ is: 'older' });
  });

  it('does not lie over what somebody else wrote during the pass, and the cache knows by its end', async () => {
    const { managed, create, statusOf } = await aManager(async ({ metadata, status }) => {
      const found = Object.hasOwn(status ?? {}, 'found');
      if (!found) {
        const written = await managed.user.patchStatus(widgets, metadata, mergePatch({ status: { found: true } }));
        const { resourceVersion } = written.metadata;
        await managed.manager.whenObserved('sandbox', widgets, resourceVersion, AbortSignal.timeout(10_000));
      }
      return { outcome: done, status: { found, ...ready('True') } };
    });
    await create('a');
    await managed.settle();
    await managed.advance(1_000);
    expect(await statusOf('a')).toMatchObject({ found: true });
  });

  it('stands beside what the pass itself has recorded in it', async () => {
    const { create, managed, passes, statusOf } = await aManager(async ({ metadata }, pass, cluster) => {
      await cluster.client(pass).patchStatus(widgets, metadata, mergePatch({ status: { made: 'x' } }));
      return { outcome: done, status: { made: 'x', ...ready('True') } };
    });
    await create('a');
    await managed.settle();
    expect(passes).toHaveLength(1);
    expect(await statusOf('a')).toMatchObject({ made: 'x', ...ready('True') });
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
    world().api.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status', status: 500 });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    await managed.advance(200);
    expect(passes).toHaveLength(2);
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });

  it('that the server refuses is told by an Event, as no status can', async () => {
    const { managed, namespace, create } = await aManager(() => ({ outcome: done, status: ready('True') }));
    world().api.faults.add({ verb: 'patch', resource: 'widgets', subresource: 'status', status: 403 });
    await create('a');
    await managed.settle();
    const { items } = await managed.user.list(eventKind, { namespace });
    expect(items).toMatchObject([{ type: 'Warning', reason: 'StatusRefused', involvedObject: { name: 'a' } }]);
    expect(items[0]?.message).toContain('Grant the operator patch on widgets.example.io/status');
  });
});

describe('an event', () => {
  it('is written once and counted, and the manager is not idle before', async () => {
    const { managed, namespace, create } = await aManager((object, pass, cluster) => {
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

  it('that is there at the start does not make for a second pass', async () => {
    const first = await aManager(() => ({ outcome: done }));
    await first.create('g', { size: 1 }, gadgets);
    await first.create('a', { size: 1, uses: 'g' });
    let passes = 0;
    const reconcile = (object: Widget) => {
      if (object.metadata.namespace === first.namespace) passes += 1;
      return Promise.resolve({ outcome: done });
    };
    const later = manage(world(), [controller<Widget>({ kind: widgets, ...dependent, reconcile })]);
    await later.start();
    await later.settle();
    expect(passes).toBe(1);
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
    let expiresAtMs = 0;
    const { managed, create, statusOf } = await aManager(() => ({ outcome: done, status: ready('True') }), {
      manager: { authorityOf: () => ({ expiresAtMs: () => expiresAtMs }) },
    });
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'refused' })).toBe(1);
    expiresAtMs = Infinity;
    await managed.advance(1_000);
    expect(await statusOf('a')).toMatchObject(ready('True'));
  });

  it('a pass is aborted with its authority, says nothing of the object, and is no failure', async () => {
    const ending = new AbortController();
    const { managed, create, statusOf } = await aManager(
      (_object, pass) => {
        queueMicrotask(() => ending.abort(new AuthorityEndedError('lost')));
        return new Promise((resolve) => {
          pass.signal.addEventListener('abort', () => resolve({ outcome: done, status: ready('True') }));
        });
      },
      {
        manager: {
          authorityOf: () => ({ expiresAtMs: () => (ending.signal.aborted ? 0 : Infinity), ended: ending.signal }),
        },
      },
    );
    await create('a');
    await managed.settle();
    expect(await statusOf('a')).toBeUndefined();
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'refused' })).toBe(1);
    expect(await managed.metric('cloud_manager_reconcile_total', { result: 'error' })).toBe(0);
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
