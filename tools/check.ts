/**
 * Everything that CI asks of a change, in one command: `npm run check`. A step that passes says one line; one that fails
 * shows its whole output. All steps run, so that one run tells all that is wrong.
 *
 * `npm run check -- --without tests` leaves steps out, `--only lint,types` runs some alone. Exit codes: 0 all passed,
 * 1 a step failed, 2 the arguments make no sense.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';

interface Step {
  readonly name: string;
  /** Ends "checks ...". */
  readonly what: string;
  /** One after the other, until one fails. The first word is a program of `node_modules/.bin`. */
  readonly commands: readonly (readonly [program: string, ...args: string[]])[];
  /** A folder that is removed first, so that nothing of an earlier run is taken for this one's. */
  readonly clean?: string;
}

const STEPS: readonly Step[] = [
  { name: 'format', what: 'the layout of the sources', commands: [['oxfmt', '--check', '.']] },
  { name: 'lint', what: 'what linters know', commands: [['oxlint', '--deny-warnings', '.']] },
  { name: 'types', what: 'types', commands: [['tsc', '--noEmit']] },
  {
    name: 'structure',
    what: 'layers, doors and cycles',
    commands: [['vitest', 'run', '--reporter=dot', 'test/architecture']],
  },
  { name: 'unused', what: 'for files, exports and dependencies that nobody uses', commands: [['knip']] },
  {
    name: 'package',
    what: 'that what is published builds, and works elsewhere',
    commands: [
      ['tsc', '-p', 'tsconfig.build.json'],
      ['publint', '--strict'],
      ['node', 'tools/check-package.ts'],
    ],
    clean: 'dist',
  },
  { name: 'tests', what: 'behaviour', commands: [['vitest', 'run', '--reporter=dot']] },
];

/** What to run; text when the arguments make no sense. */
function stepsFrom(args: readonly string[]): readonly Step[] | string {
  const { only, without } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true }, without: { type: 'string', multiple: true } },
  }).values;
  const names = (values: readonly string[] = []): string[] => values.flatMap((value) => value.split(','));
  const unknown = [...names(only), ...names(without)].find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined)
    return `no step is called ${unknown}; there are ${STEPS.map((step) => step.name).join(', ')}`;
  const wanted = only === undefined ? STEPS : STEPS.filter((step) => names(only).includes(step.name));
  return wanted.filter((step) => !names(without).includes(step.name));
}

interface Result {
  readonly passed: boolean;
  readonly output: string;
}

function runCommand([program, ...args]: readonly [string, ...string[]]): Promise<Result> {
  const path = new URL(`../node_modules/.bin/${program}`, import.meta.url).pathname;
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(path, args, { cwd: new URL('..', import.meta.url), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, output: `${program} does not run: ${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, output: output.join('') }));
  });
}

async function runStep({ name, what, commands, clean }: Step): Promise<boolean> {
  const start = performance.now();
  if (clean !== undefined) await rm(new URL(`../${clean}`, import.meta.url), { recursive: true, force: true });
  let result: Result = { passed: true, output: '' };
  for (const command of commands) if (result.passed) result = await runCommand(command);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${result.passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(6)} s  checks ${what}\n`,
  );
  if (!result.passed) process.stdout.write(`${result.output.trimEnd()}\n\n`);
  return result.passed;
}

async function main(): Promise<number> {
  const steps = stepsFrom(process.argv.slice(2));
  if (typeof steps === 'string') {
    process.stderr.write(`${steps}\n`);
    return 2;
  }
  const failed: string[] = [];
  for (const step of steps) if (!(await runStep(step))) failed.push(step.name);
  const summary = failed.length === 0 ? 'all steps passed' : `failed: ${failed.join(', ')}`;
  process.stdout.write(`\n${steps.length} steps, ${summary}\n`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
