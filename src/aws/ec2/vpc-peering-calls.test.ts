import { describe, expect, it } from 'vitest';
import { anEc2Wire, type Form } from '../../../test/support/ec2-wire.ts';
import { isAlreadyExists, isInvalidState } from '../errors.ts';

/** As AWS writes one that waits for its acceptance: of the accepter it does not tell the blocks yet. */
function xmlOf(id: string, requester: string, accepter: string): string {
  return `
    <vpcPeeringConnectionId>${id}</vpcPeeringConnectionId>
    <requesterVpcInfo>
      <ownerId>111122223333</ownerId>
      <vpcId>${requester}</vpcId>
      <cidrBlock>10.0.0.0/22</cidrBlock>
      <cidrBlockSet>
        <item>
          <cidrBlock>10.0.0.0/22</cidrBlock>
        </item>
        <item>
          <cidrBlock>10.0.4.0/22</cidrBlock>
        </item>
      </cidrBlockSet>
      <peeringOptions>
        <allowEgressFromLocalClassicLinkToRemoteVpc>false</allowEgressFromLocalClassicLinkToRemoteVpc>
        <allowEgressFromLocalVpcToRemoteClassicLink>false</allowEgressFromLocalVpcToRemoteClassicLink>
        <allowDnsResolutionFromRemoteVpc>true</allowDnsResolutionFromRemoteVpc>
      </peeringOptions>
      <region>eu-central-1</region>
    </requesterVpcInfo>
    <accepterVpcInfo>
      <ownerId>444455556666</ownerId>
      <vpcId>${accepter}</vpcId>
      <region>us-east-1</region>
    </accepterVpcInfo>
    <status>
      <code>pending-acceptance</code>
      <message>Pending Acceptance by 444455556666</message>
    </status>
    <expirationTime>2026-02-17T16:00:50.000Z</expirationTime>
    <tagSet>
      <item>
        <key>owner</key>
        <value>${id}</value>
      </item>
    </tagSet>`;
}

const READ = {
  id: 'pcx-1',
  status: { code: 'pending-acceptance', message: 'Pending Acceptance by 444455556666' },
  requester: {
    accountId: '111122223333',
    region: 'eu-central-1',
    vpcId: 'vpc-1',
    cidrs: ['10.0.0.0/22', '10.0.4.0/22'],
    dnsResolution: true,
  },
  accepter: {
    accountId: '444455556666',
    region: 'us-east-1',
    vpcId: 'vpc-9',
    cidrs: [],
    dnsResolution: undefined,
  },
  expiresAt: new Date('2026-02-17T16:00:50.000Z'),
  tags: { owner: 'pcx-1' },
};

const ALL: readonly (readonly [id: string, requester: string, accepter: string])[] = [
  ['pcx-1', 'vpc-1', 'vpc-9'],
  ['pcx-2', 'vpc-2', 'vpc-1'],
  ['pcx-3', 'vpc-3', 'vpc-9'],
];

/** Three peerings, and the filters and ids of EC2. */
function aWorld() {
  const fieldOf = ['vpc-peering-connection-id', 'requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'];
  const valuesOf = (form: Form, prefix: string): readonly string[] =>
    Object.entries(form).flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : []));
  return anEc2Wire({
    DescribeVpcPeeringConnections: (form) => {
      const ids = valuesOf(form, 'VpcPeeringConnectionId.');
      if (ids.some((id) => !ALL.some(([known]) => known === id))) {
        return { code: 'InvalidVpcPeeringConnectionID.NotFound' };
      }
      const filters = [1, 2].flatMap((n) => {
        const field = fieldOf.indexOf(form[`Filter.${n}.Name`] ?? '');
        return field < 0 ? [] : [{ field, values: valuesOf(form, `Filter.${n}.Value.`) }];
      });
      const found = ALL.filter(
        (peering) =>
          (ids.length === 0 || ids.includes(peering[0])) &&
          filters.every(({ field, values }) => values.includes(peering[field] ?? '')),
      );
      const items = found.map((peering) => `<item>${xmlOf(...peering)}</item>`).join('');
      return `<vpcPeeringConnectionSet>${items}</vpcPeeringConnectionSet>`;
    },
  });
}

