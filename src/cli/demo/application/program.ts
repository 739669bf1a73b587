/**
 * An application that uses a Redis: a program of its own, which knows nothing but the folder that its Secret is mounted
 * into. It writes and reads all the time, and connects anew every moment, as Pods come and go; when the mounted files change
 * it goes over to a connection of the new ones. It counts what is answered and what fails, and ends with its standard input.
 */
import { whenAborted } from '../../../util/abort.ts';
import { sleep, systemClock as clock } from '../../../util/clock.ts';
import { connectTo, failureOf } from './client.ts';
import type { Report } from './report.ts';
import { readWay, type Way } from './way.ts';

const KEYS = Array.from({ length: 20 }, (_, index) => `basket:${index}`);

const PAUSE_MS = 10;
const NEWCOMER_MS = 250;
const LOOK_MS = 200;
const REPORT_MS = 100;
const PATIENCE_MS = 2000;

const ending = new AbortController();
const { signal } = ending;
const counts: { -readonly [field in keyof Report]: Report[field] } = { commands: 0, failures: 0, reloads: 0 };

/** Does something again and again, and counts how it ends. */
async function repeat(everyMs: number, task: () => Promise<number>): Promise<void> {
  while (!signal.aborted) {
    try {
      counts.commands += await task();
    } catch (error) {
      counts.failures += 1;
      counts.firstFailure ??= failureOf(error);
    }
    await sleep(clock, everyMs, signal).catch(() => {});
  }
}

const folder = process.argv[2] ?? '';
let way: Way = await readWay(folder);
let client = await connectTo(way);
let round = 0;
/** What is asked of clients just now. */
let asked: Promise<unknown> = Promise.resolve();

/** Writes each key and reads it back, by the same client. */
async function writeAndRead(): Promise<number> {
  const [mine, value] = [client, String(++round)];
  const answering = Promise.all(
    KEYS.map(async (key) => {
      await mine.set(key, value);
      return mine.get(key);
    }),
  );
  asked = answering;
  const answers = await answering;
  const wrong = answers.filter((answer) => answer !== value);
  if (wrong.length > 0) throw new Error(`${wrong.length} keys did not hold what was written`);
  return 2 * KEYS.length;
}

/** Another instance of the application starts, with what is mounted now. */
async function arrive(): Promise<number> {
  const newcomer = await connectTo(await readWay(folder));
  try {
    await newcomer.ping();
    return 1;
  } finally {
    newcomer.disconnect();
  }
}

async function reload(): Promise<number> {
  const mounted = await readWay(folder);
  if (JSON.stringify(mounted) === JSON.stringify(way)) return 0;
  const [next, before] = [await connectTo(mounted), client];
  [way, client] = [mounted, next];
  counts.reloads += 1;
  // It stays open until all is answered; what fails is counted where it was asked.
  await Promise.allSettled([asked]);
  await before.quit();
  return 1;
}

function report(): Promise<number> {
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  return Promise.resolve(0);
}

// Ctrl-C in a terminal reaches all of its programs; whoever started this one ends it.
process.on('SIGINT', () => {});
process.stdin.on('end', () => ending.abort()).resume();
const working = Promise.all([
  repeat(PAUSE_MS, writeAndRead),
  repeat(NEWCOMER_MS, arrive),
  repeat(LOOK_MS, reload),
  repeat(REPORT_MS, report),
]);
await whenAborted(signal);
// A client that waits for servers which are gone would wait for ever.
await Promise.race([working, sleep(clock, PATIENCE_MS, new AbortController().signal)]);
await report();
process.exit();
