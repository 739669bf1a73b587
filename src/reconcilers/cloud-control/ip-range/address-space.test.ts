import { describe, expect, it } from 'vitest';
import type { CidrBlock } from '../../../aws/ec2/vpc.ts';
import { isOwnBlock } from './address-space.ts';
import type { Facts } from './state.ts';

const block: CidrBlock = {
  associationId: 'assoc-1',
  cidr: '10.181.0.0/22',
  state: 'associated',
  stateMessage: undefined,
};

const facts = (known: Partial<Facts>): Facts => ({
  cidr: '10.181.0.0/22',
  ranges: undefined,
  vpcId: 'vpc-1',
  addressSpaceId: undefined,
  addressSpaceCreated: undefined,
  subnets: undefined,
  ...known,
});

describe('a block is ours', () => {
  it.each([
    { known: {}, own: false, reason: 'nothing is recorded' },
    { known: { addressSpaceCreated: true }, own: true, reason: 'we meant to make it, and the answer was lost' },
    { known: { addressSpaceId: 'assoc-1', addressSpaceCreated: true }, own: true, reason: 'we made it' },
    {
      known: { addressSpaceId: 'assoc-1' },
      own: true,
      reason: 'an earlier release made it, which recorded the id alone',
    },
    { known: { addressSpaceId: 'assoc-1', addressSpaceCreated: false }, own: false, reason: 'it was there before' },
    {
      known: { addressSpaceId: 'assoc-0', addressSpaceCreated: true },
      own: false,
      reason: 'ours went, and somebody else associated the range since',
    },
  ])('$own: $reason', ({ known, own }) => {
    expect(isOwnBlock(facts(known), block)).toBe(own);
  });
});
