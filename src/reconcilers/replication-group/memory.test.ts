import { describe, expect, it } from 'vitest';
import { emptyLedger } from './ledger.ts';
import { createMemories, createMemory, noteAttempt, noteWrite, restBefore } from './memory.ts';

describe('the memory of a replication group', () => {
  it('asks for a full check at first and after each write', () => {
    const memory = createMemory();
    expect(memory.checked).toBeUndefined();
    memory.checked = { generation: 1, subnetIds: [], ledger: emptyLedger, atMs: 0 };
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

  it('knows of no parts at first, and looks for those that another tenure may have made', () => {
    const memories = createMemories();
    const [first, second] = [new AbortController().signal, new AbortController().signal];
    expect(memories.of('uid-1', first).mayHaveParts).toBe(false);
    expect(memories.of('uid-1', second).mayHaveParts).toBe(true);
  });
});
