import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  DeleteDhcpOptionsCommand,
  DescribeDhcpOptionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import { createVpc } from '../../../../test/support/ec2-network.ts';

let aws: TestAws;
let ec2: EC2Client;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
});

afterEach(async () => aws.stop());

async function create(Key: string, ...Values: string[]): Promise<string> {
  const DhcpConfigurations = [{ Key, Values }];
  const { DhcpOptions } = await ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations }));
  return DhcpOptions?.DhcpOptionsId ?? '';
}

const associate = (DhcpOptionsId: string, VpcId: string) =>
  ec2.send(new AssociateDhcpOptionsCommand({ DhcpOptionsId, VpcId }));
const remove = (DhcpOptionsId: string) => ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId }));

async function optionsOf(vpcId: string): Promise<string | undefined> {
  return (await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).Vpcs?.[0]?.DhcpOptionsId;
}

async function find(Name: string, value: string) {
  const Filters = [{ Name, Values: [value] }];
  return (await ec2.send(new DescribeDhcpOptionsCommand({ Filters }))).DhcpOptions ?? [];
}

describe('DHCP options', () => {
  it("are the region's own set for every new VPC", async () => {
    const ids = [await optionsOf(await createVpc(ec2)), await optionsOf(await createVpc(ec2, '10.8.0.0/16'))];
    expect(ids[0]).toMatch(/^dopt-/);
    expect(ids[1]).toBe(ids[0]);
    expect(await find('dhcp-options-id', ids[0] ?? '')).toMatchObject([
      {
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [{ Value: 'eu-central-1.compute.internal' }] },
          { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
        ],
      },
    ]);
  });

  it('have another domain name in the oldest region', async () => {
    const { DhcpOptions } = await aws.ec2({ region: 'us-east-1' }).send(new DescribeDhcpOptionsCommand({}));
    expect(DhcpOptions?.[0]?.DhcpConfigurations?.[0]?.Values).toEqual([{ Value: 'ec2.internal' }]);
  });

  it('are deleted only when no VPC has them, which the word "default" brings about', async () => {
    const vpcId = await createVpc(ec2);
    const id = await create('domain-name', 'example.internal');
    await associate(id, vpcId);
    expect(await optionsOf(vpcId)).toBe(id);
    await expect(remove(id)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await associate('default', vpcId);
    expect(await optionsOf(vpcId)).toBe('default');
    await remove(id);
    await expect(associate(id, vpcId)).rejects.toMatchObject({ name: 'InvalidDhcpOptionID.NotFound' });
  });

  it('are found by key and value', async () => {
    const id = await create('domain-name-servers', '10.0.0.2,10.0.0.3');
    expect(await find('value', '10.0.0.3')).toMatchObject([{ DhcpOptionsId: id }]);
    expect(await find('key', 'domain-name-servers')).toHaveLength(2);
    expect(await find('key', 'ntp-servers')).toEqual([]);
  });

  it.each([
    ['an option that there is not', 'dns', ['10.0.0.2']],
    ['too many servers', 'domain-name-servers', ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['no value', 'domain-name', []],
  ])('are refused with %s', async (_reason, key, values) => {
    await expect(create(key, ...values)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
