import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aCall } from '../../../test/support/pass.ts';
import { cloudResourcesKind, CONTROL_PLANE_KINDS, CUSTOM_KINDS, scopeKind } from '../../api/index.ts';
import {
  applyPatch,
  crdKind,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  loadClusterConfig,
  isForbidden,
  namespaceKind,
  resourceNameOf,
  secretKind,
  selfContainedClusterConfig,
} from '../../kube/index.ts';
import { isReady } from '../../reconcilers/common/status.ts';
import type { SandboxInfo } from '../../sandbox/index.ts';
import { systemClock } from '../../util/clock.ts';
import { kindOf, loadSamples, type Manifest } from '../demo/manifests.ts';
import { until } from '../demo/watching.ts';
import { main } from '../main.ts';

/** The file that docs/sandbox.md shows. */
async function documentedWorld(): Promise<string> {
  const page = await readFile(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
  return /```yaml\n(accounts:.*?)```/s.exec(page)?.[1] ?? '';
}

interface Started {
  readonly info: SandboxInfo;
  readonly kube: KubeClient;
  /** As Ctrl-C does. */
  stop(): Promise<unknown>;
}

let folder: string;
let started: Started | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
});

afterEach(async () => {
  await started?.stop();
  started = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function start(...flags: readonly string[]): Promise<Started> {
  const line = Promise.withResolvers<string>();
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => (line.resolve(String(text)), true));
  const ended = main(['sandbox', '--speed', 'max', '--redis', 'off', '--output', 'json', ...flags]);
  // The command documents what the line holds.
  const info = JSON.parse(await Promise.race([line.promise, ended.then(String)])) as SandboxInfo;
  output.mockRestore();
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: info.kubeconfig }));
  const kube = createKubeClient(connection, aCall({ clock: systemClock, signal: AbortSignal.timeout(30_000) }));
  const stop = async (): Promise<unknown> => {
    connection.close();
    process.emit('SIGTERM', 'SIGTERM');
    return ended;
  };
  return (started = { info, kube, stop });
}

async function applyAll(kube: KubeClient, samples: readonly Manifest[]): Promise<void> {
  for (const sample of samples) {
    await kube.patch(kindOf(sample), sample.metadata, applyPatch(sample, { fieldManager: 'test' }));
  }
}

/** Waits for each of them, and gives their kinds. */
async function untilReady(kube: KubeClient, samples: readonly Manifest[]): Promise<readonly string[]> {
  const own = samples.filter(({ kind }) => kind !== namespaceKind.kind);
  for (const sample of own) {
    const { name, namespace = '' } = sample.metadata;
    await until(kube, kindOf(sample), { name, namespace }, (object) => object !== undefined && isReady(object));
  }
  return own.map(({ kind }) => kind);
}

async function check(info: SandboxInfo): Promise<{ readonly code: number; readonly out: string }> {
  vi.stubEnv('KUBECONFIG', info.kubeconfig);
  vi.stubEnv('AWS_ENDPOINT_URL', info.awsEndpoint);
  vi.stubEnv('AWS_REGION', info.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', info.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', info.secretAccessKey);
  vi.stubEnv('AWS_ROLE_NAME', info.roleName);
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  return { code: await main(['check']), out };
}

describe('check on a sandbox without the kinds', () => {
  it('says of each that it is not installed, and once what to do', async () => {
    const { info } = await start();
    const { code, out } = await check(info);
    expect(code).toBe(1);
    expect(out.match(/ is not installed\n/g)).toHaveLength(CUSTOM_KINDS.length);
    expect(out.match(/cloud-manager crds \|/g)).toHaveLength(1);
  });
});

describe('sandbox --user-clusters', () => {
  it('has an API server for each, and says in the control plane how an operator reaches them, and for whom', async () => {
    const { info, kube } = await start('--user-clusters', 'shop,blog', '--scopes');
    expect(Object.keys(info.userClusters)).toEqual(['shop', 'blog']);
    const scopes = await kube.list(scopeKind, { namespace: 'kcp-system' });
    expect(scopes.items.map(({ metadata }) => metadata.name).sort()).toEqual(['blog', 'shop']);
    const secret = await kube.get(secretKind, { namespace: 'kcp-system', name: 'kubeconfig-shop' });
    const text = Buffer.from(secret.data?.['config'] ?? '', 'base64').toString('utf8');
    const config = selfContainedClusterConfig(text, { name: 'shop', source: 'kubeconfig-shop' });
    expect(config.server).toEqual(loadClusterConfig({ kubeconfig: info.userClusters['shop'] ?? '' }).server);
    const connection = new KubeConnection(config);
    const operator = createKubeClient(connection, aCall({ clock: systemClock, signal: AbortSignal.timeout(30_000) }));
    expect((await operator.list(secretKind)).items).toEqual([]);
    await expect(operator.list(namespaceKind)).rejects.toSatisfy(isForbidden);
    connection.close();
  });
});

describe('sandbox --operator', () => {
  it('brings all samples to Ready in the documented world, whose role asks for an external id', async () => {
    const world = join(folder, 'world.yaml');
    await writeFile(world, await documentedWorld());
    const { kube } = await start('--operator', '--world', world, '--aws-external-id', 'my-external-id');
    const samples = [...(await loadSamples()), ...(await loadSamples('network/'))];
    await applyAll(kube, samples);
    const ready = await untilReady(kube, samples);
    expect(new Set(ready)).toEqual(new Set(CONTROL_PLANE_KINDS.map(({ kind }) => kind)));
  });

  it('serves the clusters of users that it was asked for: their users can ask for the module', async () => {
    const { info } = await start('--operator', '--user-clusters', 'shop', '--scopes');
    const connection = new KubeConnection(loadClusterConfig({ kubeconfig: info.userClusters['shop'] ?? '' }));
    const user = createKubeClient(connection, aCall({ clock: systemClock, signal: AbortSignal.timeout(30_000) }));
    const name = resourceNameOf(cloudResourcesKind);
    expect(await until(user, crdKind, { namespace: '', name }, (crd) => crd !== undefined)).toBeDefined();
    connection.close();
  });

  it('prints all that check needs to find everything in order', async () => {
    const { info, kube } = await start('--operator');
    await applyAll(kube, await loadSamples('network/'));
    const { code, out } = await check(info);
    expect(code).toBe(0);
    expect(out).toContain('assumed-role/CloudManagerRole');
    expect(out).not.toContain('WRONG');
  });
});
