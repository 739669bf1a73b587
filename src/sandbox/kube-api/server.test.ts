import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiTarget } from '../../../test/contract/kube-api/client.ts';
import { PlainClient } from '../../../test/contract/kube-api/client.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { silentLogger } from '../../util/log.ts';
import type { KubeApi } from './server.ts';
import { startKubeApi } from './server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
});

interface Running {
  readonly api: KubeApi;
  readonly client: PlainClient;
  readonly clock: VirtualClock;
}

const running: Running[] = [];

async function started(options: { readonly dataDir?: string } = {}): Promise<Running> {
  const clock = new VirtualClock();
  const api = await startKubeApi({ clock, log: silentLogger, ...options });
  const one = { api, clock, client: new PlainClient(targetOf(api)) };
  running.push(one);
  return one;
}

function targetOf({ url, caPem, client }: KubeApi): ApiTarget {
  return { title: '', url, caPem, certPem: client.certificatePem, keyPem: client.privateKeyPem };
}

afterEach(async () => {
  for (const { api, client, clock } of running.splice(0)) {
    client.close();
    await api.stop();
    if (clock.pending !== 0) throw new Error(`${clock.pending} timers are left`);
  }
});

describe('the embedded API', () => {
  it('writes a kubeconfig that only its user may read', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kube-api-'));
    const { api } = await started({ dataDir });
    expect(await readFile(api.kubeconfigPath ?? '', 'utf8')).toBe(api.kubeconfig);
    expect(await readFile(join(dataDir, 'ca.crt'), 'utf8')).toBe(api.caPem);
    await rm(dataDir, { recursive: true });
  });

  it('is understood by the official JavaScript client', async () => {
    const { api } = await started();
    const config = new KubeConfig();
    config.loadFromString(api.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const body = { metadata: { name: 'a' }, data: { key: 'value' } };
    const made = await core.createNamespacedConfigMap({ namespace: 'default', body });
    expect(made.metadata?.uid).toMatch(/-/);
    const { items } = await core.listNamespacedConfigMap({ namespace: 'default' });
    expect(items.map(({ data }) => data)).toEqual([{ key: 'value' }]);
  });

  it('takes the bearer token over HTTP/2', async () => {
    const { api } = await started();
    const session = connect(api.url, { ca: api.caPem });
    const status = (authorization: string): Promise<unknown> =>
      new Promise((resolve) => {
        const stream = session.request({ ':path': CONFIG_MAPS, authorization });
        stream.on('response', (headers) => resolve(headers[':status']));
        stream.resume();
      });
    expect(await status(`Bearer ${api.token}`)).toBe(200);
    expect(await status('Bearer wrong')).toBe(401);
    session.close();
  });

  it('refuses whoever brings nothing, except for its health', async () => {
    const { client } = await started();
    const stranger = client.anonymous();
    expect((await stranger.ask('GET', CONFIG_MAPS)).code).toBe(403);
    expect((await stranger.ask('GET', '/readyz')).code).toBe(200);
  });

  it('dates objects by its clock', async () => {
    const { client, clock } = await started();
    clock.advance(3_600_000);
    const { body } = await client.ask('POST', CONFIG_MAPS, configMap('a'));
    expect(body.metadata.creationTimestamp).toBe('2026-01-01T01:00:00Z');
  });

  it('keeps its state and its port when it stops and starts', async () => {
    const { api, client } = await started();
    const { body: made } = await client.ask('POST', CONFIG_MAPS, configMap('a'));
    await api.stop();
    await expect(client.ask('GET', `${CONFIG_MAPS}/a`)).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/);
    await api.start();
    expect((await client.ask('GET', `${CONFIG_MAPS}/a`)).body.metadata.uid).toBe(made.metadata.uid);
  });
});

