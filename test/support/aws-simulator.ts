import { EC2Client } from '@aws-sdk/client-ec2';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import type { AwsSimulator, AwsSimulatorOptions } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { Outside } from './virtual-time.ts';

export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface ClientOptions {
  readonly region?: string;
  readonly credentials?: TestCredentials;
}

/** SDK clients as a user makes them, but signing by the test's clock and never retrying. */
export interface TestAws extends AwsSimulator, Outside {
  /** Operations that were asked for since the last time, oldest first. */
  takeCalls(): readonly string[];
  ec2(options?: ClientOptions): EC2Client;
  elastiCache(options?: ClientOptions): ElastiCacheClient;
  secretsManager(options?: ClientOptions): SecretsManagerClient;
  sts(options?: ClientOptions): STSClient;
  tagging(options?: ClientOptions): ResourceGroupsTaggingAPIClient;
}

interface SdkConfig {
  endpoint: string;
  region: string;
  credentials: TestCredentials;
  maxAttempts: number;
}

/** The SDK signs at the system's time plus this offset; a getter makes that the virtual time of each request. */
function signByClock<C extends { readonly config: object }>(client: C, clock: VirtualClock): C {
  Object.defineProperty(client.config, 'systemClockOffset', { get: () => clock.now() - Date.now(), set: () => {} });
  return client;
}

/**
 * Starts a simulator on a virtual clock that drives everything: `clock.advance` moves life cycles, credentials and
 * buckets alike. `stop` also closes the clients.
 */
export async function startTestAws(options: Partial<AwsSimulatorOptions> = {}): Promise<TestAws> {
  const clock = new VirtualClock();
  const simulator = await startAwsSimulator({ clock, log: silentLogger, ...options });
  let happened = 0;
  simulator.journal.onCall(() => {
    happened += 1;
  });
  const clients: { destroy(): void }[] = [];
  const make =
    <C extends { readonly config: object; destroy(): void }>(Client: new (config: SdkConfig) => C) =>
    ({ region = DEFAULT_REGION, credentials = DEFAULT_ACCESS_KEY }: ClientOptions = {}): C => {
      // A copy, because the SDK writes into the credentials that it gets.
      const config = { endpoint: simulator.endpoint, region, credentials: { ...credentials }, maxAttempts: 1 };
      const client = signByClock(new Client(config), clock);
      clients.push(client);
      return client;
    };
  return {
    ...simulator,
    clock,
    happened: () => happened,
    takeCalls: () => {
      const calls = simulator.journal.calls().map(({ operation }) => operation);
      simulator.journal.clear();
      return calls;
    },
    ec2: make(EC2Client),
    elastiCache: make(ElastiCacheClient),
    secretsManager: make(SecretsManagerClient),
    sts: make(STSClient),
    tagging: make(ResourceGroupsTaggingAPIClient),
    stop: async () => {
      for (const client of clients) client.destroy();
      await simulator.stop();
    },
  };
}
