import {
  createKubeClient,
  type KubeClient,
  KubeConnection,
  clusterConfigFromText,
  type KubeObject,
  type ResourceKind,
} from '../../src/kube/index.ts';
import { type Controller, Manager, type ManagerOptions } from '../../src/runtime/index.ts';
import { type KubeApi, startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { aCall } from './pass.ts';

/** A definition that lets everything through: validation is not what these tests are about. */
function definitionOf({ group, version, kind, plural, namespaced }: ResourceKind): object {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        { name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } },
      ],
    },
  };
}

const definitions: ResourceKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** An API server with these kinds. Connections to it are a test's own to close, or a manager's. */
export class ApiWorld {
  readonly api: KubeApi;
  readonly #user: KubeConnection;

  constructor(api: KubeApi) {
    this.api = api;
    this.#user = this.connection('user');
  }

  /** A connection as from another program; `name` is what the cluster is called through it. */
  connection(name = 'sandbox'): KubeConnection {
    return new KubeConnection({ ...clusterConfigFromText(this.api.kubeconfig), name });
  }

  /** A client that is not the manager's. `onWritten` hears of what it writes. */
  client(onWritten?: (kind: ResourceKind, object: KubeObject) => void): KubeClient {
    return createKubeClient(this.#user, aCall({ clock: systemClock }), onWritten);
  }

  async stop(): Promise<void> {
    this.#user.close();
    await this.api.stop();
  }
}

export async function startApiWorld(kinds: readonly ResourceKind[]): Promise<ApiWorld> {
  const world = new ApiWorld(await startKubeApi({ clock: systemClock, log: silentLogger }));
  const client = world.client();
  for (const kind of kinds) {
    await client.create(definitions, definitionOf(kind) as Parameters<typeof client.create>[1]);
  }
  return world;
}

/** A manager at work on one API server, its passes in virtual time. */
export class ManagedWorld {
  readonly clock = new VirtualClock();
  readonly manager: Manager;
  /** Who writes besides the manager. */
  readonly user: KubeClient;
  readonly #revisions = new Map<ResourceKind, string>();
  readonly #signal = AbortSignal.timeout(15_000);

  constructor(world: ApiWorld, controllers: readonly Controller[], options: Partial<ManagerOptions> = {}) {
    this.manager = new Manager({ controllers, clock: this.clock, random: () => 1, ...options });
    this.user = world.client((kind, object) => this.#revisions.set(kind, object.metadata.resourceVersion));
    this.manager.addCluster(world.connection());
  }

  start(): Promise<void> {
    return this.manager.start(this.#signal);
  }

  /** Waits until the manager knows what the user has written, and has nothing more to do at this time. */
  async settle(): Promise<void> {
    for (const [kind, revision] of this.#revisions) {
      await this.manager.whenObserved('sandbox', kind, revision, this.#signal);
    }
    await this.manager.whenIdle(this.#signal);
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** A figure of the manager's metrics. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const metric = await this.manager.metrics.registry.getSingleMetric(name)?.get();
    const fits = (value: { labels: Partial<Record<string, string | number>> }): boolean =>
      Object.entries(labels).every(([label, text]) => value.labels[label] === text);
    return (metric?.values ?? []).filter(fits).reduce((sum, { value }) => sum + value, 0);
  }
}
