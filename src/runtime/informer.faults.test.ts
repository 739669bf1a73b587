import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Widget, widgets } from '../../test/support/kube-object.ts';
import { type ApiWorld, startApiWorld } from '../../test/support/managed-world.ts';
import { isUnreachable } from '../kube/index.ts';
import { systemClock } from '../util/clock.ts';
import { silentLogger } from '../util/log.ts';
import { Activity } from './activity.ts';
import { Informer } from './informer.ts';

/*
 * An informer on a real wire, whose server does all that servers do to watches, in random order, while somebody writes.
 * In the end it has to know what the server knows.
 */

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld([widgets]);
});
afterAll(() => world.stop());

const names = ['a', 'b', 'c', 'd'] as const;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), name: fc.constantFrom(...names) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name: fc.constantFrom(...names) }) },
  fc.record({ do: fc.constantFrom('endWatches', 'forget', 'restart', 'drop', 'refuse', 'throttle', 'pause') }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The user's own writes may break off with a restart: what became of them is what the server says in the end. */
async function write(action: Extract<Step, { name: string }>): Promise<void> {
  const client = world.client();
  const key = { namespace: 'default', name: action.name };
  try {
    if (action.do === 'delete') return await client.delete(widgets, key);
    const known = await client.find(widgets, key);
    const spec = { size: (known?.spec.size ?? 0) + 1 };
    await (known === undefined
      ? client.create(widgets, { metadata: key, spec })
      : client.update<Widget>(widgets, { ...known, spec }));
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
  return undefined;
}

async function take(action: Step): Promise<void> {
  const { api } = world;
  if ('name' in action) return write(action);
  switch (action.do) {
    case 'endWatches':
      return api.closeWatches();
    case 'forget':
      api.compact();
      return api.closeWatches();
    case 'restart':
      await api.stop();
      return api.start();
    case 'drop':
      api.faults.add({ verb: 'watch', drop: true });
      return api.closeWatches();
    case 'refuse':
      api.faults.add({ verb: 'watch', status: 500 });
      return api.closeWatches();
    case 'throttle':
      api.faults.add({ verb: 'list', status: 429, retryAfterSeconds: 0 });
      api.compact();
      return api.closeWatches();
    default:
      return new Promise((resolve) => {
        setImmediate(resolve);
      });
  }
}

const shown = (objects: Iterable<Widget>): string[] =>
  [...objects].map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();

it('knows in the end what the server knows, whatever happened to its watch, and told each change once', async () => {
  const run = async (steps: readonly Step[]): Promise<void> => {
    const connection = world.connection();
    const deps = {
      connection,
      clock: systemClock,
      log: silentLogger,
      random: () => 0,
      onList: () => {},
      onFollowing: () => {},
    };
    const informer = new Informer(widgets, { ...deps, activity: new Activity() });
    const told = new Map<string, Widget>();
    informer.subscribe(({ before, after }) => {
      const { name } = (after ?? before ?? { metadata: { name: '' } }).metadata;
      expect(before).toBe(told.get(name));
      if (after === undefined) told.delete(name);
      else told.set(name, after);
    });
    const ending = new AbortController();
    const done = informer.run(ending.signal);
    for (const action of steps) await take(action);
    world.api.faults.clear();
    // A last write, whose revision shows that all before it was seen.
    const key = { namespace: 'default', name: 'last' };
    await write({ do: 'delete', name: 'a' });
    await world.client().delete(widgets, key);
    const last = await world.client().create(widgets, { metadata: key, spec: { size: 0 } });
    await informer.whenObserved(last.metadata.resourceVersion, AbortSignal.timeout(10_000));
    const { items } = await world.client().list(widgets);
    expect(shown(informer.list())).toEqual(shown(items));
    expect(shown(told.values())).toEqual(shown(items));
    ending.abort(new Error('the end'));
    await done;
    connection.close();
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), run), {
    numRuns: 8,
    endOnFailure: true,
  });
});
