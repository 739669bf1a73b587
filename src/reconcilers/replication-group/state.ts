import type {
  Ec2Client,
  ElastiCacheClient,
  Endpoint,
  Member,
  ParameterGroup,
  ReplicationGroup,
  SecretsManagerClient,
  SecurityGroup,
  SubnetGroup,
  TaggingClient,
  Tags,
  UserGroup,
} from '../../aws/index.ts';
import type { Pass } from '../../composed/index.ts';
import type { Finding } from '../common/finding.ts';
import type { AskedReplicationGroup, ReplicationGroupIdentity } from './asked.ts';
import type { Ledger } from './ledger.ts';
import type { Memory } from './memory.ts';

/** Clients of the account and region, bound to the pass. */
export interface ReplicationGroupClients {
  readonly elastiCache: ElastiCacheClient;
  readonly ec2: Ec2Client;
  readonly secrets: SecretsManagerClient;
  readonly tagging: TaggingClient;
}

/** How often to look; options of the operator. */
export interface Timing {
  /** At rest, the cheap look by list. */
  readonly lookIntervalMs: number;
  /** The check of everything. */
  readonly fullCheckIntervalMs: number;
  /** How long AWS is expected to work: 1 for the real one, less for a simulated one that works faster. */
  readonly waitScale: number;
  /** While AWS works, looks fall on moments this far apart. */
  readonly waitTickMs: number;
  /** So long after a new token was published the way in of before stays open. */
  readonly tokenGraceMs: number;
}

/** Something that people should hear of once, as an Event of the object. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  /** One CamelCase word. */
  readonly reason: string;
  readonly message: string;
}

/** How clients reach the Redis, as things are now. */
export interface Connection {
  readonly endpoint: Endpoint;
  /** Empty when no authentication is needed. Never logged, shown or put into a status. */
  readonly authString: string;
}

/** The token as Secrets Manager holds it. Never logged, shown or put into a status. */
export interface ObservedSecret {
  readonly arn: string;
  readonly version: string;
  /** Undefined where the value cannot be used. */
  readonly token: string | undefined;
}

/** What this pass has seen in AWS. `undefined` means absent, or not looked at on this way through the pipeline. */
export interface Observed {
  /** Whether AWS was asked for the group in this pass. */
  isGroupLoaded: boolean;
  group: ReplicationGroup | undefined;
  members: readonly Member[];
  /** Tags by ARN of all that carries those of ours, as the tagging service tells it: what it lacks may exist still. */
  tags: ReadonlyMap<string, Tags>;
  subnetGroup: SubnetGroup | undefined;
  mainParameterGroup: ParameterGroup | undefined;
  temporaryParameterGroup: ParameterGroup | undefined;
  securityGroup: SecurityGroup | undefined;
  userGroup: UserGroup | undefined;
  secret: ObservedSecret | undefined;
  /** The token that the record is about, where the secret holds another one by now. */
  tokenBefore: string | undefined;
}

export function nothingObserved(): Observed {
  return {
    isGroupLoaded: false,
    group: undefined,
    members: [],
    tags: new Map(),
    subnetGroup: undefined,
    mainParameterGroup: undefined,
    temporaryParameterGroup: undefined,
    securityGroup: undefined,
    userGroup: undefined,
    secret: undefined,
    tokenBefore: undefined,
  };
}

/** What every action of the engine works on; enough to delete. */
export interface ReplicationGroupState {
  readonly identity: ReplicationGroupIdentity;
  readonly clients: ReplicationGroupClients;
  readonly memory: Memory;
  readonly timing: Timing;
  /** Account and region: objects of one place look at AWS in the same moment. */
  readonly place: string;
  /** When the pass began. */
  readonly nowMs: number;
  /** Generation of the specification that is carried out. */
  readonly generation: number;
  /** Whether what is asked is reached: as the status says, or as this pass has found. */
  isReady: boolean;
  readonly observed: Observed;
  /** When AWS last left a write without an answer, monotonic; undefined when none can have its effect late. */
  readonly unansweredAtMs: number | undefined;
  ledger: Ledger;
  finding: Finding | undefined;
  /** Writes the ledger into the status at once: for what has to stand before it is used. */
  readonly recordLedger: (ledger: Ledger, pass: Pass) => Promise<void>;
  readonly announce: (announcement: Announcement) => void;
}

/** The state of a pass that makes what is asked. */
export interface ProvideState extends ReplicationGroupState {
  readonly asked: AskedReplicationGroup;
  /** Hands clients what they need; returns when they can read it. */
  readonly publish: (connection: Connection, pass: Pass) => Promise<void>;
}
