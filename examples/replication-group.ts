/**
 * The client layer alone, without Kubernetes: makes a replication group, waits for it, deletes it, waits again.
 *
 *     node --conditions=cloud-manager-source examples/replication-group.ts <name> <subnet id>...
 *
 * Region and credentials come from where the AWS SDK looks for them; `AWS_ENDPOINT_URL` leads to a simulator.
 */
import {
  type Aws,
  createAws,
  createLogger,
  isAlreadyExists,
  isRetryable,
  type Logger,
  orAbsent,
  type ReplicationGroup,
  sleep,
  startCall,
  systemClock,
  type Target,
  userMessage,
  AwsError,
} from 'cloud-manager/aws';

export interface Wishes {
  readonly name: string;
  readonly subnetIds: readonly string[];
  /** How often to look while waiting. */
  readonly pollMs: number;
}

const TWENTY_MINUTES_MS = 20 * 60_000;

/** Each conversation with AWS has a deadline of its own; waiting is done between them. */
function clientOf(aws: Aws, target: Target) {
  return aws.elastiCache(target, startCall({ timeoutMs: 60_000 }));
}

async function ensureSubnetGroup(aws: Aws, target: Target, { name, subnetIds }: Wishes): Promise<void> {
  const cache = clientOf(aws, target);
  if (await orAbsent(cache.describeSubnetGroup(name))) return;
  await cache.createSubnetGroup({ name, description: 'example', subnetIds, tags: {} });
}

async function create(aws: Aws, target: Target, { name }: Wishes): Promise<void> {
  const request = {
    id: name,
    description: 'example',
    engine: 'redis',
    engineVersion: '7.1',
    nodeType: 'cache.t4g.micro',
    clusterMode: false,
    shards: 1,
    replicasPerShard: 0,
    automaticFailover: false,
    multiAz: false,
    autoMinorVersionUpgrade: true,
    parameterGroupName: 'default.redis7',
    subnetGroupName: name,
    securityGroupIds: [],
    maintenanceWindow: undefined,
    authToken: undefined,
    tags: { purpose: 'example' },
  } as const;
  try {
    await clientOf(aws, target).createReplicationGroup(request);
  } catch (error) {
    // Somebody was faster, or an answer was lost and this is our own.
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Looks until `isOver`; a look that fails for a moment is no reason to give up. */
async function waitUntil(
  look: () => Promise<ReplicationGroup | undefined>,
  isOver: (group: ReplicationGroup | undefined) => boolean,
  pollMs: number,
): Promise<ReplicationGroup | undefined> {
  const deadlineMs = systemClock.monotonicMs() + TWENTY_MINUTES_MS;
  while (systemClock.monotonicMs() < deadlineMs) {
    try {
      const group = await look();
      if (isOver(group)) return group;
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
    await sleep(systemClock, pollMs);
  }
  throw new Error('it took too long');
}

/** Makes the group, tells its endpoint, deletes it, and leaves nothing behind. */
export async function createAndDelete(aws: Aws, target: Target, wishes: Wishes, log: Logger): Promise<void> {
  const { name, pollMs } = wishes;
  const look = (): Promise<ReplicationGroup | undefined> =>
    orAbsent(clientOf(aws, target).describeReplicationGroup(name));
  await ensureSubnetGroup(aws, target, wishes);
  await create(aws, target, wishes);
  const ready = await waitUntil(look, (group) => group?.status !== 'creating', pollMs);
  log.info({ status: ready?.status, endpoint: ready?.nodeGroups[0]?.primaryEndpoint }, 'replication group was created');
  await orAbsent(clientOf(aws, target).deleteReplicationGroup(name));
  await waitUntil(look, (group) => group === undefined, pollMs);
  await orAbsent(clientOf(aws, target).deleteSubnetGroup(name));
  log.info({ name }, 'replication group is gone');
}

async function main([name = 'example', ...subnetIds]: readonly string[]): Promise<void> {
  const log = createLogger('info');
  const region = process.env['AWS_REGION'] ?? 'eu-central-1';
  const aws = createAws({ credentials: { kind: 'default-chain' }, region }, { clock: systemClock, log });
  const home: Target = { accountId: 'unknown', region, roleArn: undefined };
  try {
    const { accountId } = await aws.sts(home, startCall({ timeoutMs: 20_000 })).getCallerIdentity();
    await createAndDelete(aws, { ...home, accountId }, { name, subnetIds, pollMs: 15_000 }, log);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error({ code: error.code, requestId: error.requestId }, userMessage(error));
    process.exitCode = 1;
  } finally {
    aws.close();
  }
}

if (import.meta.main) await main(process.argv.slice(2));
