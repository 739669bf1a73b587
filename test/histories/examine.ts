import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HistoryError, play } from './play.ts';
import { scriptOf, type Step } from './script.ts';
import { shrunk } from './shrink.ts';

/** Plays to find the steps that matter; a script of 40 takes about as many for each that is left. */
const MOST_TRIES = 200;

/** A history that did not end as it has to, as a file that can be played again. */
export interface Failure {
  readonly seed: number;
  readonly message: string;
  readonly steps: readonly Step[];
}

/** Plays the history of a seed. *Returns* where its failure is written, with the steps that matter; undefined when all is well. */
export async function examine(seed: number): Promise<string | undefined> {
  const script = scriptOf(seed);
  if ((await failureOf(script)) === undefined) return undefined;
  const steps = await shrunk(script, async (part) => (await failureOf(part)) !== undefined, MOST_TRIES);
  return written({ seed, message: (await failureOf(steps))?.message ?? 'it fails now and then', steps });
}

/** *Throws* what is wrong with the file. */
export function readFailure(path: string): Failure {
  // A file that this program wrote.
  return JSON.parse(readFileSync(path, 'utf8')) as Failure;
}

export async function failureOf(script: readonly Step[]): Promise<HistoryError | undefined> {
  try {
    await play(script);
    return undefined;
  } catch (error) {
    if (error instanceof HistoryError) return error;
    throw error;
  }
}

function written(failure: Failure): string {
  const folder = join(tmpdir(), 'cloud-manager-histories');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${failure.seed}.json`);
  writeFileSync(path, `${JSON.stringify(failure, null, 2)}\n`);
  return path;
}

/** What to tell of a failure, and how to see it again. */
export function reportOf(path: string): string {
  const { seed, message, steps } = readFailure(path);
  const lines = steps.map((step) => `  ${JSON.stringify(step)}`);
  return `history ${seed}: ${message}\n${lines.join('\n')}\nnpm run test:histories -- --replay ${path}`;
}
