import type { KubeObject, ResourceKind } from './resource.ts';

/** What a lease says: who holds it, since when, for how long. Times are {@link microTime}. */
export interface LeaseSpec {
  /** Empty or absent: nobody holds it. */
  readonly holderIdentity?: string;
  /** At least 1. */
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often the holder changed. */
  readonly leaseTransitions?: number;
}

/** `coordination.k8s.io/v1` Lease. */
export interface KubeLease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** `coordination.k8s.io/v1` Leases. */
export const leaseKind: ResourceKind<KubeLease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** RFC 3339 with six digits of the second, no more and no fewer: how Kubernetes writes, and reads, a `MicroTime`. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
