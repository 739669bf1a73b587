import { describe, expect, it } from 'vitest';
import {
  parameterDifferencesOf,
  type ParameterGroupFacts,
  parametersInTheEnd,
  type ParameterPlanInput,
  parameterPlanOf,
} from './parameter-plan.ts';

const six = (inUse: boolean): ParameterGroupFacts => ({ family: 'redis6.x', inUse });
const seven = (inUse: boolean): ParameterGroupFacts => ({ family: 'redis7', inUse });

function plan(overrides: Partial<ParameterPlanInput>) {
  return parameterPlanOf({
    family: 'redis7',
    main: seven(true),
    temporary: undefined,
    running: { versionMet: true, allUseMain: true },
    ...overrides,
  });
}

describe('parameter groups', () => {
  it('need one of the right family before there is a replication group', () => {
    expect(plan({ main: undefined, running: undefined })).toEqual({
      steps: [{ kind: 'create', role: 'main' }],
      carrier: 'main',
      modification: undefined,
    });
  });

  it('are made anew when another version is asked for before there is a replication group', () => {
    expect(plan({ main: six(false), running: undefined }).steps).toEqual([
      { kind: 'delete', role: 'main' },
      { kind: 'create', role: 'main' },
    ]);
  });

  it('stay as they are at rest', () => {
    expect(plan({})).toEqual({ steps: [], carrier: 'main', modification: undefined });
  });

  it('are made again when somebody deleted the main one', () => {
    const lost = plan({ main: undefined, running: { versionMet: true, allUseMain: false } });
    expect(lost).toEqual({ steps: [{ kind: 'create', role: 'main' }], carrier: 'main', modification: 'switch' });
  });
});

describe('an upgrade', () => {
  const behind = { versionMet: false, allUseMain: true };

  it('within a family needs no other parameter group', () => {
    expect(plan({ running: behind })).toEqual({ steps: [], carrier: 'main', modification: 'upgrade' });
  });

  it('to another family makes a temporary group and leaves the main one alone, parameters included', () => {
    expect(plan({ main: six(true), running: behind })).toEqual({
      steps: [{ kind: 'create', role: 'temporary' }],
      carrier: 'temporary',
      modification: 'upgrade',
    });
  });

  it('then replaces the main group, switches to it, and removes the temporary one', () => {
    const upgraded = { versionMet: true, allUseMain: false };
    expect(plan({ main: six(false), temporary: seven(true), running: upgraded })).toEqual({
      steps: [
        { kind: 'delete', role: 'main' },
        { kind: 'create', role: 'main' },
      ],
      carrier: 'main',
      modification: 'switch',
    });
    expect(plan({ temporary: seven(false) }).steps).toEqual([{ kind: 'delete', role: 'temporary' }]);
  });

  it('goes on after a second change of mind, when the main group is gone already', () => {
    expect(
      plan({ main: undefined, temporary: seven(true), running: { versionMet: false, allUseMain: false } }),
    ).toEqual({
      steps: [],
      carrier: 'temporary',
      modification: 'upgrade',
    });
  });

  it('uses the main group when the temporary one, of a family between, is in use', () => {
    const two = plan({ main: undefined, temporary: six(true), running: { versionMet: false, allUseMain: false } });
    expect(two).toEqual({ steps: [{ kind: 'create', role: 'main' }], carrier: 'main', modification: 'upgrade' });
  });

  it('waits while both groups are in use with other families', () => {
    const blocked = plan({ main: six(true), temporary: six(true), running: { versionMet: false, allUseMain: false } });
    expect(blocked).toEqual({ steps: [], carrier: undefined, modification: undefined });
  });
});

/** AWS, as far as plans concern it. */
function carryOut(world: ParameterPlanInput, versionFamily: { running: string }): ParameterPlanInput {
  const { steps, modification, carrier } = parameterPlanOf(world);
  const now = { main: world.main, temporary: world.temporary };
  for (const { kind, role } of steps) {
    expect(kind === 'delete' && now[role]?.inUse === true, 'nothing that is in use may be deleted').toBe(false);
    now[role] = kind === 'delete' ? undefined : { family: world.family, inUse: false };
  }
  if (modification === undefined || carrier === undefined) return { ...world, ...now };
  expect(now[carrier]?.family, 'AWS takes only a group of the family').toBe(world.family);
  versionFamily.running = world.family;
  const use = (role: 'main' | 'temporary') => now[role] && { ...now[role], inUse: role === carrier };
  const running = { versionMet: true, allUseMain: carrier === 'main' };
  return { ...world, main: use('main'), temporary: use('temporary'), running };
}

it('ends with one main group of the right family in use, from wherever it starts', () => {
  const groups = [undefined, six(false), six(true), seven(false), seven(true)];
  for (const main of groups) {
    for (const temporary of groups) {
      if (main?.inUse === true && temporary?.inUse === true) continue;
      const inUse = main?.inUse === true ? main : temporary?.inUse === true ? temporary : undefined;
      const running = { versionMet: inUse?.family === 'redis7', allUseMain: main?.inUse === true };
      let world: ParameterPlanInput = { family: 'redis7', main, temporary, running };
      for (let pass = 0; pass < 6; pass++) world = carryOut(world, { running: '' });
      const label = JSON.stringify({ main, temporary });
      expect(world.main, label).toEqual(seven(true));
      expect(world.temporary, label).toBeUndefined();
    }
  }
});

describe('parameters', () => {
  it('of a cluster always say so, whatever the user says', () => {
    expect(parametersInTheEnd({ 'cluster-enabled': 'no', a: '1' }, true)).toEqual({ 'cluster-enabled': 'yes', a: '1' });
    expect(parametersInTheEnd({ a: '1' }, false)).toEqual({ a: '1' });
  });

  it('are modified where they differ, and go back to the default when nobody asks for them any more', () => {
    const wanted = { 'active-defrag-cycle-max': '85', timeout: '20' };
    const changed = { 'active-defrag-cycle-max': '60', timeout: '20', 'maxmemory-policy': 'allkeys-lru' };
    expect(parameterDifferencesOf(wanted, changed)).toEqual({
      modify: { 'active-defrag-cycle-max': '85' },
      reset: ['maxmemory-policy'],
    });
  });

  it('that are as asked need nothing', () => {
    expect(parameterDifferencesOf({ timeout: '20' }, { timeout: '20' })).toEqual({ modify: {}, reset: [] });
  });
});
