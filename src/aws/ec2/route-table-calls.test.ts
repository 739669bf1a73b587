import { describe, expect, it } from 'vitest';
import { anEc2Wire } from '../../../test/support/ec2-wire.ts';
import { isAlreadyExists, isInvalidInput, isLimit, isNotFound } from '../errors.ts';

const TABLES = `
  <routeTableSet>
    <item>
      <routeTableId>rtb-1</routeTableId>
      <vpcId>vpc-1</vpcId>
      <ownerId>111122223333</ownerId>
      <routeSet>
        <item>
          <destinationCidrBlock>10.0.0.0/22</destinationCidrBlock>
          <gatewayId>local</gatewayId>
          <state>active</state>
          <origin>CreateRouteTable</origin>
        </item>
        <item>
          <destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock>
          <egressOnlyInternetGatewayId>eigw-1</egressOnlyInternetGatewayId>
          <state>active</state>
          <origin>CreateRoute</origin>
        </item>
        <item>
          <destinationPrefixListId>pl-1</destinationPrefixListId>
          <gatewayId>vpce-1</gatewayId>
          <state>active</state>
          <origin>CreateRoute</origin>
        </item>
        <item>
          <destinationCidrBlock>10.1.0.0/16</destinationCidrBlock>
          <vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>
          <state>blackhole</state>
          <origin>CreateRoute</origin>
        </item>
        <item>
          <destinationCidrBlock>10.2.0.0/16</destinationCidrBlock>
          <instanceId>i-1</instanceId>
          <instanceOwnerId>111122223333</instanceOwnerId>
          <networkInterfaceId>eni-1</networkInterfaceId>
          <state>active</state>
          <origin>CreateRoute</origin>
        </item>
        <item>
          <destinationCidrBlock>10.3.0.0/16</destinationCidrBlock>
          <odbNetworkArn>arn:aws:odb:eu-central-1:111122223333:odb-network/x</odbNetworkArn>
          <state>active</state>
          <origin>Advertisement</origin>
        </item>
      </routeSet>
      <associationSet>
        <item>
          <routeTableAssociationId>rtbassoc-1</routeTableAssociationId>
          <routeTableId>rtb-1</routeTableId>
          <main>true</main>
        </item>
        <item>
          <routeTableAssociationId>rtbassoc-2</routeTableAssociationId>
          <routeTableId>rtb-1</routeTableId>
          <subnetId>subnet-1</subnetId>
          <main>false</main>
        </item>
      </associationSet>
      <propagatingVgwSet/>
      <tagSet/>
    </item>
  </routeTableSet>`;

describe('route tables', () => {
  it('are read with their routes, whatever these lead from and to', async () => {
    const { peering, inTime } = anEc2Wire({ DescribeRouteTables: TABLES });
    const [table] = await inTime(peering.describeRouteTables('vpc-1'));
    const { routes = [], ...rest } = table ?? {};
    expect(rest).toEqual({
      id: 'rtb-1',
      vpcId: 'vpc-1',
      isMain: true,
      subnetIds: ['subnet-1'],
      ownerId: '111122223333',
      tags: {},
    });
    expect(routes.map((route) => Object.values(route))).toEqual([
      ['10.0.0.0/22', 'cidr', { kind: 'gateway', id: 'local' }, 'active', 'CreateRouteTable'],
      ['::/0', 'cidr-ipv6', { kind: 'egress-only-internet-gateway', id: 'eigw-1' }, 'active', 'CreateRoute'],
      ['pl-1', 'prefix-list', { kind: 'gateway', id: 'vpce-1' }, 'active', 'CreateRoute'],
      ['10.1.0.0/16', 'cidr', { kind: 'vpc-peering-connection', id: 'pcx-1' }, 'blackhole', 'CreateRoute'],
      ['10.2.0.0/16', 'cidr', { kind: 'network-interface', id: 'eni-1' }, 'active', 'CreateRoute'],
      ['10.3.0.0/16', 'cidr', undefined, 'active', 'Advertisement'],
    ]);
  });

  it('of several VPCs are one list, read by the pages that EC2 allows', async () => {
    const { peering, asked, inTime } = anEc2Wire({
      DescribeRouteTables: ({ NextToken }) =>
        NextToken === undefined ? `${TABLES}<nextToken>more</nextToken>` : '<routeTableSet/>',
    });
    const found = Promise.all([peering.describeRouteTables('vpc-1'), peering.describeRouteTables('vpc-2')]);
    expect((await inTime(found)).map((tables) => tables.map(({ id }) => id))).toEqual([['rtb-1'], []]);
    expect(asked).toMatchObject([
      { MaxResults: '100', 'Filter.1.Value.1': 'vpc-1', 'Filter.1.Value.2': 'vpc-2' },
      { MaxResults: '100', NextToken: 'more' },
    ]);
  });
});

describe('a route', () => {
  const target = { kind: 'vpc-peering-connection', id: 'pcx-1' } as const;

  it('is written, led elsewhere and deleted by table and destination', async () => {
    const done = '<return>true</return>';
    const { peering, asked } = anEc2Wire({ CreateRoute: done, ReplaceRoute: done, DeleteRoute: done });
    await peering.createRoute('rtb-1', '10.1.0.0/16', target);
    await peering.replaceRoute('rtb-1', '10.1.0.0/16', target);
    await peering.deleteRoute('rtb-1', '10.1.0.0/16');
    const route = { RouteTableId: 'rtb-1', DestinationCidrBlock: '10.1.0.0/16' };
    expect(asked).toEqual([
      { Action: 'CreateRoute', ...route, VpcPeeringConnectionId: 'pcx-1' },
      { Action: 'ReplaceRoute', ...route, VpcPeeringConnectionId: 'pcx-1' },
      { Action: 'DeleteRoute', ...route },
    ]);
  });

  it.each([
    { code: 'RouteAlreadyExists', is: isAlreadyExists },
    { code: 'RouteLimitExceeded', is: isLimit },
    { code: 'RouteNotSupported', is: isInvalidInput },
    { code: 'InvalidVpcPeeringConnectionID.NotFound', is: isNotFound },
  ])('is refused by $code as the kind says', async ({ code, is }) => {
    const { peering } = anEc2Wire({ CreateRoute: { code } });
    await expect(peering.createRoute('rtb-1', '10.1.0.0/16', target)).rejects.toSatisfy(is);
  });

  it('that is absent is told from a table that is', async () => {
    const { peering } = anEc2Wire({
      DeleteRoute: ({ RouteTableId }) => ({
        code: RouteTableId === 'rtb-1' ? 'InvalidRoute.NotFound' : 'InvalidRouteTableID.NotFound',
      }),
    });
    await expect(peering.deleteRoute('rtb-1', '10.1.0.0/16')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(peering.deleteRoute('rtb-2', '10.1.0.0/16')).rejects.toMatchObject({
      name: 'NotFoundError',
      id: 'rtb-2',
    });
  });
});
