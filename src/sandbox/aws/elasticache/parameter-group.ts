import type {
  CacheParameterGroup,
  CacheParameterGroupDetails,
  CacheParameterGroupNameMessage,
  CacheParameterGroupsMessage,
  CreateCacheParameterGroupMessage,
  CreateCacheParameterGroupResult,
  DeleteCacheParameterGroupMessage,
  DescribeCacheParameterGroupsMessage,
  DescribeCacheParametersMessage,
  DescribeEngineDefaultParametersMessage,
  DescribeEngineDefaultParametersResult,
  ModifyCacheParameterGroupMessage,
  Parameter,
  ParameterNameValue,
  ResetCacheParameterGroupMessage,
} from '@aws-sdk/client-elasticache';
import { AwsFault } from '../fault.ts';
import type { Partition, RequestContext } from '../service.ts';
import { assertWithin, invalidCombination, invalidValue, parameterGroupNotFound } from './faults.ts';
import type { ElastiCacheState, ParameterGroup } from './model.ts';
import { folded, identifierFrom } from './names.ts';
import { elastiCachePage } from './paging.ts';
import { FAMILIES, isAllowed, parametersOf, type ParameterRow } from './parameters.ts';
import { cacheArn, elastiCacheSlot, groupsWith } from './state.ts';
import { tagsFrom } from './tags.ts';

const MOST_PARAMETERS_A_CALL = 20;
const LONGEST_NAME = 255;

export function parameterGroupBy(state: ElastiCacheState, name: string | undefined): ParameterGroup {
  const group = state.parameterGroups.get(folded(name) ?? '');
  if (!group) throw parameterGroupNotFound(name ?? '');
  return group;
}

/** *Throws* `InvalidParameterValue` for a family that does not exist. */
function familyFrom(name: string | undefined): ReadonlyMap<string, ParameterRow> {
  const parameters = parametersOf(name ?? '');
  if (parameters) return parameters;
  const known = FAMILIES.join(', ');
  throw invalidValue(`CacheParameterGroupFamily ${name ?? ''} is not a valid parameter group family (${known}).`);
}

/** The value that a node of this group runs with. */
export function effectiveValue(group: ParameterGroup, name: string): string | undefined {
  return group.values.get(name) ?? parametersOf(group.family)?.get(name)?.value;
}

function groupView({ name, family, description, arn }: ParameterGroup): CacheParameterGroup {
  return {
    CacheParameterGroupName: name,
    CacheParameterGroupFamily: family,
    Description: description,
    IsGlobal: false,
    ARN: arn,
  };
}

function createCacheParameterGroup(
  input: CreateCacheParameterGroupMessage,
  { partition }: RequestContext,
): CreateCacheParameterGroupResult {
  const state = partition.get(elastiCacheSlot);
  const name = identifierFrom('CacheParameterGroupName', input.CacheParameterGroupName, LONGEST_NAME);
  familyFrom(input.CacheParameterGroupFamily);
  if (state.parameterGroups.has(name)) {
    throw new AwsFault('CacheParameterGroupAlreadyExists', `CacheParameterGroup ${name} already exists.`);
  }
  const own = [...state.parameterGroups.values()].filter(({ isDefault }) => !isDefault).length;
  const limit = partition.quota('elasticache.parameterGroups');
  assertWithin(own + 1, limit, 'CacheParameterGroupQuotaExceeded', 'Too many parameter groups');
  const group: ParameterGroup = {
    name,
    arn: cacheArn(partition, 'parametergroup', name),
    family: input.CacheParameterGroupFamily ?? '',
    description: input.Description ?? '',
    tags: tagsFrom(input.Tags),
    values: new Map(),
    isDefault: false,
    changedAtMs: Number.NEGATIVE_INFINITY,
  };
  state.parameterGroups.set(name, group);
  return { CacheParameterGroup: groupView(group) };
}

