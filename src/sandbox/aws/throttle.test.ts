import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../test/support/aws-simulator.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import type { ServiceDefinition } from './service.ts';
import { TokenBuckets } from './throttle.ts';

const SMALL = { name: 'small', burst: 3, perSecond: 2 };

function takenOf(buckets: TokenBuckets, calls: number, spec = SMALL): number {
  return Array.from({ length: calls }, () => buckets.take(spec)).filter(Boolean).length;
}

describe('a token bucket', () => {
  it('lets the burst through and then as many as it is refilled with', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock);
    expect(takenOf(buckets, 10)).toBe(3);
    clock.advance(499);
    expect(takenOf(buckets, 10)).toBe(0);
    clock.advance(1);
    expect(takenOf(buckets, 10)).toBe(1);
    clock.advance(60_000);
    expect(takenOf(buckets, 10)).toBe(3);
  });

  it('is another one for another name', () => {
    const buckets = new TokenBuckets(new VirtualClock());
    expect(takenOf(buckets, 3)).toBe(3);
    expect(takenOf(buckets, 3, { ...SMALL, name: 'other' })).toBe(3);
  });

  it('never lets more through than the burst and the refill of the time that passed', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat({ max: 3_000 }), calls: fc.nat({ max: 8 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (plan) => {
        const clock = new VirtualClock();
        const buckets = new TokenBuckets(clock);
        let taken = 0;
        for (const { waitMs, calls } of plan) {
          clock.advance(waitMs);
          taken += takenOf(buckets, calls);
          expect(taken).toBeLessThanOrEqual(SMALL.burst + (clock.monotonicMs() * SMALL.perSecond) / 1000 + 1e-9);
        }
      }),
    );
  });
});

describe('the simulator', () => {
  let aws: TestAws | undefined;

  afterEach(async () => aws?.stop());

  const tight: ServiceDefinition = {
    name: 'secretsmanager',
    protocol: 'awsJson1_1',
    apiVersion: '2017-10-17',
    targetPrefix: 'secretsmanager',
    operations: { DescribeSecret: () => ({}) },
    throttling: {
      code: 'ThrottlingException',
      message: 'Rate exceeded',
      bucketOf: (operation) => ({ name: operation, burst: 2, perSecond: 1 }),
    },
    slots: [],
  };

  async function codesOf(calls: number, region = 'eu-central-1'): Promise<string[]> {
    const client = aws?.secretsManager({ region });
    const codes: string[] = [];
    for (let call = 0; call < calls; call++) {
      const sent = client?.send(new DescribeSecretCommand({ SecretId: 'x' }));
      await sent?.then(
        () => codes.push('OK'),
        (error: Error) => codes.push(error.name),
      );
    }
    return codes;
  }

  it('throttles in the words of the service, by account and region, on wall time', async () => {
    aws = await startTestAws({ services: [tight], lifeCycle: { speed: 1000 } });
    expect(await codesOf(3)).toEqual(['OK', 'OK', 'ThrottlingException']);
    expect(await codesOf(1, 'eu-west-1')).toEqual(['OK']);
    aws.lifeCycleClock.advance(60_000);
    expect(await codesOf(1)).toEqual(['ThrottlingException']);
    aws.clock.advance(1_000);
    expect(await codesOf(2)).toEqual(['OK', 'ThrottlingException']);
  });

  it('throttles nobody when the world says so', async () => {
    aws = await startTestAws({ services: [tight], world: { throttling: 'off' } });
    expect(await codesOf(5)).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
  });
});
