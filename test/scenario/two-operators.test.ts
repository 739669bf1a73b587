import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisClusterKind, redisInstanceKind, scopeKind } from '../../src/api/index.ts';
import { loadOptions } from '../../src/operator/options.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { DEFAULT_ACCESS_KEY, DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import { silentLogger } from '../../src/util/log.ts';
import { Environment } from '../support/environment.ts';
import {
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  anIpRangeManifest,
  changed,
} from '../support/manifests.ts';
import { turns } from '../support/virtual-time.ts';

/*
 * Two operators at once on one cluster and one account, as in a bad moment of a roll-out: neither knows of the other.
 * Nothing may be made twice, nothing may be left, and they have to come to rest.
 */

const MINUTE_MS = 60_000;

let environment: Environment;
let folder: string;
let second: Operator;

beforeEach(async () => {
  environment = await Environment.start();
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
  second = await startSecond();
});

afterEach(async () => {
  await second.stop();
  await environment.stop();
  await rm(folder, { recursive: true });
});

/** An operator configured as that of the environment is. */
async function startSecond(): Promise<Operator> {
  const { kubeconfig } = environment.api;
  const ca = Buffer.from(/certificate-authority-data: "?([\w+/=]+)/.exec(kubeconfig)?.[1] ?? '', 'base64');
  await writeFile(join(folder, 'kubeconfig'), kubeconfig);
  await writeFile(join(folder, 'ca.crt'), ca);
  const options = loadOptions({
    flags: {
      kubeconfig: join(folder, 'kubeconfig'),
      awsRegion: DEFAULT_REGION,
      awsEndpointUrl: environment.aws.endpoint,
      awsRoleName: 'CloudManagerRole',
      redisCaFile: join(folder, 'ca.crt'),
      metricsAddress: 'off',
      healthAddress: 'off',
      shutdownTimeout: '0s',
    },
    env: {
      AWS_ACCESS_KEY_ID: DEFAULT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DEFAULT_ACCESS_KEY.secretAccessKey,
    },
  });
  const operator = createOperator(options, { clock: environment.clock, log: silentLogger, random: () => 0.7 });
  await operator.start(AbortSignal.timeout(20_000));
  return operator;
}

/** The environment waits for its own operator only; the other one gets its turns between the steps. */
async function advance(ms: number, stepMs = 5_000): Promise<void> {
  const endMs = environment.clock.monotonicMs() + ms;
  while (environment.clock.monotonicMs() < endMs) {
    await environment.advance(stepMs);
    await turns(40);
  }
}

const redisCluster = changed(aRedisClusterManifest(), 'spec.instance.aws.authEnabled', true);
const all = [aScopeManifest(), anIpRangeManifest(), redisCluster, aRedisInstanceManifest()];

/** How many there are of what two could have made, in AWS. */
function made(): Readonly<Record<string, number>> {
  const state = JSON.stringify(environment.aws.state());
  const count = (pattern: RegExp): number => [...state.matchAll(pattern)].length;
  return {
    groups: count(/"id":"cm-demo-(cluster|instance)","status"/g),
    securityGroups: count(/"name":"cm-demo-(cluster|instance)","rules"/g),
    secrets: count(/"name":"cm-demo-cluster\/authToken"/g),
    ranges: count(/"cidr":"10\.250\.4\.0\/22"/g),
  };
}

it('make everything once, carry out a change, come to rest, and leave nothing', async () => {
  await environment.apply(...all);
  await advance(25 * MINUTE_MS);
  expect((await environment.find(redisInstanceKind, 'demo-instance'))?.status?.state).toBe('Ready');
  expect((await environment.find(redisClusterKind, 'demo-cluster'))?.status?.state).toBe('Ready');
  expect(made()).toEqual({ groups: 2, securityGroups: 2, secrets: 1, ranges: 1 });

  await environment.edit(redisCluster, { shardCount: 4, authEnabled: false });
  await advance(40 * MINUTE_MS, 10_000);
  const changedCluster = await environment.find(redisClusterKind, 'demo-cluster');
  expect(changedCluster?.status).toMatchObject({ state: 'Ready', observedGeneration: 2, shardCount: 4 });

  await advance(30 * MINUTE_MS, MINUTE_MS);
  environment.takeCalls();
  await advance(30 * MINUTE_MS, MINUTE_MS);
  const atRest = environment.takeCalls();
  // Looks at Scope, IpRange, groups and rules, every ten minutes, from each of the two.
  expect(atRest.length, atRest.join(' ')).toBeLessThanOrEqual(2 * 3 * 6);
  expect(atRest.filter((operation) => !/^(Describe|AssumeRole)/.test(operation))).toEqual([]);

  await environment.delete(...all);
  await advance(20 * MINUTE_MS);
  expect(await environment.find(scopeKind, 'demo')).toBeUndefined();
  expect(made()).toEqual({ groups: 0, securityGroups: 0, secrets: 0, ranges: 0 });
}, 40_000);
