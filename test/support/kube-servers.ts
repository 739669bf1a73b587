import { startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { sharedKubeIfAny } from './shared-kube.ts';

export interface RunningServer {
  /** YAML, with embedded credentials of an administrator. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** A server that a contract is held against. */
export interface KubeServer {
  readonly name: string;
  start(): Promise<RunningServer>;
}

export const embeddedKube: KubeServer = {
  name: 'the embedded API',
  start: () => startKubeApi({ clock: systemClock, log: silentLogger }),
};

const shared = sharedKubeIfAny();

/** The embedded API in `npm test`; the real one of the run, which has the CRDs already, in `npm run test:kube`. */
export const KUBE_SERVERS: readonly KubeServer[] = [
  shared
    ? {
        name: `a real kube-apiserver ${shared.version}`,
        start: async () => ({ kubeconfig: shared.kubeconfig, stop: async () => {} }),
      }
    : embeddedKube,
];
