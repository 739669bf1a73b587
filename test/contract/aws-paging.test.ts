import {
  AllocateAddressCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Filter,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../support/aws-simulator.ts';
import { createSubnet, createVpc } from '../support/ec2-network.ts';

/** What all lists of EC2 have in common, asked of each: the filters that AWS documents, and pages. */

interface Asked {
  readonly Filters?: Filter[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Answer {
  readonly ids: readonly (string | undefined)[];
  readonly NextToken?: string | undefined;
}

interface List {
  readonly operation: string;
  readonly ask: (ec2: EC2Client, asked: Asked) => Promise<Answer>;
  /** As the reference of the operation has them; `tag` is for `tag:<key>`. */
  readonly filters: string;
  /** Of `MaxResults`; undefined where AWS has no pages. */
  readonly largestPage: number | undefined;
}

const LISTS: readonly List[] = [
  {
    operation: 'DescribeVpcs',
    ask: async (ec2, asked) => {
      const { Vpcs = [], NextToken } = await ec2.send(new DescribeVpcsCommand(asked));
      return { ids: Vpcs.map(({ VpcId }) => VpcId), NextToken };
    },
    filters: `cidr cidr-block-association.cidr-block cidr-block-association.association-id cidr-block-association.state
      dhcp-options-id ipv6-cidr-block-association.ipv6-cidr-block ipv6-cidr-block-association.ipv6-pool
      ipv6-cidr-block-association.association-id ipv6-cidr-block-association.state is-default owner-id state tag tag-key
      vpc-id`,
    largestPage: 1000,
  },
  {
    operation: 'DescribeSubnets',
    ask: async (ec2, asked) => {
      const { Subnets = [], NextToken } = await ec2.send(new DescribeSubnetsCommand(asked));
      return { ids: Subnets.map(({ SubnetId }) => SubnetId), NextToken };
    },
    filters: `availability-zone availability-zone-id available-ip-address-count cidr-block customer-owned-ipv4-pool
      default-for-az enable-dns64 enable-lni-at-device-index ipv6-cidr-block-association.ipv6-cidr-block
      ipv6-cidr-block-association.association-id ipv6-cidr-block-association.state ipv6-native
      map-customer-owned-ip-on-launch map-public-ip-on-launch outpost-arn owner-id
      private-dns-name-options-on-launch.hostname-type
      private-dns-name-options-on-launch.enable-resource-name-dns-a-record
      private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record state subnet-arn subnet-id tag tag-key
      vpc-id`,
    largestPage: 1000,
  },
  {
    operation: 'DescribeAvailabilityZones',
    ask: async (ec2, { Filters }) => {
      const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
      return { ids: AvailabilityZones.map(({ ZoneName }) => ZoneName) };
    },
    filters: `group-long-name group-name message opt-in-status parent-zone-id parent-zone-name region-name state zone-id
      zone-name zone-type`,
    largestPage: undefined,
  },
  {
    operation: 'DescribeSecurityGroups',
    ask: async (ec2, asked) => {
      const { SecurityGroups = [], NextToken } = await ec2.send(new DescribeSecurityGroupsCommand(asked));
      return { ids: SecurityGroups.map(({ GroupId }) => GroupId), NextToken };
    },
    filters: `description egress.ip-permission.cidr egress.ip-permission.from-port egress.ip-permission.group-id
      egress.ip-permission.group-name egress.ip-permission.ipv6-cidr egress.ip-permission.prefix-list-id
      egress.ip-permission.protocol egress.ip-permission.to-port egress.ip-permission.user-id group-id group-name
      ip-permission.cidr ip-permission.from-port ip-permission.group-id ip-permission.group-name ip-permission.ipv6-cidr
      ip-permission.prefix-list-id ip-permission.protocol ip-permission.to-port ip-permission.user-id owner-id tag
      tag-key vpc-id`,
    largestPage: 1000,
  },
  {
    operation: 'DescribeSecurityGroupRules',
    ask: async (ec2, asked) => {
      const { SecurityGroupRules = [], NextToken } = await ec2.send(new DescribeSecurityGroupRulesCommand(asked));
      return { ids: SecurityGroupRules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId), NextToken };
    },
    filters: 'group-id security-group-rule-id tag',
    largestPage: 1000,
  },
  {
    operation: 'DescribeNetworkInterfaces',
    ask: async (ec2, asked) => {
      const { NetworkInterfaces = [], NextToken } = await ec2.send(new DescribeNetworkInterfacesCommand(asked));
      return { ids: NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId), NextToken };
    },
    filters: `association.allocation-id association.association-id addresses.association.owner-id
      addresses.association.public-ip addresses.primary addresses.private-ip-address association.ip-owner-id
      association.public-ip association.public-dns-name attachment.attach-time attachment.attachment-id
      attachment.delete-on-termination attachment.device-index attachment.instance-id attachment.instance-owner-id
      attachment.status availability-zone availability-zone-id description group-id ipv6-addresses.ipv6-address
      interface-type mac-address network-interface-id operator.managed operator.principal owner-id private-dns-name
      private-ip-address requester-id requester-managed source-dest-check status subnet-id tag tag-key vpc-id`,
    largestPage: 1000,
  },
  {
    operation: 'DescribeInternetGateways',
    ask: async (ec2, asked) => {
      const { InternetGateways = [], NextToken } = await ec2.send(new DescribeInternetGatewaysCommand(asked));
      return { ids: InternetGateways.map(({ InternetGatewayId }) => InternetGatewayId), NextToken };
    },
    filters: 'attachment.state attachment.vpc-id internet-gateway-id owner-id tag tag-key',
    largestPage: 1000,
  },
  {
    operation: 'DescribeDhcpOptions',
    ask: async (ec2, asked) => {
      const { DhcpOptions = [], NextToken } = await ec2.send(new DescribeDhcpOptionsCommand(asked));
      return { ids: DhcpOptions.map(({ DhcpOptionsId }) => DhcpOptionsId), NextToken };
    },
    filters: 'dhcp-options-id key value owner-id tag tag-key',
    largestPage: 1000,
  },
  {
    operation: 'DescribeAddresses',
    ask: async (ec2, { Filters }) => {
      const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ Filters }));
      return { ids: Addresses.map(({ AllocationId }) => AllocationId) };
    },
    filters: `allocation-id association-id instance-id network-border-group network-interface-id
      network-interface-owner-id private-ip-address public-ip tag tag-key`,
    largestPage: undefined,
  },
  {
    operation: 'DescribeNatGateways',
    // The one list of EC2 whose filters are called otherwise.
    ask: async (ec2, { Filters, ...page }) => {
      const { NatGateways = [], NextToken } = await ec2.send(
        new DescribeNatGatewaysCommand({ ...page, Filter: Filters }),
      );
      return { ids: NatGateways.map(({ NatGatewayId }) => NatGatewayId), NextToken };
    },
    filters: 'nat-gateway-id state subnet-id tag tag-key vpc-id',
    largestPage: 1000,
  },
  {
    operation: 'DescribeRouteTables',
    ask: async (ec2, asked) => {
      const { RouteTables = [], NextToken } = await ec2.send(new DescribeRouteTablesCommand(asked));
      return { ids: RouteTables.map(({ RouteTableId }) => RouteTableId), NextToken };
    },
    filters: `association.gateway-id association.route-table-association-id association.route-table-id
      association.subnet-id association.main owner-id route-table-id route.destination-cidr-block
      route.destination-ipv6-cidr-block route.destination-prefix-list-id route.egress-only-internet-gateway-id
      route.gateway-id route.instance-id route.nat-gateway-id route.transit-gateway-id route.origin route.state
      route.vpc-peering-connection-id tag tag-key vpc-id`,
    largestPage: 100,
  },
  {
    operation: 'DescribeTags',
    ask: async (ec2, asked) => {
      const { Tags = [], NextToken } = await ec2.send(new DescribeTagsCommand(asked));
      return { ids: Tags.map(({ ResourceId, Key }) => `${ResourceId}/${Key}`), NextToken };
    },
    filters: 'key resource-id resource-type tag value',
    largestPage: 1000,
  },
  {
    operation: 'DescribeVpcPeeringConnections',
    ask: async (ec2, asked) => {
      const { VpcPeeringConnections = [], NextToken } = await ec2.send(new DescribeVpcPeeringConnectionsCommand(asked));
      return { ids: VpcPeeringConnections.map((one) => one.VpcPeeringConnectionId), NextToken };
    },
    filters: `accepter-vpc-info.cidr-block accepter-vpc-info.owner-id accepter-vpc-info.vpc-id expiration-time
      requester-vpc-info.cidr-block requester-vpc-info.owner-id requester-vpc-info.vpc-id status-code status-message tag
      tag-key vpc-peering-connection-id`,
    largestPage: 1000,
  },
];

