import {
  clusterConfigFromText,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  namespaceKind,
  type ResourceKind,
} from '../../src/kube/index.ts';
import type { KubeApi } from '../../src/sandbox/kube-api/server.ts';
import { type Clock, systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { NAMESPACE } from './namespace.ts';
import { aCall } from './pass.ts';
import { Passage } from './passage.ts';
import { RestorableKube, type Restoration } from './restorable-kube.ts';
import { User, USER_AGENT } from './user.ts';

export interface TestUserClusterOptions {
  readonly clock: Clock;
  readonly wireClock: Clock;
  /** Whether the operator's way there can be closed. Default: false. */
  readonly hasPassage?: boolean;
}

/**
 * A cluster of users beside the control plane: an embedded API server of its own, also where the control plane is on a real
 * one, and who writes there.
 */
export class TestUserCluster {
  /** That of its Scope. */
  readonly name: string;
  readonly kube: KubeClient;
  readonly user: User;
  /** The revision of the latest write to a kind. */
  readonly written = new Map<ResourceKind, string>();
  readonly #restorable: RestorableKube;
  readonly #connection: KubeConnection;
  readonly #passage: Passage | undefined;

  private constructor(name: string, restorable: RestorableKube, passage: Passage | undefined) {
    this.name = name;
    this.#passage = passage;
    this.#restorable = restorable;
    this.#connection = new KubeConnection(clusterConfigFromText(restorable.api.kubeconfig), { userAgent: USER_AGENT });
    this.kube = createKubeClient(this.#connection, aCall({ clock: systemClock }), (kind, { metadata }) =>
      this.written.set(kind, metadata.resourceVersion),
    );
    this.user = new User(this.kube);
  }

  static async start(name: string, options: TestUserClusterOptions): Promise<TestUserCluster> {
    const { hasPassage = false, ...clocks } = options;
    const restorable = await RestorableKube.start({ ...clocks, log: silentLogger });
    const passage = hasPassage ? await Passage.to(portOf(restorable.api)) : undefined;
    return new TestUserCluster(name, restorable, passage);
  }

  /** By which the operator comes here. */
  get kubeconfig(): string {
    const port = portOf(this.api);
    return this.api.kubeconfig.replaceAll(`:${port}`, `:${this.#passage?.port ?? port}`);
  }

  /** *Throws* where there is none. */
  get passage(): Passage {
    if (!this.#passage) throw new Error('The cluster was made without a passage');
    return this.#passage;
  }

  get api(): KubeApi {
    return this.#restorable.api;
  }

  /** What the operator calls it. */
  get key(): string {
    return `${NAMESPACE}/${this.name}`;
  }

  /** A number that changes whenever something happens. */
  happened(): number {
    return this.api.journal.entries.length + this.api.resourceVersion();
  }

  async backUp(): Promise<void> {
    await this.#restorable.backUp();
    await this.#connect();
  }

  async restore(how: Restoration): Promise<void> {
    await this.#restorable.restore(how);
    this.written.clear();
    await this.#connect();
  }

  /** The connections were broken; a read is tried again until there is another one, and what is written then arrives. */
  async #connect(): Promise<void> {
    await this.kube.list(namespaceKind);
  }

  async stop(): Promise<void> {
    this.#connection.close();
    await this.#passage?.close();
    await this.#restorable.stop();
  }
}

function portOf({ url }: KubeApi): number {
  return Number(new URL(url).port);
}
