import { Value } from 'typebox/value';
import {
  WorldOptionsSchema,
  type WorldOptions,
  type AccountOptions,
  type RoleOptions,
  type AccessKeyOptions,
  type RegionOptions,
  type VpcOptions,
} from './world-options-schema.ts';
import { parseCidr } from '../../util/cidr.ts';

export const DEFAULT_ACCOUNT = '123456789012';
/** Trusts the first account, so that there is somebody to peer with. */
const PARTNER_ACCOUNT = '222222222222';
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

/** Patterns and alternatives tell a person less than the schema's own description. */
function expectationOf({ keyword, schemaPath, message }: SchemaError): string {
  if (keyword !== 'pattern' && keyword !== 'anyOf') return message;
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
  // Why a value is none of the alternatives is said once, for all of them.
  if (/\/anyOf\/\d+$/.test(error.schemaPath)) return [];
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

/** A VPC in a region that the world does not have would silently never be. */
function lostVpcsIn({ accounts = [], regions }: WorldOptions): string[] {
  const known = regions?.map(({ name }) => name) ?? DEFAULT_REGIONS;
  return accounts.flatMap(({ vpcs = [] }, at) =>
    vpcs.flatMap(({ region, cidrBlock }, index) => {
      const key = `accounts[${at}].vpcs[${index}]`;
      return [
        ...(region === undefined || known.includes(region)
          ? []
          : [`${key}.region: ${region} is not among the regions ${known.join(', ')}`]),
        ...(parseCidr(cidrBlock) ? [] : [`${key}.cidrBlock: ${cidrBlock} is not an IPv4 block`]),
      ];
    }),
  );
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
  const problems = [...duplicatesIn(value), ...lostVpcsIn(value)];
  if (problems.length > 0) throw new WorldOptionsError(problems);
  return value;
}

function roleTrusting(account: string): RoleOptions {
  return { name: DEFAULT_ROLE, trusts: [{ principal: `arn:aws:iam::${account}:root` }] };
}

/** The partner's VPC carries the name of the sample's shoot as a tag, by which its owner allows the peering. */
function defaultAccounts(regions: readonly RegionOptions[]): readonly AccountOptions[] {
  const region = (regions[1] ?? regions[0])?.name ?? DEFAULT_REGION;
  return [
    { id: DEFAULT_ACCOUNT },
    {
      id: PARTNER_ACCOUNT,
      roles: [roleTrusting(DEFAULT_ACCOUNT)],
      defaultVpc: false,
      vpcs: [{ region, cidrBlock: '10.180.0.0/22', tags: { Name: 'partner', demo: 'may peer' } }],
    },
  ];
}

interface CompleteAccount extends Required<Pick<AccountOptions, 'accessKeys' | 'roles'>> {
  readonly vpcs: readonly (VpcOptions & Required<Pick<VpcOptions, 'region'>>)[];
}

/** Options with the defaults filled in. */
export interface CompleteWorldOptions {
  readonly accounts: readonly (Omit<AccountOptions, keyof CompleteAccount> & CompleteAccount)[];
  readonly regions: readonly Required<RegionOptions>[];
  readonly quotas: Readonly<Record<string, number>>;
  readonly durationsSeconds: Readonly<Record<string, number>>;
  readonly throttling: 'aws' | 'off';
  readonly seed: number;
}

/** Fills in the defaults. The first account without keys of its own gets the well-known key. */
export function completeWorldOptions(options: WorldOptions): CompleteWorldOptions {
  const regions: readonly RegionOptions[] = options.regions ?? DEFAULT_REGIONS.map((name) => ({ name }));
  const accounts = options.accounts ?? defaultAccounts(regions);
  return {
    accounts: accounts.map((account, index) => ({
      ...account,
      accessKeys: account.accessKeys ?? (index === 0 ? [DEFAULT_ACCESS_KEY] : []),
      roles: account.roles ?? [roleTrusting(account.id)],
      vpcs: (account.vpcs ?? []).map((vpc) => ({ ...vpc, region: vpc.region ?? regions[0]?.name ?? DEFAULT_REGION })),
    })),
    regions: regions.map((region) => ({ ...region, zones: region.zones ?? ['a', 'b', 'c'] })),
    quotas: options.quotas ?? {},
    durationsSeconds: options.durationsSeconds ?? {},
    throttling: options.throttling ?? 'aws',
    seed: options.seed ?? 1,
  };
}
