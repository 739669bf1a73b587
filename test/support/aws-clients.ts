import { type Aws, type AwsOptions, type CallRecord, createAws, type Target } from '../../src/aws/index.ts';
import { type AwsSimulator, type AwsSimulatorOptions, startAwsSimulator } from '../../src/sandbox/aws/server.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import type { Call } from '../../src/util/call.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import type { TestAws } from './aws-simulator.ts';
import { aCall } from './pass.ts';

/** Our clients in front of a simulator, in real time; life cycles are over at once unless asked otherwise. */
export interface ContractAws {
  readonly aws: Aws;
  readonly simulator: AwsSimulator;
  /** A target without a role. */
  readonly target: Target;
  /** What our own listener heard. */
  readonly heard: CallRecord[];
  readonly call: (overrides?: Partial<Call>) => Call;
  /** Names of the operations that reached the simulator, in order. */
  readonly operations: () => readonly string[];
  readonly stop: () => Promise<void>;
}

const { accessKeyId, secretAccessKey } = DEFAULT_ACCESS_KEY;
export const STATIC_CREDENTIALS = { kind: 'static', accessKeyId, secretAccessKey } as const;

/** Our clients in front of a simulator in virtual time. */
export function createTestClients({ clock, endpoint }: TestAws): Aws {
  return createAws({ credentials: STATIC_CREDENTIALS, region: DEFAULT_REGION, endpoint }, { clock, log: silentLogger });
}

export async function startContractAws(
  options: Partial<AwsOptions> = {},
  simulated: Partial<AwsSimulatorOptions> = {},
): Promise<ContractAws> {
  const simulator = await startAwsSimulator({
    clock: systemClock,
    lifeCycle: { speed: 'max' },
    log: silentLogger,
    ...simulated,
  });
  const heard: CallRecord[] = [];
  const aws = createAws(
    { credentials: STATIC_CREDENTIALS, region: DEFAULT_REGION, endpoint: simulator.endpoint, ...options },
    { clock: systemClock, log: silentLogger, onCall: (record) => heard.push(record) },
  );
  return {
    aws,
    simulator,
    target: { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION, roleArn: undefined },
    heard,
    call: (overrides = {}) =>
      aCall({ clock: systemClock, deadlineMs: systemClock.monotonicMs() + 20_000, ...overrides }),
    operations: () => simulator.journal.calls().map(({ operation }) => operation),
    stop: async () => {
      aws.close();
      await simulator.stop();
    },
  };
}
