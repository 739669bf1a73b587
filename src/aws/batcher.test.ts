import { describe, expect, it } from 'vitest';
import { aCall } from '../../test/support/pass.ts';
import { silentLogger } from '../util/log.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { Batcher } from './batcher.ts';
import { NotFoundError } from './errors.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Objects that can be read and listed; the list may lag behind and may take several requests. */
function aWorld() {
  const objects = new Map<string, string>();
  const world = {
    objects,
    /** What lists do not show yet. */
    unlisted: new Set<string>(),
    requestsOfList: 1,
    /** What was asked of AWS, in order. */
    asked: [] as string[],
    /** Waits before each answer, when set. */
    gate: Promise.resolve(),
    listError: undefined as Error | undefined,
    signals: [] as AbortSignal[],
  };
  return world;
}

function aBatcher() {
  const clock = new VirtualClock();
  const world = aWorld();
  const batcher = new Batcher<string>(clock, silentLogger, {
    service: 'elasticache',
    operation: 'DescribeThings',
    readOne: async (id, { signal }) => {
      world.asked.push(`read ${id}`);
      world.signals.push(signal);
      await world.gate;
      const value = world.objects.get(id);
      if (value === undefined) throw new NotFoundError('thing', id);
      return value;
    },
    list: async (_, { signal }) => {
      world.asked.push('list');
      world.signals.push(signal);
      const answers = new Map([...world.objects].filter(([id]) => !world.unlisted.has(id)));
      await world.gate;
      if (world.listError) throw world.listError;
      return { answers, requests: world.requestsOfList };
    },
  });
  const close = async (): Promise<void> => {
    clock.advance(25);
    await settle();
  };
  /** Until the rest after a batch is over; no rest is longer. */
  const rest = async (): Promise<void> => {
    clock.advance(5_000);
    await settle();
  };
  return { clock, world, batcher, close, rest };
}

