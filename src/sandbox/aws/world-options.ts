import { Value } from 'typebox/value';
import {
  WorldOptionsSchema,
  type WorldOptions,
  type AccountOptions,
  type RoleOptions,
  type AccessKeyOptions,
  type RegionOptions,
} from './world-options-schema.ts';

export const DEFAULT_ACCOUNT = '123456789012';
export const DEFAULT_REGION = 'eu-central-1';
const DEFAULT_ROLE = 'CloudManagerRole';

/** Fixed, so that documentation can show them; they open nothing but this simulator. */
export const DEFAULT_ACCESS_KEY = {
  accessKeyId: 'AKIASANDBOXSANDBOX00',
  secretAccessKey: 'sandbox-secret-access-key',
  userName: 'sandbox',
} as const satisfies AccessKeyOptions;

const DEFAULT_REGIONS = [DEFAULT_REGION, 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'];

/** Something in the world options is wrong; the message names each wrong key and what is expected. */
export class WorldOptionsError extends Error {
  override readonly name = 'WorldOptionsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The sandbox's world options are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

function keyOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** A pattern tells a person less than the schema's own description. */
function expectationOf({ keyword, schemaPath, message }: SchemaError): string {
  if (keyword !== 'pattern') return message;
  const steps = schemaPath.split('/').filter((step) => step !== '#' && step !== '');
  const schema = steps.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    WorldOptionsSchema,
  );
  const described = typeof schema === 'object' && schema !== null && 'description' in schema;
  return described ? `must be ${String(schema.description)}` : message;
}

function problemOf(error: SchemaError): string[] {
  const key = keyOf(error.instancePath) || 'the options';
  const names = 'additionalProperties' in error.params ? error.params.additionalProperties : undefined;
  // An unknown key is reported twice: as such, and as something that matches the schema `false`.
  if (error.keyword === 'boolean') return [];
  if (error.keyword === 'additionalProperties' && Array.isArray(names)) {
    return [`${key}: unknown key ${names.join(', ')}`];
  }
  return [`${key}: ${expectationOf(error)}`];
}

function duplicateOf(key: string, names: readonly string[]): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map((name) => `${key}: ${name} stands there twice`);
}

function duplicatesIn({ accounts = [], regions = [] }: WorldOptions): string[] {
  const keys = accounts.flatMap(({ accessKeys = [] }) => accessKeys.map(({ accessKeyId }) => accessKeyId));
  return [
    ...duplicateOf(
      'accounts',
      accounts.map(({ id }) => id),
    ),
    ...duplicateOf('accessKeys', keys),
    ...duplicateOf(
      'regions',
      regions.map(({ name }) => name),
    ),
  ];
}

/**
 * Reads world options from a file's or a caller's value.
 *
 * *Throws* {@link WorldOptionsError} that names each wrong key.
 */
export function worldOptionsFrom(value: unknown): WorldOptions {
  if (!Value.Check(WorldOptionsSchema, value)) {
    throw new WorldOptionsError([...new Set(Value.Errors(WorldOptionsSchema, value).flatMap(problemOf))]);
  }
  const duplicates = duplicatesIn(value);
  if (duplicates.length > 0) throw new WorldOptionsError(duplicates);
  return value;
}

function defaultRole(account: string): RoleOptions {
  return { name: DEFAULT_ROLE, trusts: [{ principal: `arn:aws:iam::${account}:root` }] };
}

/** Options with the defaults filled in. */
export interface CompleteWorldOptions {
  readonly accounts: readonly (AccountOptions & Required<Pick<AccountOptions, 'accessKeys' | 'roles'>>)[];
  readonly regions: readonly Required<RegionOptions>[];
  readonly quotas: Readonly<Record<string, number>>;
  readonly durationsSeconds: Readonly<Record<string, number>>;
  readonly throttling: 'aws' | 'off';
  readonly seed: number;
}

/** Fills in the defaults. The first account without keys of its own gets the well-known key. */
export function completeWorldOptions(options: WorldOptions): CompleteWorldOptions {
  const accounts = options.accounts ?? [{ id: DEFAULT_ACCOUNT }];
  const regions: readonly RegionOptions[] = options.regions ?? DEFAULT_REGIONS.map((name) => ({ name }));
  return {
    accounts: accounts.map((account, index) => ({
      ...account,
      accessKeys: account.accessKeys ?? (index === 0 ? [DEFAULT_ACCESS_KEY] : []),
      roles: account.roles ?? [defaultRole(account.id)],
    })),
    regions: regions.map((region) => ({ ...region, zones: region.zones ?? ['a', 'b', 'c'] })),
    quotas: options.quotas ?? {},
    durationsSeconds: options.durationsSeconds ?? {},
    throttling: options.throttling ?? 'aws',
    seed: options.seed ?? 1,
  };
}
