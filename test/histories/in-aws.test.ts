import { expect, it } from 'vitest';
import { differences, type Item } from './in-aws.ts';

const place = 'an account/a region';
const subnet = (cidr: string, fields: object = {}): Item => ({ place, slot: 'ec2.subnets', cidr, ...fields });

it.each([
  { reason: 'everything is there', there: [subnet('a'), subnet('b')], asked: [subnet('b'), subnet('a')], found: 0 },
  {
    reason: 'fields that nobody asks about do not count',
    there: [subnet('a', { zone: 1 })],
    asked: [subnet('a')],
    found: 0,
  },
  { reason: 'one is missing', there: [subnet('a')], asked: [subnet('a'), subnet('b')], found: 1 },
  { reason: 'one is double', there: [subnet('a'), subnet('a')], asked: [subnet('a')], found: 1 },
  { reason: 'one was changed', there: [subnet('a', { zone: 1 })], asked: [subnet('a', { zone: 2 })], found: 2 },
  { reason: 'one stands elsewhere', there: [{ ...subnet('a'), place: '' }], asked: [subnet('a')], found: 2 },
])('tells $found differences when $reason', ({ there, asked, found }) => {
  expect(differences(there, asked)).toHaveLength(found);
});
