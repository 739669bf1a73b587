import { expect, it } from 'vitest';
import { type KubeLease, microTime } from '../../kube/index.ts';
import { newLease, renewedSpec, takenSpec } from './lease-set.ts';

const set = { name: 'cloud-manager', shards: 1 };
const leaseOf = (nowMs: number): KubeLease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  ...newLease(set, 'cloud-manager', 'default', takenSpec(undefined, 'a', 15_000, nowMs)),
  metadata: { name: 'cloud-manager', namespace: 'default', uid: 'uid', resourceVersion: '1' },
});

it('a renewal is another time also while the wall clock stands still', () => {
  const lease = leaseOf(1_000);
  expect(renewedSpec(lease, 15_000, 1_000).renewTime).toBe(microTime(1_001));
  expect(renewedSpec(lease, 15_000, 5_000).renewTime).toBe(microTime(5_000));
});

it('a renewal states the duration anew, whatever somebody made of it', () => {
  const lease = leaseOf(1_000);
  const edited = { ...lease, spec: { ...lease.spec, leaseDurationSeconds: 86_400 } };
  expect(renewedSpec(edited, 15_000, 2_000).leaseDurationSeconds).toBe(15);
});
