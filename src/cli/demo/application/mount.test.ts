import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aCall } from '../../../../test/support/pass.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  mergePatch,
  secretKind,
} from '../../../kube/index.ts';
import { type KubeApi, startKubeApi } from '../../../sandbox/index.ts';
import { systemClock } from '../../../util/clock.ts';
import { silentLogger } from '../../../util/log.ts';
import { mountSecret } from './mount.ts';

const KEY = { namespace: 'default', name: 'redis' };

let folder: string;
let api: KubeApi;
let connection: KubeConnection;
let kube: KubeClient;
const ending = new AbortController();
let mounting: Promise<unknown>;
let mounted: PromiseWithResolvers<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
  api = await startKubeApi({ clock: systemClock, log: silentLogger });
  connection = new KubeConnection(clusterConfigFromText(api.kubeconfig));
  kube = createKubeClient(connection, aCall({ clock: systemClock, signal: ending.signal }));
  await kube.create(secretKind, { metadata: KEY, data: dataWith('first') });
  mounted = Promise.withResolvers();
  const options = { kube, key: KEY, folder, lagMs: 1, clock: systemClock };
  mounting = mountSecret(options, ending.signal, () => mounted.resolve()).catch((error: unknown) => error);
  await mounted.promise;
  mounted = Promise.withResolvers();
});

afterEach(async () => {
  ending.abort(new Error('the test is over'));
  await mounting;
  connection.close();
  await api.stop();
  await rm(folder, { recursive: true });
});

function dataWith(authString: string): Record<string, string> {
  return { authString: Buffer.from(authString).toString('base64') };
}

it('brings a changed Secret into the folder, and leaves the folder as it is when the Secret is deleted', async () => {
  const file = join(folder, 'authString');
  expect(await readFile(file, 'utf8')).toBe('first');
  await kube.patch(secretKind, KEY, mergePatch({ data: dataWith('second') }));
  await mounted.promise;
  expect(await readFile(file, 'utf8')).toBe('second');
  mounted = Promise.withResolvers();
  await kube.delete(secretKind, KEY);
  expect(await readFile(file, 'utf8')).toBe('second');
  await kube.create(secretKind, { metadata: KEY, data: dataWith('third') });
  await mounted.promise;
  expect(await readFile(file, 'utf8')).toBe('third');
});
