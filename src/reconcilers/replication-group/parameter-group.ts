import { isAlreadyExists, orAbsent, type ParameterGroup } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import { isGoneAfter, isHeldOrBusy } from '../common/deletion.ts';
import { familyInTheEnd, lowestVersion, meetsVersion } from './engine-version.ts';
import { noteWrite } from './memory.ts';
import { descriptionsOf } from './names.ts';
import {
  parameterDifferencesOf,
  type ParameterGroupRole,
  type ParameterGroupStep,
  parametersInTheEnd,
  type ParameterPlan,
  parameterPlanOf,
} from './parameter-plan.ts';
import type { ProvideState, ReplicationGroupState } from './state.ts';
import { ensureOwnTags, isOwnPart, taggedArn, type TaggedResource, tagsOf } from './tags.ts';
import { waitForAws } from './waiting.ts';

const RESOURCE = 'parameter group';

export async function loadParameterGroup(state: ReplicationGroupState): Promise<Outcome> {
  state.observed.mainParameterGroup = state.memory.made?.mainParameterGroup ?? (await describe(state, 'main'));
  return next;
}

/** Looks for the temporary one only where something hints at it: most of the time there is none, and asking costs a call. */
export async function loadTemporaryParameterGroup(state: ProvideState): Promise<Outcome> {
  const name = nameOf(state, 'temporary');
  const isHinted = taggedArn(state, `:parametergroup:${name}`) !== undefined || isReferredTo(state, name);
  const isNeeded = isHinted || !isVersionMet(state);
  if (isNeeded) state.observed.temporaryParameterGroup = await describe(state, 'temporary');
  return next;
}

/** What there is to do about parameter groups now. */
export function currentPlan(state: ProvideState): ParameterPlan {
  const { observed, asked } = state;
  return parameterPlanOf({
    family: familyInTheEnd(asked.engineVersion, runningVersion(state)),
    main: factsOf(state, observed.mainParameterGroup),
    temporary: factsOf(state, observed.temporaryParameterGroup),
    running: observed.group && {
      versionMet: isVersionMet(state),
      allUseMain: observed.members.every((member) => member.parameterGroup?.name === nameOf(state, 'main')),
    },
  });
}

/** Makes, replaces and removes parameter groups, and gives the one that counts the parameters that were asked for. */
export async function ensureParameterGroups(state: ProvideState, pass: Pass): Promise<Outcome> {
  for (const role of ['main', 'temporary'] as const) await ensureOwn(state, role);
  const { steps, carrier } = currentPlan(state);
  const made = new Set<ParameterGroupRole>();
  for (const step of steps) {
    const stop = await carryOut(state, step, pass);
    if (stop !== undefined) return stop;
    if (step.kind === 'create') made.add(step.role);
  }
  if (carrier !== undefined) await ensureParameters(state, carrier, made.has(carrier));
  return next;
}

async function ensureParameters(state: ProvideState, role: ParameterGroupRole, isNew: boolean): Promise<void> {
  const { elastiCache } = state.clients;
  const name = nameOf(state, role);
  const changed = isNew ? {} : await changedParameters(state, role);
  const wanted = parametersInTheEnd(state.asked.parameters, state.asked.topology.clusterMode);
  const { modify, reset } = parameterDifferencesOf(wanted, changed);
  if (Object.keys(modify).length > 0) await elastiCache.modifyParameters(name, modify);
  if (reset.length > 0) await elastiCache.resetParameters(name, reset);
  const names = [...Object.keys(modify), ...reset].sort();
  if (names.length === 0) return;
  noteWrite(state.memory);
  if (isNew) return;
  const message = `The parameter group ${name} has been given the asked values again: ${names.join(', ')}`;
  state.announce({ type: 'Normal', reason: 'ParametersChanged', message });
}

async function changedParameters(
  state: ProvideState,
  role: ParameterGroupRole,
): Promise<Readonly<Record<string, string>>> {
  const { made } = state.memory;
  if (role === 'main' && made !== undefined) return made.parameters;
  const changed = await state.clients.elastiCache.describeSetParameters(nameOf(state, role));
  return Object.fromEntries(changed.map((parameter) => [parameter.name, parameter.value ?? '']));
}

async function ensureOwn(state: ProvideState, role: ParameterGroupRole): Promise<void> {
  const group = observedGroup(state, role);
  if (group !== undefined) await ensureOwnTags(state, taggedGroup(state, group));
}

