import type { Clock } from '../util/clock.ts';
import type { Logger } from '../util/log.ts';
import type { Ec2Client } from './ec2/client.ts';
import type { PeeringClient } from './ec2/peering-client.ts';
import type { ElastiCacheClient } from './elasticache/client.ts';
import type { SecretsManagerClient } from './secrets-manager/client.ts';
import type { StsClient } from './sts/client.ts';
import type { TaggingClient } from './tagging/client.ts';
import type { ClientProvider } from './target.ts';
import type { Transport } from './transport.ts';

/** One request that went to AWS, or tried to: what metrics count. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  readonly accountId: string;
  readonly region: string;
  /** `ok`, or the code of the error. */
  readonly result: string;
  readonly durationMs: number;
}

/** Hears of each request, retries and STS included. */
export type CallListener = (record: CallRecord) => void;

/** What the AWS side needs of the program around it. */
export interface AwsDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Default: nobody listens. */
  readonly onCall?: CallListener;
  /** The way of requests to AWS. Default: a pool of keep-alive connections. */
  readonly transport?: Transport;
  /** Spreads retries; 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** The AWS side of the program: providers of clients over shared connections, credentials and batchers. */
export interface Aws {
  readonly elastiCache: ClientProvider<ElastiCacheClient>;
  readonly ec2: ClientProvider<Ec2Client>;
  /** Also EC2, for a target with the role that peers VPCs. */
  readonly peering: ClientProvider<PeeringClient>;
  readonly secretsManager: ClientProvider<SecretsManagerClient>;
  readonly sts: ClientProvider<StsClient>;
  readonly tagging: ClientProvider<TaggingClient>;
  /** Closes connections; calls under way fail. */
  close(): void;
}
