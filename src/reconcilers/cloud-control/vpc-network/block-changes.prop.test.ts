import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { cidrOf, overlaps } from '../../../util/cidr.ts';
import { isPresent } from '../../common/vpc/cidr-block.ts';
import {
  addableBlocks,
  type AddedBlock,
  blockChangesOf,
  type Blocks,
  renewedRecord,
  sortedTexts,
} from './block-changes.ts';

const PRIMARY = '10.0.0.0/16';
const QUOTA = 5;
const POOL = ['10.1.0.0/16', '10.2.0.0/16', '10.2.1.0/24', '10.3.0.0/16', '10.4.0.0/16', '10.5.0.0/16'];
const STATES = ['associating', 'associated', 'disassociating', 'disassociated', 'failed'];

const aVpc = (blocks: readonly CidrBlock[]): Vpc => ({
  id: 'vpc-1',
  state: 'available',
  cidr: PRIMARY,
  cidrBlocks: [{ associationId: 'primary', cidr: PRIMARY, state: 'associated', stateMessage: undefined }, ...blocks],
  dhcpOptionsId: undefined,
  isDefault: false,
  ownerId: undefined,
  tags: {},
});

const aBlock = fc.record({
  associationId: fc.constantFrom('a1', 'a2', 'a3', 'a4'),
  cidr: fc.constantFrom(...POOL),
  state: fc.constantFrom(...STATES),
  stateMessage: fc.constant(undefined),
});

const someBlocks = fc
  .uniqueArray(aBlock, { maxLength: 4, selector: ({ associationId }) => associationId })
  // AWS never has two that overlap.
  .map((blocks) =>
    blocks.filter((block, i) =>
      blocks.slice(0, i).every((other) => !isPresent(other) || !overlaps(cidrOf(other.cidr), cidrOf(block.cidr))),
    ),
  );

const someRecords: fc.Arbitrary<readonly AddedBlock[]> = fc.uniqueArray(
  fc.record(
    { cidr: fc.constantFrom(...POOL), associationId: fc.constantFrom('a1', 'a2', 'a3', 'gone') },
    { requiredKeys: ['cidr'] },
  ),
  { maxLength: 4, selector: ({ cidr }) => cidr },
);

const aState: fc.Arbitrary<Blocks> = fc
  .record({ asked: fc.subarray(POOL.filter((text) => text !== '10.2.1.0/24')), blocks: someBlocks, added: someRecords })
  .map(({ asked, blocks, added }) => ({
    blocks: [cidrOf(PRIMARY), ...asked.map(cidrOf)],
    vpc: aVpc(blocks),
    added,
  }));

describe('the blocks of a VPC, whatever state they are in', () => {
  it('are added only where AWS takes them: beside what is there, and within the quota', () => {
    fc.assert(
      fc.property(aState, (state) => {
        const present = state.vpc.cidrBlocks.filter(isPresent);
        const addable = addableBlocks(state, QUOTA);
        for (const block of addable) {
          expect(present.filter(({ cidr }) => overlaps(cidrOf(cidr), block))).toEqual([]);
        }
        expect(addable.length + Math.min(present.length, QUOTA)).toBeLessThanOrEqual(QUOTA);
      }),
    );
  });

  it('are taken out only where the record says that they were added, and never the primary one', () => {
    fc.assert(
      fc.property(aState, (state) => {
        const { surplus, foreign } = blockChangesOf(state);
        const recorded = new Set(state.added.map(({ cidr }) => cidr));
        expect(surplus.every(({ cidr }) => recorded.has(cidr))).toBe(true);
        expect(surplus.filter((block) => foreign.includes(block))).toEqual([]);
        expect(surplus.map(({ associationId }) => associationId)).not.toContain('primary');
      }),
    );
  });

  it('keep their record as long as it says the truth, and renewing it twice changes nothing', () => {
    fc.assert(
      fc.property(aState, fc.boolean(), (state, mayComeLate) => {
        const renewed = renewedRecord(state, mayComeLate);
        expect(renewedRecord({ ...state, added: renewed }, mayComeLate)).toEqual(renewed);
        const before = blockChangesOf(state);
        const after = blockChangesOf({ ...state, added: renewed });
        expect(after.surplus).toEqual(before.surplus);
        expect(after.foreign).toEqual(before.foreign);
      }),
    );
  });
});

it('blocks are told in the order of their addresses, not of their letters', () => {
  expect(sortedTexts(['10.100.0.0/16', '10.20.0.0/16', '10.9.0.0/16'].map(cidrOf))).toEqual([
    '10.9.0.0/16',
    '10.20.0.0/16',
    '10.100.0.0/16',
  ]);
});