/** Carries a step out; answers with a stop when AWS shows that the world is not as it was observed. */
async function carryOut(state: ProvideState, step: ParameterGroupStep, pass: Pass): Promise<Outcome | undefined> {
  noteWrite(state.memory);
  if (step.kind === 'delete') {
    const stop = await deleteGroup(state, step.role, pass);
    if (stop === undefined) setObserved(state, step.role, undefined);
    return stop;
  }
  const created = await createGroup(state, step.role);
  if (created === undefined) return stopWithRequeue('the parameter group exists already');
  setObserved(state, step.role, created);
  return undefined;
}

async function createGroup(state: ProvideState, role: ParameterGroupRole): Promise<ParameterGroup | undefined> {
  try {
    return await state.clients.elastiCache.createParameterGroup({
      name: nameOf(state, role),
      family: familyInTheEnd(state.asked.engineVersion, runningVersion(state)),
      description: descriptionsOf(state.identity.objectName).parameterGroup,
      tags: state.identity.tags,
    });
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
}

/** Deletes both, as far as they are ours. */
export async function deleteParameterGroups(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  for (const role of ['main', 'temporary'] as const) {
    if (!(await hasOwnGroup(state, role, pass))) continue;
    const stop = await deleteGroup(state, role, pass);
    if (stop !== undefined) return stop;
  }
  return next;
}

/** Tags that were read already prove it without another call; without them AWS is asked. */
async function hasOwnGroup(state: ReplicationGroupState, role: ParameterGroupRole, pass: Pass): Promise<boolean> {
  if (taggedArn(state, `:parametergroup:${nameOf(state, role)}`) !== undefined) return true;
  // Only an upgrade makes a temporary one: most of the time there is none, and a list tells that to all who delete.
  const isListEnough = role === 'temporary' && state.memory.removal?.hasSeenGroupGo === true;
  const found = await (isListEnough ? find(state, role) : describe(state, role));
  if (found === undefined) return false;
  const isDescribedAsOurs = found.description === descriptionsOf(state.identity.objectName).parameterGroup;
  const tags = await tagsOf(state, found.arn);
  return isOwnPart(state, { ...taggedGroup(state, found), tags, isDescribedAsOurs }, pass);
}

async function deleteGroup(
  state: ReplicationGroupState,
  role: ParameterGroupRole,
  pass: Pass,
): Promise<Outcome | undefined> {
  const deletion = state.clients.elastiCache.deleteParameterGroup(nameOf(state, role));
  if (await isGoneAfter(deletion, isHeldOrBusy)) return undefined;
  return waitForAws(state, pass, 'settling', 'the parameter group is still in use');
}

/** The version of the member furthest behind; undefined while there is none. */
function runningVersion({ observed }: ReplicationGroupState): string | undefined {
  const versions = observed.members.map((member) => member.engineVersion);
  return lowestVersion(versions.filter((version) => version !== undefined));
}

function isVersionMet(state: ProvideState): boolean {
  const running = runningVersion(state);
  return running === undefined || meetsVersion(running, state.asked.engineVersion);
}

function factsOf(state: ReplicationGroupState, group: ParameterGroup | undefined) {
  return group && { family: group.family, inUse: isReferredTo(state, group.name) };
}

/** A member that does not tell its parameter group may use any. */
function isReferredTo({ observed }: ReplicationGroupState, name: string): boolean {
  return observed.members.some((member) => (member.parameterGroup?.name ?? name) === name);
}

export function nameOf({ identity: { names } }: ReplicationGroupState, role: ParameterGroupRole): string {
  return role === 'main' ? names.group : names.temporaryParameterGroup;
}

function observedGroup({ observed }: ReplicationGroupState, role: ParameterGroupRole): ParameterGroup | undefined {
  return role === 'main' ? observed.mainParameterGroup : observed.temporaryParameterGroup;
}

function setObserved(state: ReplicationGroupState, role: ParameterGroupRole, group: ParameterGroup | undefined): void {
  if (role === 'main') state.observed.mainParameterGroup = group;
  else state.observed.temporaryParameterGroup = group;
}

async function describe(state: ReplicationGroupState, role: ParameterGroupRole): Promise<ParameterGroup | undefined> {
  return orAbsent(state.clients.elastiCache.describeParameterGroup(nameOf(state, role)));
}

function find(state: ReplicationGroupState, role: ParameterGroupRole): Promise<ParameterGroup | undefined> {
  return state.clients.elastiCache.findParameterGroup(nameOf(state, role));
}

function taggedGroup(state: ReplicationGroupState, group: ParameterGroup): TaggedResource {
  const isUsedByOwnGroup = state.observed.members.some((member) => member.parameterGroup?.name === group.name);
  return { resource: RESOURCE, id: group.name, arn: group.arn, isUsedByOwnGroup };
}
