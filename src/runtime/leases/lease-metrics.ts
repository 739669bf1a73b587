import { Counter, Histogram, type Registry } from 'prom-client';
import { createFlagGauge } from '../flag-gauge.ts';

/** How the hold of a lease changed. */
export type LeaseChange = 'taken' | 'lost' | 'released';

/** The metrics of the leases of one replica. */
export interface LeaseMetrics {
  changed(lease: string, change: LeaseChange): void;
  /** A lease was taken `silentMs` after its former holder was last heard of. */
  tookOver(silentMs: number): void;
}

/** A blink of a release, up to some lease durations. */
const SECONDS = [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120];

/** Registers them. *Throws* when `registry` holds those of another replica. */
export function createLeaseMetrics(registry: Registry): LeaseMetrics {
  const registers = [registry];
  const held = createFlagGauge({
    name: 'cloud_manager_lease_held',
    help: 'Whether this replica holds the lease.',
    labelNames: ['lease'],
    registers,
  });
  const changes = new Counter({
    name: 'cloud_manager_lease_changes_total',
    help: 'Leases taken, lost and released by this replica.',
    labelNames: ['lease', 'change'],
    registers,
  });
  const takeovers = new Histogram({
    name: 'cloud_manager_lease_takeover_seconds',
    help: 'How long ago the former holder of a lease was last heard of when this replica took it.',
    buckets: SECONDS,
    registers,
  });
  return {
    changed: (lease, change) => {
      changes.inc({ lease, change });
      held({ lease }, change === 'taken');
    },
    tookOver: (silentMs) => takeovers.observe(silentMs / 1000),
  };
}
