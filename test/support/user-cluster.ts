import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  type ResourceKind,
} from '../../src/kube/index.ts';
import { type KubeApi, startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import type { Clock } from '../../src/util/clock.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { NAMESPACE } from './namespace.ts';
import { aCall } from './pass.ts';
import { User, USER_AGENT } from './user.ts';

/**
 * A cluster of users beside the control plane: an embedded API server of its own, also where the control plane is on a real
 * one, and who writes there.
 */
export class TestUserCluster {
  /** That of its Scope. */
  readonly name: string;
  readonly api: KubeApi;
  readonly kube: KubeClient;
  readonly user: User;
  /** The revision of the latest write to a kind. */
  readonly written = new Map<ResourceKind, string>();
  readonly #connection: KubeConnection;

  private constructor(name: string, api: KubeApi) {
    this.name = name;
    this.api = api;
    this.#connection = new KubeConnection(clusterConfigFromText(api.kubeconfig), { userAgent: USER_AGENT });
    this.kube = createKubeClient(this.#connection, aCall({ clock: systemClock }), (kind, { metadata }) =>
      this.written.set(kind, metadata.resourceVersion),
    );
    this.user = new User(this.kube);
  }

  static async start(name: string, clocks: { readonly clock: Clock; readonly wireClock: Clock }) {
    return new TestUserCluster(name, await startKubeApi({ ...clocks, log: silentLogger }));
  }

  /** What the operator calls it. */
  get key(): string {
    return `${NAMESPACE}/${this.name}`;
  }

  /** A number that changes whenever something happens. */
  happened(): number {
    return this.api.journal.entries.length + this.api.resourceVersion();
  }

  async stop(): Promise<void> {
    this.#connection.close();
    await this.api.stop();
  }
}
