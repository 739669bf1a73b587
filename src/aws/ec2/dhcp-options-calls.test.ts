import { describe, expect, it } from 'vitest';
import { anEc2Wire } from '../../../test/support/ec2-wire.ts';

const OPTIONS = `
  <dhcpOptionsId>dopt-1</dhcpOptionsId>
  <ownerId>111122223333</ownerId>
  <dhcpConfigurationSet>
    <item>
      <key>domain-name</key>
      <valueSet>
        <item>
          <value>eu-central-1.compute.internal</value>
        </item>
      </valueSet>
    </item>
    <item>
      <key>domain-name-servers</key>
      <valueSet>
        <item>
          <value>10.2.5.1</value>
        </item>
        <item>
          <value>10.2.5.2</value>
        </item>
      </valueSet>
    </item>
  </dhcpConfigurationSet>
  <tagSet>
    <item>
      <key>owner</key>
      <value>me</value>
    </item>
  </tagSet>`;

const READ = {
  id: 'dopt-1',
  domainName: 'eu-central-1.compute.internal',
  domainNameServers: ['10.2.5.1', '10.2.5.2'],
  ownerId: '111122223333',
  tags: { owner: 'me' },
};

const LIST = `<dhcpOptionsSet><item>${OPTIONS}</item></dhcpOptionsSet>`;

describe('DHCP options', () => {
  it('are made with a domain and its servers', async () => {
    const { ec2, asked } = anEc2Wire({ CreateDhcpOptions: `<dhcpOptions>${OPTIONS}</dhcpOptions>` });
    const { domainNameServers, tags } = READ;
    expect(await ec2.createDhcpOptions({ domainName: 'x.internal', domainNameServers, tags })).toEqual(READ);
    expect(asked).toEqual([
      {
        Action: 'CreateDhcpOptions',
        'DhcpConfiguration.1.Key': 'domain-name',
        'DhcpConfiguration.1.Value.1': 'x.internal',
        'DhcpConfiguration.2.Key': 'domain-name-servers',
        'DhcpConfiguration.2.Value.1': '10.2.5.1',
        'DhcpConfiguration.2.Value.2': '10.2.5.2',
        'TagSpecification.1.ResourceType': 'dhcp-options',
        'TagSpecification.1.Tag.1.Key': 'owner',
        'TagSpecification.1.Tag.1.Value': 'me',
      },
    ]);
  });

  it('are described by their id, and found by their tags', async () => {
    const { ec2, inTime } = anEc2Wire({ DescribeDhcpOptions: LIST });
    expect(await inTime(ec2.describeDhcpOptions('dopt-1'))).toEqual(READ);
    expect(await inTime(ec2.findDhcpOptionsByTags({ owner: 'me' }))).toEqual([READ]);
  });

  it('that are absent among others are confirmed to be', async () => {
    const { ec2, asked, inTime } = anEc2Wire({
      DescribeDhcpOptions: (form) =>
        form['DhcpOptionsId.1'] === 'dopt-2' ? { code: 'InvalidDhcpOptionID.NotFound' } : LIST,
    });
    const both = inTime(Promise.allSettled([ec2.describeDhcpOptions('dopt-1'), ec2.describeDhcpOptions('dopt-2')]));
    expect(await both).toMatchObject([{ value: READ }, { reason: { name: 'NotFoundError', id: 'dopt-2' } }]);
    expect(asked).toMatchObject([{ 'Filter.1.Name': 'dhcp-options-id' }, { 'DhcpOptionsId.1': 'dopt-2' }]);
  });

  it('without values have none', async () => {
    const { ec2, inTime } = anEc2Wire({
      DescribeDhcpOptions: `
        <dhcpOptionsSet>
          <item>
            <dhcpOptionsId>dopt-1</dhcpOptionsId>
            <dhcpConfigurationSet/>
          </item>
        </dhcpOptionsSet>`,
    });
    expect(await inTime(ec2.describeDhcpOptions('dopt-1'))).toMatchObject({
      domainName: undefined,
      domainNameServers: [],
    });
  });

  it('are given to a VPC and taken away from it', async () => {
    const { ec2, asked } = anEc2Wire({ AssociateDhcpOptions: '<return>true</return>' });
    await ec2.associateDhcpOptions('dopt-1', 'vpc-1');
    await ec2.associateDhcpOptions('default', 'vpc-1');
    expect(asked.map(({ DhcpOptionsId }) => DhcpOptionsId)).toEqual(['dopt-1', 'default']);
  });

  it.each(['InvalidDhcpOptionID.NotFound', 'InvalidDhcpOptionsID.NotFound'])(
    'are absent by the code %s',
    async (code) => {
      const { ec2 } = anEc2Wire({ DeleteDhcpOptions: { code }, AssociateDhcpOptions: { code } });
      const error = { name: 'NotFoundError', id: 'dopt-1' };
      await expect(ec2.deleteDhcpOptions('dopt-1')).rejects.toMatchObject(error);
      await expect(ec2.associateDhcpOptions('dopt-1', 'vpc-1')).rejects.toMatchObject(error);
    },
  );
});
