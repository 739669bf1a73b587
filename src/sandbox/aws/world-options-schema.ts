import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;

const AccountId = Type.String({ pattern: '^\\d{12}$', description: 'twelve digits' });

const Action = Type.String({
  pattern: '^(\\*|[a-z0-9-]+:[A-Za-z0-9]*\\*?)$',
  description: 'an action such as ec2:CreateVpc or ec2:*',
});

const ActionOnResources = Type.Object(
  {
    actions: Type.Array(Action, { minItems: 1 }),
    /** The id or ARN of what the call is about, with `*` for any text. Absent: everything. */
    resource: Type.Optional(Type.String({ minLength: 1 })),
    /** Only what has this tag, with this value or any. */
    resourceTag: Type.Optional(
      Type.Object({ key: Type.String({ minLength: 1 }), value: Type.Optional(Type.String()) }, closed),
    ),
  },
  closed,
);

const ActionRules = Type.Array(
  Type.Union([Action, ActionOnResources], {
    description:
      'an action such as ec2:CreateVpc or ec2:*, or {"actions", "resource", "resourceTag": {"key", "value"}}, of which the last two may be absent',
  }),
);

/** Of a user or role. Without `allowedActions` all is allowed that is not denied. */
const permissions = {
  deniedActions: Type.Optional(ActionRules),
  allowedActions: Type.Optional(ActionRules),
};

const AccessKey = Type.Object(
  {
    accessKeyId: Type.String({ pattern: '^[A-Za-z0-9_]{4,128}$', description: '4 to 128 letters, digits and _' }),
    secretAccessKey: Type.String({ minLength: 1 }),
    /** Absent: the key of the account's root user. */
    userName: Type.Optional(Type.String({ minLength: 1 })),
    ...permissions,
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
    ...permissions,
  },
  closed,
);

const Vpc = Type.Object(
  {
    /** Default: the first region. */
    region: Type.Optional(Type.String()),
    cidrBlock: Type.String({
      pattern: '^(\\d{1,3}\\.){3}\\d{1,3}/(1[6-9]|2[0-8])$',
      description: 'a block of /16 to /28 such as 10.1.0.0/16',
    }),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
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
    /** VPCs that stand there from the beginning, without subnets. */
    vpcs: Type.Optional(Type.Array(Vpc)),
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

export const WorldOptionsSchema = Type.Object(
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
    /** Both by the ARN of the user or role; an empty list denies nothing any more, but also allows nothing. */
    deniedActions: Type.Optional(Type.Record(Type.String(), ActionRules)),
    allowedActions: Type.Optional(Type.Record(Type.String(), ActionRules)),
  },
  closed,
);

export type WorldRules = Static<typeof WorldRulesSchema>;

/** The simulated world as a person writes it, in a file or as options; everything may be left out. */
export type WorldOptions = Static<typeof WorldOptionsSchema>;
export type VpcOptions = Static<typeof Vpc>;
export type ActionRule = Static<typeof ActionRules>[number];
/** What one user or role may do. */
export interface Permissions {
  readonly denied: readonly ActionRule[];
  /** Undefined: everything is allowed that is not denied. */
  readonly allowed: readonly ActionRule[] | undefined;
}

export type AccountOptions = Static<typeof Account>;
export type RoleOptions = Static<typeof Role>;
export type AccessKeyOptions = Static<typeof AccessKey>;
export type RegionOptions = Static<typeof Region>;
