import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createFlagGauge } from './flag-gauge.ts';

it('tells of each whether it is so, and nothing of what is no more', async () => {
  const registry = new Registry();
  const set = createFlagGauge({ name: 'held', help: 'Held.', labelNames: ['lease'], registers: [registry] });
  set({ lease: 'a' }, true);
  set({ lease: 'b' }, false);
  set({ lease: 'c' }, true);
  set({ lease: 'c' }, undefined);
  const [held] = await registry.getMetricsAsJSON();
  expect(held?.values).toEqual([
    { labels: { lease: 'a' }, value: 1 },
    { labels: { lease: 'b' }, value: 0 },
  ]);
});
