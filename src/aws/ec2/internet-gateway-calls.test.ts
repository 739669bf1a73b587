import { describe, expect, it } from 'vitest';
import { anEc2Wire } from '../../../test/support/ec2-wire.ts';
import { isAlreadyExists, isInUse, isNotFound, NotFoundError } from '../errors.ts';

const GATEWAY = `
  <internetGatewayId>igw-0d0fb496b3EXAMPLE</internetGatewayId>
  <ownerId>111122223333</ownerId>
  <attachmentSet>
    <item>
      <vpcId>vpc-1</vpcId>
      <state>available</state>
    </item>
  </attachmentSet>
  <tagSet>
    <item>
      <key>owner</key>
      <value>me</value>
    </item>
  </tagSet>`;

const READ = {
  id: 'igw-0d0fb496b3EXAMPLE',
  attachments: [{ vpcId: 'vpc-1', state: 'available' }],
  ownerId: '111122223333',
  tags: { owner: 'me' },
};

const LIST = `<internetGatewaySet><item>${GATEWAY}</item></internetGatewaySet>`;

describe('an internet gateway', () => {
  it('is made with its tags, attached to nothing', async () => {
    const { ec2, asked } = anEc2Wire({
      CreateInternetGateway: `
        <internetGateway>
          <internetGatewayId>igw-1</internetGatewayId>
          <attachmentSet/>
          <tagSet/>
        </internetGateway>`,
    });
    const made = await ec2.createInternetGateway({ tags: { owner: 'me' } });
    expect(made).toEqual({ id: 'igw-1', attachments: [], ownerId: undefined, tags: {} });
    expect(asked).toMatchObject([{ 'TagSpecification.1.ResourceType': 'internet-gateway' }]);
  });

  it('is found by its tags', async () => {
    const { ec2, inTime } = anEc2Wire({ DescribeInternetGateways: LIST });
    expect(await inTime(ec2.findInternetGatewaysByTags({ owner: 'me' }))).toEqual([READ]);
  });

  it('is found by its VPC, in one list for all VPCs that are asked about', async () => {
    const { ec2, asked, inTime } = anEc2Wire({ DescribeInternetGateways: LIST });
    const found = Promise.all([ec2.describeInternetGatewaysOf('vpc-1'), ec2.describeInternetGatewaysOf('vpc-2')]);
    expect(await inTime(found)).toEqual([[READ], []]);
    expect(asked).toEqual([
      {
        Action: 'DescribeInternetGateways',
        MaxResults: '1000',
        'Filter.1.Name': 'attachment.vpc-id',
        'Filter.1.Value.1': 'vpc-1',
        'Filter.1.Value.2': 'vpc-2',
      },
    ]);
  });

  it('is attached, detached and deleted by its id', async () => {
    const done = '<return>true</return>';
    const { ec2, asked } = anEc2Wire({
      AttachInternetGateway: done,
      DetachInternetGateway: done,
      DeleteInternetGateway: done,
    });
    await ec2.attachInternetGateway('igw-1', 'vpc-1');
    await ec2.detachInternetGateway('igw-1', 'vpc-1');
    await ec2.deleteInternetGateway('igw-1');
    expect(asked).toEqual([
      { Action: 'AttachInternetGateway', InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
      { Action: 'DetachInternetGateway', InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
      { Action: 'DeleteInternetGateway', InternetGatewayId: 'igw-1' },
    ]);
  });

  it('says by kinds why it is not', async () => {
    const { ec2 } = anEc2Wire({
      AttachInternetGateway: { code: 'Resource.AlreadyAssociated' },
      DetachInternetGateway: ({ VpcId }) => ({
        code: VpcId === 'vpc-1' ? 'DependencyViolation' : 'Gateway.NotAttached',
      }),
      DeleteInternetGateway: { code: 'InvalidInternetGatewayID.NotFound' },
    });
    await expect(ec2.attachInternetGateway('igw-1', 'vpc-1')).rejects.toSatisfy(isAlreadyExists);
    await expect(ec2.detachInternetGateway('igw-1', 'vpc-1')).rejects.toSatisfy(isInUse);
    await expect(ec2.detachInternetGateway('igw-1', 'vpc-2')).rejects.toSatisfy(isNotFound);
    await expect(ec2.deleteInternetGateway('igw-1')).rejects.toBeInstanceOf(NotFoundError);
  });
});
