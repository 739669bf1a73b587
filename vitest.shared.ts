import { defineConfig } from 'vitest/config';

/** What `npm test` and `npm run test:kube` have in common. */
export const shared = defineConfig({
  ssr: { resolve: { conditions: ['cloud-manager-source'] } },
  test: {
    pool: 'forks',
    // One a core: the default leaves one free, which on two cores doubles the time.
    maxWorkers: '100%',
    sequence: { shuffle: true },
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
