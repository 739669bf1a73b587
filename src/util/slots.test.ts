import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const { signal } = new AbortController();

/** A task that runs until it is ended. */
function aTask(started: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const task = (): Promise<string> => {
    started.push(name);
    return promise;
  };
  return { task, end: () => resolve(name) };
}

it('runs so many at once, and the others in their order as those end', async () => {
  const slots = createSlots(2);
  const started: string[] = [];
  const tasks = ['a', 'b', 'c', 'd'].map((name) => aTask(started, name));
  const results = tasks.map(({ task }) => slots(signal, task));
  await Promise.resolve();
  expect(started).toEqual(['a', 'b']);
  tasks[1]?.end();
  expect(await results[1]).toBe('b');
  expect(started).toEqual(['a', 'b', 'c']);
  for (const { end } of tasks) end();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

it('hands on the slot of a task that failed', async () => {
  const slots = createSlots(1);
  await expect(slots(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await slots(signal, () => Promise.resolve('yes'))).toBe('yes');
});

it('leaves out a task whose signal aborts while it waits', async () => {
  const slots = createSlots(1);
  const started: string[] = [];
  const [first, second, third] = ['a', 'b', 'c'].map((name) => aTask(started, name));
  const ending = new AbortController();
  const running = slots(signal, first?.task ?? never);
  const left = slots(ending.signal, second?.task ?? never);
  const last = slots(signal, third?.task ?? never);
  ending.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  for (const one of [first, third]) one?.end();
  expect(await Promise.all([running, last])).toEqual(['a', 'c']);
  expect(started).toEqual(['a', 'c']);
  await expect(slots(ending.signal, never)).rejects.toThrow('enough');
});

function never(): never {
  throw new Error('It was started');
}
