import { describe, expect, it } from 'vitest';
import { aClusterConfig, type FakeAnswer, FakeTransport, type Script } from '../../test/support/fake-transport.ts';
import { aCall } from '../../test/support/pass.ts';
import type { AnswerLimits } from './answer-limits.ts';
import { createKubeClient, type KubeClient, type ListOptions } from './client.ts';
import { KubeConnection } from './connection.ts';
import { isNotFound } from './errors.ts';
import { applyPatch, jsonPatch, mergePatch } from './json-patch.ts';
import type { KubeObject, ResourceKind } from './resource.ts';

interface Widget extends KubeObject {
  readonly spec: { readonly size: number };
}

const widgets: ResourceKind<Widget> = {
  group: 'example.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const secrets: ResourceKind = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const nodes: ResourceKind = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

const key = { namespace: 'a', name: 'b' };
const aWidget = (overrides: Partial<Widget['metadata']> = {}): Widget => ({
  apiVersion: 'example.io/v1',
  kind: 'Widget',
  metadata: { namespace: 'a', name: 'b', uid: 'u1', resourceVersion: '7', ...overrides },
  spec: { size: 1 },
});

function aClient(script: Script | FakeAnswer, limits?: AnswerLimits) {
  const transport = new FakeTransport(typeof script === 'function' ? script : () => script);
  const written: [string, KubeObject][] = [];
  const connection = new KubeConnection(aClusterConfig(), { transport, ...(limits && { limits }) });
  const client = createKubeClient(connection, aCall(), (kind, object) => written.push([kind.kind, object]));
  const body = (): unknown => JSON.parse(transport.requests[0]?.body ?? 'null');
  const contentType = () => transport.requests[0]?.headers['content-type'];
  return { client, transport, written, body, contentType };
}

describe('the address of a request', () => {
  const cases: { what: string; act: (client: KubeClient) => Promise<unknown>; line: string }[] = [
    { what: 'get', act: (c) => c.get(widgets, key), line: 'GET /apis/example.io/v1/namespaces/a/widgets/b' },
    { what: 'get of the core group', act: (c) => c.get(secrets, key), line: 'GET /api/v1/namespaces/a/secrets/b' },
    { what: 'get across namespaces', act: (c) => c.get(nodes, { name: 'n' }), line: 'GET /api/v1/nodes/n' },
    {
      what: 'create',
      act: (c) => c.create(widgets, aWidget()),
      line: 'POST /apis/example.io/v1/namespaces/a/widgets',
    },
    {
      what: 'update',
      act: (c) => c.update(widgets, aWidget()),
      line: 'PUT /apis/example.io/v1/namespaces/a/widgets/b',
    },
    {
      what: 'patch',
      act: (c) => c.patch(widgets, key, mergePatch({})),
      line: 'PATCH /apis/example.io/v1/namespaces/a/widgets/b',
    },
    {
      what: 'patch of the status',
      act: (c) => c.patchStatus(widgets, key, mergePatch({})),
      line: 'PATCH /apis/example.io/v1/namespaces/a/widgets/b/status',
    },
    {
      what: 'apply',
      act: (c) => c.patch(widgets, key, applyPatch({}, { fieldManager: 'me', force: true })),
      line: 'PATCH /apis/example.io/v1/namespaces/a/widgets/b?fieldManager=me&force=true',
    },
    {
      what: 'delete',
      act: (c) => c.delete(widgets, key),
      line: 'DELETE /apis/example.io/v1/namespaces/a/widgets/b',
    },
    {
      what: 'a name that needs escaping',
      act: (c) => c.get(nodes, { name: 'a/b' }),
      line: 'GET /api/v1/nodes/a%2Fb',
    },
  ];

  it.each(cases)('of $what is $line', async ({ act, line }) => {
    const { client, transport } = aClient({ json: aWidget() });
    await act(client);
    expect(transport.lines).toEqual([line]);
  });
});

/** Of a proxy whose server is away. */
const aPage: FakeAnswer = { status: 404, json: 'default backend - 404' };

describe('get and find', () => {
  const missing: FakeAnswer = { status: 404, json: { kind: 'Status', code: 404, reason: 'NotFound' } };

  it('differ about what is not there', async () => {
    const { client } = aClient(missing);
    await expect(client.get(widgets, key)).rejects.toSatisfy(isNotFound);
    expect(await client.find(widgets, key)).toBeUndefined();
  });

  it('agree about a page that says so in the place of the API server', async () => {
    const { client } = aClient(aPage);
    await expect(client.get(widgets, key)).rejects.toMatchObject({ code: 404 });
    await expect(client.find(widgets, key)).rejects.toMatchObject({ code: 404 });
  });

  it('agree about every other refusal', async () => {
    const { client } = aClient({ status: 403, json: { kind: 'Status', code: 403, reason: 'Forbidden' } });
    await expect(client.find(widgets, key)).rejects.toMatchObject({ code: 403 });
  });
});

describe('list', () => {
  it('lets go of managed fields where nobody wants them', async () => {
    const item = { metadata: { name: 'b', managedFields: [{ manager: 'm' }] } };
    const { client } = aClient({ json: { items: [item], metadata: { resourceVersion: '9' } } });
    const named = async (options: ListOptions) =>
      (await client.list(widgets, options)).items.map(({ metadata }) => metadata);
    expect(await named({ withManagedFields: false })).toEqual([{ name: 'b' }]);
    expect(await named({})).toEqual([item.metadata]);
  });

  it('reads all pages and takes the revision of the last one', async () => {
    const { client, transport } = aClient(({ path }) =>
      path.includes('continue=x')
        ? { json: { items: [{ metadata: { name: 'c' } }], metadata: { resourceVersion: '9' } } }
        : { json: { items: [{ metadata: { name: 'b' } }], metadata: { resourceVersion: '9', continue: 'x' } } },
    );
    const { items, resourceVersion } = await client.list(widgets, {
      namespace: 'a',
      labelSelector: 'x=y',
      pageSize: 1,
    });
    expect(items.map((item) => item.metadata.name)).toEqual(['b', 'c']);
    expect(resourceVersion).toBe('9');
    expect(transport.lines).toEqual([
      'GET /apis/example.io/v1/namespaces/a/widgets?labelSelector=x%3Dy&limit=1',
      'GET /apis/example.io/v1/namespaces/a/widgets?labelSelector=x%3Dy&limit=1&continue=x',
    ]);
  });

  it('begins anew, in one piece, when the server has forgotten the revision between two pages', async () => {
    const gone: FakeAnswer = { status: 410, json: { kind: 'Status', code: 410, reason: 'Expired' } };
    const { client, transport } = aClient(({ path }) => {
      if (path.includes('continue=x')) return gone;
      const isPage = path.includes('limit=');
      const metadata = { resourceVersion: '9', ...(isPage && { continue: 'x' }) };
      return { json: { items: [{ metadata: {} }, ...(isPage ? [] : [{ metadata: {} }])], metadata } };
    });
    expect((await client.list(widgets)).items).toHaveLength(2);
    expect(transport.lines.at(-1)).toBe('GET /apis/example.io/v1/widgets');
  });

  describe('that is long', () => {
    const MIB = 1024 * 1024;
    const limits: AnswerLimits = { longestLine: MIB, longestAnswer: 4 * MIB, longestList: 6 * MIB };
    const large = { metadata: { name: 'b', annotations: { text: 'x'.repeat(1.4 * MIB) } } };

    /** Has so many objects of the largest size, and keeps to the number that is asked. */
    const having = (count: number): Script => {
      const sizeOf = (path: string): number => Number(new URL(path, 'https://k').searchParams.get('limit'));
      return ({ path }) => {
        const from = Number(new URL(path, 'https://k').searchParams.get('continue') ?? 0);
        const to = Math.min(from + sizeOf(path), count);
        const metadata = { resourceVersion: '9', ...(to < count && { continue: String(to) }) };
        return { json: { items: Array.from({ length: to - from }, () => large), metadata } };
      };
    };

    it('is read in shorter pages when one was too long', async () => {
      const { client, transport } = aClient(having(4), limits);
      expect((await client.list(widgets, { pageSize: 3 })).items).toHaveLength(4);
      const sizes = transport.lines.map((line) => /limit=(\d+)/.exec(line)?.[1]);
      expect(sizes).toEqual(['3', '2', '2']);
    });

    it('is refused when all pages together are too long, with what to do, and not read once more', async () => {
      const { client, transport } = aClient(having(5), { ...limits, longestAnswer: 5 * MIB });
      await expect(client.list(widgets, { pageSize: 3 })).rejects.toThrow(
        'list widgets.example.io: ListTooLarge: all pages together are longer than 6 MiB: delete objects of the kind, or make them smaller',
      );
      expect(transport.lines).toHaveLength(2);
    });

    it('is refused when its server never ends it', async () => {
      const page = { items: [large], metadata: { resourceVersion: '9', continue: 'x' } };
      const { client, transport } = aClient({ json: page }, limits);
      await expect(client.list(widgets, { pageSize: 1 })).rejects.toMatchObject({ reason: 'ListTooLarge' });
      expect(transport.lines).toHaveLength(5);
    });
  });

  it('gives each item the apiVersion and kind that lists of built-in kinds leave out', async () => {
    const { client } = aClient({ json: { items: [{ metadata: {} }], metadata: { resourceVersion: '1' } } });
    expect((await client.list(secrets)).items[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
  });

  it('takes a list without items for an empty one', async () => {
    const { client } = aClient({ json: { items: null, metadata: { resourceVersion: '1' } } });
    expect((await client.list(widgets)).items).toEqual([]);
  });
});

describe('a write', () => {
  it('states apiVersion and kind of what it creates', async () => {
    const { client, body } = aClient({ json: aWidget() });
    await client.create(widgets, { metadata: { namespace: 'a', generateName: 'b-' }, spec: { size: 1 } });
    expect(body()).toEqual({
      apiVersion: 'example.io/v1',
      kind: 'Widget',
      metadata: { namespace: 'a', generateName: 'b-' },
      spec: { size: 1 },
    });
  });

  it.each([
    { patch: mergePatch({ a: 1 }), type: 'application/merge-patch+json', sent: { a: 1 } },
    {
      patch: jsonPatch({ op: 'remove', path: '/a' }),
      type: 'application/json-patch+json',
      sent: [{ op: 'remove', path: '/a' }],
    },
    {
      patch: applyPatch({ a: 1 }, { fieldManager: 'me' }),
      type: 'application/apply-patch+yaml',
      sent: { a: 1, apiVersion: 'example.io/v1', kind: 'Widget' },
    },
  ])('of a $type says so', async ({ patch, type, sent }) => {
    const { client, body, contentType } = aClient({ json: aWidget() });
    await client.patch(widgets, key, patch);
    expect([contentType(), body()]).toEqual([type, sent]);
  });

  it('tells what it was answered', async () => {
    const { client, written } = aClient({ json: aWidget({ resourceVersion: '8' }) });
    await client.update(widgets, aWidget());
    await client.get(widgets, key);
    expect(written).toEqual([['Widget', aWidget({ resourceVersion: '8' })]]);
  });
});

describe('delete', () => {
  it('names the object that is meant', async () => {
    const { client, body } = aClient({ json: { kind: 'Status' } });
    await client.delete(widgets, key, { uid: 'u1', resourceVersion: '7', propagation: 'Foreground' });
    expect(body()).toMatchObject({
      preconditions: { uid: 'u1', resourceVersion: '7' },
      propagationPolicy: 'Foreground',
    });
  });

  it('is content when there is nothing to delete', async () => {
    const { client } = aClient({ status: 404, json: { kind: 'Status', code: 404, reason: 'NotFound' } });
    await expect(client.delete(widgets, key)).resolves.toBeUndefined();
  });

  it('is not content with a page that says so in the place of the API server', async () => {
    const { client } = aClient(aPage);
    await expect(client.delete(widgets, key)).rejects.toMatchObject({ code: 404 });
  });

  it('tells of an object that finalizers keep, and of nothing when it is gone', async () => {
    const kept = aClient({ json: aWidget({ finalizers: ['x'] }) });
    await kept.client.delete(widgets, key);
    expect(kept.written).toHaveLength(1);
    const gone = aClient({ json: { kind: 'Status', status: 'Success' } });
    await gone.client.delete(widgets, key);
    expect(gone.written).toEqual([]);
  });
});
