import { Type, type Static, type TOptional, type TUnsafe } from 'typebox';
import { DEFAULT_PASS_TIMEOUT_MS } from '../runtime/controller.ts';
import {
  choiceKind,
  durationKind,
  durationText,
  factorKind,
  fileKind,
  listenKind,
  listKind,
  secretKind,
  roleArnKind,
  textKind,
  urlKind,
  wholeNumberKind,
  type OptionKind,
} from './option-kinds.ts';
import { tiersKind } from './redis-tiers.ts';

/**
 * Every option of the operator, once: its place in a file, its environment variables, its flag, its kind and its
 * default. Flags, `--help`, the page on configuration, parsing and the type of the result all come from here.
 */

/** The keyword under which a leaf of the schema carries what is said of its option. */
export const OPTION = 'x-option';

export interface OptionMeta<T = unknown> {
  readonly description: string;
  readonly kind: OptionKind<T>;
  /** The first that is set counts. */
  readonly env?: readonly string[];
  /** Without the leading dashes. */
  readonly flag?: string;
  /** As it would be written. */
  readonly default?: string;
}

/** An option that is always there: it has a default, or the program does not start without it. */
function required<T>(meta: OptionMeta<T>): TUnsafe<T> {
  return Type.Unsafe<T>({ [OPTION]: meta });
}

