import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { crdFrom } from 'cloud-manager/api';
import { type Aws, createAws, silentLogger, startCall, systemClock, type Target } from 'cloud-manager/aws';
import {
  applyPatch,
  createKubeClient,
  isInvalid,
  type KubeClient,
  KubeConnection,
  loadClusterConfig,
  type ResourceKind,
} from 'cloud-manager/kube';
import { Manager } from 'cloud-manager/runtime';
import { type Sandbox, startSandbox } from 'cloud-manager/sandbox';
import { type GeneratedPassword, generatedPasswordController, generatedPasswordKind } from './generated-password.ts';

const crdKind: ResourceKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};
const KEY = { namespace: 'default', name: 'database' };
const CLUSTER = 'sandbox';
const signal = AbortSignal.timeout(60_000);
const call = () => startCall({ timeoutMs: 30_000 });

let sandbox: Sandbox;
let aws: Aws;
let target: Target;
let connection: KubeConnection;
let user: KubeClient;
let manager: Manager;

const connect = (): KubeConnection =>
  new KubeConnection({ ...loadClusterConfig({ kubeconfig: sandbox.info.kubeconfig }), name: CLUSTER });
const secrets = () => aws.secretsManager(target, call());

beforeAll(async () => {
  sandbox = await startSandbox({ clock: systemClock, log: silentLogger, speed: 'max', redis: 'off' });
  const { accountId, region, awsEndpoint, accessKeyId, secretAccessKey } = sandbox.info;
  const credentials = { kind: 'static', accessKeyId, secretAccessKey } as const;
  aws = createAws({ credentials, region, endpoint: awsEndpoint }, { clock: systemClock, log: silentLogger });
  target = { accountId, region, roleArn: undefined };
  connection = connect();
  user = createKubeClient(connection, call());
  const crd = crdFrom(generatedPasswordKind);
  await user.patch(crdKind, { name: crd.metadata.name }, applyPatch(crd, { fieldManager: 'test' }));
  manager = new Manager({ controllers: [generatedPasswordController((pass) => aws.secretsManager(target, pass))] });
  manager.addCluster(connect());
  await manager.whenSynced(signal);
});

afterEach(async () => {
  await remove().catch(() => undefined);
  await secrets().deleteSecret('database', { force: true });
});

afterAll(async () => {
  await manager.stop();
  connection.close();
  aws.close();
  await sandbox.stop();
});

/** One pass over the object as the API server now has it. */
async function reconcile(): Promise<GeneratedPassword | undefined> {
  const { items, resourceVersion } = await user.list(generatedPasswordKind, { namespace: KEY.namespace });
  if (items.length > 0) await manager.whenObserved(CLUSTER, generatedPasswordKind, resourceVersion, signal);
  await manager.reconcileOnce(generatedPasswordKind, KEY);
  return (await user.list(generatedPasswordKind, { namespace: KEY.namespace })).items[0];
}

function create(): Promise<GeneratedPassword> {
  const wish = { metadata: KEY, spec: { secretName: 'database', lengthBytes: 16 } };
  return user.create(generatedPasswordKind, wish);
}

async function remove(): Promise<void> {
  await user.delete(generatedPasswordKind, KEY);
  await reconcile();
}

describe('a kind of one’s own', () => {
  it('makes a secret, says so, and takes it away with the object', async () => {
    await create();
    expect(await reconcile()).toMatchObject({
      status: { arn: expect.stringContaining('database'), conditions: [{ type: 'Ready', status: 'True' }] },
    });
    expect((await secrets().getSecretValue('database')).secretString).toMatch(/^[0-9a-f]{32}$/);
    await user.delete(generatedPasswordKind, KEY);
    expect(await reconcile()).toBeUndefined();
    await expect(secrets().describeSecret('database')).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('changes nothing when all is as it should be, and makes again what somebody deleted', async () => {
    await create();
    await reconcile();
    const { secretString } = await secrets().getSecretValue('database');
    await reconcile();
    expect((await secrets().getSecretValue('database')).secretString).toBe(secretString);
    await secrets().deleteSecret('database', { force: true });
    await reconcile();
    expect((await secrets().getSecretValue('database')).secretString).not.toBe(secretString);
  });

  it('leaves a secret alone that somebody else made', async () => {
    await secrets().createSecret({ name: 'database', secretString: 'theirs', description: '', tags: {} });
    await create();
    expect(await reconcile()).toMatchObject({
      status: { conditions: [{ status: 'False', message: expect.stringContaining('somebody else') }] },
    });
    await remove();
    expect((await secrets().getSecretValue('database')).secretString).toBe('theirs');
  });

  it('has its rules kept by the API server', async () => {
    const made = await create();
    const spec = { ...made.spec, secretName: 'other' };
    const change = user.update(generatedPasswordKind, { ...made, spec });
    await expect(change).rejects.toSatisfy(isInvalid);
  });
});
