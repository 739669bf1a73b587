import { describe, expect, it } from 'vitest';
import { createMemories, createMemory, noteAttempt, noteWrite, restBefore } from './memory.ts';

describe('the memory of a replication group', () => {
  it('asks for a full check at first and after each write', () => {
    const memory = createMemory();
    expect(memory.checked).toBeUndefined();
    memory.checked = { generation: 1, subnetIds: [], atMs: 0 };
    noteWrite(memory);
    expect(memory.checked).toBeUndefined();
  });

  it('does not take parts for what they were when they were made, once something was written', () => {
    const memory = createMemory();
    memory.made = { subnetGroup: undefined, mainParameterGroup: undefined, securityGroup: undefined, parameters: {} };
    noteWrite(memory);
    expect(memory.made).toBeUndefined();
  });

  it('lets a change that AWS accepts and does not show rest ever longer', () => {
    const memory = createMemory();
    const rests: number[] = [];
    for (let nowMs = 0; rests.length < 8;) {
      noteAttempt(memory, 'window', nowMs);
      const restMs = restBefore(memory, 'window', nowMs);
      rests.push(restMs / 60_000);
      nowMs += restMs;
    }
    expect(rests).toEqual([0, 1, 2, 4, 8, 15, 15, 15]);
    expect(restBefore(memory, 'another change', 0)).toBe(0);
  });

  it('is kept for an object, and not for another that bears its name later', () => {
    const memories = createMemories();
    const memory = memories.of('uid-1');
    expect(memories.of('uid-1')).toBe(memory);
    expect(memories.of('uid-2')).not.toBe(memory);
    const { signal: tenure } = new AbortController();
    const later = memories.of('uid-3', tenure);
    expect(memories.of('uid-3', tenure)).toBe(later);
    const again = memories.of('uid-3', new AbortController().signal);
    expect(again).not.toBe(later);
    expect([later.mayHaveParts, again.mayHaveParts]).toEqual([false, true]);
    memories.forget('uid-1');
    expect(memories.of('uid-1')).not.toBe(memory);
  });
});
