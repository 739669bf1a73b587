import type { KubeLease } from '../../kube/index.ts';
import { holderOf } from './lease-set.ts';

interface Sighting {
  /** What was said last. */
  readonly lease: KubeLease;
  /** When it was first seen to say so, by our own monotonic clock. */
  readonly atMs: number;
  readonly isDeleted: boolean;
}

/**
 * When each lease was last seen to move, by our own monotonic clock; the times that leases bear are of other machines'
 * clocks, and are never compared with anything.
 *
 * *Guarantees*: a lease is over only when its holder gave it up, or was not seen to renew it for as long as it lasts. As
 * a renewal is seen only after it was written, that is later than its holder thinks. One that was deleted is over no
 * sooner: its holder may not know yet.
 */
export class Sightings {
  readonly #seen = new Map<string, Sighting>();

  /** All leases that there are. */
  note(leases: readonly KubeLease[], nowMs: number): void {
    const names = new Set(leases.map(({ metadata }) => metadata.name));
    for (const lease of leases) this.#noteOne(lease, nowMs);
    for (const [name, sighting] of this.#seen) {
      if (names.has(name)) continue;
      if (endMsOf(sighting) <= nowMs) this.#seen.delete(name);
      else this.#seen.set(name, { ...sighting, isDeleted: true });
    }
  }

  /** The lease as it is; undefined when there is none. */
  find(name: string): KubeLease | undefined {
    const sighting = this.#seen.get(name);
    return sighting === undefined || sighting.isDeleted ? undefined : sighting.lease;
  }

  /** Whether nobody holds it any more. */
  isOver(name: string, nowMs: number): boolean {
    const sighting = this.#seen.get(name);
    return sighting === undefined || endMsOf(sighting) <= nowMs;
  }

  /** How long ago it was last seen to move; undefined when it never was. */
  silentMs(name: string, nowMs: number): number | undefined {
    const sighting = this.#seen.get(name);
    return sighting && nowMs - sighting.atMs;
  }

  /** When the next lease will be over unless it is renewed; `Infinity` when none will. */
  nextEndMs(nowMs: number): number {
    const ends = [...this.#seen.values()].map(endMsOf).filter((endMs) => endMs > nowMs);
    return Math.min(Infinity, ...ends);
  }

  #noteOne(lease: KubeLease, nowMs: number): void {
    const { name } = lease.metadata;
    const known = this.#seen.get(name);
    const hasMoved = known === undefined || known.isDeleted || wordOf(known.lease) !== wordOf(lease);
    this.#seen.set(name, { lease, atMs: hasMoved ? nowMs : known.atMs, isDeleted: false });
  }
}

/** Not the version: who edits a label does not prolong a lease. */
function wordOf({ metadata, spec }: KubeLease): string {
  return JSON.stringify([metadata.uid, spec]);
}

function endMsOf({ lease, atMs }: Sighting): number {
  if (holderOf(lease) === '') return -Infinity;
  return atMs + (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
}
