import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import {
  type RedisMode,
  type SandboxOptions,
  type Speed,
  type WorldOptions,
  worldOptionsFrom,
} from '../sandbox/index.ts';
import { WorldOptionsError } from '../sandbox/index.ts';
import { systemClock } from '../util/clock.ts';
import { messageOf } from '../util/error-message.ts';
import { createLogger, type LogLevel } from '../util/log.ts';
import { UsageError } from './usage-error.ts';

/** The flags that every command with a sandbox in it has. */
export interface SandboxFlags {
  readonly speed: Speed;
  readonly redis: RedisMode;
  readonly kubePort?: number;
  readonly awsPort?: number;
  readonly world?: string;
  readonly account?: string;
  readonly region?: string;
  readonly logLevel: LogLevel;
}

const REDIS_MODES: readonly RedisMode[] = ['auto', 'servers', 'responder', 'off'];
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
const MOST_SPEED = 100_000;

/** `defaults` are those of this command alone. */
export function addSandboxFlags(
  command: Command,
  defaults: { readonly logLevel: LogLevel } = { logLevel: 'warn' },
): Command {
  return command
    .addOption(
      new Option('--speed <factor>', 'how much faster than on AWS life cycles run; "max" makes them immediate')
        .argParser(speedFrom)
        .default(60),
    )
    .addOption(
      new Option('--redis <mode>', 'what answers behind the endpoints: installed servers, a small responder, nothing')
        .choices(REDIS_MODES)
        .default('auto'),
    )
    .addOption(new Option('--kube-port <port>', 'port of the Kubernetes API (default: a free one)').argParser(portFrom))
    .addOption(new Option('--aws-port <port>', 'port of the AWS simulator (default: a free one)').argParser(portFrom))
    .option('--world <file>', 'YAML or JSON file with accounts, access keys, roles, regions, quotas and durations')
    .option('--account <id>', 'the AWS account, when there is no --world')
    .option('--region <name>', 'the AWS region, when there is no --world')
    .addOption(
      new Option('--log-level <level>', 'records on standard error').choices(LOG_LEVELS).default(defaults.logLevel),
    );
}

function speedFrom(text: string): Speed {
  if (text === 'max') return text;
  const factor = Number(text);
  if (!(factor > 0 && factor <= MOST_SPEED)) {
    throw new InvalidArgumentError(`It has to be a number above 0 and at most ${MOST_SPEED}, or "max".`);
  }
  return factor;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('It has to be a port, from 0 to 65535.');
  return port;
}

/** *Throws* {@link UsageError} when the world file cannot be used. */
export function sandboxOptionsFrom(flags: SandboxFlags): SandboxOptions {
  const { speed, redis, kubePort, awsPort, logLevel } = flags;
  return {
    clock: systemClock,
    log: createLogger(logLevel),
    speed,
    redis,
    kube: { ...(kubePort !== undefined && { port: kubePort }) },
    aws: { ...(awsPort !== undefined && { port: awsPort }), world: worldFrom(flags) },
  };
}

function worldFrom({ world, account, region }: SandboxFlags): WorldOptions {
  if (world !== undefined && (account !== undefined || region !== undefined)) {
    throw new UsageError('--world has accounts and regions in it; leave out --account and --region');
  }
  const value: unknown =
    world === undefined
      ? {
          ...(account !== undefined && { accounts: [{ id: account }] }),
          ...(region !== undefined && { regions: [{ name: region }] }),
        }
      : readWorld(world);
  try {
    return worldOptionsFrom(value);
  } catch (error) {
    throw error instanceof WorldOptionsError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function readWorld(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = messageOf(error);
    throw new UsageError(`The world file ${file} cannot be read: ${why}`, { cause: error });
  }
}
