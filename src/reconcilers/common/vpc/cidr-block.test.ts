import { describe, expect, it } from 'vitest';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { cidrOf } from '../../../util/cidr.ts';
import { type BlockRecord, failedBlock, isOwnBlock, isUnlisted, presentBlock } from './cidr-block.ts';

const aBlock = (overrides: Partial<CidrBlock> = {}): CidrBlock => ({
  associationId: 'assoc-1',
  cidr: '10.181.0.0/22',
  state: 'associated',
  stateMessage: undefined,
  ...overrides,
});

const aRecord = (known: Partial<BlockRecord>): BlockRecord => ({
  associationId: undefined,
  isAdded: undefined,
  ...known,
});

const aVpc = (...cidrBlocks: readonly CidrBlock[]): Vpc => ({
  id: 'vpc-1',
  state: 'available',
  cidr: '10.250.0.0/22',
  cidrBlocks,
  dhcpOptionsId: undefined,
  isDefault: false,
  ownerId: undefined,
  tags: {},
});

const range = cidrOf('10.181.0.0/22');

describe('a block is ours', () => {
  it.each([
    { known: {}, own: false, reason: 'nothing is recorded' },
    { known: { isAdded: true }, own: true, reason: 'we meant to make it, and the answer was lost' },
    { known: { associationId: 'assoc-1', isAdded: true }, own: true, reason: 'we made it' },
    {
      known: { associationId: 'assoc-1' },
      own: true,
      reason: 'an earlier release made it, which recorded the id alone',
    },
    { known: { associationId: 'assoc-1', isAdded: false }, own: false, reason: 'it was there before' },
    {
      known: { associationId: 'assoc-0', isAdded: true },
      own: false,
      reason: 'ours went, and somebody else associated the range since',
    },
  ])('$own: $reason', ({ known, own }) => {
    expect(isOwnBlock(aRecord(known), aBlock())).toBe(own);
  });
});

describe('a block is there', () => {
  it.each([
    { state: 'associating', there: true },
    { state: 'associated', there: true },
    { state: 'disassociating', there: true },
    { state: 'disassociated', there: false },
    { state: 'failing', there: true },
    { state: 'failed', there: false },
  ])('$there while it is $state', ({ state, there }) => {
    expect(presentBlock(aVpc(aBlock({ state })), range) !== undefined).toBe(there);
  });

  it('when its first address is the same, however AWS writes it', () => {
    expect(presentBlock(aVpc(aBlock({ cidr: '10.181.3.9/22' })), range)).toBeDefined();
  });
});

describe('our association', () => {
  const own = aRecord({ associationId: 'assoc-1', isAdded: true });

  it('is unlisted when AWS tells nothing of it, not even its end', () => {
    expect(isUnlisted(aVpc(), own, range)).toBe(true);
    expect(isUnlisted(aVpc(aBlock({ state: 'disassociated' })), own, range)).toBe(false);
    expect(isUnlisted(aVpc(), aRecord({ isAdded: true }), range)).toBe(false);
  });

  it('has failed when nothing has taken its place', () => {
    const failure = aBlock({ state: 'failed' });
    expect(failedBlock(aVpc(failure), own, range)).toEqual(failure);
    expect(failedBlock(aVpc(failure, aBlock({ associationId: 'assoc-2' })), own, range)).toBeUndefined();
  });
});
