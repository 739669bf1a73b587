import { defineConfig, mergeConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

/** `npm run test:kube`: on a real kube-apiserver, which all files share. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: [
        'test/kube/**/*.test.ts',
        'test/contract/kube-api/*.test.ts',
        'test/contract/admission.test.ts',
        'test/scenario/*.test.ts',
      ],
      exclude: ['test/scenario/kubernetes-trouble.test.ts'],
      globalSetup: 'test/support/shared-kube-setup.ts',
    },
  }),
);
