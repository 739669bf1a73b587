import { expect, it } from 'vitest';
import { cloudResourcesKind } from '../../api/index.ts';
import { tableOf } from './columns.ts';

const metadata = { name: 'default', namespace: 'default', uid: 'u', resourceVersion: '1' };

it('shows what kubectl get shows', () => {
  const status = { served: 'True', state: 'Ready' } as const;
  const object = { apiVersion: 'v1', kind: 'CloudResources', metadata, spec: {}, status };
  expect(tableOf(cloudResourcesKind, object)).toEqual(['NAME      SERVED   STATE', 'default   True     Ready']);
});

it('leaves empty what is not known, and out what only -o wide shows', () => {
  const object = { apiVersion: 'v1', kind: 'CloudResources', metadata, spec: {}, status: { state: 'Error' } } as const;
  expect(tableOf(cloudResourcesKind, object)).toEqual(['NAME      SERVED   STATE', 'default            Error']);
});

it('shows a field of a condition', () => {
  const columns = [
    { name: 'Why', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
    { name: 'Nodes', type: 'integer', jsonPath: '.status.nodes', priority: 1 },
  ] as const;
  const conditions = [
    { type: 'Error', message: 'no' },
    { type: 'Ready', message: 'yes' },
  ];
  const object = { apiVersion: 'v1', kind: 'CloudResources', metadata, spec: {}, status: { conditions, nodes: 3 } };
  // It has a status that no kind of ours has: what is shown is decided by the columns alone.
  expect(tableOf({ ...cloudResourcesKind, columns }, object as never)).toEqual(['NAME      WHY', 'default   yes']);
});
