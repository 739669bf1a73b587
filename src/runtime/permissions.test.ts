import { expect, it } from 'vitest';
import { type Widget, widgets } from '../../test/support/kube-object.ts';
import { done, gadgets } from '../../test/support/managed-widgets.ts';
import { controller, watching } from './controller.ts';
import { permissionsOf } from './permissions.ts';

it('asks of clusters what their roles need', () => {
  const mine = controller<Widget>({
    kind: widgets,
    role: 'user',
    watches: [watching(gadgets, () => [], { role: 'main' })],
    permissionsIn: { main: [{ kind: gadgets, verbs: ['create'] }] },
    reconcile: async () => ({ outcome: done }),
  });
  const verbsOn = (plural: string, roles?: readonly string[]): readonly string[] =>
    permissionsOf([mine], roles)
      .filter(({ kind }) => kind.plural === plural)
      .flatMap(({ verbs }) => verbs);
  expect(verbsOn('gadgets')).toEqual(['list', 'watch', 'create']);
  expect(verbsOn('widgets')).toEqual([]);
  expect(verbsOn('gadgets', ['user'])).toEqual([]);
  expect(verbsOn('widgets', ['user'])).toEqual(expect.arrayContaining(['list', 'watch', 'patch']));
});
