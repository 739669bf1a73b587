import type { Pass } from '../../src/composed/index.ts';
import { unlimitedAuthority, type Call } from '../../src/util/call.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';

/** A call that may write, without limit, on a clock that stands still. */
export function aCall(overrides: Partial<Call> = {}): Call {
  return {
    signal: new AbortController().signal,
    deadlineMs: Infinity,
    clock: new VirtualClock(),
    log: silentLogger,
    caller: { kind: 'Test', namespace: 'default', name: 'test' },
    mode: 'apply',
    authority: unlimitedAuthority,
    ...overrides,
  };
}

export function aPass(overrides: Partial<Pass> = {}): Pass {
  return { ...aCall(overrides), trace: [], ...overrides };
}
