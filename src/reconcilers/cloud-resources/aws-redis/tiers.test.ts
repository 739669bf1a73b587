import { describe, expect, it } from 'vitest';
import { DEFAULT_TIERS, REDIS_TIERS } from './tiers.ts';

describe('the tiers', () => {
  it('have each what they mean, and no other has', () => {
    expect(Object.keys(DEFAULT_TIERS).toSorted()).toEqual(REDIS_TIERS.toSorted());
  });

  it.each([
    ['S', 0],
    ['P', 1],
  ])('of %s have %i replicas', (letter, replicas) => {
    const tiers = Object.entries(DEFAULT_TIERS).filter(([tier]) => tier.startsWith(letter));
    expect(new Set(tiers.map(([, { readReplicas }]) => readReplicas))).toEqual(new Set([replicas]));
  });

  it.each(['S', 'P', 'C'])('of %s become larger with their numbers', (letter) => {
    const sizes = ['small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'];
    const own = Object.entries(DEFAULT_TIERS).filter(([tier]) => tier.startsWith(letter));
    const order = own.map(([, { nodeType }]) => sizes.indexOf(nodeType.split('.')[2] ?? ''));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(own.length);
  });
});
