/**
 * Credentials of targets, cached and renewed ahead of their expiry.
 *
 * States of an entry: *empty* -> *fetching* (one request, however many wait) -> *fresh* -> *renewing* (near the
 * expiry: the old ones still serve while new ones are fetched in the background) -> *fresh*.
 *
 * - Failed to fetch: all who wait get the error; it is remembered for some seconds, so that a hundred objects of one
 *   target do not ask STS a hundred times for the same refusal.
 * - Failed to renew: logged, and tried again a little later, for as long as the old ones serve.
 * - `forget` drops what AWS has refused, but not what came since; what is being fetched goes on.
 *
 * Guarantees: at most one request in flight for an entry; credentials are never given out after their expiry.
 */
import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Credentials } from './operations.ts';

/** Renewed this long before the expiry: enough for several tries, and yet one request an hour. */
const RENEW_AHEAD_MS = 5 * 60_000;
const RETRY_RENEWAL_AFTER_MS = 30_000;
const REMEMBER_FAILURE_MS = 10_000;

interface Entry {
  credentials?: Credentials;
  grantedAtMs: number;
  fetching?: Promise<Credentials>;
  failure?: { readonly error: unknown; readonly untilMs: number };
  renewNotBeforeMs: number;
}

export class CredentialsCache {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Gives the credentials of `key`, from the cache or by `fetch`. */
  async get(key: string, fetch: () => Promise<Credentials>): Promise<Credentials> {
    const entry = this.#entryOf(key);
    const { credentials } = entry;
    if (!credentials || this.#isExpired(credentials)) return this.#fetchNow(entry, fetch);
    if (this.#isDueForRenewal(entry, credentials)) this.#renew(key, entry, fetch);
    return credentials;
  }

  /** Drops what a request of `key` was signed with that left at `sentAtMs` (monotonic); newer ones were not refused. */
  forget(key: string, sentAtMs: number): void {
    const entry = this.#entryOf(key);
    if (entry.grantedAtMs <= sentAtMs) delete entry.credentials;
  }

  #entryOf(key: string): Entry {
    const entry = this.#entries.get(key) ?? { grantedAtMs: -Infinity, renewNotBeforeMs: -Infinity };
    this.#entries.set(key, entry);
    return entry;
  }

  #isExpired({ expiration }: Credentials): boolean {
    return expiration !== undefined && expiration.getTime() <= this.#clock.now();
  }

  #isDueForRenewal(entry: Entry, { expiration }: Credentials): boolean {
    if (!expiration || this.#clock.monotonicMs() < entry.renewNotBeforeMs) return false;
    return expiration.getTime() - RENEW_AHEAD_MS <= this.#clock.now();
  }

  #fetchNow(entry: Entry, fetch: () => Promise<Credentials>): Promise<Credentials> {
    if (entry.failure && this.#clock.monotonicMs() < entry.failure.untilMs) return Promise.reject(entry.failure.error);
    return this.#fetch(entry, fetch);
  }

  #fetch(entry: Entry, fetch: () => Promise<Credentials>): Promise<Credentials> {
    entry.fetching ??= this.#store(entry, fetch).finally(() => delete entry.fetching);
    return entry.fetching;
  }

  async #store(entry: Entry, fetch: () => Promise<Credentials>): Promise<Credentials> {
    try {
      const credentials = await fetch();
      entry.credentials = credentials;
      entry.grantedAtMs = this.#clock.monotonicMs();
      delete entry.failure;
      return credentials;
    } catch (error) {
      entry.failure = { error, untilMs: this.#clock.monotonicMs() + REMEMBER_FAILURE_MS };
      throw error;
    }
  }

  #renew(key: string, entry: Entry, fetch: () => Promise<Credentials>): void {
    entry.renewNotBeforeMs = this.#clock.monotonicMs() + RETRY_RENEWAL_AFTER_MS;
    this.#fetch(entry, fetch).catch((error: unknown) => {
      this.#log.warn(
        { target: key, error: String(error) },
        'credentials could not be renewed, the old ones still serve',
      );
    });
  }
}
