import { describe, expect, it } from 'vitest';
import { turns } from '../../test/support/virtual-time.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { type Limited, RateLimiter } from './rate-limiter.ts';
import { RATE_LIMITS } from './rate-limits.ts';

const never = new AbortController().signal;
const aCall = (operation: string, overrides: Partial<Limited['target']> = {}): Limited => ({
  target: { accountId: '123456789012', region: 'eu-central-1', roleArn: undefined, ...overrides },
  operation,
  access: operation.startsWith('Describe') ? 'read' : 'write',
  rateClass: 'elasticache',
});

function aLimiter() {
  const clock = new VirtualClock();
  const limits = { each: { burst: 2, perSecond: 1 }, together: { burst: 3, perSecond: 2 } };
  const limiter = new RateLimiter(clock, { ...RATE_LIMITS, elasticache: limits });
  /** How many of `count` calls go out at once. */
  const goesOut = async (call: Limited, count: number): Promise<number> => {
    let out = 0;
    for (let index = 0; index < count; index += 1) {
      void limiter.take(call, Infinity, never).then((isOut) => (out += Number(isOut)));
    }
    await turns();
    return out;
  };
  return { clock, limiter, goesOut };
}

describe('RateLimiter', () => {
  it('limits each operation by itself, and all of a class together', async () => {
    const { goesOut } = aLimiter();
    expect(await goesOut(aCall('DescribeA'), 5)).toBe(2);
    expect(await goesOut(aCall('DescribeB'), 5)).toBe(1);
  });

  it('counts by account and region, not by role', async () => {
    const { goesOut } = aLimiter();
    expect(await goesOut(aCall('DescribeA'), 5)).toBe(2);
    expect(await goesOut(aCall('DescribeA', { roleArn: 'arn:aws:iam::123456789012:role/Other' }), 5)).toBe(0);
    expect(await goesOut(aCall('DescribeA', { region: 'eu-west-1' }), 5)).toBe(2);
    expect(await goesOut(aCall('DescribeA', { accountId: '210987654321' }), 5)).toBe(2);
  });

  it('refuses who would wait too long in either queue', async () => {
    const { limiter, goesOut } = aLimiter();
    await goesOut(aCall('DescribeA'), 2);
    await expect(limiter.take(aCall('DescribeA'), 999, never)).resolves.toBe(false);
    await goesOut(aCall('DescribeB'), 1);
    await expect(limiter.take(aCall('DescribeB'), 400, never)).resolves.toBe(false);
  });

  it('lets reads go before writes that came earlier', async () => {
    const { clock, limiter, goesOut } = aLimiter();
    await goesOut(aCall('DescribeA'), 2);
    await goesOut(aCall('CreateB'), 1);
    const out: string[] = [];
    for (const operation of ['CreateB', 'DescribeC', 'DescribeC']) {
      void limiter.take(aCall(operation), Infinity, never).then(() => out.push(operation));
    }
    await turns();
    for (let half = 0; half < 3; half += 1) {
      clock.advance(500);
      await turns();
    }
    expect(out).toEqual(['DescribeC', 'DescribeC', 'CreateB']);
  });

  it('makes all operations of the class wait after a throttling', async () => {
    const { limiter, goesOut } = aLimiter();
    limiter.pause(aCall('DescribeA'), 1_000);
    expect(await goesOut(aCall('DescribeA'), 1)).toBe(0);
    expect(await goesOut(aCall('DescribeB'), 1)).toBe(0);
  });

  it('stays below what AWS publishes for EC2, in burst and in rate', () => {
    expect(RATE_LIMITS['ec2-read'].each).toEqual({ burst: 100 * 0.8, perSecond: 20 * 0.8 });
    expect(RATE_LIMITS['ec2-write'].each).toEqual({ burst: 50 * 0.8, perSecond: 5 * 0.8 });
    expect(RATE_LIMITS['ec2-tags'].each).toEqual({ burst: 100 * 0.8, perSecond: 10 * 0.8 });
  });
});
