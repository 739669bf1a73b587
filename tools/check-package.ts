/**
 * Tries what is published as a stranger would: packs `dist/` (which has to be there), lays the tarball out in a folder
 * elsewhere beside nothing but the dependencies that it declares, runs its program, and imports each subpath from
 * JavaScript and from TypeScript. No network: dependencies are links to this clone's.
 */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson;
const subpaths = Object.keys(manifest.exports)
  .map((subpath) => subpath.replace('./', 'cloud-manager/'))
  .filter((subpath) => !subpath.endsWith('.json'));

/** A user who mixes the layers: values from each, and a type that goes through all of them. */
const USER_PROGRAM = `
import { object, text } from 'cloud-manager/api';
import { createAws, systemClock, silentLogger, type Aws } from 'cloud-manager/aws';
import { next, sequence, type Action } from 'cloud-manager/composed';
import { keyText, type KubeObject } from 'cloud-manager/kube';
import { Manager, controller } from 'cloud-manager/runtime';
import { startSandbox, type Sandbox } from 'cloud-manager/sandbox';
const pipeline: Action<{ readonly object: KubeObject }> = sequence('all', () => next);
const aws: Aws = createAws({ credentials: { kind: 'default-chain' }, region: 'eu-central-1' }, { clock: systemClock, log: silentLogger });
const sandbox: Promise<Sandbox> | undefined = undefined;
export const used = [object({ name: text({ maxLength: 3 }) }), pipeline, aws, keyText, Manager, controller, startSandbox, sandbox];
`;

const TS_CONFIG = {
  compilerOptions: { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'] },
  files: ['user.ts'],
};

function run(program: string, args: readonly string[], options: ExecFileSyncOptions): string {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return String(execFileSync(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'], ...options }));
}

function link(folder: string, name: string): void {
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), place);
}

/** The tarball as `npm install` would lay it out. */
function install(folder: string): string {
  const files = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const tarball = files.trim().split('\n').at(-1) ?? '';
  const place = join(folder, 'node_modules', 'cloud-manager');
  mkdirSync(place, { recursive: true });
  run('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', place], {});
  // Types of Node.js are for the user to choose.
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) link(folder, name);
  return place;
}

function tryProgram(place: string): void {
  const program = join(place, 'bin', 'cloud-manager.js');
  const node = join(BIN, 'node');
  for (const args of [['version'], ['crds'], ['demo', '--speed', 'max', '--redis', 'responder']]) {
    run(node, [program, ...args], { timeout: 120_000 });
    process.stdout.write(`cloud-manager ${args.join(' ')}: ok\n`);
  }
}

function tryImports(folder: string): void {
  const imports = subpaths.map((subpath) => `await import('${subpath}')`);
  const check = `for (const it of [${imports.join(', ')}]) if (Object.keys(it).length === 0) throw new Error('empty')`;
  run(join(BIN, 'node'), ['--input-type=module', '--eval', check], { cwd: folder });
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'user.ts'), USER_PROGRAM);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TS_CONFIG));
  try {
    run(join(BIN, 'tsc'), ['-p', folder], {});
  } catch (error) {
    // The compiler says on standard output what is wrong.
    throw new Error(String((error as { stdout?: unknown }).stdout), { cause: error });
  }
  process.stdout.write(`imports of ${subpaths.join(', ')}: ok\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'cloud-manager-package-'));
try {
  const place = install(folder);
  tryImports(folder);
  tryProgram(place);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
