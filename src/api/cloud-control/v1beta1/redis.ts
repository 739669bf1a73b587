import { bool, choice, instant, int32, list, mapOf, object, optional, text, type Rule } from '../../schema.ts';
import { commonStatus, ipRangeRefSchema, remoteRefSchema, scopeRefSchema } from './common.ts';

/** What both Redis kinds ask of ElastiCache and what both observe. */

/** The versions of Redis that one may ask for, the latest first. */
export const ENGINE_VERSIONS = ['7.1', '7.0', '6.x'] as const;

/** One of {@link ENGINE_VERSIONS}. */
export type EngineVersion = (typeof ENGINE_VERSIONS)[number];

/** ElastiCache cannot go back to an earlier version: 6.x may become any, 7.0 only 7.1. */
const upgradeOnly: Rule = {
  rule: "self == '7.1' || self == oldSelf || (self == '7.0' && oldSelf == '6.x')",
  message: 'engineVersion cannot be downgraded.',
};

const TIME_OF_DAY = '([01][0-9]|2[0-3]):[0-5][0-9]';
const DAY_AND_TIME = `(mon|tue|wed|thu|fri|sat|sun):${TIME_OF_DAY}`;

/** Minutes since Sunday midnight of the moment at the given position of a window. */
function minuteOfWeek(start: number): string {
  const part = (from: number, to: number): string => `self.substring(${start + from}, ${start + to})`;
  return `('sunmontuewedthufrisat'.indexOf(${part(0, 3)}.lowerAscii()) / 3 * 1440 + int(${part(4, 6)}) * 60 + int(${part(7, 9)}))`;
}

const windowForm = `self.matches('^(?i)${DAY_AND_TIME}-${DAY_AND_TIME}$')`;

const maintenanceWindowRules: readonly Rule[] = [
  {
    rule: windowForm,
    message:
      'preferredMaintenanceWindow must have the form ddd:hh24:mi-ddd:hh24:mi in UTC, such as sun:23:00-mon:01:30.',
  },
  {
    rule: `!${windowForm} || (${minuteOfWeek(10)} - ${minuteOfWeek(0)} + 10080) % 10080 >= 60`,
    message: 'preferredMaintenanceWindow must last at least 60 minutes.',
  },
];

const parametersSchema = mapOf(text({ maxLength: 1024 }), {
  maxProperties: 128,
  description: 'Parameters of the engine; what is absent has the default of its family.',
  rules: [
    {
      rule: "self.all(name, name.matches('^[a-z][a-z0-9-]{0,127}$'))",
      message: 'parameters must have names of lower-case letters, digits and hyphens, at most 128 of them.',
    },
    {
      rule: "!('cluster-enabled' in self)",
      message: 'parameters must not name cluster-enabled, because the kind decides it.',
    },
  ],
});

const cacheNodeType = text({
  maxLength: 64,
  description: 'The ElastiCache node type, which says how much memory and computing power a node has.',
  rules: [
    {
      rule: "self.matches('^cache[.][a-z0-9-]+[.][a-z0-9-]+$')",
      message: 'cacheNodeType must be an ElastiCache node type such as cache.m7g.large.',
    },
  ],
});

/** What is asked of a Redis whatever its size, in the control plane and by its users. */
export const redisEngineFields = {
  engineVersion: choice(ENGINE_VERSIONS, {
    default: '7.0',
    description: 'The version of Redis; AWS can upgrade it and not go back.',
    rules: [upgradeOnly],
  }),
  autoMinorVersionUpgrade: bool({
    default: false,
    description: 'Whether AWS may upgrade to later minor versions by itself, in the maintenance window.',
  }),
  authEnabled: bool({ default: false, description: 'Whether clients have to authenticate.' }),
  preferredMaintenanceWindow: optional(
    text({ maxLength: 32, description: 'Weekly, in UTC: ddd:hh24:mi-ddd:hh24:mi.', rules: maintenanceWindowRules }),
  ),
  parameters: optional(parametersSchema),
};

export const commonRedisInstanceFields = {
  cacheNodeType,
  ...redisEngineFields,
  authTokenRotationDays: optional(
    int32({
      minimum: 1,
      maximum: 3650,
      description: 'After so many days a token is replaced by a new one; when absent, only when somebody asks.',
    }),
  ),
};

