import type { Logger } from '../../src/util/log.ts';

/** A log that keeps what a person should look at: warnings and errors, with the error that they tell of. */
export function keptLog(): { readonly log: Logger; readonly troubles: readonly string[] } {
  const troubles: string[] = [];
  const keep = (fields: object, message: string): void => {
    troubles.push('error' in fields ? `${message}: ${String(fields.error)}` : message);
  };
  const log: Logger = { debug: () => {}, info: () => {}, warn: keep, error: keep, child: () => log };
  return { log, troubles };
}
