import { describe, expect, it } from 'vitest';
import { compareQuantities, isQuantity } from './quantity.ts';

describe('quantities', () => {
  it.each(['0', '1', '-1', '1.5', '.5', '100m', '1Gi', '1.5Gi', '2e3', '2E-3', '5k'])('%s is one', (text) => {
    expect(isQuantity(text)).toBe(true);
  });

  it.each(['', 'x', '1GiB', '1 Gi', '1ki', 'Gi'])('"%s" is none', (text) => {
    expect(isQuantity(text)).toBe(false);
  });

  it.each([
    ['1Gi', '1024Mi', 0],
    ['1G', '1Gi', -1],
    ['1', '1000m', 0],
    ['2e3', '2k', 0],
    ['-1', '0', -1],
    ['0.5', '499m', 1],
    ['1E', '1Ei', -1],
  ])('%s compared to %s is %i', (a, b, order) => {
    expect(compareQuantities(a, b)).toBe(order);
  });
});
