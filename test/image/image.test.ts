import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleOperator, HEAP_FLAGS, MEMORY_ENV } from '../../tools/bundle.ts';
import { variablesFor } from '../../src/operator/install/install-options.ts';
import { type OperatorWorld, startOperatorWorld } from '../support/operator-world.ts';

/*
 * What the container image runs, as it runs there: the command line of the Dockerfile, the environment of the manifests, a
 * folder that cannot be written to, and a user who is nobody. Only the container itself is missing.
 */

const DOCKERFILE = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
const NOBODY = 65532;
const UID_MAP = '/proc/self/uid_map';
const isRoot = process.getuid?.() === 0 && isMapped(NOBODY);
const run = promisify(execFile);

/** Root of a user namespace may be nobody else but those whom that has. */
function isMapped(uid: number): boolean {
  const lines = existsSync(UID_MAP) ? readFileSync(UID_MAP, 'utf8').trim().split('\n') : [];
  const ranges = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return ranges.some(([first = 0, , count = 0]) => uid >= first && uid < first + count);
}

let folder: string;
let bundle: Bundle;
let node: string;
let world: OperatorWorld;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-manager-image-'));
  bundle = await bundleOperator(folder);
  world = await startOperatorWorld();
  // Nobody may read the folders of root, where Node.js may be.
  node = isRoot ? join(folder, 'node') : process.execPath;
  if (isRoot) copyFileSync(process.execPath, node);
  writeFileSync(join(folder, 'kubeconfig'), world.kube.kubeconfig);
  chmodSync(join(folder, 'kubeconfig'), 0o444);
  chmodSync(folder, 0o555);
});

afterAll(async () => {
  await world.stop();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

/** The arguments of an instruction in JSON: `ENTRYPOINT ["..."]`. */
function instruction(name: string): readonly string[] {
  return JSON.parse(new RegExp(`^${name} (.*)$`, 'm').exec(DOCKERFILE)?.[1] ?? '[]') as string[];
}

/** What follows Node.js on the command line. */
function commandLine(...command: readonly string[]): readonly string[] {
  return instruction('ENTRYPOINT')
    .slice(1)
    .map((word) => word.replace('/app/', `${folder}/`))
    .concat(command);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It listens on a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function environment(): Record<string, string> {
  const { awsEndpoint, region, accessKeyId, secretAccessKey } = world.sandbox.info;
  const options = { 'aws-region': region, 'aws-endpoint-url': awsEndpoint, 'aws-role-name': 'CloudManagerRole' };
  return {
    ...MEMORY_ENV,
    ...Object.fromEntries(variablesFor(options).map(({ name, value }) => [name, value])),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    KUBECONFIG: join(folder, 'kubeconfig'),
    // Nothing can be written there.
    HOME: folder,
    TMPDIR: folder,
  };
}

const asNobody = { cwd: '/', ...(isRoot && { uid: NOBODY, gid: NOBODY }) };

/** Resolves when the program has said `text` on standard error; *throws* when it ends without. */
function untilSaid(program: ChildProcess, text: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    program.once('exit', (code) => reject(new Error(`The program ended with ${code} without ${text}: ${said}`)));
    program.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve();
    });
  });
}

describe('the image', () => {
  it('has the flags and the environment that were measured', () => {
    expect(commandLine().slice(0, -1)).toEqual(HEAP_FLAGS);
    for (const [name, value] of Object.entries(MEMORY_ENV)) expect(DOCKERFILE).toContain(`ENV ${name}=${value}`);
    expect(DOCKERFILE).toContain(`USER ${NOBODY}:${NOBODY}`);
  });

  it('holds one small program without the sandbox', () => {
    expect(bundle.entry).toBe(commandLine().at(-1));
    expect(bundle.bytes).toBeLessThan(2.5 * 2 ** 20);
    const chunks = readdirSync(join(folder, 'dist', 'cli')).map((name) => join(folder, 'dist', 'cli', name));
    const text = chunks.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(text).toContain('createOperator');
    expect(text).not.toMatch(/startKubeApi|startAwsSimulator|createCertificateAuthority/);
  });

  it('runs as nobody, writes nowhere, says how it is, and ends in good order', { timeout: 30_000 }, async () => {
    const port = await freePort();
    const env = {
      ...environment(),
      CLOUD_MANAGER_HEALTH_ADDRESS: `127.0.0.1:${port}`,
      CLOUD_MANAGER_METRICS_ADDRESS: 'off',
    };
    const program = spawn(node, commandLine(...instruction('CMD')), {
      ...asNobody,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(program, 'exit');
    try {
      await untilSaid(program, 'Operator is ready');
      const answers = await Promise.all(
        ['healthz', 'readyz', 'metrics'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    } finally {
      program.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  it('has the commands of an installation', async () => {
    const options = { ...asNobody, env: environment() };
    const manifests = await run(node, commandLine('install-manifests', '--aws-region', 'eu-central-1'), options);
    expect(manifests.stdout).toContain('kind: ClusterRole');
    const policy = await run(node, commandLine('iam-policy'), options);
    expect(policy.stdout).toContain('elasticache:CreateReplicationGroup');
    const look: { readonly stdout: string } = await run(node, commandLine('check', '--output', 'json'), options).catch(
      // It ends with 1 when something is wrong.
      (error: { readonly stdout: string }) => error,
    );
    expect(look.stdout).toContain('"area": "aws"');
  });
});
