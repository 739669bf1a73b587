import { afterEach, describe, expect, it } from 'vitest';
import { redisInstanceKind, scopeKind } from '../../src/api/index.ts';
import { findCondition } from '../../src/kube/index.ts';
import type { Logger } from '../../src/util/log.ts';
import { requestToAws } from '../support/cuts.ts';
import { DemoWorld } from '../support/demo-story.ts';
import { Environment } from '../support/environment.ts';
import { aRedisInstanceManifest, aScopeManifest, anIpRangeManifest, changed } from '../support/manifests.ts';
import { partOf } from '../support/part.ts';

/*
 * AWS takes requests and does not answer them, longer than the operator waits: what was asked for may have its effect at
 * once, or a while later, when nobody expects it any more.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const redis = changed(aRedisInstanceManifest(), 'spec.instance.aws.authEnabled', true);

const running: Environment[] = [];
afterEach(async () => {
  for (const environment of running.splice(0)) await environment.stop();
});

async function start(options?: Parameters<typeof Environment.start>[0]): Promise<Environment> {
  const environment = await Environment.start(options);
  running.push(environment);
  return environment;
}

describe('an hour without any answer', () => {
  // A pass that ends before a request does has not even an error of AWS to report.
  it.each([{ passTimeout: '10m' }, { passTimeout: '10s' }])(
    'is told by status, log and metrics, costs few requests, and ends by itself (%j)',
    async (flags) => {
      const warnings = new Set<string>();
      const log: Logger = {
        debug: () => {},
        info: () => {},
        warn: (_fields, message) => void warnings.add(message),
        error: (_fields, message) => void warnings.add(message),
        child: () => log,
      };
      const environment = await start({ flags, log });
      const end = environment.aws.faults.intercept(() => ({ delayMs: HOUR_MS, drop: true }));
      await environment.apply(aScopeManifest(), anIpRangeManifest(), redis);
      await environment.advance(HOUR_MS);

      const scope = await environment.find(scopeKind, 'demo');
      const ready = findCondition(scope?.status?.conditions, 'Ready');
      expect(ready).toMatchObject({
        status: 'False',
        message: 'AWS could not be reached (AssumeRole: TimeoutError)',
      });
      expect([...warnings].sort()).toEqual(
        [
          'AWS call failed',
          ...(flags.passTimeout === '10s' ? ['Deadline exceeded, aborting', 'Pass failed'] : []),
        ].sort(),
      );
      const { operator } = environment;
      const calls = (await operator.registry.getSingleMetric('cloud_manager_aws_calls_total')?.get())?.values ?? [];
      expect(calls).toMatchObject([{ labels: { operation: 'AssumeRole', result: 'TimeoutError' } }]);
      expect(calls[0]?.value).toBeLessThanOrEqual(40);
      expect(operator.manager.isReady).toBe(true);

      end();
      await environment.untilReady(redisInstanceKind, 'demo-instance', 20 * MINUTE_MS);
    },
  );
});

describe('a write that is not answered', () => {
  it.each([
    { when: 'after', effect: 'at once' },
    { when: 'before', effect: 'when the operator has given it up' },
  ] as const)(
    'and has its effect $effect changes nothing of how a chapter ends, whichever write it is',
    async (fault) => {
      const world = await DemoWorld.start(start);
      const restMs = 25 * MINUTE_MS;
      const undisturbed = await world.tell(() => false, undefined, restMs);
      const struck = new Set<string>();
      world.system.aws.faults.intercept(({ operation, input }) => {
        const { label, isWrite } = requestToAws(operation, input);
        if (!isWrite || struck.has(label)) return undefined;
        struck.add(label);
        return { delayMs: 100_000, when: fault.when };
      });
      const outcomes = await world.tell(() => false, undefined, restMs);
      for (const [chapter, outcome] of outcomes) expect(outcome, chapter).toEqual(undisturbed.get(chapter));
      expect(struck.size).toBeGreaterThanOrEqual(30);
    },
    60_000,
  );

  const creations = [
    'AssociateVpcCidrBlock',
    'CreateSubnet',
    'CreateSecurityGroup',
    'CreateSecret',
    'CreateCacheSubnetGroup',
    'CreateCacheParameterGroup',
    'CreateReplicationGroup',
  ];
  const givenUp = [
    ...creations.map((name) => ({ name, ends: 'the request', flags: {} })),
    ...creations.map((name) => ({ name, ends: 'the pass', flags: { passTimeout: '10s' } })),
    ...creations.map((name) => ({ name, ends: 'the operator', flags: {} })),
  ];
  it.each(partOf(givenUp))(
    '$name, given up by the end of $ends, leaves nothing when it comes after the deletion',
    async ({ name, ends, flags }) => {
      const environment = await start({ flags });
      const before = environment.aws.state();
      const met: string[] = [];
      environment.aws.faults.intercept(({ operation }) => {
        if (operation !== name || met.push(operation) > 1) return undefined;
        return { delayMs: 4 * MINUTE_MS };
      });
      await environment.apply(aScopeManifest(), anIpRangeManifest(), redis);
      await environment.until(() => met.length > 0);
      if (ends === 'the operator') await environment.restartOperator();
      await environment.delete(redis, anIpRangeManifest(), aScopeManifest());
      await environment.untilGone(scopeKind, 'demo');
      // Longer than AWS goes on showing what is gone.
      await environment.advance(15 * MINUTE_MS);
      expect(environment.aws.state()).toEqual(before);
    },
  );
});
