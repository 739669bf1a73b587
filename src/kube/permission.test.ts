import { describe, expect, it } from 'vitest';
import { aClusterConfig, FakeTransport } from '../../test/support/fake-transport.ts';
import { aCall } from '../../test/support/pass.ts';
import { secretKind } from './builtin-kinds.ts';
import { createKubeClient, type KubeClient } from './client.ts';
import { KubeConnection, type KubeConnectionOptions } from './connection.ts';
import { applyPatch, mergePatch } from './json-patch.ts';
import { type Permission, rulesFrom, UndeclaredRequestError } from './permission.ts';
import type { ResourceKind } from './resource.ts';

const widgetKind: ResourceKind = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const key = { namespace: 'a', name: 'b' };

function clientWith(
  permissions: readonly Permission[],
  more: Pick<KubeConnectionOptions, 'ownNamespace'> = {},
): { client: KubeClient; transport: FakeTransport } {
  const transport = new FakeTransport(() => ({ status: 200, json: { kind: 'Widget', metadata: {}, items: [] } }));
  const connection = new KubeConnection(aClusterConfig(), { transport, permissions, ...more });
  return { client: createKubeClient(connection, aCall()), transport };
}

const patch = mergePatch({ metadata: { labels: { x: 'y' } } });

describe('a connection that was told what the program declares', () => {
  const cases: readonly { what: string; declared: Permission; ask: (client: KubeClient) => Promise<unknown> }[] = [
    { what: 'get', declared: { kind: widgetKind, verbs: ['get'] }, ask: (kube) => kube.get(widgetKind, key) },
    { what: 'find', declared: { kind: widgetKind, verbs: ['get'] }, ask: (kube) => kube.find(widgetKind, key) },
    { what: 'list', declared: { kind: widgetKind, verbs: ['list'] }, ask: (kube) => kube.list(widgetKind) },
    {
      what: 'watch',
      declared: { kind: widgetKind, verbs: ['watch'] },
      ask: (kube) => kube.watch(widgetKind, { resourceVersion: '1' }).next(),
    },
    {
      what: 'create',
      declared: { kind: widgetKind, verbs: ['create'] },
      ask: (kube) => kube.create(widgetKind, { metadata: key }),
    },
    {
      what: 'patch',
      declared: { kind: widgetKind, verbs: ['patch'] },
      ask: (kube) => kube.patch(widgetKind, key, patch),
    },
    {
      what: 'apply',
      declared: { kind: widgetKind, verbs: ['patch'] },
      ask: (kube) => kube.patch(widgetKind, key, applyPatch({}, { fieldManager: 'test' })),
    },
    {
      what: 'patch of a status',
      declared: { kind: widgetKind, subresource: 'status', verbs: ['patch'] },
      ask: (kube) => kube.patchStatus(widgetKind, key, patch),
    },
    { what: 'delete', declared: { kind: widgetKind, verbs: ['delete'] }, ask: (kube) => kube.delete(widgetKind, key) },
    {
      what: 'get by name',
      declared: { kind: widgetKind, verbs: ['get'], names: ['b'] },
      ask: (kube) => kube.get(widgetKind, key),
    },
  ];

  it.each(cases)('sends a $what that is declared', async ({ declared, ask }) => {
    const { client, transport } = clientWith([declared]);
    await ask(client);
    expect(transport.requests).toHaveLength(1);
  });

  it.each(cases)('sends no $what when all else is declared', async ({ declared, ask }) => {
    const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] as const;
    const others = all.filter((verb) => !declared.verbs.includes(verb));
    const { client, transport } = clientWith([
      { ...declared, verbs: others },
      { ...declared, kind: secretKind },
      { ...declared, names: ['another'] },
      { kind: widgetKind, verbs: declared.subresource ? all : [], ...(declared.names && { names: ['another'] }) },
    ]);
    await expect(ask(client)).rejects.toThrow(UndeclaredRequestError);
    expect(transport.requests).toEqual([]);
  });
});

describe('a connection that was told what the program does in its own namespace alone', () => {
  const own: readonly Permission[] = [{ kind: widgetKind, verbs: ['get', 'list'], isOwnNamespace: true }];

  it.each([
    { where: 'where it was told that it lives', more: { ownNamespace: 'a' }, namespace: 'a' },
    { where: 'in the namespace of its configuration', more: {}, namespace: 'default' },
  ])('sends that $where', async ({ more, namespace }) => {
    const { client, transport } = clientWith(own, more);
    await client.get(widgetKind, { namespace, name: 'b' });
    await client.list(widgetKind, { namespace });
    expect(transport.requests).toHaveLength(2);
  });

  it.each([
    { where: 'in another namespace', ask: (kube: KubeClient) => kube.get(widgetKind, { namespace: 'b', name: 'b' }) },
    { where: 'everywhere', ask: (kube: KubeClient) => kube.list(widgetKind) },
  ])('does not send it $where', async ({ ask }) => {
    const { client, transport } = clientWith(own, { ownNamespace: 'a' });
    await expect(ask(client)).rejects.toThrow(UndeclaredRequestError);
    expect(transport.requests).toEqual([]);
  });
});

describe('rules', () => {
  it('put together what parts declare of the same resource, and keep apart what is narrower', () => {
    const rules = rulesFrom([
      { kind: widgetKind, verbs: ['watch', 'list'] },
      { kind: widgetKind, subresource: 'status', verbs: ['patch'] },
      { kind: secretKind, verbs: ['get'], names: ['one'] },
      { kind: widgetKind, verbs: ['list', 'get'] },
    ]);
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
      { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['example.com'], resources: ['widgets/status'], verbs: ['patch'] },
    ]);
  });
});
