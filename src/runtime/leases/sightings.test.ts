import { describe, expect, it } from 'vitest';
import type { KubeLease, LeaseSpec } from '../../kube/index.ts';
import { Sightings } from './sightings.ts';

function aLease(spec: LeaseSpec = {}, name = 'x', resourceVersion = '1'): KubeLease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, uid: 'uid', resourceVersion },
    spec: { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: 'first', ...spec },
  };
}

describe('a lease', () => {
  it('that was never seen is nobody’s', () => {
    const sightings = new Sightings();
    expect(sightings.isOver('x', 0)).toBe(true);
    expect(sightings.find('x')).toBeUndefined();
  });

  it('is over when it was not seen to move for as long as it lasts, whatever times it bears', () => {
    const sightings = new Sightings();
    sightings.note([aLease({ renewTime: '1970-01-01T00:00:00.000000Z' })], 1_000);
    sightings.note([aLease({ renewTime: '1970-01-01T00:00:00.000000Z' })], 9_000);
    expect(sightings.isOver('x', 15_999)).toBe(false);
    expect(sightings.isOver('x', 16_000)).toBe(true);
    expect(sightings.silentMs('x', 16_000)).toBe(15_000);
    expect(sightings.nextEndMs(9_000)).toBe(16_000);
  });

  it('lasts on when it is renewed, and not when somebody edits something else of it', () => {
    const sightings = new Sightings();
    sightings.note([aLease()], 0);
    sightings.note([aLease({}, 'x', '2')], 10_000);
    expect(sightings.isOver('x', 15_000)).toBe(true);
    sightings.note([aLease({ renewTime: 'second' })], 14_000);
    expect(sightings.isOver('x', 28_999)).toBe(false);
  });

  it('is nobody’s as soon as it is released', () => {
    const sightings = new Sightings();
    sightings.note([aLease({ holderIdentity: '' })], 0);
    expect(sightings.isOver('x', 0)).toBe(true);
  });

  it('that was deleted is gone, but over no sooner than it would have been', () => {
    const sightings = new Sightings();
    sightings.note([aLease(), aLease({ holderIdentity: '' }, 'free')], 0);
    sightings.note([], 5_000);
    expect(sightings.find('x')).toBeUndefined();
    expect(sightings.isOver('x', 14_999)).toBe(false);
    expect(sightings.isOver('x', 15_000)).toBe(true);
    expect(sightings.isOver('free', 5_000)).toBe(true);
    sightings.note([], 15_000);
    expect(sightings.nextEndMs(15_000)).toBe(Infinity);
  });
});
