/**
 * `npm run bench`, `npm run bench -- queue rest`: measures, and prints a table for each benchmark.
 *
 * Each repetition has a process of its own, so that none inherits another's heap; repetitions of different benchmarks
 * take turns, so that a busy minute of the machine does not fall on one of them alone.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { text } from 'node:stream/consumers';
import { systemClock } from '../src/util/clock.ts';
import { coldStart } from './cold-start.ts';
import { type Benchmark, type Figure, tableOf } from './figures.ts';
import { fleet } from './fleet.ts';
import { spawnWithUs } from './processes.ts';
import { queue } from './queue.ts';
import { rest } from './rest.ts';
import { simulator } from './simulator.ts';
import { userClusters } from './user-clusters.ts';

const BENCHMARKS: readonly Benchmark[] = [queue, rest, simulator, coldStart, fleet, userClusters];

/** Those that run when none is named; a real kube-apiserver is not everywhere, nor are the gigabytes of a thousand servers. */
const DEFAULTS = BENCHMARKS.filter(
  (one) => one !== userClusters && (one !== coldStart || process.env['KUBEBUILDER_ASSETS'] !== undefined),
);

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How many times each is run. */
    repeat: { type: 'string', default: '3' },
    /** How many objects the fleet has. */
    objects: { type: 'string', default: '500' },
    /** How many clusters of users there are, and for how many minutes they are watched at rest. */
    clusters: { type: 'string', default: '1000' },
    rest: { type: 'string', default: '11' },
    /** Where to write CPU profiles of the operator; see Node's `--cpu-prof`. */
    profile: { type: 'string' },
    /** Runs one repetition in this process and prints its figures as JSON; how the others are started. */
    once: { type: 'boolean', default: false },
  },
});

// Without a listener a signal would end us without what is to be done at the exit.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
process.exitCode = await main();

async function main(): Promise<number> {
  const unknown = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) {
    process.stderr.write(
      `No benchmark is called ${unknown}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  const chosen = positionals.length === 0 ? DEFAULTS : BENCHMARKS.filter(({ name }) => positionals.includes(name));
  if (flags.once) for (const benchmark of chosen) process.stdout.write(JSON.stringify(await runHere(benchmark)));
  else await runAll(chosen);
  return 0;
}

async function runAll(chosen: readonly Benchmark[]): Promise<void> {
  const results = new Map<Benchmark, (readonly Figure[])[]>(chosen.map((benchmark) => [benchmark, []]));
  for (let repetition = 1; repetition <= Number(flags.repeat); repetition++) {
    for (const [benchmark, figures] of results) {
      process.stderr.write(`${benchmark.name}, repetition ${repetition}\n`);
      figures.push(await runApart(benchmark));
    }
  }
  process.stdout.write(`${machine()}\n`);
  for (const [{ name, what }, figures] of results) {
    process.stdout.write(`\n## ${name}\n\n${what}; ${figures.length} repetitions.\n\n${tableOf(figures)}\n`);
  }
}

async function runHere({ run }: Benchmark): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    return await run({
      folder,
      objects: Number(flags.objects),
      clusters: Number(flags.clusters),
      restMs: Number(flags.rest) * 60_000,
      profileFolder: flags.profile,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runApart({ name, nodeFlags = [] }: Benchmark): Promise<readonly Figure[]> {
  const self = fileURLToPath(import.meta.url);
  const profile = flags.profile === undefined ? [] : ['--profile', flags.profile];
  const { objects, clusters, rest: restMinutes } = flags;
  const sizes = ['--objects', objects, '--clusters', clusters, '--rest', restMinutes];
  const args = [...nodeFlags, self, '--once', ...sizes, ...profile, name];
  const program = spawnWithUs(args, { stderr: 'inherit' });
  const [output, [code]] = await Promise.all([text(program.stdout), once(program, 'exit')]);
  if (code !== 0) throw new Error(`Benchmark ${name} ended with ${String(code)}`);
  return JSON.parse(output) as Figure[]; // what `--once` prints
}

function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const date = new Date(systemClock.now()).toISOString().slice(0, 10);
  return `${date}: ${cpu?.model ?? 'unknown'}, ${cpus().length} cores, ${memory}, ${platform()} ${arch()}, Node.js ${process.version}`;
}
