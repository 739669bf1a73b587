import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortableWait, untilAborted, whenAborted } from './abort.ts';

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

describe('a wait for a callback', () => {
  const waitOn = (signal: AbortSignal) => {
    const takers: ((value: string) => void)[] = [];
    const waiting = abortableWait<string>(signal, (resolve) => {
      takers.push(resolve);
      return () => void takers.splice(takers.indexOf(resolve), 1);
    });
    return { takers, waiting };
  };

  it('gives what the callback was called with, and listens to the signal no longer', async () => {
    const { signal } = new AbortController();
    const { takers, waiting } = waitOn(signal);
    takers[0]?.('come');
    expect(await waiting).toBe('come');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(takers).toHaveLength(1);
  });

  it('fails as its beginning does, and listens to the signal no longer', async () => {
    const { signal } = new AbortController();
    const begin = (): never => {
      throw new Error('broken');
    };
    await expect(abortableWait(signal, begin)).rejects.toThrow('broken');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('may be over before it has begun', async () => {
    const { signal } = new AbortController();
    const withdraw = (): never => expect.unreachable();
    expect(await abortableWait<string>(signal, (resolve) => (resolve('there'), withdraw))).toBe('there');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is withdrawn by an abort, whose reason it throws', async () => {
    const controller = new AbortController();
    const { takers, waiting } = waitOn(controller.signal);
    controller.abort(new Error('the pass is over'));
    await expect(waiting).rejects.toThrow('the pass is over');
    expect(takers).toEqual([]);
  });

  it('does not begin when the signal had aborted before', async () => {
    const { takers, waiting } = waitOn(AbortSignal.abort(new Error('too late')));
    await expect(waiting).rejects.toThrow('too late');
    expect(takers).toEqual([]);
  });

  it('needs no signal', async () => {
    expect(await abortableWait<string>(undefined, (resolve) => (resolve('there'), () => {}))).toBe('there');
  });
});
