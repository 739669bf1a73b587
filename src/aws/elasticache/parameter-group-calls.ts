/** Parameter groups and parameters on the SDK. */
import type * as Sdk from '@aws-sdk/client-elasticache';
import { answered, firstOf, type Named, orNotFound } from '../answers.ts';
import { chunksOf, type Paged, readPages } from '../paging.ts';
import { sdkFromTags } from '../tags.ts';
import { type ElastiCacheContext, type ElastiCacheRequester, PAGE_SIZE } from './context.ts';
import type { Parameter, ParameterGroup, ParameterGroupOperations } from './parameter-group.ts';

const NAMED: Named = { resource: 'parameter group', codes: ['CacheParameterGroupNotFound'] };
/** Most that AWS changes in a call. */
const MOST_PARAMETERS = 20;

function parameterGroupFromSdk(group: Sdk.CacheParameterGroup): ParameterGroup {
  return {
    name: group.CacheParameterGroupName ?? '',
    arn: group.ARN ?? '',
    family: group.CacheParameterGroupFamily ?? '',
    description: group.Description ?? '',
  };
}

function parameterFromSdk(parameter: Sdk.Parameter): Parameter {
  return {
    name: parameter.ParameterName ?? '',
    value: parameter.ParameterValue,
    source: parameter.Source,
    modifiable: parameter.IsModifiable ?? false,
    dataType: parameter.DataType,
    allowedValues: parameter.AllowedValues,
    changeType: parameter.ChangeType,
  };
}

export async function readParameterGroup(aws: ElastiCacheRequester, name: string): Promise<ParameterGroup> {
  const input = { CacheParameterGroupName: name };
  const answer = await orNotFound(NAMED, name, aws.send('DescribeCacheParameterGroups', input));
  return parameterGroupFromSdk(firstOf(NAMED, name, answer.CacheParameterGroups));
}

export async function readParameterGroups(aws: ElastiCacheRequester): Promise<Paged<ParameterGroup>> {
  const { items, requests } = await readPages(async (Marker) => {
    const page = await aws.send('DescribeCacheParameterGroups', { MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) });
    return { items: page.CacheParameterGroups, next: page.Marker };
  });
  return { items: items.map(parameterGroupFromSdk), requests };
}

async function readSetParameters(aws: ElastiCacheRequester, name: string): Promise<readonly Parameter[]> {
  const { items } = await readPages(async (Marker) => {
    const input = { CacheParameterGroupName: name, Source: 'user', MaxRecords: PAGE_SIZE, ...(Marker && { Marker }) };
    const page = await orNotFound(NAMED, name, aws.send('DescribeCacheParameters', input));
    return { items: page.Parameters, next: page.Marker };
  });
  return items.map(parameterFromSdk);
}

type Values = readonly Sdk.ParameterNameValue[];

export function parameterGroupCalls({ aws, call, shared }: ElastiCacheContext): ParameterGroupOperations {
  const writeInChunks = async (
    name: string,
    values: Values,
    send: (chunk: Values) => Promise<object>,
  ): Promise<void> => {
    for (const chunk of chunksOf(values, MOST_PARAMETERS)) await orNotFound(NAMED, name, send(chunk));
  };
  return {
    createParameterGroup: async ({ name, family, description, tags }) => {
      const answer = await aws.send('CreateCacheParameterGroup', {
        CacheParameterGroupName: name,
        CacheParameterGroupFamily: family,
        Description: description,
        Tags: sdkFromTags(tags),
      });
      return parameterGroupFromSdk(
        answered(answer.CacheParameterGroup, { service: 'elasticache', operation: 'CreateCacheParameterGroup' }),
      );
    },
    describeParameterGroup: (name) => shared.parameterGroups.ask(name, call),
    findParameterGroup: (name) => shared.parameterGroups.find(name, call),
    describeSetParameters: (name) => readSetParameters(aws, name),
    modifyParameters: (name, values) =>
      writeInChunks(
        name,
        Object.entries(values).map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue })),
        (chunk) =>
          aws.send('ModifyCacheParameterGroup', { CacheParameterGroupName: name, ParameterNameValues: [...chunk] }),
      ),
    resetParameters: (name, parameterNames) =>
      writeInChunks(
        name,
        parameterNames.map((ParameterName) => ({ ParameterName })),
        (chunk) =>
          aws.send('ResetCacheParameterGroup', { CacheParameterGroupName: name, ParameterNameValues: [...chunk] }),
      ),
    deleteParameterGroup: async (name) => {
      await orNotFound(NAMED, name, aws.send('DeleteCacheParameterGroup', { CacheParameterGroupName: name }));
    },
  };
}