/** For what the fields above are in. */
export const commonRedisRules: readonly Rule[] = [
  {
    rule: '!has(self.authTokenRotationDays) || self.authEnabled',
    message: 'authTokenRotationDays needs authEnabled: true, because without authentication there is no token.',
    fieldPath: '.authTokenRotationDays',
  },
];

export const commonRedisSpec = {
  remoteRef: remoteRefSchema,
  ipRange: ipRangeRefSchema,
  scope: scopeRefSchema,
};

const endpoint = (description: string) => optional(text({ maxLength: 512, description }));

export const redisEndpoints = {
  primaryEndpoint: endpoint('host:port for reading and writing.'),
  readEndpoint: endpoint('host:port for reading.'),
  discoveryEndpoint: endpoint('host:port at which a client finds the shards.'),
};

/** What the nodes are seen to be, in the control plane and by users. */
export const observedNodes = {
  nodeType: optional(text({ maxLength: 64, description: 'The node type that AWS reports.' })),
  engineVersion: optional(text({ maxLength: 32, description: 'The engine version that AWS reports.' })),
};

/** What becomes of a token, in this order. */
export const TOKEN_PHASES = ['Requested', 'Rotating', 'Published', 'Setting', 'Settled'] as const;

/** One of {@link TOKEN_PHASES}. */
export type TokenPhase = (typeof TOKEN_PHASES)[number];

const authTokenSchema = object(
  {
    phase: choice(TOKEN_PHASES, {
      description:
        'Requested: a new token is about to be made. Rotating: ElastiCache takes it in beside the one before. Published: the Secret has it, and both are accepted for a while. Setting: ElastiCache is to accept no other any more. Settled: it is the only one.',
    }),
    since: instant({ description: 'When the phase began.' }),
    publishedAt: optional(
      instant({ description: 'When the Secret first had the token: from then on days count until it is replaced.' }),
    ),
    hash: text({
      maxLength: 128,
      description: 'SHA-256 of the token that the phase is about; never the token itself.',
    }),
    version: optional(text({ maxLength: 64, description: 'The version of the secret in AWS that holds the token.' })),
    modified: optional(
      instant({
        description: 'When AWS had last changed the token as the phase began: later is news, or somebody else.',
      }),
    ),
    accepted: optional(bool({ description: 'Whether AWS is known to have accepted what the phase asks of it.' })),
    open: optional(bool({ description: 'Whether clients without a token are let in until it is the only way in.' })),
  },
  { description: 'The token with which clients authenticate, and how far its replacement has come.' },
);

const handledRequest = (annotation: string) =>
  optional(
    text({ maxLength: 256, description: `The value of the annotation ${annotation} that was carried out last.` }),
  );

export const commonRedisStatus = {
  ...commonStatus,
  id: optional(text({ maxLength: 64, description: 'The id of the replication group.' })),
  arn: optional(text({ maxLength: 512, description: 'The ARN of the replication group.' })),
  createTime: optional(
    instant({ description: 'When AWS created the group: with the ARN, proof that it is still ours.' }),
  ),
  authSecret: optional(
    object(
      { name: text({ maxLength: 253, description: 'The name of the Secret.' }) },
      { description: 'The Secret of this namespace with the keys host, port, authString and ca.crt.' },
    ),
  ),
  authToken: optional(authTokenSchema),
  handledRequests: optional(
    object(
      {
        rotateAuthToken: handledRequest('rotate-auth-token'),
        reconcileNow: handledRequest('reconcile-now'),
      },
      { description: 'Values of annotations that were carried out; each is carried out once.' },
    ),
  ),
  createIntent: optional(
    object(
      {
        time: instant({ description: 'When it was recorded.' }),
        attempt: int32({ minimum: 0, maximum: 2_147_483_647, description: 'Counts the groups made so far.' }),
      },
      {
        description:
          'Recorded after the group was seen to be absent and before it is created: proof that a group of this name is ours.',
      },
    ),
  ),
  ...observedNodes,
  pending: optional(
    list(text({ maxLength: 256 }), {
      maxItems: 32,
      description: 'Changes that AWS has accepted and not yet carried out.',
    }),
  ),
};
