import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aWidget, type Widget } from '../../test/support/kube-object.ts';
import { ObjectStore } from './object-store.ts';
import { compareRevisions } from './revision.ts';

interface Event {
  readonly type: 'PUT' | 'REMOVE' | 'BOOKMARK';
  readonly object: Widget;
}

/**
 * An API server, its watch, and a store that follows it as an informer does: all that may happen, one thing at a time.
 * The watch's events wait on their way until they are delivered; a list waits between being made and being taken in.
 */
class World {
  readonly store = new ObjectStore<Widget>();
  readonly truth = new Map<string, Widget>();
  #revision = 8;
  #underway: Event[] = [];
  readonly #answers: Widget[] = [];
  #list: { readonly objects: Widget[]; readonly revision: number } | undefined;

  constructor() {
    this.store.replace([], String(this.#revision));
  }

  /** Somebody writes; when it is us, an answer is on its way. */
  write(name: string, isOurs: boolean): void {
    const uid = this.truth.get(name)?.metadata.uid ?? `u${this.#revision}`;
    const object = this.#version(name, { uid });
    this.truth.set(name, object);
    this.#underway.push({ type: 'PUT', object });
    if (isOurs) this.#answers.push(object);
  }

  /** The last finalizer goes: a change, then the end of the object; the answer shows the change. */
  end(name: string, isOurs: boolean): void {
    const known = this.truth.get(name);
    if (known === undefined) return;
    const object = this.#version(name, { uid: known.metadata.uid, deletionTimestamp: 'now' });
    this.truth.delete(name);
    this.#underway.push({ type: 'PUT', object });
    const { uid } = known.metadata;
    this.#underway.push({ type: 'REMOVE', object: this.#version(name, { uid, deletionTimestamp: 'now' }) });
    if (isOurs) this.#answers.push(object);
  }

  /** Answers come in any order relative to the watch. */
  answer(): void {
    const object = this.#answers.shift();
    if (object !== undefined) this.store.absorb(object);
  }

  /** The watch tells its next event; now and then twice, as after a resume. */
  deliver(isTwice: boolean): void {
    if (this.#list !== undefined) return;
    const event = this.#underway.shift();
    if (event === undefined) return;
    for (let times = isTwice ? 2 : 1; times > 0; times -= 1) {
      if (event.type === 'PUT') this.store.put(event.object);
      else this.store.remove(event.object);
    }
  }

  /** The revision was forgotten: the watch ends, a list is made, ... */
  beginList(): void {
    this.#list ??= { objects: [...this.truth.values()], revision: this.#revision };
  }

  /** ... and taken in; the watch goes on from its revision. */
  endList(): void {
    if (this.#list === undefined) return;
    const { objects, revision } = this.#list;
    this.#list = undefined;
    this.store.replace(objects, String(revision));
    this.#underway = this.#underway.filter(({ object }) => Number(object.metadata.resourceVersion) > revision);
  }

  finish(): void {
    this.endList();
    while (this.#underway.length > 0) this.deliver(false);
    while (this.#answers.length > 0) this.answer();
  }

  #version(name: string, metadata: Partial<Widget['metadata']>): Widget {
    this.#revision += 1;
    return aWidget({ metadata: { name, resourceVersion: String(this.#revision), ...metadata } });
  }
}

const name = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  fc.record({ do: fc.constant('write' as const), name, flag: fc.boolean() }),
  fc.record({ do: fc.constant('end' as const), name, flag: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), name, flag: fc.boolean() }) },
  fc.record({
    do: fc.constantFrom('beginList' as const, 'endList' as const, 'answer' as const),
    name,
    flag: fc.boolean(),
  }),
);

function take(world: World, action: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
  switch (action.do) {
    case 'write':
      world.write(action.name, action.flag);
      break;
    case 'end':
      world.end(action.name, action.flag);
      break;
    case 'answer':
      world.answer();
      break;
    case 'deliver':
      world.deliver(action.flag);
      break;
    case 'beginList':
      world.beginList();
      break;
    case 'endList':
      world.endList();
      break;
  }
}

const versions = (objects: Iterable<Widget>): string[] =>
  [...objects].map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();

it('whatever happens in between, the store ends as the server is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      for (const action of steps) take(world, action);
      world.finish();
      expect(versions(world.store.list())).toEqual(versions(world.truth.values()));
    }),
    { numRuns: 500 },
  );
});

it('tells each change once, in order, never backwards, and never of what was gone before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      const shown = new Map<string, Widget>();
      const newest = new Map<string, string>();
      world.store.subscribe(({ before, after }) => {
        const name = (after ?? before)?.metadata.name ?? '';
        expect(before).toBe(shown.get(name));
        if (after === undefined) {
          shown.delete(name);
          return;
        }
        expect(compareRevisions(after.metadata.resourceVersion, newest.get(name) ?? '0')).toBeGreaterThan(0);
        newest.set(name, after.metadata.resourceVersion);
        shown.set(name, after);
        expect(world.store.get(after.metadata)).toBe(after);
      });
      for (const action of steps) take(world, action);
      world.finish();
      expect(versions(shown.values())).toEqual(versions(world.store.list()));
    }),
    { numRuns: 500 },
  );
});
