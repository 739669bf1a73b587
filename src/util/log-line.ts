import { styleText } from 'node:util';

const COLOURS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;

/**
 * A record of the log as a line for somebody at a terminal: time (UTC), level, message, fields. Stacks are left out: who
 * needs them writes the log to a file, where it stays JSON.
 */
export function lineFromRecord(record: string, stream: NodeJS.WritableStream): string {
  // What the logger has just made of it, with these three in it.
  const { level, time, msg, ...fields } = JSON.parse(record) as Readonly<Record<string, unknown>> & LogRecord;
  const told = Object.entries(fields).map(
    ([name, value]) => ` ${styleText('dim', `${name}=`, { stream })}${text(value)}`,
  );
  const coloured = styleText(COLOURS[level], level.toUpperCase().padEnd(5), { stream });
  return `${time.slice('2026-01-01T'.length)} ${coloured} ${msg}${told.join('')}\n`;
}

interface LogRecord {
  readonly level: keyof typeof COLOURS;
  /** ISO 8601. */
  readonly time: string;
  readonly msg: string;
}

function text(value: unknown): string {
  if (typeof value === 'string' && /^\S+$/.test(value)) return value;
  return JSON.stringify(value, (name, part: unknown) => (name === 'stack' ? undefined : part));
}
