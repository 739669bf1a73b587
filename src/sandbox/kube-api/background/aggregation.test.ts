import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../util/virtual-clock.ts';
import { silentLogger } from '../../../util/log.ts';
import type { Json, KubeObject } from '../json.ts';
import { Registry } from '../registry.ts';
import { MemoryStore } from '../store.ts';
import { aggregationChore } from './aggregation.ts';
import { startChores } from './loop.ts';

const ROLES = 'rbac.authorization.k8s.io/clusterroles';
const RULE = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };

function aRole(
  name: string,
  content: { readonly [member: string]: Json },
  labels: KubeObject['metadata']['labels'] = {},
) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels }, ...content };
}

describe('aggregated roles', () => {
  let store: MemoryStore;
  const gathering = (...clusterRoleSelectors: readonly Json[]) => ({ aggregationRule: { clusterRoleSelectors } });
  const rulesOf = (name: string): Json | undefined => store.get(ROLES, { namespace: '', name })?.['rules'];

  beforeEach(() => {
    store = new MemoryStore();
    const clock = new VirtualClock();
    startChores(
      { store, registry: new Registry(store), clock, wireClock: clock, newUid: randomUUID },
      [aggregationChore],
      silentLogger,
    );
  });

  it('have the rules of the roles that they select, through others too, each once', async () => {
    store.put(ROLES, aRole('all', gathering({ matchLabels: { to: 'all' } })));
    store.put(ROLES, aRole('some', gathering({ matchLabels: { to: 'some' } }), { to: 'all' }));
    store.put(ROLES, aRole('one', { rules: [RULE] }, { to: 'some' }));
    store.put(ROLES, aRole('same', { rules: [RULE] }, { to: 'all' }));
    await Promise.resolve();
    await Promise.resolve();
    expect(rulesOf('some')).toEqual([RULE]);
    expect(rulesOf('all')).toEqual([RULE]);
  });

  it('lose the rules of a role that goes', async () => {
    store.put(ROLES, aRole('all', gathering({ matchLabels: { to: 'all' } })));
    store.put(ROLES, aRole('one', { rules: [RULE] }, { to: 'all' }));
    await Promise.resolve();
    expect(rulesOf('all')).toEqual([RULE]);
    store.remove(ROLES, { namespace: '', name: 'one' });
    await Promise.resolve();
    expect(rulesOf('all')).toEqual([]);
  });

  it.each([
    ['In', ['x', 'y'], true],
    ['NotIn', ['y'], true],
    ['NotIn', ['x'], false],
    ['Exists', [], true],
    ['DoesNotExist', [], false],
    ['Nonsense', ['x'], false],
  ])('select by the expression %s %j', async (operator, values, isSelected) => {
    store.put(ROLES, aRole('all', gathering({ matchExpressions: [{ key: 'to', operator, values }] })));
    store.put(ROLES, aRole('one', { rules: [RULE] }, { to: 'x' }));
    await Promise.resolve();
    expect(rulesOf('all') ?? []).toEqual(isSelected ? [RULE] : []);
  });
});
