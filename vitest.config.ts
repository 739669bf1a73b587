import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['cloud-manager-source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    pool: 'forks',
    // One a core: the default leaves one free, which on two cores doubles the time.
    maxWorkers: '100%',
    sequence: { shuffle: true },
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
