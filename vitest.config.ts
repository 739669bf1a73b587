import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** `npm test`: everything that needs nothing installed. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: ['src/**/*.test.ts', 'bench/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
      exclude: [...configDefaults.exclude, 'test/kube/**'],
    },
  }),
);
