import { describe, expect, it } from 'vitest';
import { aScope } from '../../../test/support/cloud-control.ts';
import { completed } from '../../../test/support/memory-cluster.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { deleting, failed, type Finding, heldBack, processing, ready } from './finding.ts';
import { newsOf } from './news.ts';
import { commonStatusOf } from './status.ts';

const objectIn = (finding: Finding) =>
  aScope({
    status: completed(aScope({ status: {} }), commonStatusOf(aScope({ status: {} }), finding), new VirtualClock()),
  });

describe('news', () => {
  it.each([
    { before: processing('wait'), now: ready(), type: 'Normal', reason: 'Ready' },
    { before: ready(), now: failed('VpcNotFound', 'no VPC'), type: 'Warning', reason: 'VpcNotFound' },
    { before: failed('VpcNotFound', 'no VPC'), now: ready(), type: 'Normal', reason: 'Ready' },
    { before: ready(), now: heldBack('DeleteWhileUsed', 'used by x'), type: 'Warning', reason: 'DeleteWhileUsed' },
    { before: heldBack('DeleteWhileUsed', 'used by x'), now: deleting('going'), type: 'Normal', reason: 'Deleting' },
  ])('is a change from $before.state to $now.state', ({ before, now, type, reason }) => {
    expect(newsOf(objectIn(before), now)).toEqual({ type, reason, message: now.message });
  });

  it('is another cause of an error', () => {
    const before = objectIn(failed('CidrOverlap', 'overlaps with a'));
    expect(newsOf(before, failed('CidrOverlap', 'overlaps with b'))?.message).toBe('overlaps with b');
  });

  it('is not what the pass has told already', () => {
    const told = [{ type: 'Normal', reason: 'Updating', message: 'larger nodes' }] as const;
    expect(newsOf(objectIn(ready()), processing('larger nodes'), told)).toBeUndefined();
    expect(newsOf(objectIn(ready()), processing('more shards'), told)?.message).toBe('more shards');
  });

  it.each([
    { before: ready(), now: ready() },
    { before: processing('waiting for this'), now: processing('waiting for that') },
    { before: failed('VpcNotFound', 'no VPC'), now: failed('VpcNotFound', 'no VPC') },
    { before: heldBack('DeleteWhileUsed', 'used by a b'), now: heldBack('DeleteWhileUsed', 'used by b') },
    { before: ready(), now: undefined },
  ])('is not what is known, or of no weight', ({ before, now }) => {
    expect(newsOf(objectIn(before), now)).toBeUndefined();
  });
});
