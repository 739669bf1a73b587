import { describe, expect, it } from 'vitest';
import { FAMILIES, isAllowed, parametersOf } from './parameters.ts';

const parameter = (name: string) => {
  const found = parametersOf('redis7')?.get(name);
  if (!found) throw new Error(`No parameter ${name}`);
  return found;
};

describe('the table of parameters', () => {
  it.each(FAMILIES)('has defaults that it allows itself: %s', (family) => {
    const wrong = [...(parametersOf(family)?.values() ?? [])].filter(
      (one) => one.value !== undefined && !isAllowed(one, one.value),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['timeout', ['0', '20', '3600'], ['19', '-1', 'x']],
    ['slowlog-log-slower-than', ['-1', '0', '5000'], ['-2']],
    ['list-max-listpack-size', ['-5', '-1', '8'], ['0', '-6']],
    ['maxmemory-policy', ['noeviction'], ['never', '']],
    ['notify-keyspace-events', ['KEA', ''], []],
    ['active-defrag-cycle-max', ['1', '75'], ['0', '76', '1.5']],
  ])('knows which values of %s are allowed', (name, good, bad) => {
    const row = parameter(name);
    expect(good.filter((value) => !isAllowed(row, value))).toEqual([]);
    expect(bad.filter((value) => isAllowed(row, value))).toEqual([]);
  });

  it('tells what needs a reboot and what is fixed', () => {
    expect(parameter('databases')).toMatchObject({ changeType: 'requires-reboot', dataType: 'integer' });
    expect(parameter('maxclients')).toMatchObject({ isModifiable: false });
  });
});
