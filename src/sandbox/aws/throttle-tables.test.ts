import { describe, expect, it } from 'vitest';
import { ec2Throttling } from './throttle-tables.ts';

describe('the buckets of EC2', () => {
  it.each([
    ['a read', 'DescribeVpcs', {}, 100, 20],
    ['a read that is dear unless it is filtered', 'DescribeSecurityGroups', {}, 50, 10],
    ['a dear read with a filter', 'DescribeSecurityGroups', { Filters: [] }, 100, 20],
    ['a write', 'CreateRoute', {}, 50, 5],
    ['a slow write', 'CreateNatGateway', {}, 10, 1],
    ['tags', 'CreateTags', {}, 100, 10],
  ])('has the published size for %s', (_reason, operation, input, burst, perSecond) => {
    expect(ec2Throttling.bucketOf(operation, input)).toMatchObject({ burst, perSecond });
  });
});
