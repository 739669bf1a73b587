import { expect, it } from 'vitest';
import { anEc2Wire } from '../../../test/support/ec2-wire.ts';

it('lists the NAT gateways of VPCs in one list, with their public addresses', async () => {
  const { ec2, asked, inTime } = anEc2Wire({
    DescribeNatGateways: `
      <natGatewaySet>
        <item>
          <subnetId>subnet-1</subnetId>
          <natGatewayAddressSet>
            <item>
              <networkInterfaceId>eni-00e37850</networkInterfaceId>
              <publicIp>198.18.125.129</publicIp>
              <allocationId>eipalloc-37fc1a52</allocationId>
              <privateIp>10.0.2.147</privateIp>
            </item>
            <item>
              <privateIp>10.0.2.148</privateIp>
            </item>
          </natGatewayAddressSet>
          <createTime>2015-11-25T14:00:55.416Z</createTime>
          <vpcId>vpc-1</vpcId>
          <natGatewayId>nat-05dba92075d71c408</natGatewayId>
          <state>available</state>
        </item>
        <item>
          <subnetId>subnet-2</subnetId>
          <natGatewayAddressSet/>
          <vpcId>vpc-1</vpcId>
          <natGatewayId>nat-2</natGatewayId>
          <state>failed</state>
          <tagSet>
            <item>
              <key>a</key>
              <value/>
            </item>
          </tagSet>
        </item>
      </natGatewaySet>`,
  });
  const first = {
    id: 'nat-05dba92075d71c408',
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    state: 'available',
    publicIps: ['198.18.125.129'],
    tags: {},
  };
  const second = { id: 'nat-2', vpcId: 'vpc-1', subnetId: 'subnet-2', state: 'failed', publicIps: [], tags: { a: '' } };
  const found = Promise.all([ec2.describeNatGateways('vpc-1'), ec2.describeNatGateways('vpc-2')]);
  expect(await inTime(found)).toEqual([[first, second], []]);
  expect(asked).toMatchObject([{ 'Filter.1.Value.1': 'vpc-1', 'Filter.1.Value.2': 'vpc-2' }]);
});