describe('Batcher', () => {
  it('reads directly when it is asked about one object, however many ask', async () => {
    const { world, batcher, close } = aBatcher();
    world.objects.set('a', 'A');
    const both = Promise.all([batcher.ask('a', aCall()), batcher.ask('a', aCall())]);
    await close();
    await expect(both).resolves.toEqual(['A', 'A']);
    expect(world.asked).toEqual(['read a']);
  });

  it('lists once when it is asked about many', async () => {
    const { world, batcher, close } = aBatcher();
    for (const id of ['a', 'b', 'c']) world.objects.set(id, id.toUpperCase());
    const all = Promise.all(['a', 'b', 'c'].map((id) => batcher.ask(id, aCall())));
    await close();
    await expect(all).resolves.toEqual(['A', 'B', 'C']);
    expect(world.asked).toEqual(['list']);
  });

  it('reads one list at a time, and lets who comes meanwhile share the next', async () => {
    const { world, batcher, close, rest } = aBatcher();
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) world.objects.set(id, id);
    const release = Promise.withResolvers<void>();
    world.gate = release.promise;
    const ask = (...ids: string[]): Promise<string[]> => Promise.all(ids.map((id) => batcher.ask(id, aCall())));
    const first = ask('a', 'b');
    await close();
    const second = ask('c', 'd');
    await close();
    const third = ask('e', 'f');
    await rest();
    expect(world.asked).toEqual(['list']);
    release.resolve();
    await expect(Promise.all([first, second, third])).resolves.toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
    expect(world.asked).toEqual(['list', 'list']);
  });

  it('reads directly what needs no list while a list is read', async () => {
    const { world, batcher, close, rest } = aBatcher();
    for (const id of ['a', 'b', 'c']) world.objects.set(id, id);
    const all = Promise.all(['a', 'b'].map((id) => batcher.ask(id, aCall())));
    const release = Promise.withResolvers<void>();
    world.gate = release.promise;
    await close();
    const alone = batcher.ask('c', aCall());
    await rest();
    expect(world.asked).toEqual(['list', 'read c']);
    release.resolve();
    await expect(Promise.all([all, alone])).resolves.toEqual([['a', 'b'], 'c']);
    expect(world.asked).toEqual(['list', 'read c']);
  });

  it('reads the next list also when one failed', async () => {
    const { world, batcher, close, rest } = aBatcher();
    for (const id of ['c', 'd']) world.objects.set(id, id);
    const release = Promise.withResolvers<void>();
    world.gate = release.promise;
    world.listError = new Error('no');
    const ask = (...ids: string[]): Promise<unknown> => Promise.all(ids.map((id) => batcher.ask(id, aCall())));
    const both = Promise.allSettled([ask('a', 'b'), close().then(() => ask('c', 'd'))]);
    await close();
    await rest();
    release.resolve();
    expect(await both).toMatchObject([{ reason: { message: 'no' } }, { reason: { message: 'no' } }]);
    expect(world.asked).toEqual(['list', 'list']);
  });

  it('reads directly while that is cheaper than the list was', async () => {
    const { world, batcher, close, rest } = aBatcher();
    for (const id of ['a', 'b', 'c', 'd']) world.objects.set(id, id);
    world.requestsOfList = 3;
    const ask = (ids: string[]): Promise<string[]> => Promise.all(ids.map((id) => batcher.ask(id, aCall())));
    const first = ask(['a', 'b']);
    await close();
    await first;
    const second = ask(['a', 'b', 'c']);
    await rest();
    await second;
    const third = ask(['a', 'b', 'c', 'd']);
    await rest();
    await third;
    expect(world.asked).toEqual(['list', 'read a', 'read b', 'read c', 'list']);
  });

  it('lists whatever is asked, where nothing can be read directly; what the list does not show is absent', async () => {
    const clock = new VirtualClock();
    let lists = 0;
    const batcher = new Batcher<string>(clock, silentLogger, {
      service: 'elasticache',
      operation: 'DescribeThings',
      list: (ids) => {
        lists += 1;
        return Promise.resolve({
          answers: new Map(ids.filter((id) => id !== 'gone').map((id) => [id, id])),
          requests: 20,
        });
      },
    });
    const ask = async (...ids: readonly string[]): Promise<object> => {
      const answers = Promise.allSettled(ids.map((id) => batcher.ask(id, aCall())));
      clock.advance(5_100);
      return answers;
    };
    expect(await ask('a', 'gone')).toMatchObject([{ value: 'a' }, { reason: { name: 'NotFoundError', id: 'gone' } }]);
    expect(await ask('a', 'b', 'c')).toMatchObject([{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    expect(await ask('a')).toMatchObject([{ value: 'a' }]);
    expect(lists).toBe(3);
  });

  it('confirms by a direct read that what the list does not show is absent', async () => {
    const { world, batcher, close } = aBatcher();
    world.objects.set('a', 'A').set('new', 'NEW');
    world.unlisted.add('new');
    const answers = Promise.allSettled(['a', 'new', 'gone'].map((id) => batcher.ask(id, aCall())));
    await close();
    expect(await answers).toMatchObject([
      { value: 'A' },
      { value: 'NEW' },
      { reason: { resource: 'thing', id: 'gone' } },
    ]);
    expect(world.asked).toEqual(['list', 'read new', 'read gone']);
  });

  it('finds without a direct read what the list shows, and reads directly for those who need certainty', async () => {
    const { world, batcher, close } = aBatcher();
    world.objects.set('a', 'A').set('new', 'NEW');
    world.unlisted.add('new');
    const found = Promise.all(['a', 'new', 'gone'].map((id) => batcher.find(id, aCall())));
    const asked = batcher.ask('new', aCall());
    await close();
    await expect(found).resolves.toEqual(['A', undefined, undefined]);
    await expect(asked).resolves.toBe('NEW');
    expect(world.asked).toEqual(['list', 'read new']);
  });

  it('finds nothing where a direct read says that there is nothing, and tells other errors', async () => {
    const { world, batcher, close, rest } = aBatcher();
    const alone = batcher.find('gone', aCall());
    await close();
    await expect(alone).resolves.toBeUndefined();
    world.listError = new Error('no');
    const failed = Promise.allSettled(['a', 'b'].map((id) => batcher.find(id, aCall())));
    await rest();
    expect(await failed).toMatchObject([{ reason: world.listError }, { reason: world.listError }]);
  });

  it('keeps no answer for a later question', async () => {
    const { world, batcher, close, rest } = aBatcher();
    world.objects.set('a', 'old');
    const first = batcher.ask('a', aCall());
    await close();
    await first;
    world.objects.set('a', 'new');
    const second = batcher.ask('a', aCall());
    await rest();
    await expect(second).resolves.toBe('new');
  });

  it('does not let a question join a request that is under way', async () => {
    const { world, batcher, close, rest } = aBatcher();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.gate = promise;
    world.objects.set('a', 'old').set('b', 'old');
    const early = Promise.all([batcher.ask('a', aCall()), batcher.ask('b', aCall())]);
    await close();
    world.objects.set('a', 'new');
    const late = batcher.ask('a', aCall());
    resolve();
    await rest();
    await expect(early).resolves.toEqual(['old', 'old']);
    await expect(late).resolves.toBe('new');
  });

  it('keeps the window open while questions come, up to a bound', async () => {
    const { clock, world, batcher } = aBatcher();
    const answers: Promise<unknown>[] = [];
    for (let askedMs = 0; askedMs < 105; askedMs += 15) {
      expect(world.asked).toEqual([]);
      answers.push(batcher.ask(`thing-${askedMs}`, aCall()).catch(() => 'absent'));
      clock.advance(15);
    }
    expect(world.asked).toEqual(['list']);
    await Promise.all(answers);
  });

  it.each([
    { requests: 1, restMs: 500, reason: 'two requests a second' },
    { requests: 4, restMs: 2_000, reason: 'longer after a long list' },
    { requests: 40, restMs: 5_000, reason: 'but nobody waits for more than 5 s' },
  ])('rests $restMs ms between lists of $requests requests: $reason', async ({ requests, restMs }) => {
    const { clock, world, batcher } = aBatcher();
    world.requestsOfList = requests;
    const listedAtMs: number[] = [];
    // A hundred questions a second, as a fleet asks that is made at once.
    for (let index = 0; index < 1_500; index += 1) {
      world.objects.set(`thing-${index}`, '');
      void batcher.ask(`thing-${index}`, aCall());
      const before = world.asked.length;
      clock.advance(10);
      if (world.asked.length > before) listedAtMs.push(clock.monotonicMs());
      await settle();
    }
    const [last = 0, beforeLast = 0] = listedAtMs.reverse();
    expect(new Set(world.asked)).toEqual(new Set(['list']));
    expect(last - beforeLast).toBe(restMs);
  });

  it('answers the others when one asker goes', async () => {
    const { world, batcher, close } = aBatcher();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.gate = promise;
    world.objects.set('a', 'A').set('b', 'B');
    const leaver = new AbortController();
    const left = batcher.ask('a', aCall({ signal: leaver.signal }));
    const stayed = batcher.ask('b', aCall());
    await close();
    leaver.abort(new Error('pass is over'));
    await expect(left).rejects.toThrow('pass is over');
    resolve();
    await expect(stayed).resolves.toBe('B');
    expect(world.signals.every(({ aborted }) => !aborted)).toBe(true);
  });

  it('gives the request up when all askers have gone', async () => {
    const { world, batcher, close } = aBatcher();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.gate = promise;
    const leaver = new AbortController();
    const left = Promise.allSettled(['a', 'b'].map((id) => batcher.ask(id, aCall({ signal: leaver.signal }))));
    await close();
    leaver.abort(new Error('pass is over'));
    await left;
    expect(world.signals.map(({ aborted }) => aborted)).toEqual([true]);
    resolve();
  });

  it('lets an impatient asker go at its own deadline, and answers the others', async () => {
    const { clock, world, batcher, close } = aBatcher();
    const { promise, resolve } = Promise.withResolvers<void>();
    world.gate = promise;
    world.objects.set('a', 'A');
    const impatient = batcher.ask('a', aCall({ deadlineMs: 1_000 }));
    const patient = batcher.ask('a', aCall({ deadlineMs: 5_000 }));
    await close();
    clock.advance(975);
    await expect(impatient).rejects.toMatchObject({ kind: 'network', code: 'TimeoutError', isRead: true });
    resolve();
    await expect(patient).resolves.toBe('A');
    expect(clock.pending).toBe(0);
  });

  it('asks nothing when all have gone before the window closed', async () => {
    const { clock, world, batcher, close } = aBatcher();
    const leaver = new AbortController();
    const left = batcher.ask('a', aCall({ signal: leaver.signal }));
    leaver.abort(new Error('pass is over'));
    await expect(left).rejects.toThrow('pass is over');
    expect(clock.pending).toBe(0);
    await close();
    expect(world.asked).toEqual([]);
  });

  it('tells all askers when the list fails, and goes on afterwards', async () => {
    const { world, batcher, close, rest } = aBatcher();
    world.listError = new Error('throttled');
    const failed = Promise.allSettled(['a', 'b'].map((id) => batcher.ask(id, aCall())));
    await close();
    expect(await failed).toMatchObject([{ reason: world.listError }, { reason: world.listError }]);
    world.objects.set('a', 'A');
    const next = batcher.ask('a', aCall());
    await rest();
    await expect(next).resolves.toBe('A');
  });

  it('refuses a question whose call is over', async () => {
    const { batcher } = aBatcher();
    const signal = AbortSignal.abort(new Error('pass is over'));
    await expect(batcher.ask('a', aCall({ signal }))).rejects.toThrow('pass is over');
  });
});
