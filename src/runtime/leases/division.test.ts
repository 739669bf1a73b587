import { describe, expect, it } from 'vitest';
import type { KubeLease } from '../../kube/index.ts';
import { isBlocked, leftOver, membersOf, type SeenLeases } from './division.ts';
import { memberLeaseName, newLease, shardLeaseName } from './lease-set.ts';

function aLease(shards: number, name: string, holderIdentity: string): KubeLease {
  const { metadata, spec = {} } = newLease({ name: 'cm', shards }, name, 'test', { holderIdentity });
  const stored = { ...metadata, name, uid: name, resourceVersion: '1' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: stored, spec };
}

const member = (identity: string, shards: number): KubeLease =>
  aLease(shards, memberLeaseName({ name: 'cm', shards }, identity), identity);
const held = (shard: number, shards: number): KubeLease =>
  aLease(shards, shardLeaseName({ name: 'cm', shards }, shard), 'host_a');

function seen({ live = [], over = [] }: Partial<SeenLeases>): SeenLeases {
  return { live, over };
}

const namesOf = (leases: readonly KubeLease[]): readonly string[] => leases.map(({ metadata }) => metadata.name);

describe('who divides the work in four', () => {
  it.each([
    { reason: 'nobody is there', leases: {}, isHeldUp: false },
    { reason: 'others do the same', leases: { live: [member('h_a', 4), held(1, 4)] }, isHeldUp: false },
    { reason: 'a shard of another number is held', leases: { live: [held(0, 8)] }, isHeldUp: true },
    { reason: 'also when we are at work', leases: { live: [held(0, 4), held(0, 8)] }, isHeldUp: true },
    { reason: 'that shard is over', leases: { over: [held(0, 8)] }, isHeldUp: false },
    { reason: 'a smaller number goes first', leases: { live: [member('h_b', 1)] }, isHeldUp: true },
    {
      reason: 'but not before those who are at work',
      leases: { live: [member('h_b', 1), held(0, 4)] },
      isHeldUp: false,
    },
    { reason: 'a larger number waits', leases: { live: [member('h_b', 8)] }, isHeldUp: false },
  ])('is held up: $isHeldUp, $reason', ({ leases, isHeldUp }) => {
    expect(isBlocked(4, seen(leases))).toBe(isHeldUp);
  });
});

describe('the members', () => {
  it('are those who live and divide the work alike, and oneself, each once and in order', () => {
    const live = [member('h_c', 4), member('h_b', 4), member('h_x', 8), held(0, 4)];
    expect(membersOf(4, 'h_b', seen({ live, over: [member('h_dead', 4)] }))).toEqual(['h_b', 'h_c']);
    expect(membersOf(4, 'h_a', seen({}))).toEqual(['h_a']);
  });
});

describe('what is left over', () => {
  it('are memberships of the dead, and shards of a number that nobody uses', () => {
    const over = [member('h_dead', 4), held(0, 4), held(1, 8), held(2, 2)];
    expect(namesOf(leftOver(4, seen({ live: [member('h_x', 8)], over })))).toEqual([
      'cm-member-dead',
      'cm-shard-2-of-2',
    ]);
    expect(leftOver(4, seen({ live: [member('h_a', 4), held(0, 8)] }))).toEqual([]);
  });
});
