import { readFileSync } from 'node:fs';
import type { LeaseTiming } from '../runtime/index.ts';
import { ConfigurationError } from './configuration-error.ts';
import { clustersProblems } from './clusters-options.ts';
import { credentialProblems } from './credential-mode.ts';
import { leaseProblems } from './lease-options.ts';
import { CONFIG_FLAG, CONFIG_VARIABLE, OPTION_FIELDS, type OptionField } from './option-fields.ts';
import {
  environmentSource,
  fileSource,
  flagSource,
  type Environment,
  type Flags,
  type Found,
  type OptionSource,
} from './option-sources.ts';
import { fileKind } from './option-kinds.ts';
import type { OptionValues } from './options-schema.ts';

/**
 * The configuration of the operator: flags before environment before file before defaults, all of one schema.
 *
 * Everything is looked at before anything is said, so that one start tells all that is wrong.
 */

/** The options of the operator: checked, complete, plain data. */
export interface OperatorOptions extends Omit<OptionValues, 'timing' | 'aws' | 'leases' | 'redis' | 'clusters'> {
  readonly aws: Omit<OptionValues['aws'], 'requestTimeout'> & { readonly requestTimeoutMs: number };
  readonly clusters: Omit<OptionValues['clusters'], 'orphanGrace'> & { readonly orphanGraceMs: number };
  readonly leases: Omit<OptionValues['leases'], 'duration' | 'renewDeadline' | 'retryPeriod'> & LeaseTiming;
  readonly redis: Omit<OptionValues['redis'], 'tokenGrace'> & { readonly tokenGraceMs: number };
  readonly timing: {
    readonly lookIntervalMs: number;
    readonly fullCheckIntervalMs: number;
    /** Below 1 for an AWS that works faster. */
    readonly waitScale: number;
    readonly waitTickMs: number;
    readonly passTimeoutMs: number;
    readonly shutdownTimeoutMs: number;
  };
}

export interface OptionInput {
  /** By the names that `optionFlags` gives. Default: none. */
  readonly flags?: Flags;
  /** Default: none, so that a caller says so when the process's is meant. */
  readonly env?: Environment;
  /** Default: reads from disk. */
  readonly readFile?: (file: string) => string;
}

/** *Throws* {@link ConfigurationError}, which names every wrong key, where it was read from and what is expected. */
export function loadOptions(input: OptionInput): OperatorOptions {
  const sources = sourcesOf(input);
  const problems = sources.flatMap((source) => source.strangers());
  const values: Record<string, unknown> = {};
  for (const field of OPTION_FIELDS) {
    const result = valueOf(field, sources, input);
    if ('problem' in result) problems.push({ key: field.path, problem: result.problem });
    else setAt(values, field.path.split('.'), result.value);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Every field of the schema was parsed by its kind, and none that is required is missing.
  const complete = values as unknown as OptionValues;
  const wrongTogether = [...credentialProblems(complete), ...leaseProblems(complete), ...clustersProblems(complete)];
  if (wrongTogether.length > 0) throw new ConfigurationError(wrongTogether);
  return withUnits(complete);
}

function sourcesOf({ flags = {}, env = {}, readFile = readText }: OptionInput): readonly OptionSource[] {
  const file = flags[CONFIG_FLAG] ?? env[CONFIG_VARIABLE];
  const sources = [flagSource(flags), environmentSource(env, [CONFIG_VARIABLE])];
  if (typeof file !== 'string' || file === '') return sources;
  return [...sources, fileSource(file, textOf(file, readFile))];
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

function textOf(file: string, readFile: (file: string) => string): string {
  try {
    return readFile(file);
  } catch (error) {
    throw new ConfigurationError([{ key: file, problem: `cannot be read: ${codeOf(error)}` }]);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

type Result = { readonly value: unknown } | { readonly problem: string };

function valueOf(field: OptionField, sources: readonly OptionSource[], input: OptionInput): Result {
  const found = foundIn(field, sources);
  if (found === undefined) return field.optional ? { value: undefined } : { problem: missing(field) };
  const { kind } = field.meta;
  const value = kind.parse(found.raw);
  if (value === undefined) return { problem: wrong(field, found) };
  const unusable = kind === fileKind ? whyUnusable(found, input.readFile ?? readText) : undefined;
  return unusable === undefined ? { value } : { problem: unusable };
}

function foundIn(field: OptionField, sources: readonly OptionSource[]): Found | undefined {
  for (const source of sources) {
    const found = source.find(field);
    if (found !== undefined) return found;
  }
  const { default: raw } = field.meta;
  return raw === undefined ? undefined : { raw, origin: 'the default' };
}

function whyUnusable({ raw, origin }: Found, readFile: (file: string) => string): string | undefined {
  try {
    return readFile(String(raw)).trim() === '' ? `${String(raw)} from ${origin} is empty` : undefined;
  } catch (error) {
    return `${String(raw)} from ${origin} cannot be read: ${codeOf(error)}`;
  }
}

function wrong({ meta }: OptionField, { raw, origin }: Found): string {
  const why = meta.kind.whyNot?.(raw);
  if (why !== undefined) return `${why}; read from ${origin}`;
  return `${meta.kind.secret ? 'the value' : shownOf(raw)} from ${origin} is not ${meta.kind.expected}`;
}

/** A group may hold a secret that stands in the wrong place, and a URL a password. */
function shownOf(raw: unknown): string {
  if (typeof raw === 'object') return Array.isArray(raw) ? 'the list' : 'the group';
  return JSON.stringify(raw).replace(/\/\/[^/@\s]*@/, '//[secret]@');
}

function missing({ path, meta }: OptionField): string {
  const flags = meta.flag === undefined ? [] : [`--${meta.flag}`];
  const places = [...flags, ...(meta.env ?? []), `${path} in the file`];
  return `missing: give ${meta.kind.expected} by ${places.join(' or ')}`;
}

/** Makes the groups on the way also where there is no value: a group is always there, its options may be absent. */
function setAt(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  // What is not the last step of a path is a group, and only this function makes groups.
  if (rest.length > 0) setAt((target[name] ??= {}) as Record<string, unknown>, rest, value);
  else if (value !== undefined) target[name] = value;
}

function withUnits(values: OptionValues): OperatorOptions {
  const { requestTimeout, ...aws } = values.aws;
  const { tokenGrace, ...redis } = values.redis;
  const { orphanGrace, ...clusters } = values.clusters;
  const { duration, renewDeadline, retryPeriod, ...leases } = values.leases;
  const { lookInterval, fullCheckInterval, waitScale, waitTick, passTimeout, shutdownTimeout } = values.timing;
  return {
    ...values,
    aws: { ...aws, requestTimeoutMs: requestTimeout },
    clusters: { ...clusters, orphanGraceMs: orphanGrace },
    leases: { ...leases, durationMs: duration, renewDeadlineMs: renewDeadline, retryPeriodMs: retryPeriod },
    redis: { ...redis, tokenGraceMs: tokenGrace },
    timing: {
      lookIntervalMs: lookInterval,
      fullCheckIntervalMs: fullCheckInterval,
      waitScale,
      waitTickMs: waitTick,
      passTimeoutMs: passTimeout,
      shutdownTimeoutMs: shutdownTimeout,
    },
  };
}
