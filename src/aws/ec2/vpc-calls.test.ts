import { describe, expect, it } from 'vitest';
import { anEc2Wire } from '../../../test/support/ec2-wire.ts';

const VPC = `
  <vpcId>vpc-081ec835f3EXAMPLE</vpcId>
  <ownerId>111122223333</ownerId>
  <state>pending</state>
  <cidrBlock>10.0.0.0/16</cidrBlock>
  <cidrBlockAssociationSet>
    <item>
      <cidrBlock>10.0.0.0/16</cidrBlock>
      <associationId>vpc-cidr-assoc-062c64cfafEXAMPLE</associationId>
      <cidrBlockState>
        <state>associated</state>
      </cidrBlockState>
    </item>
  </cidrBlockAssociationSet>
  <ipv6CidrBlockAssociationSet/>
  <dhcpOptionsId>dopt-19edf471</dhcpOptionsId>
  <tagSet>
    <item>
      <key>owner</key>
      <value>me</value>
    </item>
  </tagSet>
  <instanceTenancy>default</instanceTenancy>
  <isDefault>false</isDefault>`;

const READ = {
  id: 'vpc-081ec835f3EXAMPLE',
  state: 'pending',
  cidr: '10.0.0.0/16',
  cidrBlocks: [
    {
      associationId: 'vpc-cidr-assoc-062c64cfafEXAMPLE',
      cidr: '10.0.0.0/16',
      state: 'associated',
      stateMessage: undefined,
    },
  ],
  dhcpOptionsId: 'dopt-19edf471',
  isDefault: false,
  ownerId: '111122223333',
  tags: { owner: 'me' },
};

describe('a VPC', () => {
  it('is made with its tags, and read as it is answered', async () => {
    const { ec2, asked } = anEc2Wire({ CreateVpc: `<vpc>${VPC}</vpc>` });
    expect(await ec2.createVpc({ cidr: '10.0.0.0/16', tags: { owner: 'me' } })).toEqual(READ);
    expect(asked).toEqual([
      {
        Action: 'CreateVpc',
        CidrBlock: '10.0.0.0/16',
        'TagSpecification.1.ResourceType': 'vpc',
        'TagSpecification.1.Tag.1.Key': 'owner',
        'TagSpecification.1.Tag.1.Value': 'me',
      },
    ]);
  });

  it('is found by tags, with others that are asked for in the same moment', async () => {
    const { ec2, asked, inTime } = anEc2Wire({ DescribeVpcs: `<vpcSet><item>${VPC}</item></vpcSet>` });
    const found = inTime(
      Promise.all([ec2.findVpcsByTags({ owner: 'me' }), ec2.findVpcsByTags({ owner: 'you' }), ec2.findVpcsByName('n')]),
    );
    expect(await found).toEqual([[READ], [], []]);
    expect(asked.map((form) => form['Filter.1.Name'])).toEqual(['tag:owner', 'tag:Name']);
  });

  it('is not looked for without a tag', async () => {
    const { ec2, asked } = anEc2Wire({});
    await expect(ec2.findVpcsByTags({})).rejects.toThrow('at least one filter');
    expect(asked).toEqual([]);
  });

  it('that is absent says so, whatever is done with it', async () => {
    const absent = { code: 'InvalidVpcID.NotFound' };
    const { ec2 } = anEc2Wire({ DeleteVpc: absent, DescribeVpcAttribute: absent, ModifyVpcAttribute: absent });
    const error = { name: 'NotFoundError', id: 'vpc-1' };
    await expect(ec2.deleteVpc('vpc-1')).rejects.toMatchObject(error);
    await expect(ec2.describeVpcAttributes('vpc-1')).rejects.toMatchObject(error);
    await expect(ec2.setVpcAttribute('vpc-1', 'dnsSupport', true)).rejects.toMatchObject(error);
  });
});

describe('attributes of a VPC', () => {
  it('are asked for one by one', async () => {
    const { ec2, asked } = anEc2Wire({
      DescribeVpcAttribute: ({ Attribute }) =>
        `<vpcId>vpc-1</vpcId><${Attribute}><value>${Attribute === 'enableDnsSupport'}</value></${Attribute}>`,
    });
    expect(await ec2.describeVpcAttributes('vpc-1')).toEqual({ dnsSupport: true, dnsHostnames: false });
    expect(asked.map(({ Attribute }) => Attribute)).toEqual(['enableDnsSupport', 'enableDnsHostnames']);
  });

  it('that AWS does not tell are not taken for switched off', async () => {
    const { ec2 } = anEc2Wire({ DescribeVpcAttribute: '<vpcId>vpc-1</vpcId>' });
    await expect(ec2.describeVpcAttributes('vpc-1')).rejects.toMatchObject({ kind: 'internal' });
  });

  it('are set one by one, off as well as on', async () => {
    const { ec2, asked } = anEc2Wire({ ModifyVpcAttribute: '<return>true</return>' });
    await ec2.setVpcAttribute('vpc-1', 'dnsHostnames', true);
    await ec2.setVpcAttribute('vpc-1', 'dnsSupport', false);
    expect(asked).toEqual([
      { Action: 'ModifyVpcAttribute', VpcId: 'vpc-1', 'EnableDnsHostnames.Value': 'true' },
      { Action: 'ModifyVpcAttribute', VpcId: 'vpc-1', 'EnableDnsSupport.Value': 'false' },
    ]);
  });
});
