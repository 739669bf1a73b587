import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';
import { createVpc, demoNetwork } from '../../../../../test/support/ec2-network.ts';

let aws: TestAws;
let ec2: EC2Client;

beforeEach(async () => {
  aws = await startTestAws();
  ec2 = aws.ec2();
});

afterEach(async () => aws.stop());

async function createGateway(name = 'test'): Promise<string> {
  const TagSpecifications = [{ ResourceType: 'internet-gateway' as const, Tags: [{ Key: 'Name', Value: name }] }];
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications }));
  return InternetGateway?.InternetGatewayId ?? '';
}

const attach = (InternetGatewayId: string, VpcId: string) =>
  ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
const detach = (InternetGatewayId: string, VpcId: string) =>
  ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
const remove = (InternetGatewayId: string) => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));

const find = async (Name: string, value: string): Promise<readonly (string | undefined)[]> => {
  const Filters = [{ Name, Values: [value] }];
  const { InternetGateways = [] } = await ec2.send(new DescribeInternetGatewaysCommand({ Filters }));
  return InternetGateways.map(({ InternetGatewayId }) => InternetGatewayId);
};

describe('an internet gateway', () => {
  it('is attached to a VPC, and only once it is detached it can be deleted', async () => {
    const vpcId = await createVpc(ec2);
    const id = await createGateway();
    await attach(id, vpcId);
    const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }));
    expect(InternetGateways).toMatchObject([{ Attachments: [{ State: 'available', VpcId: vpcId }] }]);
    await expect(remove(id)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await detach(id, vpcId);
    await remove(id);
    await expect(remove(id)).rejects.toMatchObject({ name: 'InvalidInternetGatewayID.NotFound' });
  });

  it('is one alone for a VPC, and of one VPC alone', async () => {
    const demo = await demoNetwork(ec2);
    const vpcId = await createVpc(ec2);
    await expect(attach(demo.internetGatewayId, vpcId)).rejects.toMatchObject({ name: 'Resource.AlreadyAssociated' });
    const id = await createGateway();
    await expect(attach(id, demo.vpcId)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(detach(id, vpcId)).rejects.toMatchObject({ name: 'Gateway.NotAttached' });
  });

  it('stays attached as long as something in the VPC has a public address', async () => {
    const { internetGatewayId, vpcId } = await demoNetwork(ec2);
    await expect(detach(internetGatewayId, vpcId)).rejects.toMatchObject({
      name: 'DependencyViolation',
      message: expect.stringContaining('mapped public address'),
    });
  });

  it('is found by what AWS documents as filters', async () => {
    const { internetGatewayId, vpcId } = await demoNetwork(ec2);
    const free = await createGateway('free');
    expect(await find('attachment.vpc-id', vpcId)).toEqual([internetGatewayId]);
    expect(await find('attachment.state', 'available')).toEqual([internetGatewayId]);
    expect(await find('internet-gateway-id', free)).toEqual([free]);
    expect(await find('tag:Name', 'free')).toEqual([free]);
    expect(await find('owner-id', '123456789012')).toHaveLength(2);
    await expect(find('colour', 'red')).rejects.toMatchObject({ message: "The filter 'colour' is invalid" });
  });

  it('is refused above the quota', async () => {
    for (let made = 1; made < 5; made++) await createGateway();
    await expect(createGateway()).rejects.toMatchObject({ name: 'InternetGatewayLimitExceeded' });
  });
});
