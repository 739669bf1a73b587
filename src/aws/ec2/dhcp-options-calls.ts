/** DHCP options on the SDK. */
import type * as Sdk from '@aws-sdk/client-ec2';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import type { Listed } from '../batcher.ts';
import type { Page } from '../paging.ts';
import { sdkFromTags, tagsFromSdk } from '../tags.ts';
import { type Ec2Context, type Ec2Requester, PAGE_SIZE } from './context.ts';
import type { DhcpOptions, DhcpOptionsOperations } from './dhcp-options.ts';
import { questionFromTags, readByQuestions, tagOf } from './filter-question.ts';
import { listedById, readByValues } from './filter.ts';

// AWS lists both codes for the same. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const NAMED: Named = {
  resource: 'DHCP options',
  codes: ['InvalidDhcpOptionID.NotFound', 'InvalidDhcpOptionsID.NotFound'],
};

function dhcpOptionsFromSdk(options: Sdk.DhcpOptions): DhcpOptions {
  const valuesOf = (key: string): readonly string[] => {
    const { Values = [] } = options.DhcpConfigurations?.find(({ Key }) => Key === key) ?? {};
    return Values.map(({ Value = '' }) => Value);
  };
  return {
    id: options.DhcpOptionsId ?? '',
    domainName: valuesOf('domain-name')[0],
    domainNameServers: valuesOf('domain-name-servers'),
    ownerId: options.OwnerId,
    tags: tagsFromSdk(options.Tags),
  };
}

export async function readOneDhcpOptions(aws: Ec2Requester, id: string): Promise<DhcpOptions> {
  const answer = await orNotFound(NAMED, id, aws.send('DescribeDhcpOptions', { DhcpOptionsIds: [id] }));
  return dhcpOptionsFromSdk(firstOf(NAMED, id, answer.DhcpOptions));
}

async function readPage(aws: Ec2Requester, Filters: Sdk.Filter[], token?: string): Promise<Page<DhcpOptions>> {
  const input = { Filters, MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
  const { DhcpOptions: items = [], NextToken } = await aws.send('DescribeDhcpOptions', input);
  return { items: items.map(dhcpOptionsFromSdk), next: NextToken };
}

/** Reads several sets by a filter, which, unlike ids, does not fail when one of them is absent. */
export async function readDhcpOptions(aws: Ec2Requester, ids: readonly string[]): Promise<Listed<DhcpOptions>> {
  return listedById(await readByValues('dhcp-options-id', ids, (filters, token) => readPage(aws, filters, token)));
}

export function findDhcpOptions(
  aws: Ec2Requester,
  questions: readonly string[],
): Promise<Listed<readonly DhcpOptions[]>> {
  return readByQuestions(questions, tagOf, (filters, token) => readPage(aws, filters, token));
}

export function dhcpOptionsCalls({ aws, call, shared }: Ec2Context): DhcpOptionsOperations {
  return {
    describeDhcpOptions: (id) => shared.dhcpOptions.ask(id, call),
    findDhcpOptionsByTags: async (tags) => shared.dhcpOptionsQueries.ask(questionFromTags(tags), call),
    createDhcpOptions: async ({ domainName, domainNameServers, tags }) => {
      const answer = await aws.send('CreateDhcpOptions', {
        DhcpConfigurations: [
          { Key: 'domain-name', Values: [domainName] },
          { Key: 'domain-name-servers', Values: [...domainNameServers] },
        ],
        TagSpecifications: [{ ResourceType: 'dhcp-options', Tags: sdkFromTags(tags) }],
      });
      return dhcpOptionsFromSdk(answered(answer.DhcpOptions, { service: 'ec2', operation: 'CreateDhcpOptions' }));
    },
    associateDhcpOptions: async (id, vpcId) => {
      await orNotFound(NAMED, id, aws.send('AssociateDhcpOptions', { DhcpOptionsId: id, VpcId: vpcId }));
    },
    deleteDhcpOptions: async (id) => {
      await orNotFound(NAMED, id, aws.send('DeleteDhcpOptions', { DhcpOptionsId: id }));
    },
  };
}
