import { expect, it } from 'vitest';
import type { Vpc, VpcReadOperations } from '../../../aws/ec2/vpc.ts';
import { NotFoundError } from '../../../aws/errors.ts';
import { findVpc, type VpcName } from './find-vpc.ts';

const aVpc = (id: string, name: string): Vpc => ({
  id,
  state: 'available',
  cidr: '10.250.0.0/22',
  cidrBlocks: [],
  dhcpOptionsId: undefined,
  isDefault: false,
  ownerId: undefined,
  tags: { Name: name },
});

const VPCS = [aVpc('vpc-2', 'twice'), aVpc('vpc-1', 'twice'), aVpc('vpc-3', 'once')];

const ec2: VpcReadOperations = {
  describeVpc: async (id) => {
    const found = VPCS.find((vpc) => vpc.id === id);
    if (found === undefined) throw new NotFoundError('VPC', id);
    return found;
  },
  findVpcsByName: async (name) => VPCS.filter((vpc) => vpc.tags['Name'] === name),
  findVpcsByTags: async () => [],
};

const place = { accountId: '123456789012', region: 'eu-central-1' };

it.each<{ called: VpcName; id: string }>([
  { called: { id: 'vpc-1' }, id: 'vpc-1' },
  { called: { id: 'vpc-1', name: 'once' }, id: 'vpc-1' },
  { called: { id: '', name: 'once' }, id: 'vpc-3' },
  { called: { name: 'once' }, id: 'vpc-3' },
])('D11: the VPC called $called is $id', async ({ called, id }) => {
  expect(await findVpc(ec2, called, { place, field: 'there' })).toMatchObject({ vpc: { id } });
});

it.each<{ called: VpcName; reason: string; message: string }>([
  {
    called: { id: 'vpc-9', name: 'once' },
    reason: 'VpcNotFound',
    message: 'AWS VPC vpc-9 not found in account 123456789012, region eu-central-1',
  },
  {
    called: { name: 'never' },
    reason: 'VpcNotFound',
    message: 'AWS VPC never not found in account 123456789012, region eu-central-1',
  },
  {
    called: { name: 'twice' },
    reason: 'ValidationFailed',
    message:
      '2 VPCs have the name twice in account 123456789012, region eu-central-1: vpc-1, vpc-2; give the id of one in there',
  },
])('$message', async ({ called, reason, message }) => {
  expect(await findVpc(ec2, called, { place, field: 'there' })).toEqual({
    problem: { state: 'Error', reason, message },
  });
});
