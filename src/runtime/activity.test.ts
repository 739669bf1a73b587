import { describe, expect, it } from 'vitest';
import { turns } from '../../test/support/virtual-time.ts';
import { Activity } from './activity.ts';

const { signal } = new AbortController();

describe('whenIdle', () => {
  it('resolves at once when nothing is registered', async () => {
    await expect(new Activity().whenIdle(signal)).resolves.toBeUndefined();
  });

  it('resolves when the last part has come to rest', async () => {
    const activity = new Activity();
    const busy = { a: true, b: true };
    activity.register(() => busy.a);
    activity.register(() => busy.b);
    let isIdle = false;
    const idle = activity.whenIdle(signal).then(() => (isIdle = true));
    busy.a = false;
    activity.changed();
    await turns();
    expect(isIdle).toBe(false);
    busy.b = false;
    activity.changed();
    await idle;
  });

  it('does not wait for a part that has left', async () => {
    const activity = new Activity();
    const leave = activity.register(() => true);
    const idle = activity.whenIdle(signal);
    leave();
    await expect(idle).resolves.toBeUndefined();
  });

  it('ends with its signal', async () => {
    const activity = new Activity();
    activity.register(() => true);
    const ending = new AbortController();
    const idle = activity.whenIdle(ending.signal);
    ending.abort(new Error('enough'));
    await expect(idle).rejects.toThrow('enough');
    await expect(activity.whenIdle(ending.signal)).rejects.toThrow('enough');
  });
});
