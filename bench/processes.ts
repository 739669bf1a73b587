/** Processes that a benchmark starts, watches and ends. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What the kernel says of a process. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  readonly peakMiB: number;
}

export interface Program {
  /** *Throws* when it could not be started. */
  readonly pid: number;
  /** The first line that it wrote to standard output. *Throws* when it ends without one. */
  firstLine(): Promise<string>;
  /** *Throws* when the process has ended. */
  usage(): Usage;
  /** Never resolves; rejects when the process ends without being asked to. */
  readonly failure: Promise<never>;
  /** What it wrote to standard error. */
  readonly complaints: readonly string[];
  /** SIGTERM, and waits for the end. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * In order, so that temporary folders go too, but within ten seconds. Plain JavaScript and no file of types, for which Node
 * would load what strips them: it would count as memory of the program.
 */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(`
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 10_000).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
`)}`;

/** Starts this Node with `args`, as a process that ends when this one does: whatever ends it, their channel closes. */
export function spawnWithUs(args: readonly string[], options: SpawnWithUsOptions): Spawned {
  const { stderr, env = process.env } = options;
  const stdio: StdioOptions = ['ignore', 'pipe', stderr, 'ipc'];
  // Types of Node know no channel beside the three streams.
  return spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], { stdio, env }) as Spawned;
}

interface SpawnWithUsOptions {
  readonly stderr: 'inherit' | 'pipe';
  readonly env?: NodeJS.ProcessEnv;
}

/** A process that writes to us. */
type Spawned = ChildProcess & { readonly stdout: Readable };

/** Starts this Node with `args`. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const child = spawnWithUs(args, {
    stderr: 'pipe',
    // An inspector or a profiler of ours is not theirs.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...env },
  });
  const complaints: string[] = [];
  const lines: string[] = [];
  if (child.stderr) createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const output = createInterface(child.stdout).on('line', (line) => lines.push(line));
  const ended = once(child, 'exit');
  let isStopping = false;
  const failure = ended.then(([code, signal]) => {
    if (isStopping) return new Promise<never>(() => {});
    throw new Error(`A program ended (${String(code ?? signal)}): ${complaints.slice(-20).join('\n')}`);
  });
  // Who waits for something of the program hears of it; nobody else has to.
  failure.catch(() => {});
  return {
    get pid() {
      if (child.pid === undefined) throw new Error('The program could not be started');
      return child.pid;
    },
    complaints,
    failure,
    firstLine: async () => {
      if (lines.length === 0) await Promise.race([once(output, 'line'), ended]);
      const [line] = lines;
      if (line === undefined) throw new Error(`The program ended: ${complaints.join('\n')}`);
      return line;
    },
    usage: () => usageOf(child),
    stop: async () => {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The clock tick of Linux in which `/proc` counts CPU time; the same on all platforms that Node supports. */
const TICKS_PER_SECOND = 100;

function usageOf({ pid, exitCode }: ChildProcess): Usage {
  if (pid === undefined || exitCode !== null) throw new Error('The program has ended');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  // Behind the name in parentheses, which may hold spaces, stand the fields from the third on.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMiB: kibibytesOf('VmRSS', status) / 1024,
    peakMiB: kibibytesOf('VmHWM', status) / 1024,
  };
}

function kibibytesOf(name: string, status: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('There is no port');
  return address.port;
}
