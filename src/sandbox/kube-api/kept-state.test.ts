import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectRest, installCrds, type KubeRest } from '../../../test/support/kube-rest.ts';
import { systemClock } from '../../util/clock.ts';
import { silentLogger } from '../../util/log.ts';
import { type KubeApi, type KubeApiOptions, startKubeApi } from './server.ts';
import { DataFolderError } from './state-file.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const SCOPES = '/apis/cloud-control.kyma-project.io/v1beta1/scopes';

let dataDir: string;
let kubeconfig: string;
let rest: KubeRest;
let api: KubeApi;

const start = (options: Partial<KubeApiOptions> = {}): Promise<KubeApi> =>
  startKubeApi({ clock: systemClock, log: silentLogger, dataDir, keepsState: true, ...options });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kube-api-kept-'));
  api = await start();
  ({ kubeconfig } = api);
  rest = connectRest(kubeconfig);
});

afterEach(async () => {
  rest.close();
  await api.stop();
  await rm(dataDir, { recursive: true });
});

async function restart(): Promise<void> {
  await api.stop();
  api = await start();
}

const configMap = (name: string, metadata: object = {}) => ({
  metadata: { name, ...metadata },
  data: { key: 'value' },
});
const metadataOf = (body: Readonly<Record<string, unknown>>) => body['metadata'] as Readonly<Record<string, unknown>>;

describe('after a restart with the same folder', () => {
  it('a kubeconfig of before reaches the objects of before, and revisions go on', async () => {
    const { body: before } = await rest.send('POST', CONFIG_MAPS, configMap('a'));
    await rest.send('POST', CONFIG_MAPS, configMap('b'));
    await rest.send('DELETE', `${CONFIG_MAPS}/b`);
    const { body: list } = await rest.send('GET', CONFIG_MAPS);
    await restart();
    expect(api.kubeconfig).toBe(kubeconfig);
    expect((await rest.send('GET', `${CONFIG_MAPS}/a`)).body).toEqual(before);
    expect((await rest.send('GET', CONFIG_MAPS)).body).toEqual(list);
    const { body: after } = await rest.send('POST', CONFIG_MAPS, configMap('b'));
    expect(Number(metadataOf(after)['resourceVersion'])).toBeGreaterThan(Number(metadataOf(list)['resourceVersion']));
  });

  it('definitions are served as before, with their objects', async () => {
    await installCrds(rest);
    await restart();
    expect(await rest.send('GET', SCOPES)).toMatchObject({ status: 200, body: { kind: 'ScopeList' } });
  });

  it('a watch from before is told that its revision is gone, one from the list of now goes on', async () => {
    const from = (revision: unknown) =>
      `${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion=${String(revision)}`;
    const { body: before } = await rest.send('POST', CONFIG_MAPS, configMap('a'));
    await rest.send('POST', CONFIG_MAPS, configMap('b'));
    await restart();
    const { body: gone } = await rest.send('GET', from(metadataOf(before)['resourceVersion']));
    expect(gone).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    const { body: list } = await rest.send('GET', CONFIG_MAPS);
    const { status, body } = await rest.send('GET', from(metadataOf(list)['resourceVersion']));
    expect([status, body['message']]).toEqual([200, '']);
  });

  it('what was to be cleaned up still is', async () => {
    const { body: owner } = await rest.send('POST', CONFIG_MAPS, configMap('owner'));
    const { uid } = metadataOf(owner);
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid };
    const held = configMap('owned', { ownerReferences: [reference], finalizers: ['example.com/hold'] });
    await rest.send('POST', CONFIG_MAPS, held);
    await rest.send('DELETE', `${CONFIG_MAPS}/owner`);
    await restart();
    const release = { metadata: { finalizers: null } };
    await rest.send('PATCH', `${CONFIG_MAPS}/owned`, release, 'application/merge-patch+json');
    expect((await rest.send('GET', `${CONFIG_MAPS}/owned`)).status).toBe(404);
  });
});

it('a second server cannot have the folder meanwhile', async () => {
  await expect(start()).rejects.toThrow('another process uses it');
  expect((await rest.send('GET', CONFIG_MAPS)).status).toBe(200);
});

it('a kept port that somebody else has is named, and another one can be asked for', async () => {
  const { port } = new URL(api.url);
  await api.stop();
  const squatter = await startKubeApi({ clock: systemClock, log: silentLogger, port: Number(port) });
  await expect(start()).rejects.toThrow(DataFolderError);
  await expect(start()).rejects.toThrow(`The port ${port}, which kubeconfigs of the data folder ${dataDir} name`);
  api = await start({ port: 0 });
  expect(api.url).not.toBe(squatter.url);
  await squatter.stop();
});
