import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilAborted, whenAborted } from './abort.ts';

const never = new Promise<never>(() => {});

describe('work until an abort', () => {
  it('gives what the work gives, and listens to the signal no longer', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve('done'), signal)).toBe('done');
    await expect(untilAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('throws the reason as soon as the signal aborts, however long the work goes on', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort(new Error('the pass is over'));
    await expect(waiting).rejects.toThrow('the pass is over');
  });

  it('throws at once when the signal had aborted before', async () => {
    await expect(untilAborted(never, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describe('the wait for an abort', () => {
  it('ends with the abort, also with one that came before', async () => {
    const controller = new AbortController();
    const waiting = whenAborted(controller.signal);
    controller.abort();
    await waiting;
    await whenAborted(controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