const PAGED = LISTS.flatMap(({ largestPage, ...list }) =>
  largestPage === undefined ? [] : [{ ...list, largestPage }],
);

let aws: TestAws;
let ec2: EC2Client;

/** Two pages of the smallest size and one more. */
const MANY = 11;

beforeAll(async () => {
  const limits = ['vpcsPerRegion', 'internetGatewaysPerRegion', 'elasticIpsPerRegion', 'natGatewaysPerZone'];
  const quotas = Object.fromEntries(limits.map((limit) => [`ec2.${limit}`, 100]));
  aws = await startTestAws({ world: { quotas, throttling: 'off' } });
  ec2 = aws.ec2();
  const home = await createVpc(ec2, '10.100.0.0/16');
  for (let index = 0; index < MANY; index += 1) await createOneOfEach(home, index);
});

afterAll(() => aws.stop());

async function createOneOfEach(home: string, index: number): Promise<void> {
  const tagged = (ResourceType: ResourceType) => ({
    TagSpecifications: [{ ResourceType, Tags: [{ Key: 'number', Value: String(index) }] }],
  });
  const VpcId = await createVpc(ec2, `10.${index}.0.0/16`);
  const SubnetId = await createSubnet(ec2, VpcId, `10.${index}.0.0/24`);
  await ec2.send(new CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private', ...tagged('natgateway') }));
  await ec2.send(new CreateInternetGatewayCommand(tagged('internet-gateway')));
  await ec2.send(new AllocateAddressCommand({}));
  const DhcpConfigurations = [{ Key: 'domain-name', Values: [`number-${index}.internal`] }];
  await ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations }));
  const peering = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId: home, PeerVpcId: VpcId }));
  expect(peering.VpcPeeringConnection?.VpcPeeringConnectionId).toMatch(/^pcx-/);
}

