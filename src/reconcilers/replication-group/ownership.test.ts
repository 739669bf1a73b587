import { describe, expect, it } from 'vitest';
import { aReplicationGroup } from '../../../test/support/replication-groups.ts';
import { type GroupRecord, ownershipOfGroup } from './ownership.ts';

const IDENTIFYING = { name: 'kcp-system/demo', scope: 'demo' };
const OURS = { ...IDENTIFYING, extra: 'x' };
const group = aReplicationGroup();
const nothing: GroupRecord = { arn: undefined, createTime: undefined, intentTime: undefined };
const recorded: GroupRecord = { ...nothing, arn: group.arn, createTime: '2026-01-01T10:00:00Z' };
const intended: GroupRecord = { ...nothing, intentTime: '2026-01-01T09:59:58Z' };

describe('a replication group of our name', () => {
  it.each([
    { whose: 'ours', tags: OURS, record: nothing, reason: 'its tags say so' },
    { whose: 'foreign', tags: {}, record: nothing, reason: 'it has no tags, and nothing is recorded' },
    { whose: 'foreign', tags: { ...OURS, scope: 'other' }, record: recorded, reason: 'its tags name another scope' },
    { whose: 'foreign', tags: {}, record: intended, reason: 'it is available without the tags we create with' },
    { whose: 'ours', tags: {}, record: recorded, reason: 'somebody took its tags, and it is the very one we know' },
    { whose: 'ours', tags: { name: OURS.name }, record: recorded, reason: 'somebody took one of its tags' },
    { whose: 'foreign', tags: { name: OURS.name }, record: nothing, reason: 'it lacks a tag, and nothing is recorded' },
    { whose: 'ours', tags: undefined, record: intended, reason: 'we were about to create it' },
    { whose: 'ours', tags: undefined, record: recorded, reason: 'it is the very one we know' },
    { whose: 'unknown', tags: undefined, record: nothing, reason: 'AWS tells no tags and nothing is recorded' },
  ] as const)('is $whose when $reason', ({ whose, tags, record }) => {
    expect(ownershipOfGroup(group, tags, IDENTIFYING, record)).toBe(whose);
  });

  it('is not ours when it was made long before we meant to', () => {
    const late = { ...nothing, intentTime: '2026-01-01T10:30:00Z' };
    expect(ownershipOfGroup(group, undefined, IDENTIFYING, late)).toBe('unknown');
  });

  it('is not the one we know when it was made again later under its name', () => {
    const again = aReplicationGroup({ createTime: new Date('2026-02-01T00:00:00Z') });
    expect(ownershipOfGroup(again, {}, IDENTIFYING, recorded)).toBe('foreign');
    expect(ownershipOfGroup(again, undefined, IDENTIFYING, recorded)).toBe('unknown');
  });
});
