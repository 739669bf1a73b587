import { describe, expect, it } from 'vitest';
import { turns } from '../../test/support/virtual-time.ts';
import { unlimitedAuthority } from '../util/call.ts';
import { RunningPasses } from './running-passes.ts';

const authority = () => ({ expiresAtMs: () => Infinity, ended: new AbortController().signal });

describe('running passes', () => {
  it('are none until the first begins, and again when the last has ended, also by an error', async () => {
    const passes = new RunningPasses();
    const ours = authority();
    await passes.whenNone(ours.ended);
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const results = Promise.allSettled([
      passes.during(ours, () => first.promise),
      // Another authority over another object, that ends with the same signal.
      passes.during({ ...ours }, () => second.promise),
    ]);
    let isNone = false;
    const none = passes.whenNone(ours.ended).then(() => (isNone = true));
    first.resolve('done');
    await turns();
    expect(isNone).toBe(false);
    second.reject(new Error('failed'));
    await none;
    expect(await results).toMatchObject([{ value: 'done' }, { reason: { message: 'failed' } }]);
  });

  it('are told apart by their authorities', async () => {
    const passes = new RunningPasses();
    const [ours, other] = [authority(), authority()];
    const endless = Promise.withResolvers<void>();
    const running = passes.during(other, () => endless.promise.then(() => 'ended'));
    await passes.whenNone(ours.ended);
    endless.resolve();
    expect(await running).toBe('ended');
  });

  it('under an authority that never ends need no counting', async () => {
    expect(await new RunningPasses().during(unlimitedAuthority, async () => 1)).toBe(1);
  });
});
