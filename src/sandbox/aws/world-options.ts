import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const closed = { additionalProperties: false } as const;

const AccountId = Type.String({ pattern: '^\\d{12}$', description: 'twelve digits' });

const DeniedActions = Type.Array(
  Type.String({
    pattern: '^(\\*|[a-z0-9-]+:[A-Za-z0-9]*\\*?)$',
    description: 'an action such as ec2:CreateVpc or ec2:*',
  }),
);

const AccessKey = Type.Object(
  {
    accessKeyId: Type.String({ pattern: '^[A-Za-z0-9_]{4,128}$', description: '4 to 128 letters, digits and _' }),
    secretAccessKey: Type.String({ minLength: 1 }),
    /** Absent: the key of the account's root user. */
    userName: Type.Optional(Type.String({ minLength: 1 })),
    deniedActions: Type.Optional(DeniedActions),
  },
  closed,
);

const PrincipalTrust = Type.Object(
  {
    /** `arn:aws:iam::<account>:root` trusts everybody in the account; other ARNs trust that user, role or session. */
    principal: Type.String({ minLength: 1 }),
    externalId: Type.Optional(Type.String({ minLength: 2 })),
  },
  closed,
);

const WebIdentityTrust = Type.Object(
  {
    issuer: Type.String({ minLength: 1 }),
    audience: Type.String({ minLength: 1 }),
    /** Absent: every subject. */
    subject: Type.Optional(Type.String({ minLength: 1 })),
  },
  closed,
);

const Role = Type.Object(
  {
    name: Type.String({ pattern: '^[\\w+=,.@-]{1,64}$', description: '1 to 64 letters, digits and +=,.@-_' }),
    trusts: Type.Array(PrincipalTrust),
    webIdentities: Type.Optional(Type.Array(WebIdentityTrust)),
    maxSessionSeconds: Type.Optional(Type.Integer({ minimum: 3600, maximum: 43_200 })),
    deniedActions: Type.Optional(DeniedActions),
  },
  closed,
);

const Account = Type.Object(
  {
    id: AccountId,
    accessKeys: Type.Optional(Type.Array(AccessKey)),
    roles: Type.Optional(Type.Array(Role)),
    /** False: no default VPC. Default: one of 172.31.0.0/16 in each region. */
    defaultVpc: Type.Optional(
      Type.Union([Type.Boolean(), Type.Object({ cidrBlock: Type.String({ pattern: '^[\\d.]+/\\d+$' }) }, closed)]),
    ),
  },
  closed,
);

const Region = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-\\d$', description: 'a region such as eu-central-1' }),
    /** Letters of the availability zones. Default: a, b, c. */
    zones: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z]$' }), { minItems: 1 })),
  },
  closed,
);

const NumbersByName = Type.Record(Type.String(), Type.Number({ minimum: 0 }));

const WorldOptionsSchema = Type.Object(
  {
    accounts: Type.Optional(Type.Array(Account, { minItems: 1 })),
    regions: Type.Optional(Type.Array(Region, { minItems: 1 })),
    /** `elasticache.nodesPerRegion: 1000`; the services' own limits are the defaults. */
    quotas: Type.Optional(NumbersByName),
    /** `elasticache.replicationGroup.creating: 20`, in seconds; the services' own durations are the defaults. */
    durationsSeconds: Type.Optional(NumbersByName),
    /** `off`: no token buckets. Default: `aws`. */
    throttling: Type.Optional(Type.Union([Type.Literal('aws'), Type.Literal('off')])),
    /** Of the random parts of ids. Default: 1. */
    seed: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);

/** What may change while the simulator runs. */
export const WorldRulesSchema = Type.Object(
  {
    quotas: Type.Optional(NumbersByName),
    durationsSeconds: Type.Optional(NumbersByName),
    /** By the ARN of the user or role; an empty list allows everything again. */
    deniedActions: Type.Optional(Type.Record(Type.String(), DeniedActions)),
  },
  closed,
);

export type WorldRules = Static<typeof WorldRulesSchema>;

/** The simulated world as a person writes it, in a file or as options; everything may be left out. */
export type WorldOptions = Static<typeof WorldOptionsSchema>;
export type AccountOptions = Static<typeof Account>;
export type RoleOptions = Static<typeof Role>;
export type AccessKeyOptions = Static<typeof AccessKey>;
export type RegionOptions = Static<typeof Region>;

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
