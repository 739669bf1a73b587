import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisInstanceKind } from '../../src/api/index.ts';
import { eventKind, findCondition, mergePatch, secretKind } from '../../src/kube/index.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { Environment } from '../support/environment.ts';
import { aRedisInstanceManifest } from '../support/manifests.ts';

const SECRET = { namespace: NAMESPACE, name: 'cm-demo-instance' };
const MINUTE_MS = 60_000;

let environment: Environment;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-ca-'));
  environment = await Environment.start();
  await environment.prepareNetwork();
  await environment.apply(aRedisInstanceManifest());
  await environment.untilReady(redisInstanceKind, 'demo-instance');
});

afterEach(async () => {
  await environment.stop();
  await rm(folder, { recursive: true });
});

async function redis() {
  return environment.find(redisInstanceKind, 'demo-instance');
}

async function authority(): Promise<string> {
  const secret = await environment.find(secretKind, SECRET.name);
  return Buffer.from(secret?.data?.['ca.crt'] ?? '', 'base64').toString();
}

/** What a tool does that wants to have the Secret otherwise. */
async function edit(): Promise<void> {
  const data = { 'ca.crt': Buffer.from('theirs').toString('base64') };
  await environment.kube.patch(secretKind, SECRET, mergePatch({ data }));
  await environment.settle();
}

it('is put right at once at first, then ever less often, and the object says why and what to do', async () => {
  for (let times = 0; times < 3; times++) {
    await edit();
    expect(await authority()).toContain('BEGIN CERTIFICATE');
  }
  await edit();
  expect(await authority()).toBe('theirs');
  const { state, conditions } = (await redis())?.status ?? {};
  expect(state).toBe('Warning');
  expect(findCondition(conditions, 'Warning')).toMatchObject({
    reason: 'SecretContested',
    message: expect.stringContaining(
      `Secret ${NAMESPACE}/cm-demo-instance is changed by somebody else again and again`,
    ),
  });
  const { items } = await environment.kube.list(eventKind, { namespace: NAMESPACE });
  expect(items.filter(({ reason }) => reason === 'SecretContested')).toMatchObject([{ type: 'Warning', count: 1 }]);
  await environment.advance(MINUTE_MS);
  expect(await authority()).toContain('BEGIN CERTIFICATE');
  expect((await redis())?.status?.state).toBe('Ready');
});

it('does not make two operators with different authorities fight without end', async () => {
  const caFile = join(folder, 'other-ca.crt');
  await writeFile(caFile, 'the authority of the other one');
  await environment.startAnotherOperator({ redisCaFile: caFile });
  await environment.advance(60 * MINUTE_MS);
  const before = environment.api.resourceVersion();
  environment.takeCalls();
  await environment.advance(60 * MINUTE_MS);
  // One write in 15 minutes from each of the two; each is a change of the Secret, its Events and its status.
  expect(environment.api.resourceVersion() - before).toBeLessThanOrEqual(100);
  expect(environment.takeCalls().length).toBeLessThanOrEqual(200);
  expect((await redis())?.status?.state).toMatch(/Warning|Ready/);
});
