/**
 * The stage of the fleet: three processes, as in life. The sandbox (AWS simulator and embedded Kubernetes API), the
 * bundled operator, and this one, which is the user and takes the figures.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeClient } from '../src/kube/index.ts';
import type { JournalEntry } from '../src/sandbox/index.ts';
import { sleep, systemClock } from '../src/util/clock.ts';
import type { Bundle } from '../tools/bundle.ts';
import { startOperatorProgram } from './operator-program.ts';
import type { Program } from './processes.ts';
import { startSandboxProgram } from './sandbox-program.ts';

/** AWS eighteen times as fast as it is: 20 s instead of 6 minutes to create, 13 s instead of 4 minutes to delete. */
export const AWS_SPEED = 18;
export const CREATING_MS = 360_000 / AWS_SPEED;

/**
 * On AWS a story like this takes 10 minutes: 4 that our rate limits take, and 6 of AWS, in which the operator looks every
 * 10 s. Here it takes some 5 minutes; with half the tick the operator looks as often in all.
 */
const WAIT_TICK_MS = 5_000;

const QUIET_MS = 10_000;
const POLL_MS = 1_000;

export interface FleetWorld {
  readonly user: KubeClient;
  /** Resolves when it has listed all objects and its workers run. */
  startOperator(bundle: Bundle): Promise<Program>;
  /** Calls to AWS since the last time that this was asked. */
  takeCalls(): Promise<readonly JournalEntry[]>;
  state(): Promise<unknown>;
  /** Resolves when nothing was asked of AWS for 10 seconds. */
  whenQuiet(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFleetWorld(
  folder: string,
  objects: number,
  profileFolder: string | undefined,
): Promise<FleetWorld> {
  const world = join(folder, 'world.json');
  await writeFile(world, JSON.stringify(worldOf(objects)));
  const sandbox = await startSandboxProgram(['--speed', String(AWS_SPEED), '--world', world]);
  const { info, user } = sandbox;
  const control = (method: string, what: string): Promise<Response> =>
    fetch(`${info.awsEndpoint}/_sandbox/${what}`, { method });
  const calls = async (): Promise<readonly JournalEntry[]> =>
    (await (await control('GET', 'calls')).json()) as JournalEntry[]; // what the control interface documents
  const flags = { 'wait-tick': `${WAIT_TICK_MS}ms` };
  return {
    user,
    startOperator: (bundle) => startOperatorProgram(bundle, info, { awsSpeed: AWS_SPEED, flags, profileFolder }),
    takeCalls: async () => {
      const taken = await calls();
      await control('DELETE', 'calls');
      return taken;
    },
    state: async () => (await control('GET', 'state')).json(),
    whenQuiet: () => untilQuiet(async () => (await calls()).length),
    stop: () => sandbox.stop(),
  };
}

/** The quotas that a fleet meets, raised as a customer would have them raised; token buckets stay as they are. */
function worldOf(objects: number): object {
  return {
    quotas: {
      'elasticache.nodesPerRegion': 2 * objects,
      'elasticache.parameterGroups': objects + 20,
      'elasticache.subnetGroups': objects + 20,
    },
  };
}

/** Quiet is that nothing happens; there is no event for it. */
async function untilQuiet(count: () => Promise<number>): Promise<void> {
  let last = await count();
  let sinceMs = systemClock.monotonicMs();
  while (systemClock.monotonicMs() - sinceMs < QUIET_MS) {
    await sleep(systemClock, POLL_MS);
    const now = await count();
    if (now !== last) sinceMs = systemClock.monotonicMs();
    last = now;
  }
}
