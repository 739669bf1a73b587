import { describe, expect, it } from 'vitest';
import { silentLogger } from '../util/log.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { CredentialsCache } from './credentials.ts';
import type { Credentials } from './operations.ts';

const HOUR_MS = 3_600_000;

/** A source that grants numbered credentials for an hour, answers when told to, and counts. */
function aSource(clock: VirtualClock) {
  const waiting: { grant: () => void; refuse: (error: Error) => void }[] = [];
  let asked = 0;
  const fetch = (): Promise<Credentials> => {
    const number = ++asked;
    return new Promise((resolve, reject) => {
      const grant = (): void =>
        resolve({
          accessKeyId: `key-${number}`,
          secretAccessKey: 'secret',
          expiration: new Date(clock.now() + HOUR_MS),
        });
      waiting.push({ grant, refuse: reject });
    });
  };
  return {
    fetch,
    asked: () => asked,
    grant: () => waiting.shift()?.grant(),
    refuse: () => waiting.shift()?.refuse(new Error('refused')),
  };
}

function aCache() {
  const clock = new VirtualClock();
  const cache = new CredentialsCache(clock, silentLogger);
  const source = aSource(clock);
  const get = (key = 'a'): Promise<string> => cache.get(key, source.fetch).then(({ accessKeyId }) => accessKeyId);
  return { clock, cache, source, get };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CredentialsCache', () => {
  it('asks once, however many wait', async () => {
    const { source, get } = aCache();
    const all = Promise.all([get(), get(), get()]);
    await settle();
    source.grant();
    await expect(all).resolves.toEqual(['key-1', 'key-1', 'key-1']);
    await expect(get()).resolves.toBe('key-1');
    expect(source.asked()).toBe(1);
  });

  it('keeps targets apart', async () => {
    const { source, get } = aCache();
    const both = Promise.all([get('a'), get('b')]);
    source.grant();
    source.grant();
    await expect(both).resolves.toEqual(['key-1', 'key-2']);
  });

  it('renews ahead of the expiry without making anybody wait', async () => {
    const { clock, source, get } = aCache();
    const first = get();
    source.grant();
    await first;
    clock.advance(HOUR_MS - 4 * 60_000);
    await expect(get()).resolves.toBe('key-1');
    expect(source.asked()).toBe(2);
    source.grant();
    await settle();
    await expect(get()).resolves.toBe('key-2');
    expect(source.asked()).toBe(2);
  });

  it('serves the old ones while a renewal fails, and tries again later, not at once', async () => {
    const { clock, source, get } = aCache();
    const first = get();
    source.grant();
    await first;
    clock.advance(HOUR_MS - 4 * 60_000);
    await get();
    source.refuse();
    await settle();
    await expect(get()).resolves.toBe('key-1');
    expect(source.asked()).toBe(2);
    clock.advance(30_000);
    await expect(get()).resolves.toBe('key-1');
    expect(source.asked()).toBe(3);
    source.grant();
    await settle();
  });

  it('never gives out what has expired', async () => {
    const { clock, source, get } = aCache();
    const first = get();
    source.grant();
    await first;
    clock.advance(HOUR_MS);
    const second = get();
    source.grant();
    await expect(second).resolves.toBe('key-2');
  });

  it('remembers a refusal for some seconds, and forgets it then', async () => {
    const { clock, source, get } = aCache();
    const first = get();
    source.refuse();
    await expect(first).rejects.toThrow('refused');
    await expect(get()).rejects.toThrow('refused');
    expect(source.asked()).toBe(1);
    clock.advance(10_000);
    const later = get();
    source.grant();
    await expect(later).resolves.toBe('key-2');
  });

  it('keeps what was renewed since the refused request left', async () => {
    const { clock, cache, source, get } = aCache();
    const first = get();
    source.grant();
    await first;
    clock.advance(HOUR_MS - 60_000);
    const sentAtMs = clock.monotonicMs();
    await expect(get()).resolves.toBe('key-1');
    clock.advance(1_000);
    source.grant();
    await settle();
    cache.forget('a', sentAtMs);
    await expect(get()).resolves.toBe('key-2');
    expect(source.asked()).toBe(2);
  });

  it('asks again for what AWS has refused', async () => {
    const { clock, cache, source, get } = aCache();
    const first = get();
    source.grant();
    await first;
    cache.forget('a', clock.monotonicMs());
    const second = get();
    source.grant();
    await expect(second).resolves.toBe('key-2');
  });
});