describe('planned faults', () => {
  it('fail the next requests that fit, and no others', async () => {
    const { api, client } = await started();
    api.faults.add({ verb: 'create', resource: 'configmaps', count: 2, status: 429, retryAfterSeconds: 3 });
    const first = await client.ask('POST', CONFIG_MAPS, configMap('a'));
    expect(first).toMatchObject({
      code: 429,
      body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
      headers: { 'retry-after': '3' },
    });
    expect((await client.ask('GET', CONFIG_MAPS)).code).toBe(200);
    expect((await client.ask('POST', CONFIG_MAPS, configMap('a'))).code).toBe(429);
    expect(api.faults.pending).toBe(0);
    expect((await client.ask('POST', CONFIG_MAPS, configMap('a'))).code).toBe(201);
  });

  it('after the effect leave it done', async () => {
    const { api, client } = await started();
    api.faults.add({ verb: 'create', when: 'after' });
    expect((await client.ask('POST', CONFIG_MAPS, configMap('a'))).code).toBe(500);
    expect((await client.ask('GET', `${CONFIG_MAPS}/a`)).code).toBe(200);
  });

  it.each(['before', 'after'] as const)('break the connection off %s the effect', async (when) => {
    const { api, client } = await started();
    api.faults.add({ verb: 'create', drop: true, when });
    await expect(client.ask('POST', CONFIG_MAPS, configMap('a'))).rejects.toThrow(/hang up|ECONNRESET/);
    expect((await client.ask('GET', `${CONFIG_MAPS}/a`)).code).toBe(when === 'after' ? 200 : 404);
  });

  it('delay an answer by the server’s clock', async () => {
    const { api, client, clock } = await started();
    api.faults.add({ verb: 'create', delayMs: 5000 });
    const answer = client.ask('POST', CONFIG_MAPS, configMap('a'));
    // Another request is answered meanwhile, and shows that the first has arrived.
    while (clock.pending === 0) await client.ask('GET', '/readyz');
    expect((await client.ask('GET', `${CONFIG_MAPS}/a`)).code).toBe(404);
    clock.advance(5000);
    expect((await answer).code).toBe(201);
  });

  it('can be taken back', async () => {
    const { api, client } = await started();
    const takeBack = api.faults.add({ verb: 'create', status: 503 });
    takeBack();
    expect((await client.ask('POST', CONFIG_MAPS, configMap('a'))).code).toBe(201);
  });
});

describe('the journal', () => {
  it('notes who asked what and what came of it', async () => {
    const { api, client } = await started();
    await client.ask('POST', CONFIG_MAPS, configMap('a'));
    await client.ask('GET', `${CONFIG_MAPS}/none`);
    const notes = api.journal.entries.map(({ verb, resource, namespace, name, status, isWrite, userAgent }) => ({
      verb,
      resource,
      namespace,
      name,
      status,
      isWrite,
      userAgent,
    }));
    expect(notes).toEqual([
      {
        verb: 'create',
        resource: 'configmaps',
        namespace: 'default',
        name: '',
        status: 201,
        isWrite: true,
        userAgent: 'contract/1',
      },
      {
        verb: 'get',
        resource: 'configmaps',
        namespace: 'default',
        name: 'none',
        status: 404,
        isWrite: false,
        userAgent: 'contract/1',
      },
    ]);
    expect(api.journal.writes).toHaveLength(1);
  });
});

