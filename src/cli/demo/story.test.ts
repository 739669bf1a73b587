import { describe, expect, it } from 'vitest';
import { systemClock } from '../../util/clock.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { FIRM_SPACE, type Terminal } from '../terminal.ts';
import { type Step, type StoryDeps, tell } from './story.ts';

interface Notes {
  readonly done: string[];
}

const plain = (text: string): string => text;

function aTerminal(): Terminal & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (text = ''): void => void lines.push(text);
  const paragraph = (text: string): void => line(text.replaceAll(FIRM_SPACE, ' '));
  return {
    lines,
    isLive: false,
    line,
    paragraph,
    status: () => {},
    good: plain,
    bad: plain,
    dim: plain,
    bold: plain,
  };
}

function theDeps(overrides: Partial<StoryDeps> = {}): StoryDeps & { terminal: ReturnType<typeof aTerminal> } {
  const base = {
    clock: systemClock,
    signal: new AbortController().signal,
    stepLimitMs: 60_000,
    countCalls: () => 0,
    awsActivity: () => '',
  };
  return { ...base, ...overrides, terminal: aTerminal() };
}

const step = (title: string, run: (notes: Notes) => string): Step<Notes> => ({
  title,
  run: async (notes) => {
    notes.done.push(title);
    return run(notes);
  },
});

describe('tell', () => {
  it('says what each step saw, what it cost and how long it took', async () => {
    const clock = new VirtualClock();
    let calls = 3;
    const deps = theDeps({ clock, countCalls: () => calls });
    const create = step('Create', () => {
      clock.advance(2500);
      calls += 7;
      return 'it is there';
    });
    expect(await tell([create], { done: [] }, deps)).toEqual([{ title: 'Create', seconds: 2.5, calls: 7 }]);
    expect(deps.terminal.lines).toEqual(['[1/1]   Create', '        ✓ it is there  2.5 s, 7 AWS calls']);
    expect(clock.pending).toBe(0);
  });

  it('ends at the first step that did not see what it claims, and names it', async () => {
    const notes: Notes = { done: [] };
    const deps = theDeps();
    const failing = step('Ping', () => {
      throw new Error('no answer');
    });
    await expect(
      tell([step('Create', plain.bind(null, 'ok')), failing, step('Delete', () => 'gone')], notes, deps),
    ).rejects.toThrow('no answer');
    expect(notes.done).toEqual(['Create', 'Ping']);
    expect(deps.terminal.lines.slice(-2)).toEqual(['[2/3]   Ping', '        ✗ 0.0 s, 0 AWS calls']);
  });

  it('tells each change of what AWS is doing once, on a plain output', async () => {
    const clock = new VirtualClock();
    const activities = ['', 'group creating', 'group creating', 'group modifying', ''];
    const deps = theDeps({ clock, awsActivity: () => activities.shift() ?? '' });
    const wait = step('Wait', () => {
      clock.advance(600);
      return 'done';
    });
    await tell([wait], { done: [] }, deps);
    expect(deps.terminal.lines.filter((line) => line.includes('AWS: '))).toEqual([
      '        AWS: group creating',
      '        AWS: group modifying',
    ]);
  });

  it('gives up a step that takes too long, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const deps = theDeps({ clock, stepLimitMs: 5000 });
    const endless: Step<Notes> = { title: 'Wait', run: () => new Promise(() => {}) };
    const told = tell([endless], { done: [] }, deps);
    clock.advance(5000);
    await expect(told).rejects.toThrow('it was not seen within 5 s');
    expect(deps.terminal.lines).toEqual(['[1/1]   Wait', '        ✗ 5.0 s, 0 AWS calls']);
    expect(clock.pending).toBe(0);
  });

  it('starts no step once the reader has left', async () => {
    const notes: Notes = { done: [] };
    const deps = theDeps({ signal: AbortSignal.abort(new Error('interrupted')) });
    await expect(tell([step('Create', () => 'ok')], notes, deps)).rejects.toThrow('interrupted');
    expect(notes.done).toEqual([]);
  });
});
