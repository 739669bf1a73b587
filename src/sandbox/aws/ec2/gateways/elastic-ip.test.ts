import {
  AllocateAddressCommand,
  DescribeAddressesCommand,
  ReleaseAddressCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';

let aws: TestAws;
let ec2: EC2Client;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
});

afterEach(async () => aws.stop());

const allocate = async (): Promise<string> =>
  (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId ?? '';
const release = (AllocationId: string) => ec2.send(new ReleaseAddressCommand({ AllocationId }));

describe('an elastic IP', () => {
  it("is nobody else's until it is released", async () => {
    const ids = [await allocate(), await allocate()];
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: ids }));
    expect(new Set(Addresses.map(({ PublicIp }) => PublicIp)).size).toBe(2);
    const byAddress = { PublicIps: [Addresses[0]?.PublicIp ?? ''] };
    expect((await ec2.send(new DescribeAddressesCommand(byAddress))).Addresses).toHaveLength(1);
    await release(Addresses[0]?.AllocationId ?? '');
    await expect(ec2.send(new DescribeAddressesCommand(byAddress))).rejects.toMatchObject({
      name: 'InvalidAddress.NotFound',
    });
  });

  it('is refused above the quota', async () => {
    for (let made = 1; made < 5; made++) await allocate();
    await expect(allocate()).rejects.toMatchObject({ name: 'AddressLimitExceeded' });
  });

  it('is found by what AWS documents as filters', async () => {
    const free = await allocate();
    const find = async (Name: string, value: string) =>
      (await ec2.send(new DescribeAddressesCommand({ Filters: [{ Name, Values: [value] }] }))).Addresses ?? [];
    expect(await find('allocation-id', free)).toHaveLength(1);
    const [held] = await find('association-id', 'eipassoc-*');
    expect(held?.AllocationId).not.toBe(free);
    expect(await find('network-interface-id', held?.NetworkInterfaceId ?? '')).toHaveLength(1);
    expect(await find('private-ip-address', '10.250.3.24?')).toHaveLength(1);
    expect(await find('public-ip', held?.PublicIp ?? '')).toHaveLength(1);
    await expect(find('vpc-id', 'vpc-0')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
