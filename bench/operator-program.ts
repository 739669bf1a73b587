/** The bundled operator as a process of its own. */
import type { SandboxInfo } from '../src/sandbox/index.ts';
import { sleep, systemClock } from '../src/util/clock.ts';
import { type Bundle, HEAP_FLAGS, MEMORY_ENV } from '../tools/bundle.ts';
import { freePort, type Program, startProgram } from './processes.ts';

export interface OperatorProgramOptions {
  /** How much faster AWS works than it is. */
  readonly awsSpeed: number;
  /** Flags of `run` beside those by which it reaches the sandbox. */
  readonly flags: Readonly<Record<string, string>>;
  /** Where a CPU profile of it is written. */
  readonly profileFolder: string | undefined;
}

/**
 * What a user would give it, with waiting scaled to an AWS that works faster; all else has its default. Resolves when it has
 * listed all objects and its workers run.
 */
export async function startOperatorProgram(
  { entry }: Bundle,
  info: SandboxInfo,
  { awsSpeed, flags: more, profileFolder }: OperatorProgramOptions,
): Promise<Program> {
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const port = await freePort();
  const flags = {
    kubeconfig: info.kubeconfig,
    'aws-region': info.region,
    'aws-endpoint-url': info.awsEndpoint,
    'aws-role-name': 'CloudManagerRole',
    'redis-ca-file': info.caFile,
    'wait-scale': String(1 / awsSpeed),
    'health-address': `127.0.0.1:${port}`,
    'metrics-address': 'off',
    'log-level': 'warn',
    ...more,
  };
  const { accessKeyId, secretAccessKey } = info;
  const program = startProgram(
    [...HEAP_FLAGS, ...profiling, entry, 'run', ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
    { ...MEMORY_ENV, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  );
  await untilReady(`http://127.0.0.1:${port}/readyz`, program);
  return program;
}

/** Asks again and again, as a kubelet does: readiness is told to nobody who does not ask. */
async function untilReady(url: string, program: Program): Promise<void> {
  for (;;) {
    program.usage(); // throws when it has ended
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false, // nobody listens yet
    );
    if (isReady) return;
    await sleep(systemClock, 20);
  }
}
