import { isAlreadyExists, isConflict, isNotFound, type KubeLease } from '../../kube/index.ts';
import type { LeaseMetrics } from './lease-metrics.ts';
import { holderOf, isOfSet, newLease, rewritten, takenSpec } from './lease-set.ts';
import type { Sightings } from './sightings.ts';
import { momentOf, Tenure, type TenureDeps, type TenureEnd } from './tenure.ts';

export interface LeaseTakerDeps extends TenureDeps {
  /** Where the leases live. */
  readonly namespace: string;
  readonly metrics: LeaseMetrics;
  readonly sightings: Sightings;
}

/** Takes leases by compare and swap, and finds out which of our names are somebody else's. */
export class LeaseTaker {
  readonly #deps: LeaseTakerDeps;
  /** Leases by the names of ours that are not of this installation, since the last `forgetForeign`. */
  readonly #foreign = new Set<string>();

  constructor(deps: LeaseTakerDeps) {
    this.#deps = deps;
  }

  /** What people should do about leases that have our names and are not ours; undefined when there are none. */
  get problem(): string | undefined {
    if (this.#foreign.size === 0) return undefined;
    const names = [...this.#foreign].sort().join(', ');
    return `not of this installation by their labels are the leases ${names}: delete them or choose another --lease-name`;
  }

  forgetForeign(): void {
    this.#foreign.clear();
  }

  /** Whether nobody holds the lease, as far as was seen. */
  isFree(name: string): boolean {
    const { sightings, identity, clock } = this.#deps;
    const lease = sightings.find(name);
    // Of ours we know that we let it end: an identity is that of one process alone.
    return sightings.isOver(name, clock.monotonicMs()) || (lease !== undefined && holderOf(lease) === identity);
  }

  /** Takes the lease as it was seen last; undefined when that did not come about: the next look will show why. */
  async tryToTake(name: string, onEnd: (tenure: Tenure, end: TenureEnd) => void): Promise<Tenure | undefined> {
    const { sightings, metrics, clock, log } = this.#deps;
    const silentMs = sightings.silentMs(name, clock.monotonicMs());
    const before = sightings.find(name);
    try {
      const tenure = await this.take(name, before, (end) => onEnd(tenure, end));
      if (before !== undefined && silentMs !== undefined) metrics.tookOver(silentMs);
      return tenure;
    } catch (error) {
      if (isAlreadyExists(error)) await this.#noteForeign(name);
      // Somebody else was faster, or nobody answered.
      const isOthers = isConflict(error) || isAlreadyExists(error) || isNotFound(error);
      log.debug({ lease: name, error }, isOthers ? 'Lease was changed by others' : 'Lease could not be taken');
      return undefined;
    }
  }

  /** Creates the lease, or makes `before` ours. *Throws* what the API server says. */
  async take(name: string, before: KubeLease | undefined, onEnd: (end: TenureEnd) => void): Promise<Tenure> {
    const { set, identity, timing, namespace, clock, store } = this.#deps;
    const granted = momentOf(clock);
    const spec = takenSpec(before?.spec, identity, timing.durationMs, clock.now());
    const lease = await (before === undefined
      ? store.create(newLease(set, name, namespace, spec))
      : store.update(rewritten(set, before, spec)));
    return new Tenure(lease, granted, this.#deps, onEnd);
  }

  /** What the list does not show and yet is there may have lost its labels, or is of another program. */
  async #noteForeign(name: string): Promise<void> {
    const { set, store, log } = this.#deps;
    try {
      const found = await store.find(name);
      if (found !== undefined && !isOfSet(set, found)) this.#foreign.add(name);
    } catch (error) {
      log.debug({ lease: name, error }, 'Lease could not be looked at');
    }
  }
}
