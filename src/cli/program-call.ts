import { type Call, unlimitedAuthority } from '../util/call.ts';
import { systemClock } from '../util/clock.ts';
import { createLogger, type LogLevel } from '../util/log.ts';

/** The context of calls that a command makes for itself, until `signal` aborts. */
export function programCall(signal: AbortSignal, logLevel: LogLevel): Call {
  return {
    signal,
    deadlineMs: Infinity,
    clock: systemClock,
    log: createLogger(logLevel),
    caller: { kind: 'Command', namespace: '', name: 'cloud-manager' },
    mode: 'apply',
    authority: unlimitedAuthority,
  };
}
