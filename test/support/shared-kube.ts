import { inject } from 'vitest';
import type { KubeServerInfo } from './real-kube.ts';

declare module 'vitest' {
  // Merging with the interface of vitest is how it learns what is provided.
  interface ProvidedContext {
    /** Only in `npm run test:kube`. */
    kube: KubeServerInfo;
  }
}

/** The real server that all files of `npm run test:kube` share; undefined in `npm test`, where there is none. */
export function sharedKubeIfAny(): KubeServerInfo | undefined {
  return inject('kube');
}

/** The same, for files in `test/kube`, which only `npm run test:kube` runs. Use namespaces of your own in it. */
export function sharedKube(): KubeServerInfo {
  const kube = sharedKubeIfAny();
  if (!kube) throw new Error('This test needs a real Kubernetes API server: npm run test:kube');
  return kube;
}
