import type { Call } from '../util/call.ts';
import type { Clock } from '../util/clock.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import { createCredentialsSource } from './credentials-source.ts';
import { createDoor } from './door.ts';
import { createEc2Client } from './ec2/create-client.ts';
import { createElastiCacheClient } from './elasticache/create-client.ts';
import type { AwsOptions } from './options.ts';
import type { Aws, AwsDeps } from './provider.ts';
import { RATE_LIMITS, type RateClass } from './rate-limits.ts';
import { createSecretsManagerClient } from './secrets-manager/create-client.ts';
import { createStsClient } from './sts/create-client.ts';
import { createTaggingClient } from './tagging/create-client.ts';
import type { ClientProvider, Target } from './target.ts';
import { TokenBucket } from './token-bucket.ts';
import { createTransportPool } from './transport.ts';

const DEFAULT_MAX_SOCKETS = 50;
const DEFAULT_REQUEST_TIMEOUT_MS = 15_000;

/** Gives the thing of a key, made on first use. */
function lazily<T>(keyOf: (target: Target, part: string) => string, create: (target: Target, part: string) => T) {
  const made = new Map<string, T>();
  return (target: Target, part = ''): T => {
    const key = keyOf(target, part);
    const existing = made.get(key) ?? create(target, part);
    made.set(key, existing);
    return existing;
  };
}

function createBuckets(clock: Clock): (target: Target, rateClass: RateClass) => TokenBucket {
  // AWS counts by account and region, whatever role asks.
  const bucketOf = lazily(
    ({ accountId, region }, rateClass) => `${accountId}/${region}/${rateClass}`,
    (_, rateClass) => new TokenBucket(clock, RATE_LIMITS[rateClass as RateClass]), // the part is a RateClass, see below
  );
  return (target, rateClass: RateClass) => bucketOf(target, rateClass);
}

/**
 * Creates the AWS side of a program: one per process, closed at its end.
 *
 * *Guarantees*: asks AWS for nothing by itself; connections, credentials, rate limits and batchers are shared by all
 * clients that its providers give.
 *
 * @example
 * const aws = createAws({ credentials: { kind: 'default-chain' }, region: 'eu-central-1' }, { clock: systemClock, log });
 * const group = await aws.elastiCache(target, call).describeReplicationGroup('cm-example');
 */
export function createAws(options: AwsOptions, deps: AwsDeps): Aws {
  const { clock, log, onCall = () => {} } = deps;
  const pool = createTransportPool(options.maxSockets ?? DEFAULT_MAX_SOCKETS);
  const closing = new AbortController();
  const door = createDoor({
    clock,
    onCall,
    bucketOf: createBuckets(clock),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    closed: closing.signal,
    random: Math.random,
  });
  const shared: Omit<ConnectionDeps, 'credentials'> = { clock, door, transport: pool.transport, options };
  const credentials = createCredentialsSource(options, { clock, log, closed: closing.signal, connection: shared });
  const connectionOf = lazily(
    ({ accountId, region, roleArn }) => `${accountId}/${region}/${roleArn ?? ''}`,
    (target) => new Connection(target, { ...shared, credentials }),
  );
  const provide =
    <C>(
      create: (connection: Connection, call: Call, shared: { clock: Clock; log: AwsDeps['log'] }) => C,
    ): ClientProvider<C> =>
    (target, call) =>
      create(connectionOf(target), call, { clock, log });
  return {
    elastiCache: provide(createElastiCacheClient),
    ec2: provide(createEc2Client),
    secretsManager: provide(createSecretsManagerClient),
    sts: provide(createStsClient),
    tagging: provide(createTaggingClient),
    close: () => {
      closing.abort(new Error('the AWS side is closed'));
      pool.close();
    },
  };
}