const withFilter = (Name: string, ...Values: string[]): Asked => ({ Filters: [{ Name, Values }] });

describe.each(LISTS)('the filters of $operation', ({ ask, filters }) => {
  const names = filters.split(/\s+/).map((name) => (name === 'tag' ? 'tag:number' : name));

  it.each(names)('have %s, by which nothing is found that has another value', async (name) => {
    expect(await ask(ec2, withFilter(name, 'no-such-value'))).toEqual({ ids: [] });
  });

  it.each(['no-such-filter', 'tag-no-such', 'constructor', ''])(
    'have no "%s", also when there is nothing',
    async (name) => {
      const refusal = { name: 'InvalidParameterValue', message: `The filter '${name}' is invalid` };
      await expect(ask(ec2, withFilter(name, 'a'))).rejects.toMatchObject(refusal);
      await expect(ask(aws.ec2({ region: 'us-west-2' }), withFilter(name, 'a'))).rejects.toMatchObject(refusal);
    },
  );

  it('take 200 values and no more', async () => {
    const values = Array.from({ length: 200 }, (_, index) => `no-such-value-${index}`);
    const name = names[0] ?? 'no filters';
    expect(await ask(ec2, withFilter(name, ...values))).toEqual({ ids: [] });
    const refusal = { name: 'FilterLimitExceeded' };
    await expect(ask(ec2, withFilter(name, ...values, 'one more'))).rejects.toMatchObject(refusal);
  });
});

describe.each(PAGED)('the pages of $operation', ({ ask, largestPage }) => {
  it('hold together everything once', async () => {
    const { ids } = await ask(ec2, {});
    expect(ids.length).toBeGreaterThanOrEqual(MANY);
    const walked: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ask(ec2, { MaxResults: 5, ...(NextToken !== undefined && { NextToken }) });
      ({ NextToken } = page);
      expect(page.ids).toHaveLength(NextToken === undefined ? ids.length % 5 || 5 : 5);
      walked.push(...page.ids);
    } while (NextToken !== undefined);
    expect(walked).toHaveLength(ids.length);
    expect(new Set(walked)).toEqual(new Set(ids));
  });

  it(`have 5 to ${largestPage} items`, async () => {
    expect((await ask(ec2, { MaxResults: 5 })).ids).toHaveLength(5);
    expect(await ask(ec2, { MaxResults: largestPage })).not.toHaveProperty('NextToken', expect.any(String));
    for (const MaxResults of [-1, 0, 4, largestPage + 1]) {
      await expect(ask(ec2, { MaxResults })).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: expect.stringContaining(`Value ( ${MaxResults} ) for parameter MaxResults is invalid`),
      });
    }
  });

  it('are not asked for with a token that nobody gave out', async () => {
    const invented = ask(ec2, { MaxResults: 5, NextToken: 'invented' });
    await expect(invented).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
