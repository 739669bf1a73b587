import { GetResourcesCommand, type GetResourcesCommandInput } from '@aws-sdk/client-resource-groups-tagging-api';
import { afterEach, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';
import type { ServiceDefinition } from '../service.ts';
import { createTaggingService } from './service.ts';

let aws: TestAws | undefined;

afterEach(async () => aws?.stop());

function aSource(
  resources: readonly [arn: string, resourceType: string, tags: Record<string, string>][],
): ServiceDefinition {
  return {
    name: 'ec2',
    protocol: 'ec2Query',
    apiVersion: '2016-11-15',
    operations: {},
    throttling: { code: '', message: '', bucketOf: (name) => ({ name, burst: 1, perSecond: 1 }) },
    slots: [],
    taggedResources: () =>
      resources.map(([arn, resourceType, tags]) => ({ arn, resourceType, tags: new Map(Object.entries(tags)) })),
  };
}

async function arnsFor(input: GetResourcesCommandInput): Promise<string[]> {
  const answer = await aws?.tagging().send(new GetResourcesCommand(input));
  return (answer?.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN ?? '');
}

async function startWith(...sources: ServiceDefinition[]): Promise<void> {
  aws = await startTestAws({ services: [createTaggingService(() => sources)] });
}

it('finds resources of all services by type, by tag and by the value of a tag', async () => {
  await startWith(
    aSource([
      ['arn:vpc', 'ec2:vpc', { Name: 'main', team: 'red' }],
      ['arn:sg', 'ec2:security-group', { team: 'blue' }],
    ]),
    aSource([['arn:rg', 'elasticache:replicationgroup', { team: 'red' }]]),
  );
  expect(await arnsFor({})).toEqual(['arn:rg', 'arn:sg', 'arn:vpc']);
  expect(await arnsFor({ ResourceTypeFilters: ['ec2'] })).toEqual(['arn:sg', 'arn:vpc']);
  expect(await arnsFor({ ResourceTypeFilters: ['ec2:vpc', 'elasticache'] })).toEqual(['arn:rg', 'arn:vpc']);
  expect(await arnsFor({ TagFilters: [{ Key: 'team', Values: ['red', 'green'] }] })).toEqual(['arn:rg', 'arn:vpc']);
  const both = [{ Key: 'team', Values: ['red'] }, { Key: 'Name' }];
  expect(await arnsFor({ TagFilters: both })).toEqual(['arn:vpc']);
  expect(await arnsFor({ ResourceARNList: ['arn:sg', 'arn:none'] })).toEqual(['arn:sg']);
});

it('gives a hundred a page at most, and an empty token on the last', async () => {
  const many = Array.from({ length: 230 }, (_, index): [string, string, Record<string, string>] => [
    `arn:${String(index).padStart(3, '0')}`,
    'ec2:vpc',
    { a: 'b' },
  ]);
  await startWith(aSource(many));
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const sent = aws?.tagging().send(new GetResourcesCommand({ ResourcesPerPage: 100, PaginationToken: token }));
    const page = await sent;
    sizes.push(page?.ResourceTagMappingList?.length ?? 0);
    token = page?.PaginationToken;
  } while (token);
  expect(sizes).toEqual([100, 100, 30]);
  expect(token).toBe('');
  const tooMany = arnsFor({ ResourcesPerPage: 101 });
  await expect(tooMany).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('does not know what never had a tag, and takes no list of ARNs together with filters', async () => {
  await startWith(aSource([['arn:bare', 'ec2:vpc', {}]]));
  expect(await arnsFor({})).toEqual([]);
  const both = arnsFor({ ResourceARNList: ['arn:bare'], ResourceTypeFilters: ['ec2'] });
  await expect(both).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
