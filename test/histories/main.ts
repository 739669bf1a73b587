/**
 * `npm run test:histories`: random histories of all kinds together, each by a seed of its own.
 *
 * `--count N` of them (default 100), `--seed N` of the first (default: the time), `--workers N` processes (default: one a
 * core). `--replay FILE` plays the script of a failure and shows what was asked of AWS and written to Kubernetes.
 *
 * Exit codes: 1 when a history failed, 2 for wrong arguments.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { examine, failureOf, readFailure, reportOf } from './examine.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { count: text, seed: text, workers: text, replay: text } });

function wholeNumber(name: 'count' | 'seed' | 'workers', usual: number): number {
  const number = values[name] === undefined ? usual : Number(values[name]);
  if (Number.isSafeInteger(number) && number >= (name === 'seed' ? 0 : 1)) return number;
  process.stderr.write(`--${name} takes a whole number, not ${values[name] ?? ''}\n`);
  process.exit(2);
}

async function replay(path: string): Promise<boolean> {
  const failure = await failureOf(readFailure(path).steps);
  if (failure) process.stdout.write(`${failure.trace.join('\n')}\n${failure.message}\n`);
  else process.stdout.write('It ends as it has to.\n');
  return failure === undefined;
}

/** *Returns* whether all went well. */
async function run(seed: number, count: number): Promise<boolean> {
  let failed = 0;
  for (let next = seed; next < seed + count; next += 1) {
    const failure = await examine(next);
    if (failure === undefined) continue;
    failed += 1;
    process.stdout.write(`${reportOf(failure)}\n`);
  }
  process.stdout.write(`Histories ${seed} to ${seed + count - 1}: ${failed} failed\n`);
  return failed === 0;
}

async function runInParallel(seed: number, count: number, workers: number): Promise<boolean> {
  const share = Math.ceil(count / workers);
  const shares = Array.from({ length: Math.ceil(count / share) }, (_, index) => {
    const mine = Math.min(share, count - index * share);
    return fork(import.meta.filename, ['--seed', `${seed + index * share}`, '--count', `${mine}`, '--workers', '1']);
  });
  const codes = await Promise.all(shares.map((child) => once(child, 'exit')));
  return codes.every(([code]) => code === 0);
}

const count = wholeNumber('count', 100);
// The machine's time: another one each time.
const seed = wholeNumber('seed', Math.floor(Date.now() / 1000) % 1_000_000_000);
const workers = wholeNumber('workers', availableParallelism());
const isWell = await (values.replay === undefined
  ? workers === 1
    ? run(seed, count)
    : runInParallel(seed, count, workers)
  : replay(values.replay));
process.exitCode = isWell ? 0 : 1;
