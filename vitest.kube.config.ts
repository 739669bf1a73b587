import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/**
 * Files that start servers of their own, as `*.own.test.ts` in `test/kube`: they need the programs also where
 * `TEST_KUBECONFIG` names a cluster. `tools/test-kube.ts` says when they are left out.
 */
const withOwnServers = process.env['KUBEBUILDER_ASSETS'] ? [] : ['test/kube/*.own.test.ts'];

/** They ask the embedded API for troubles that a real one cannot be asked for, or for time that goes by on the wire. */
const ON_EMBEDDED = ['kubernetes-trouble', 'user-cluster-away', 'app-away', 'restored'].map(
  (name) => `test/scenario/${name}.test.ts`,
);

/** `npm run test:kube`: on a real kube-apiserver, which all files share. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: [
        'test/kube/*.test.ts',
        'test/contract/kube-api/*.test.ts',
        'test/contract/{admission,user-guide}.test.ts',
        'test/scenario/*.test.ts',
        'src/operator/{run,wiring}.test.ts',
      ],
      exclude: [...configDefaults.exclude, ...withOwnServers, ...ON_EMBEDDED],
      // Each file has a namespace of its own, which is a constant of a module.
      isolate: true,
      env: { CUTS: 'all' },
      globalSetup: 'test/support/shared-kube-setup.ts',
    },
  }),
);
