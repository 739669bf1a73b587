import { expect, it } from 'vitest';
import type { Body } from './client.ts';
import { fresh } from './client.ts';
import type { World } from './world.ts';

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const wide = (...names: readonly string[]): readonly (readonly [string, number])[] => names.map((name) => [name, 1]);
const shown = (...names: readonly string[]): readonly (readonly [string, number])[] => names.map((name) => [name, 0]);

const BINDING = [...shown('Name', 'Role', 'Age'), ...wide('Users', 'Groups', 'ServiceAccounts')];
const EVENT = [
  ...shown('Last Seen', 'Type', 'Reason', 'Object'),
  ...wide('Subobject', 'Source'),
  ...shown('Message'),
  ...wide('First Seen', 'Count', 'Name'),
];

export function tableCases(world: () => Promise<World>): void {
  it.each([
    ['/api/v1/configmaps', shown('Name', 'Data', 'Age')],
    ['/api/v1/events', EVENT],
    ['/apis/events.k8s.io/v1/events', EVENT],
    ['/api/v1/namespaces', shown('Name', 'Status', 'Age')],
    [
      '/api/v1/nodes',
      [
        ...shown('Name', 'Status', 'Roles', 'Age', 'Version'),
        ...wide('Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'),
      ],
    ],
    [
      '/api/v1/persistentvolumeclaims',
      [
        ...shown(
          'Name',
          'Status',
          'Volume',
          'Capacity',
          'Access Modes',
          'StorageClass',
          'VolumeAttributesClass',
          'Age',
        ),
        ...wide('VolumeMode'),
      ],
    ],
    [
      '/api/v1/persistentvolumes',
      [
        ...shown('Name', 'Capacity', 'Access Modes', 'Reclaim Policy', 'Status', 'Claim', 'StorageClass'),
        ...shown('VolumeAttributesClass', 'Reason', 'Age'),
        ...wide('VolumeMode'),
      ],
    ],
    ['/api/v1/secrets', shown('Name', 'Type', 'Data', 'Age')],
    ['/api/v1/serviceaccounts', shown('Name', 'Age')],
    ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', shown('Name', 'Created At')],
    ['/apis/coordination.k8s.io/v1/leases', shown('Name', 'Holder', 'Age')],
    [`${RBAC}/clusterrolebindings`, BINDING],
    [`${RBAC}/clusterroles`, shown('Name', 'Created At')],
    [`${RBAC}/rolebindings`, BINDING],
    [`${RBAC}/roles`, shown('Name', 'Created At')],
  ])('has the columns of %s', async (path, columns) => {
    const w = await world();
    const { body } = await w.get(`${path}?limit=1`, TABLE);
    expect(body.columnDefinitions.map(({ name, priority }: Body) => [name, priority])).toEqual(columns);
  });

  const cells = async (w: World, path: string, object: Body): Promise<readonly unknown[]> => {
    const made = await w.post(path, object);
    expect(made.code).toBe(201);
    const { body } = await w.get(`${path}/${made.body.metadata.name}`, TABLE);
    if (!path.startsWith('/api/v1/namespaces/')) await w.ask('DELETE', `${path}/${made.body.metadata.name}`);
    return body.rows[0].cells.map((cell: unknown) => (/^\d+s$/.test(String(cell)) ? 'AGE' : cell));
  };

  it('shows whom a binding is for', async () => {
    const w = await world();
    const subjects = [
      { kind: 'User', name: 'u1' },
      { kind: 'User', name: 'u2' },
      { kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ];
    const binding = { metadata: { name: fresh('b') }, roleRef: { kind: 'ClusterRole', name: 'view' }, subjects };
    expect((await cells(w, `${RBAC}/clusterrolebindings`, binding)).slice(1)).toEqual([
      'ClusterRole/view',
      'AGE',
      'u1, u2',
      'g',
      'n/s',
    ]);
  });

  it('shows a node that never reported', async () => {
    const w = await world();
    const labels = { 'node-role.kubernetes.io/worker': '' };
    const node = { metadata: { name: fresh('n'), labels }, spec: { unschedulable: true } };
    expect((await cells(w, '/api/v1/nodes', node)).slice(1)).toEqual([
      'Unknown,SchedulingDisabled',
      'worker',
      'AGE',
      '',
      '<none>',
      '<none>',
      '<unknown>',
      '<unknown>',
      '<unknown>',
    ]);
  });

  it('shows a claim that waits', async () => {
    const w = await world();
    const spec = {
      accessModes: ['ReadWriteMany'],
      storageClassName: 'fast',
      resources: { requests: { storage: '1Gi' } },
    };
    const path = `/api/v1/namespaces/${w.namespace}/persistentvolumeclaims`;
    const row = await cells(w, path, { metadata: { name: 'c' }, spec });
    expect(row).toEqual(['c', 'Pending', '', '', '', 'fast', '<unset>', 'AGE', 'Filesystem']);
  });

  it('shows a volume', async () => {
    const w = await world();
    const name = fresh('v');
    const spec = {
      accessModes: ['ReadWriteMany', 'ReadOnlyMany'],
      capacity: { storage: '10Gi' },
      persistentVolumeReclaimPolicy: 'Retain',
      nfs: { server: 's', path: '/' },
      claimRef: { namespace: 'n', name: 'c' },
    };
    expect(await cells(w, '/api/v1/persistentvolumes', { metadata: { name }, spec })).toEqual([
      name,
      '10Gi',
      'ROX,RWX',
      'Retain',
      'Pending',
      'n/c',
      '',
      '<unset>',
      '',
      'AGE',
      'Filesystem',
    ]);
  });

  it('shows what an event is about, who reports it and how often', async () => {
    const w = await world();
    const path = `/api/v1/namespaces/${w.namespace}/events`;
    const event = {
      metadata: { name: 'e' },
      involvedObject: { kind: 'ConfigMap', namespace: w.namespace, name: 'a', fieldPath: 'data' },
      reason: 'Changed',
      message: ' text ',
      type: 'Normal',
      count: 3,
      source: { component: 'me', host: 'here' },
      firstTimestamp: new Date(Date.now() - 5000).toISOString().replace(/\.\d+/, ''),
      lastTimestamp: new Date(Date.now() - 2000).toISOString().replace(/\.\d+/, ''),
    };
    expect(await cells(w, path, event)).toEqual([
      'AGE',
      'Normal',
      'Changed',
      'configmap/a',
      'data',
      'me, here',
      'text',
      'AGE',
      3,
      'e',
    ]);
    const bare = { metadata: { name: 'f' }, involvedObject: { kind: 'Node', namespace: w.namespace } };
    expect(await cells(w, path, bare)).toEqual(['<unknown>', '', '', 'node', '', '', '', '<unknown>', 1, 'f']);
  });

  it('shows that a lease has a holder', async () => {
    const w = await world();
    const path = `/apis/coordination.k8s.io/v1/namespaces/${w.namespace}/leases`;
    const spec = { holderIdentity: 'me' };
    expect(await cells(w, path, { metadata: { name: 'l' }, spec })).toEqual(['l', 'me', 'AGE']);
    expect(await cells(w, path, { metadata: { name: 'm' }, spec: {} })).toEqual(['m', '', 'AGE']);
  });

  it('shows when something goes', async () => {
    const w = await world();
    const { body } = await w.get('/api/v1/namespaces/default', TABLE);
    expect(body.rows[0].cells.slice(0, 2)).toEqual(['default', 'Active']);
    const path = `/api/v1/namespaces/${w.namespace}/secrets`;
    const secret = { metadata: { name: 's' }, type: 'example.com/kind', stringData: { a: '1', b: '2' } };
    expect(await cells(w, path, secret)).toEqual(['s', 'example.com/kind', 2, 'AGE']);
  });
}
