import { expect, it } from 'vitest';
import { ec2Service } from './ec2/service.ts';
import { nearestNames } from './nearest-names.ts';

it.each([
  { name: 'DescribeVpc', nearest: 'DescribeVpcs' },
  { name: 'CreateRoutes', nearest: 'CreateRoute' },
  { name: 'deletesubnet', nearest: 'DeleteSubnet' },
  { name: 'AcceptVpcPeering', nearest: 'AcceptVpcPeeringConnection' },
])('takes $nearest for the nearest to $name', ({ name, nearest }) => {
  expect(nearestNames(name, Object.keys(ec2Service.operations))[0]).toBe(nearest);
});

it('gives a few of many, and all of few', () => {
  expect(nearestNames('DescribeInstances', Object.keys(ec2Service.operations))).toHaveLength(5);
  expect(nearestNames('', ['B', 'A'])).toEqual(['A', 'B']);
});