describe('watches', () => {
  it('are told that their past is forgotten', async () => {
    const { api, client } = await started();
    const { body } = await client.ask('POST', CONFIG_MAPS, configMap('a'));
    await client.ask('POST', CONFIG_MAPS, configMap('b'));
    api.compact();
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}`);
    expect(await watch.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    expect(await watch.next()).toBeUndefined();
  });

  it('and pages too', async () => {
    const { api, client } = await started();
    await client.ask('POST', CONFIG_MAPS, configMap('a'));
    await client.ask('POST', CONFIG_MAPS, configMap('b'));
    const { body: page } = await client.ask('GET', `${CONFIG_MAPS}?limit=1`);
    await client.ask('POST', CONFIG_MAPS, configMap('c'));
    api.compact();
    const { code, body } = await client.ask('GET', `${CONFIG_MAPS}?limit=1&continue=${page.metadata.continue}`);
    expect({ code, reason: body.reason }).toEqual({ code: 410, reason: 'Expired' });
  });

  it('get a bookmark each minute when they ask for it', async () => {
    const { api, client, clock } = await started();
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true`);
    clock.advance(60_000);
    const expected = {
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(api.resourceVersion()) } },
    };
    expect(await watch.next()).toEqual(expected);
    clock.advance(60_000);
    expect(await watch.next()).toEqual(expected);
    watch.close();
  });

  it('end when the server closes them', async () => {
    const { api, client } = await started();
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true`);
    api.closeWatches();
    expect(await watch.next()).toBeUndefined();
  });
});

describe('what a cluster does by itself', () => {
  const owned = (name: string, owner: { readonly uid: string; readonly name: string }, reference: object = {}) =>
    configMap(name, {
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.name, uid: owner.uid, ...reference }],
    });

  it('deletes what is left without an owner', async () => {
    const { client } = await started();
    const { body: owner } = await client.ask('POST', CONFIG_MAPS, configMap('owner'));
    await client.ask('POST', CONFIG_MAPS, owned('child', owner.metadata));
    await client.ask('DELETE', `${CONFIG_MAPS}/owner`);
    expect((await client.ask('GET', `${CONFIG_MAPS}/child`)).code).toBe(404);
  });

  it('frees the children of an owner that leaves them as orphans', async () => {
    const { client } = await started();
    const { body: owner } = await client.ask('POST', CONFIG_MAPS, configMap('owner'));
    await client.ask('POST', CONFIG_MAPS, owned('child', owner.metadata));
    await client.ask('DELETE', `${CONFIG_MAPS}/owner`, { propagationPolicy: 'Orphan' });
    const { code, body } = await client.ask('GET', `${CONFIG_MAPS}/child`);
    expect(code).toBe(200);
    expect(body.metadata.ownerReferences).toBeUndefined();
    expect((await client.ask('GET', `${CONFIG_MAPS}/owner`)).code).toBe(404);
  });

  it('keeps an owner in foreground deletion until what blocks it is gone', async () => {
    const { client } = await started();
    const { body: owner } = await client.ask('POST', CONFIG_MAPS, configMap('owner'));
    const child = owned('child', owner.metadata, { blockOwnerDeletion: true });
    await client.ask('POST', CONFIG_MAPS, { ...child, metadata: { ...child.metadata, finalizers: ['example.com/f'] } });
    await client.ask('DELETE', `${CONFIG_MAPS}/owner`, { propagationPolicy: 'Foreground' });
    expect((await client.ask('GET', `${CONFIG_MAPS}/owner`)).code).toBe(200);
    await client.ask(
      'PATCH',
      `${CONFIG_MAPS}/child`,
      { metadata: { finalizers: null } },
      { type: 'application/merge-patch+json' },
    );
    expect((await client.ask('GET', `${CONFIG_MAPS}/owner`)).code).toBe(404);
  });

  it('empties a namespace before it goes, and says what it waits for', async () => {
    const { client } = await started();
    await client.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } });
    const path = '/api/v1/namespaces/ns/configmaps';
    await client.ask('POST', path, configMap('free'));
    await client.ask('POST', path, configMap('held', { finalizers: ['example.com/f'] }));
    await client.ask('DELETE', '/api/v1/namespaces/ns');
    expect((await client.ask('GET', `${path}/free`)).code).toBe(404);
    const { body } = await client.ask('GET', '/api/v1/namespaces/ns');
    expect(body.status.phase).toBe('Terminating');
    expect(body.status.conditions.map(({ message }: { message: string }) => message)).toEqual([
      'Some resources are remaining: configmaps has 1 resource instances',
      'Some content in the namespace has finalizers remaining: example.com/f in 1 resource instances',
    ]);
    await client.ask(
      'PATCH',
      `${path}/held`,
      { metadata: { finalizers: null } },
      { type: 'application/merge-patch+json' },
    );
    expect((await client.ask('GET', '/api/v1/namespaces/ns')).code).toBe(404);
  });
});