describe('a peering', () => {
  it('is described by its id', async () => {
    const { peering, inTime } = aWorld();
    expect(await inTime(peering.describeVpcPeering('pcx-1'))).toEqual(READ);
  });

  it('that is absent among others does not disturb them, and is confirmed to be absent', async () => {
    const { peering, asked, inTime } = aWorld();
    const ids = ['pcx-1', 'pcx-none', 'pcx-3'];
    const answers = await inTime(Promise.allSettled(ids.map((id) => peering.describeVpcPeering(id))));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: { name: 'NotFoundError', id: 'pcx-none' } });
    expect(asked).toMatchObject([
      { 'Filter.1.Name': 'vpc-peering-connection-id', 'Filter.1.Value.3': 'pcx-3' },
      { 'VpcPeeringConnectionId.1': 'pcx-none' },
    ]);
  });

  it('is found by either VPC or by both, all in one list for questions of a kind', async () => {
    const { peering, asked, inTime } = aWorld();
    const queries = [
      { requesterVpcId: 'vpc-1', accepterVpcId: 'vpc-9' },
      { requesterVpcId: 'vpc-2', accepterVpcId: 'vpc-9' },
      { accepterVpcId: 'vpc-9' },
    ];
    const found = await inTime(Promise.all(queries.map((query) => peering.findVpcPeerings(query))));
    expect(found.map((peerings) => peerings.map(({ id }) => id))).toEqual([['pcx-1'], [], ['pcx-1', 'pcx-3']]);
    expect(asked).toHaveLength(2);
    await expect(peering.findVpcPeerings({})).rejects.toThrow('at least one filter');
  });

  it('is found by its VPC in whichever role, once', async () => {
    const { peering, asked, inTime } = aWorld();
    const vpcIds = ['vpc-1', 'vpc-9', 'vpc-none'];
    const found = await inTime(Promise.all(vpcIds.map((vpcId) => peering.describeVpcPeeringsOf(vpcId))));
    expect(found.map((peerings) => peerings.map(({ id }) => id))).toEqual([['pcx-1', 'pcx-2'], ['pcx-1', 'pcx-3'], []]);
    expect(asked).toHaveLength(2);
  });

  it('is found by its tags', async () => {
    const xml = `<item>${xmlOf('pcx-1', 'vpc-1', 'vpc-9')}</item>`;
    const { peering, inTime } = anEc2Wire({
      DescribeVpcPeeringConnections: `<vpcPeeringConnectionSet>${xml}</vpcPeeringConnectionSet>`,
    });
    expect(await inTime(peering.findVpcPeeringsByTags({ owner: 'pcx-1' }))).toEqual([READ]);
  });
});

describe('a request for a peering', () => {
  const xml = `<vpcPeeringConnection>${xmlOf('pcx-1', 'vpc-1', 'vpc-9')}</vpcPeeringConnection>`;

  it('names both VPCs, with the account and region of the other', async () => {
    const { peering, asked } = anEc2Wire({ CreateVpcPeeringConnection: xml });
    const request = { vpcId: 'vpc-1', peerVpcId: 'vpc-9', peerAccountId: '444455556666', peerRegion: 'us-east-1' };
    expect(await peering.createVpcPeering({ ...request, tags: { owner: 'pcx-1' } })).toEqual(READ);
    expect(asked).toEqual([
      {
        Action: 'CreateVpcPeeringConnection',
        VpcId: 'vpc-1',
        PeerVpcId: 'vpc-9',
        PeerOwnerId: '444455556666',
        PeerRegion: 'us-east-1',
        'TagSpecification.1.ResourceType': 'vpc-peering-connection',
        'TagSpecification.1.Tag.1.Key': 'owner',
        'TagSpecification.1.Tag.1.Value': 'pcx-1',
      },
    ]);
  });

  it('is accepted or taken back by its id', async () => {
    const done = '<return>true</return>';
    const { peering, asked } = anEc2Wire({
      AcceptVpcPeeringConnection: xml,
      DeleteVpcPeeringConnection: done,
    });
    expect(await peering.acceptVpcPeering('pcx-1')).toEqual(READ);
    await peering.deleteVpcPeering('pcx-1');
    expect(asked.map(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId)).toEqual(['pcx-1', 'pcx-1']);
  });

  it('says by kinds why it is not', async () => {
    const { peering } = anEc2Wire({
      AcceptVpcPeeringConnection: { code: 'VpcPeeringConnectionAlreadyExists' },
      DeleteVpcPeeringConnection: { code: 'InvalidStateTransition' },
    });
    await expect(peering.acceptVpcPeering('pcx-1')).rejects.toSatisfy(isAlreadyExists);
    await expect(peering.deleteVpcPeering('pcx-1')).rejects.toSatisfy(isInvalidState);
  });
});

describe('DNS resolution', () => {
  it('is set for one side, and nothing else with it', async () => {
    const { peering, asked } = anEc2Wire({ ModifyVpcPeeringConnectionOptions: '<accepterPeeringConnectionOptions/>' });
    await peering.setVpcPeeringDnsResolution('pcx-1', 'requester', true);
    await peering.setVpcPeeringDnsResolution('pcx-1', 'accepter', false);
    const Action = 'ModifyVpcPeeringConnectionOptions';
    expect(asked).toEqual([
      {
        Action,
        VpcPeeringConnectionId: 'pcx-1',
        'RequesterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc': 'true',
      },
      {
        Action,
        VpcPeeringConnectionId: 'pcx-1',
        'AccepterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc': 'false',
      },
    ]);
  });
});
