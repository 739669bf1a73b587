import type { Call } from '../util/call.ts';
import { Connection, type ConnectionDeps, type ServiceDeps } from './connection.ts';
import { createCredentialsSource } from './credentials-source.ts';
import { createDoor } from './door.ts';
import { createEc2Client } from './ec2/create-client.ts';
import { createPeeringClient } from './ec2/create-peering-client.ts';
import { createElastiCacheClient } from './elasticache/create-client.ts';
import type { AwsOptions } from './options.ts';
import type { Aws, AwsDeps } from './provider.ts';
import { RateLimiter } from './rate-limiter.ts';
import { createSecretsManagerClient } from './secrets-manager/create-client.ts';
import { createStsClient } from './sts/create-client.ts';
import { createTaggingClient } from './tagging/create-client.ts';
import type { ClientProvider, Target } from './target.ts';
import { createTransportPool } from './transport.ts';

const DEFAULT_MAX_SOCKETS = 50;
const DEFAULT_REQUEST_TIMEOUT_MS = 15_000;

/** Gives the connection of a target, made on first use. */
function createConnections(deps: ConnectionDeps): (target: Target) => Connection {
  const connections = new Map<string, Connection>();
  return (target) => {
    const key = `${target.accountId}/${target.region}/${target.roleArn ?? ''}`;
    const connection = connections.get(key) ?? new Connection(target, deps);
    connections.set(key, connection);
    return connection;
  };
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
  const { clock, log, onCall = () => {}, random = Math.random } = deps;
  const pool = createTransportPool(options.maxSockets ?? DEFAULT_MAX_SOCKETS);
  const closing = new AbortController();
  const door = createDoor({
    clock,
    onCall,
    limiter: new RateLimiter(clock),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    closed: closing.signal,
    random,
  });
  const shared: Omit<ConnectionDeps, 'credentials'> = {
    clock,
    door,
    transport: deps.transport ?? pool.transport,
    options,
  };
  const credentials = createCredentialsSource(options, { clock, log, closed: closing.signal, connection: shared });
  const connectionOf = createConnections({ ...shared, credentials });
  const provide =
    <C>(create: (connection: Connection, call: Call, deps: ServiceDeps) => C): ClientProvider<C> =>
    (target, call) =>
      create(connectionOf(target), call, { clock, log });
  return {
    elastiCache: provide(createElastiCacheClient),
    ec2: provide(createEc2Client),
    peering: provide(createPeeringClient),
    secretsManager: provide(createSecretsManagerClient),
    sts: provide(createStsClient),
    tagging: provide(createTaggingClient),
    close: () => {
      closing.abort(new Error('the AWS side is closed'));
      pool.close();
    },
  };
}
