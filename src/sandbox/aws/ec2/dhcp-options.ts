import type {
  AssociateDhcpOptionsRequest,
  CreateDhcpOptionsRequest,
  CreateDhcpOptionsResult,
  DeleteDhcpOptionsRequest,
  DescribeDhcpOptionsRequest,
  DescribeDhcpOptionsResult,
  DhcpOptions as WireDhcpOptions,
  NewDhcpConfiguration,
} from '@aws-sdk/client-ec2';
import type { Partition, RequestContext } from '../service.ts';
import { assertBelow, dependencyViolation, invalidValue, missingParameter, notFound } from './faults.ts';
import { listed, type FilterTable } from './filters.ts';
import { addDhcpOptions } from './gateways/gateway-additions.ts';
import { dhcpOptionsBy, visible, vpcBy } from './lookup.ts';
import type { DhcpOptions } from './model.ts';
import { ec2Slot } from './state.ts';
import { tagList, tagsFromSpecifications } from './tags.ts';

/** In place of an id: the VPC shall have no options at all. */
const NONE = 'default';

/** How many values an option takes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html */
const MOST_VALUES: Readonly<Record<string, number>> = {
  'domain-name': 1,
  'domain-name-servers': 4,
  'ntp-servers': 8,
  'netbios-name-servers': 4,
  'netbios-node-type': 1,
  'ipv6-address-preferred-lease-time': 1,
};

function optionsView({ id, configurations, tags }: DhcpOptions, { account }: Partition): WireDhcpOptions {
  return {
    DhcpOptionsId: id,
    OwnerId: account,
    DhcpConfigurations: [...configurations].map(([Key, values]) => ({
      Key,
      Values: values.map((Value) => ({ Value })),
    })),
    Tags: tagList(tags),
  };
}

const FILTERS: FilterTable<DhcpOptions> = {
  'dhcp-options-id': ({ id }) => [id],
  key: ({ configurations }) => [...configurations.keys()],
  value: ({ configurations }) => [...configurations.values()].flat(),
};

function describeDhcpOptions(
  input: DescribeDhcpOptionsRequest,
  { partition }: RequestContext,
): DescribeDhcpOptionsResult {
  const page = listed(
    {
      items: visible(partition.get(ec2Slot).dhcpOptions.values(), partition),
      idOf: ({ id }) => id,
      table: { ...FILTERS, 'owner-id': () => [partition.account] },
      notFound: notFound('dhcp-options'),
      idsWithoutPages: 'DhcpOptionsIds',
    },
    { ...input, ids: input.DhcpOptionsIds },
  );
  return { DhcpOptions: page.items.map((one) => optionsView(one, partition)), NextToken: page.next };
}

/** Several servers may come in one value, with commas between them. */
function valuesFrom({ Key = '', Values = [] }: NewDhcpConfiguration): readonly string[] {
  const values = Values.flatMap((value) => value.split(',')).map((value) => value.trim());
  const most = MOST_VALUES[Key];
  if (most === undefined) throw invalidValue('key', Key, `Known are ${Object.keys(MOST_VALUES).join(', ')}.`);
  if (values.length === 0 || values.length > most || values.includes('')) {
    throw invalidValue(Key, values.join(','), `Expecting 1 to ${most} values.`);
  }
  return values;
}

function createDhcpOptions(input: CreateDhcpOptionsRequest, { partition }: RequestContext): CreateDhcpOptionsResult {
  if (!input.DhcpConfigurations?.length) throw missingParameter('dhcpConfigurationSet');
  const state = partition.get(ec2Slot);
  const configurations = new Map(input.DhcpConfigurations.map((one) => [one.Key ?? '', valuesFrom(one)]));
  const tags = tagsFromSpecifications(input.TagSpecifications, 'dhcp-options');
  assertBelow(
    state.dhcpOptions.size,
    partition.quota('ec2.dhcpOptionsPerRegion'),
    'DhcpOptionsLimitExceeded',
    'The maximum number of DHCP options sets has been reached',
  );
  return { DhcpOptions: optionsView(addDhcpOptions(state, partition, { configurations, tags }), partition) };
}

function associateDhcpOptions(input: AssociateDhcpOptionsRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { DhcpOptionsId = '', VpcId = '' } = input;
  const id = DhcpOptionsId === NONE ? NONE : dhcpOptionsBy(state, DhcpOptionsId, partition).id;
  vpcBy(state, VpcId, partition).dhcpOptionsId = id;
}

function deleteDhcpOptions(input: DeleteDhcpOptionsRequest, { partition }: RequestContext): void {
  const state = partition.get(ec2Slot);
  const { id } = dhcpOptionsBy(state, input.DhcpOptionsId ?? '', partition);
  if ([...state.vpcs.values()].some(({ dhcpOptionsId }) => dhcpOptionsId === id)) {
    throw dependencyViolation(`The dhcpOptions '${id}' has dependencies and cannot be deleted.`);
  }
  state.dhcpOptions.delete(id);
}

export const dhcpOptionsOperations = {
  DescribeDhcpOptions: describeDhcpOptions,
  CreateDhcpOptions: createDhcpOptions,
  AssociateDhcpOptions: associateDhcpOptions,
  DeleteDhcpOptions: deleteDhcpOptions,
};
