import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectRest, type KubeRest } from '../support/kube-rest.ts';

/*
 * `sandbox --data DIR` as a process of its own, which is killed by SIGKILL in the middle of many writes, three times. What
 * it has acknowledged has to be there afterwards, and so has the kubeconfig.
 */

const PROGRAM = new URL('../../bin/cloud-manager.js', import.meta.url).pathname;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const WRITERS = 8;

let folder: string;
let sandbox: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-kept-'));
});

afterEach(async () => {
  sandbox?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function start(): Promise<KubeRest> {
  const flags = ['sandbox', '--data', folder, '--aws', 'off', '--redis', 'off', '--output', 'json'];
  const started = spawn(process.execPath, [PROGRAM, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  sandbox = started;
  await once(createInterface(started.stdout), 'line');
  return connectRest(await readFile(join(folder, 'kubeconfig'), 'utf8'));
}

async function kill(): Promise<void> {
  const ended = sandbox && once(sandbox, 'exit');
  sandbox?.kill('SIGKILL');
  await ended;
}

/** What a writer knows of its object: as acknowledged last, and what was on its way when all ended. */
interface Known {
  acknowledged: string;
  pending: 'POST' | 'PATCH' | 'DELETE' | undefined;
}

/** Creates its object, changes it, deletes it, and so on, until nobody answers. */
async function write(rest: KubeRest, name: string, known: Known, onAnswer: () => void): Promise<void> {
  const path = `${CONFIG_MAPS}/${name}`;
  for (let turn = 1; ; turn += 1) {
    const method = known.acknowledged === 'absent' ? 'POST' : turn % 7 === 0 ? 'DELETE' : 'PATCH';
    known.pending = method;
    const body = method === 'DELETE' ? undefined : { metadata: { name }, data: { turn: String(turn) } };
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await rest.send(method, method === 'POST' ? CONFIG_MAPS : path, body, type).catch(() => undefined);
    if (answer === undefined) return;
    expect(answer.status).toBeLessThan(300);
    known.acknowledged = method === 'DELETE' ? 'absent' : versionIn(answer.body);
    known.pending = undefined;
    onAnswer();
  }
}

/** Whether `found` is what was acknowledged, or that with what was on its way done to it. */
function isKept(found: string, { acknowledged, pending }: Known): boolean {
  if (found === acknowledged) return true;
  if (pending === 'DELETE') return found === 'absent';
  return (
    pending !== undefined && found !== 'absent' && Number(found) > Number(acknowledged === 'absent' ? 0 : acknowledged)
  );
}

function versionIn(body: Readonly<Record<string, unknown>>): string {
  return (body['metadata'] as { resourceVersion?: string } | undefined)?.resourceVersion ?? 'absent';
}

it('keeps whatever it has acknowledged, and its kubeconfig', async () => {
  let rest = await start();
  const kubeconfig = await readFile(join(folder, 'kubeconfig'), 'utf8');
  let latest = 0;
  for (const answersBeforeDeath of [60, 150, 97]) {
    const objects = Array.from({ length: WRITERS }, (_, index) => {
      const known: Known = { acknowledged: 'absent', pending: undefined };
      return { name: `w${index}-${answersBeforeDeath}`, known };
    });
    const dying = Promise.withResolvers<void>();
    let answers = 0;
    const onAnswer = (): void => {
      answers += 1;
      if (answers === answersBeforeDeath) dying.resolve(kill());
    };
    const living = rest;
    await Promise.all(objects.map(({ name, known }) => write(living, name, known, onAnswer)));
    await dying.promise;
    living.close();
    rest = await start();
    expect(await readFile(join(folder, 'kubeconfig'), 'utf8')).toBe(kubeconfig);
    const found = await Promise.all(
      objects.map(async ({ name }) => versionIn((await rest.send('GET', `${CONFIG_MAPS}/${name}`)).body)),
    );
    const lost = objects.filter(({ known }, index) => !isKept(found[index] ?? '', known));
    expect(lost).toEqual([]);
    expect(found.filter((version) => version !== 'absent')).not.toEqual([]);
    const revision = Number(versionIn((await rest.send('GET', CONFIG_MAPS)).body));
    expect(revision).toBeGreaterThan(latest);
    latest = revision;
  }
  rest.close();
});