function describeCacheParameterGroups(
  input: DescribeCacheParameterGroupsMessage,
  { partition }: RequestContext,
): CacheParameterGroupsMessage {
  const state = partition.get(elastiCacheSlot);
  const { CacheParameterGroupName: name } = input;
  const groups = name === undefined ? state.parameterGroups.values() : [parameterGroupBy(state, name)];
  const page = elastiCachePage(groups, input, (group) => group.name);
  return { CacheParameterGroups: page.items.map(groupView), Marker: page.next };
}

function deleteCacheParameterGroup(
  { CacheParameterGroupName }: DeleteCacheParameterGroupMessage,
  { partition }: RequestContext,
): void {
  const state = partition.get(elastiCacheSlot);
  const group = parameterGroupBy(state, CacheParameterGroupName);
  assertOwn(group);
  if (isUsed(state, group.name)) {
    throw new AwsFault(
      'InvalidCacheParameterGroupState',
      `One or more cache clusters are still members of this parameter group ${group.name}, so the group cannot be deleted.`,
    );
  }
  state.parameterGroups.delete(group.name);
}

function isUsed(state: ElastiCacheState, name: string): boolean {
  const users = groupsWith(
    state,
    ({ settings, change, deferred }) =>
      settings.parameterGroupName === name ||
      change?.settings.parameterGroupName === name ||
      deferred?.change.settings.parameterGroupName === name,
  );
  return users.length > 0;
}

function assertOwn({ isDefault, name }: ParameterGroup): void {
  if (isDefault) throw invalidValue(`The parameter group ${name} is a default group and cannot be changed.`);
}

/** AWS calls everything that nobody has set `system`, its own settings and the engine's defaults alike. */
function sourceOf({ name }: ParameterRow, values: ReadonlyMap<string, string>): 'user' | 'system' {
  return values.has(name) ? 'user' : 'system';
}

function parameterView(row: ParameterRow, values: ReadonlyMap<string, string>): Parameter {
  const value = values.get(row.name) ?? row.value;
  return {
    ParameterName: row.name,
    // A parameter without a value has no such member on the wire.
    ...(value !== undefined && { ParameterValue: value }),
    ...(row.allowed !== undefined && { AllowedValues: row.allowed }),
    Description: `The setting ${row.name} of the engine.`,
    Source: sourceOf(row, values),
    DataType: row.dataType,
    IsModifiable: row.isModifiable,
    MinimumEngineVersion: row.minimumVersion,
    ChangeType: row.changeType,
  };
}

const SOURCES = ['user', 'system', 'engine-default'];

function describeCacheParameters(
  input: DescribeCacheParametersMessage,
  { partition }: RequestContext,
): CacheParameterGroupDetails {
  const group = parameterGroupBy(partition.get(elastiCacheSlot), input.CacheParameterGroupName);
  const { Source: source } = input;
  if (source !== undefined && !SOURCES.includes(source)) throw invalidValue(`Invalid value for Source: ${source}`);
  const rows = [...familyFrom(group.family).values()].filter(
    (row) => source === undefined || sourceOf(row, group.values) === source,
  );
  const page = elastiCachePage(rows, input, ({ name }) => name);
  return {
    Parameters: page.items.map((row) => parameterView(row, group.values)),
    CacheNodeTypeSpecificParameters: [],
    Marker: page.next,
  };
}

function describeEngineDefaultParameters(
  input: DescribeEngineDefaultParametersMessage,
): DescribeEngineDefaultParametersResult {
  const rows = familyFrom(input.CacheParameterGroupFamily).values();
  const page = elastiCachePage(rows, input, ({ name }) => name);
  return {
    EngineDefaults: {
      CacheParameterGroupFamily: input.CacheParameterGroupFamily,
      Parameters: page.items.map((row) => parameterView(row, new Map())),
      CacheNodeTypeSpecificParameters: [],
      Marker: page.next,
    },
  };
}