/** An option that may be absent. */
function maybe<T>(meta: OptionMeta<T>): TOptional<TUnsafe<T>> {
  return Type.Optional(required(meta));
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

const roleNamePattern = /^[\w+=,.@/-]{1,512}$/;

const namespaceKind = textKind('namespace', 'the name of a namespace', /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

const credentials = Type.Object({
  mode: maybe({
    description:
      'Where the base credentials come from. When absent: static when an access key id is given, web-identity when a token file is given, otherwise the default chain of the AWS SDK.',
    kind: choiceKind(['static', 'default', 'web-identity']),
    env: ['CLOUD_MANAGER_AWS_CREDENTIALS'],
    flag: 'aws-credentials',
  }),
  accessKeyId: maybe({
    description: 'Access key id, for static credentials.',
    // Not a secret, but half of one: shown nowhere either.
    kind: secretKind('an access key id'),
    env: ['AWS_ACCESS_KEY_ID'],
  }),
  secretAccessKey: maybe({
    description: 'Secret access key, for static credentials.',
    kind: secretKind('a secret access key'),
    env: ['AWS_SECRET_ACCESS_KEY'],
  }),
  sessionToken: maybe({
    description: 'Session token, for static credentials that are temporary.',
    kind: secretKind('a session token'),
    env: ['AWS_SESSION_TOKEN'],
  }),
  webIdentityTokenFile: maybe({
    description: 'File with the token that is exchanged for a role, for web identity.',
    kind: fileKind,
    env: ['AWS_WEB_IDENTITY_TOKEN_FILE'],
    flag: 'aws-web-identity-token-file',
  }),
  webIdentityRoleArn: maybe({
    description: 'Role that the token is exchanged for, for web identity.',
    kind: roleArnKind,
    env: ['AWS_ROLE_ARN'],
    flag: 'aws-web-identity-role-arn',
  }),
});

const aws = Type.Object({
  region: required({
    description: 'Region of the calls that belong to no Scope, such as taking on a role.',
    kind: textKind('region', 'an AWS region such as eu-central-1', /^[a-z]{2,4}(-[a-z]+)+-\d+$/),
    env: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    flag: 'aws-region',
  }),
  partition: required({
    description: 'Partition of the ARNs of roles.',
    kind: textKind('partition', 'an AWS partition such as aws, aws-cn or aws-us-gov', /^aws[a-z-]*$/),
    env: ['AWS_PARTITION'],
    flag: 'aws-partition',
    default: 'aws',
  }),
  endpointUrl: maybe({
    description: 'One endpoint for all AWS services, such as that of the sandbox.',
    kind: urlKind,
    env: ['AWS_ENDPOINT_URL'],
    flag: 'aws-endpoint-url',
  }),
  roleName: maybe({
    description: 'Role that is taken on in the account of each Scope. When absent the base credentials are used.',
    kind: textKind('name', 'the name of a role', roleNamePattern),
    env: ['AWS_ROLE_NAME'],
    flag: 'aws-role-name',
  }),
  peeringRoleName: maybe({
    description:
      'Role that is taken on in both accounts of a VPC peering. When absent: that of the accounts of Scopes.',
    kind: textKind('name', 'the name of a role', roleNamePattern),
    env: ['AWS_PEERING_ROLE_NAME'],
    flag: 'aws-peering-role-name',
  }),
  externalId: maybe({
    description: 'External id that the trust policy of the role asks for.',
    kind: textKind('id', 'an external id of 2 to 1224 characters', /^[\w+=,.@:/-]{2,1224}$/),
    env: ['AWS_EXTERNAL_ID'],
    flag: 'aws-external-id',
  }),
  sessionName: required({
    description:
      'Name of the sessions of roles, as CloudTrail shows it. With leases the identity of the replica is added.',
    kind: textKind('name', 'a session name of 2 to 64 letters, digits or +=,.@-_', /^[\w+=,.@-]{2,64}$/),
    env: ['AWS_ROLE_SESSION_NAME'],
    flag: 'aws-session-name',
    default: 'cloud-manager',
  }),
  requestTimeout: required({
    description: 'Longest time for one request to AWS.',
    kind: durationKind(SECOND_MS, 120 * SECOND_MS),
    env: ['CLOUD_MANAGER_AWS_REQUEST_TIMEOUT'],
    flag: 'aws-request-timeout',
    default: '15s',
  }),
  maxSockets: required({
    description: 'Most connections to one AWS endpoint.',
    kind: wholeNumberKind(1, 1000),
    env: ['CLOUD_MANAGER_AWS_MAX_SOCKETS'],
    flag: 'aws-max-sockets',
    default: '50',
  }),
  credentials,
});

const kubernetes = Type.Object({
  kubeconfig: maybe({
    description: 'Kubeconfig file. When absent: KUBECONFIG, the service account of the pod, ~/.kube/config.',
    kind: fileKind,
    flag: 'kubeconfig',
  }),
  context: maybe({
    description: 'Context of the kubeconfig. When absent: its current context.',
    kind: textKind('name', 'the name of a context'),
    env: ['CLOUD_MANAGER_KUBE_CONTEXT'],
    flag: 'context',
  }),
  namespaces: required({
    description: 'Namespaces that are served; when empty, all of them.',
    kind: listKind(namespaceKind),
    env: ['CLOUD_MANAGER_NAMESPACES'],
    flag: 'namespaces',
    default: '',
  }),
  workers: required({
    // A pass spends its time waiting for answers, and only passes that run together can share a list of AWS.
    description: 'Objects of a kind that are worked on at the same time. Those that are share their lists of AWS.',
    kind: wholeNumberKind(1, 2000),
    env: ['CLOUD_MANAGER_WORKERS'],
    flag: 'workers',
    default: '300',
  }),
});

const leases = Type.Object({
  mode: required({
    description:
      'Whether replicas agree by leases who works on what. Without them only one operator may run on a cluster.',
    kind: choiceKind(['on', 'off']),
    env: ['CLOUD_MANAGER_LEASES'],
    flag: 'leases',
    default: 'on',
  }),
  shards: required({
    description:
      'Into how many parts the work is divided, by AWS account and region; replicas share them. With 1 there is one replica that leads, and others stand by.',
    kind: wholeNumberKind(1, 1000),
    env: ['CLOUD_MANAGER_SHARDS'],
    flag: 'shards',
    default: '1',
  }),
  name: required({
    description: 'Name of the leases. Operators that serve different objects need different ones.',
    kind: textKind('name', 'a name of up to 40 small letters, digits and -', /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/),
    env: ['CLOUD_MANAGER_LEASE_NAME'],
    flag: 'lease-name',
    default: 'cloud-manager',
  }),
  namespace: maybe({
    description:
      'Namespace of the leases, the same for all replicas. When absent: that of the pod, or of the context of the kubeconfig.',
    kind: namespaceKind,
    env: ['CLOUD_MANAGER_LEASE_NAMESPACE', 'POD_NAMESPACE'],
    flag: 'lease-namespace',
  }),
  duration: required({
    description: 'For so long after a replica was last heard of, nobody takes over from it. Whole seconds.',
    kind: durationKind(2 * SECOND_MS, 600 * SECOND_MS),
    env: ['CLOUD_MANAGER_LEASE_DURATION'],
    flag: 'lease-duration',
    default: '15s',
  }),
  renewDeadline: required({
    description: 'For so long after its last renewal a replica writes. Shorter than the duration.',
    kind: durationKind(SECOND_MS, 600 * SECOND_MS),
    env: ['CLOUD_MANAGER_LEASE_RENEW_DEADLINE'],
    flag: 'lease-renew-deadline',
    default: '10s',
  }),
  retryPeriod: required({
    description: 'How often leases are renewed and looked at.',
    kind: durationKind(SECOND_MS / 10, 600 * SECOND_MS),
    env: ['CLOUD_MANAGER_LEASE_RETRY_PERIOD'],
    flag: 'lease-retry-period',
    default: '2s',
  }),
  identity: maybe({
    description:
      'What this replica is called, in leases, Events and the names of AWS sessions; something random is added. When absent: the name of the host.',
    kind: textKind('name', 'a name of 1 to 100 letters, digits or .-', /^[A-Za-z0-9.-]{1,100}$/),
    env: ['CLOUD_MANAGER_IDENTITY', 'POD_NAME'],
    flag: 'identity',
  }),
});

const timing = Type.Object({
  lookInterval: required({
    description: 'How often AWS is asked whether it still has what is asked, by lists of an account and region.',
    kind: durationKind(SECOND_MS / 10, DAY_MS),
    env: ['CLOUD_MANAGER_LOOK_INTERVAL'],
    flag: 'look-interval',
    default: '10m',
  }),
  fullCheckInterval: required({
    description: 'How often parameters, tags, subnet groups and secrets are compared as well.',
    kind: durationKind(SECOND_MS / 10, 7 * DAY_MS),
    env: ['CLOUD_MANAGER_FULL_CHECK_INTERVAL'],
    flag: 'full-check-interval',
    default: '6h',
  }),
  waitScale: required({
    description:
      'Factor on how long AWS is expected to work, and on pauses after it refused; below 1 for a simulated AWS that works faster.',
    kind: factorKind(0.0001, 100),
    env: ['CLOUD_MANAGER_WAIT_SCALE'],
    flag: 'wait-scale',
    default: '1',
  }),
  waitTick: required({
    description: 'While AWS works, all objects of an account and region are looked at together, at most this often.',
    kind: durationKind(1, HOUR_MS),
    env: ['CLOUD_MANAGER_WAIT_TICK'],
    flag: 'wait-tick',
    default: '10s',
  }),
  passTimeout: required({
    description: 'Longest time for one pass over an object, waiting for the rate limits of AWS included.',
    kind: durationKind(SECOND_MS, HOUR_MS),
    env: ['CLOUD_MANAGER_PASS_TIMEOUT'],
    flag: 'pass-timeout',
    default: durationText(DEFAULT_PASS_TIMEOUT_MS),
  }),
  shutdownTimeout: required({
    description: 'Longest time to end the work under way when the program is asked to stop, or hands work over.',
    kind: durationKind(0, HOUR_MS),
    env: ['CLOUD_MANAGER_SHUTDOWN_TIMEOUT'],
    flag: 'shutdown-timeout',
    default: '30s',
  }),
});

const redis = Type.Object({
  caFile: maybe({
    description:
      'CA certificates (PEM) that users need to trust an endpoint: the ca.crt of their Secret. When absent there is none: the certificates of AWS are of public authorities.',
    kind: fileKind,
    env: ['CLOUD_MANAGER_REDIS_CA_FILE'],
    flag: 'redis-ca-file',
  }),
  tokenGrace: required({
    description:
      'So long after a new token is in the Secret of a Redis the old way in stays open: programs read their Secrets late.',
    kind: durationKind(0, 7 * DAY_MS),
    env: ['CLOUD_MANAGER_REDIS_TOKEN_GRACE'],
    flag: 'redis-token-grace',
    default: '10m',
  }),
  tiers: maybe({
    description:
      'What tiers of AwsRedisInstances and AwsRedisClusters mean, where not what they mean in Kyma. A change reaches those that exist at the next start; their number of read replicas stays.',
    kind: tiersKind,
    env: ['CLOUD_MANAGER_REDIS_TIERS'],
    flag: 'redis-tiers',
  }),
});

const network = Type.Object({
  namePrefix: required({
    description: 'Part of the names of VPCs that are made without a name of their own: kyma-<prefix>-<name>.',
    kind: textKind('prefix', 'up to 32 letters, digits and -, or nothing', /^[A-Za-z0-9-]{0,32}$/),
    env: ['VPC_NETWORK_PREFIX'],
    flag: 'vpc-network-prefix',
    default: 'default',
  }),
  blocksPerVpc: required({
    description: 'How many IPv4 blocks AWS lets a VPC have: its quota, which AWS raises on request.',
    kind: wholeNumberKind(1, 50),
    env: ['CLOUD_MANAGER_BLOCKS_PER_VPC'],
    flag: 'blocks-per-vpc',
    default: '5',
  }),
  peeringTag: maybe({
    description:
      'Key of a tag by which a remote VPC permits a peering, beside the shoot name of the Scope, which always does.',
    kind: textKind('key', 'the key of a tag: up to 128 letters, digits, spaces and _.:/=+-@', /^[\w .:/=+@-]{1,128}$/),
    env: ['PEERING_NETWORK_TAG'],
    flag: 'peering-network-tag',
  }),
});

const clusters = Type.Object({
  mode: required({
    description:
      'Where users write their objects (cloud-resources.kyma-project.io): in this one cluster, or in clusters of their own, each of which has a Scope and a kubeconfig here.',
    kind: choiceKind(['single', 'remote']),
    env: ['CLOUD_MANAGER_CLUSTERS'],
    flag: 'clusters',
    default: 'single',
  }),
  namespace: required({
    description:
      "Namespace of the Scopes of users' clusters, of their kubeconfigs (Secrets kubeconfig-<scope>, key config), and of all that is made for users.",
    kind: namespaceKind,
    env: ['CLOUD_MANAGER_CLUSTERS_NAMESPACE'],
    flag: 'clusters-namespace',
    default: 'kcp-system',
  }),
  scope: maybe({
    description:
      "With a single cluster: the Scope that the users' objects belong to. When absent: the only one of the namespace.",
    kind: textKind('name', 'the name of a Scope', /^[a-z0-9]([a-z0-9.-]{0,245}[a-z0-9])?$/),
    env: ['CLOUD_MANAGER_CLUSTERS_SCOPE'],
    flag: 'clusters-scope',
  }),
  orphanGrace: required({
    description:
      "How long what was made for a user's object is kept when that object is gone without having been deleted.",
    kind: durationKind(0, 7 * DAY_MS),
    env: ['CLOUD_MANAGER_ORPHAN_GRACE'],
    flag: 'orphan-grace',
    default: '10m',
  }),
  ipRanges: required({
    description: 'How many IpRanges the users of a cluster may have; the oldest ones count first.',
    kind: wholeNumberKind(1, 50),
    env: ['CLOUD_MANAGER_IP_RANGES_PER_CLUSTER'],
    flag: 'ip-ranges-per-cluster',
    default: '1',
  }),
});

const server = Type.Object({
  metricsAddress: required({
    description: 'Where Prometheus metrics are served.',
    kind: listenKind,
    env: ['CLOUD_MANAGER_METRICS_ADDRESS'],
    flag: 'metrics-address',
    default: ':8080',
  }),
  healthAddress: required({
    description: 'Where /healthz and /readyz are served.',
    kind: listenKind,
    env: ['CLOUD_MANAGER_HEALTH_ADDRESS'],
    flag: 'health-address',
    default: ':8081',
  }),
});

const log = Type.Object({
  level: required({
    description: 'The least severe records that are written.',
    kind: choiceKind(['debug', 'info', 'warn', 'error', 'silent']),
    env: ['CLOUD_MANAGER_LOG_LEVEL'],
    flag: 'log-level',
    default: 'info',
  }),
});

export const optionsSchema = Type.Object({ aws, kubernetes, clusters, leases, timing, network, redis, server, log });

/** Options as the schema has them. */
export type OptionValues = { readonly [G in keyof Groups]: Readonly<Groups[G]> };

type Groups = Static<typeof optionsSchema>;
