import { type DestinationStream, pino } from 'pino';
import { lineFromRecord } from './log-line.ts';

/** Structured log: a constant message and fields, never a sentence with values in it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  /** Only for what a person should act on. */
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Field names whose values never reach the log, at the top of a record or one level below. */
const SECRET_FIELDS = [
  'authToken',
  'authString',
  'password',
  'secretAccessKey',
  'sessionToken',
  'secretString',
  'token',
  'authorization',
];

/**
 * What is logged of an `error` field: name, message, code, where it happened, and its causes. No other field: errors of
 * libraries carry requests and answers, and with them secrets.
 */
function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? 'not an Error' : error;
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {};
  const errors = error instanceof AggregateError ? { errors: error.errors.map(loggedError) } : {};
  const cause = error.cause === undefined ? {} : { cause: loggedError(error.cause) };
  return { name: error.name, message: error.message, ...code, stack: error.stack, ...errors, ...cause };
}

/**
 * Creates the logger of a program: readable lines on a terminal, JSON elsewhere. `destination` defaults to standard error, so
 * that standard output stays free.
 */
export function createLogger(level: LogLevel, destination: NodeJS.WritableStream = process.stderr): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[secret]' },
      serializers: { error: loggedError },
      formatters: { level: (label) => ({ level: label }) },
    },
    isTerminal(destination) ? readable(destination) : destination,
  );
}

function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

function readable(terminal: NodeJS.WritableStream): DestinationStream {
  return { write: (record) => void terminal.write(lineFromRecord(record, terminal)) };
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};

/** Writes nothing. */
export const silentLogger: Logger = silent;