/** *Throws* `InvalidParameterValue` for a parameter that the family has not, that is fixed, or a value out of range. */
function assertSettable(family: string, { ParameterName: name = '', ParameterValue: value }: ParameterNameValue): void {
  const row = familyFrom(family).get(name);
  if (!row) throw invalidValue(`The parameter ${name} is not a valid parameter of the family ${family}.`);
  if (!row.isModifiable) throw invalidValue(`The parameter ${name} cannot be modified.`);
  if (value === undefined || isAllowed(row, value)) return;
  throw invalidValue(`The value '${value}' is not valid for the parameter ${name}; allowed is ${row.allowed ?? ''}.`);
}

function assertCount(parameters: readonly unknown[]): void {
  if (parameters.length >= 1 && parameters.length <= MOST_PARAMETERS_A_CALL) return;
  throw invalidValue(`A call must name from 1 to ${MOST_PARAMETERS_A_CALL} parameters, not ${parameters.length}.`);
}

/** AWS fixes the mode with which a group was made. */
function assertClusterModeFree(state: ElastiCacheState, group: ParameterGroup, names: readonly string[]): void {
  if (!names.includes('cluster-enabled') || !isUsed(state, group.name)) return;
  throw new AwsFault(
    'InvalidCacheParameterGroupState',
    `The parameter cluster-enabled cannot be changed while ${group.name} is in use.`,
  );
}

function changed(group: ParameterGroup, { clock }: Partition): CacheParameterGroupNameMessage {
  group.changedAtMs = clock.now();
  return { CacheParameterGroupName: group.name };
}

/** All parameters are set, or none. */
function modifyCacheParameterGroup(
  input: ModifyCacheParameterGroupMessage,
  { partition }: RequestContext,
): CacheParameterGroupNameMessage {
  const state = partition.get(elastiCacheSlot);
  const group = parameterGroupBy(state, input.CacheParameterGroupName);
  const parameters = input.ParameterNameValues ?? [];
  assertOwn(group);
  assertCount(parameters);
  for (const parameter of parameters) assertSettable(group.family, parameter);
  const changes = parameters.filter(({ ParameterName: name = '', ParameterValue: value }) =>
    isChange(group, name, value),
  );
  assertClusterModeFree(
    state,
    group,
    changes.map(({ ParameterName = '' }) => ParameterName),
  );
  for (const { ParameterName = '', ParameterValue = '' } of parameters) {
    group.values.set(ParameterName, ParameterValue);
  }
  return changed(group, partition);
}

function isChange(group: ParameterGroup, name: string, value: string | undefined): boolean {
  return effectiveValue(group, name) !== value;
}

function resetCacheParameterGroup(
  input: ResetCacheParameterGroupMessage,
  { partition }: RequestContext,
): CacheParameterGroupNameMessage {
  const state = partition.get(elastiCacheSlot);
  const group = parameterGroupBy(state, input.CacheParameterGroupName);
  const { ResetAllParameters: isAll = false, ParameterNameValues: parameters } = input;
  assertOwn(group);
  if (isAll === (parameters !== undefined)) {
    throw invalidCombination('Exactly one of ResetAllParameters and ParameterNameValues must be specified.');
  }
  const names = isAll ? [...group.values.keys()] : (parameters ?? []).map(({ ParameterName = '' }) => ParameterName);
  if (!isAll) assertCount(names);
  for (const name of names) assertSettable(group.family, { ParameterName: name });
  assertClusterModeFree(state, group, names);
  for (const name of names) group.values.delete(name);
  return changed(group, partition);
}

export const parameterGroupOperations = {
  CreateCacheParameterGroup: createCacheParameterGroup,
  DescribeCacheParameterGroups: describeCacheParameterGroups,
  DeleteCacheParameterGroup: deleteCacheParameterGroup,
  DescribeCacheParameters: describeCacheParameters,
  DescribeEngineDefaultParameters: describeEngineDefaultParameters,
  ModifyCacheParameterGroup: modifyCacheParameterGroup,
  ResetCacheParameterGroup: resetCacheParameterGroup,
};
