import type { Clock } from '../../util/clock.ts';
import { FIRM_SPACE, type Terminal } from '../terminal.ts';

/** One step of a story: it does something, and is over when what it claims was seen. */
export interface Step<W> {
  /** What is asked, as a sentence without its end. */
  readonly title: string;
  /** Resolves to what was seen, in a few words. *Throws* when it was not. */
  run(world: W): Promise<string>;
}

export interface StoryDeps {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long one step may take. */
  readonly stepLimitMs: number;
  /** Calls that AWS has answered so far. */
  readonly countCalls: () => number;
  /** What AWS is doing at this moment, in a few words; empty when nothing is in transition. */
  readonly awsActivity: () => string;
}

export interface Chapter {
  readonly title: string;
  readonly seconds: number;
  readonly calls: number;
}

const TICK_MS = 120;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Runs the steps in order and shows each as it happens.
 *
 * *Throws* what a step throws, or that it took too long, after naming the step.
 */
export async function tell<W>(steps: readonly Step<W>[], world: W, deps: StoryDeps): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  for (const [index, step] of steps.entries()) {
    chapters.push(await tellStep(step, `${index + 1}/${steps.length}`, world, deps));
  }
  return chapters;
}

async function tellStep<W>(step: Step<W>, place: string, world: W, deps: StoryDeps): Promise<Chapter> {
  const { terminal, clock, countCalls } = deps;
  const startMs = clock.monotonicMs();
  const callsBefore = countCalls();
  const passed = (): Omit<Chapter, 'title'> => ({
    seconds: (clock.monotonicMs() - startMs) / 1000,
    calls: countCalls() - callsBefore,
  });
  const cost = (): string => terminal.dim(costText(passed()));
  const show = (mark: string, seen = ''): void =>
    terminal.paragraph(`${INDENT}${mark} ${seen}${cost()}`, `${INDENT}  `);
  terminal.paragraph(`${`[${place}]`.padEnd(INDENT.length)}${terminal.bold(step.title)}`, INDENT);
  const stopTicking = tick(deps, cost);
  try {
    deps.signal.throwIfAborted();
    const seen = await withinLimit(step.run(world), deps);
    stopTicking();
    show(terminal.good('✓'), `${seen}  `);
    return { title: step.title, ...passed() };
  } catch (error) {
    stopTicking();
    show(terminal.bad('✗'));
    throw error;
  }
}

/** Under the titles, which stand behind their places. */
const INDENT = ' '.repeat('[10/10] '.length);

function costText({ seconds, calls }: Omit<Chapter, 'title'>): string {
  return `${seconds.toFixed(1)} s, ${calls} AWS ${calls === 1 ? 'call' : 'calls'}`.replaceAll(' ', FIRM_SPACE);
}

/** A story has an end also when what it waits for never comes. */
async function withinLimit<T>(work: Promise<T>, { clock, stepLimitMs }: StoryDeps): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const tooLong = (): void => reject(new Error(`it was not seen within ${Math.round(stepLimitMs / 1000)} s`));
  const cancel = clock.schedule(stepLimitMs, tooLong);
  try {
    return await Promise.race([work, promise]);
  } finally {
    cancel();
  }
}

/** Shows what AWS is doing: on a terminal in the last line, elsewhere a line for each change. */
function tick({ terminal, clock, awsActivity }: StoryDeps, cost: () => string): () => void {
  let cancel = (): void => {};
  let frame = 0;
  let shown = '';
  const show = (): void => {
    const activity = awsActivity();
    if (terminal.isLive) {
      frame = (frame + 1) % FRAMES.length;
      terminal.status(`${INDENT}${FRAMES[frame] ?? ''} ${cost()}${activity && `  AWS: ${activity}`}`);
    } else if (activity !== shown) {
      if (activity) terminal.line(`${INDENT}AWS: ${activity}`);
      shown = activity;
    }
    cancel = clock.schedule(TICK_MS, show);
  };
  show();
  return () => cancel();
}
