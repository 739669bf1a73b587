import { crdFrom, CONTROL_PLANE_KINDS, USER_KINDS } from '../../src/api/crd.ts';
import type { CustomKind } from '../../src/api/kind.ts';
import { scopeKind } from '../../src/api/cloud-control/v1beta1/scope.ts';
import {
  clusterConfigFromText,
  crdKind,
  type KubeClient,
  KubeConnection,
  type KubeInput,
  type KubeObject,
  mergePatch,
  namespaceKind,
  type ResourceKind,
} from '../../src/kube/index.ts';
import { MODULE_ROLE, type Planes, USER_ROLE } from '../../src/reconcilers/cloud-resources/common/planes.ts';
import { type Controller, MAIN_ROLE, Manager, permissionsOf } from '../../src/runtime/index.ts';
import type { KubeApi } from '../../src/sandbox/kube-api/server.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { aScope } from './cloud-control.ts';
import { type ApiWorld, startApiWorld } from './managed-world.ts';
import { USER_CLUSTER } from './user-world.ts';

/** Two API servers with the kinds of either side: a control plane with the namespace `kcp-system`, and a user's cluster. */
export interface PlanesApis {
  readonly controlPlane: ApiWorld;
  readonly user: ApiWorld;
  stop(): Promise<void>;
}

export async function startPlanesApis(userKinds: readonly CustomKind[] = USER_KINDS): Promise<PlanesApis> {
  const [controlPlane, user] = await Promise.all([withKinds(CONTROL_PLANE_KINDS), withKinds(userKinds)]);
  const namespace = { metadata: { name: 'kcp-system' } };
  await controlPlane.client().create<KubeObject>(namespaceKind, namespace);
  const stop = async (): Promise<void> => void (await Promise.all([controlPlane.stop(), user.stop()]));
  return { controlPlane, user, stop };
}

async function withKinds(kinds: readonly CustomKind[]): Promise<ApiWorld> {
  const world = await startApiWorld([]);
  for (const kind of kinds) await world.client().create(crdKind, { ...crdFrom(kind) });
  return world;
}

const LIMIT_MS = 15_000;

/** A manager at work on both, its passes in virtual time. People write by clients of their own. */
export class PlanesWorld {
  readonly clock = new VirtualClock();
  readonly manager: Manager;
  /** Somebody in the control plane. */
  readonly operator: KubeClient;
  /** A user of the cluster. */
  readonly user: KubeClient;
  readonly userApi: KubeApi;
  readonly #apis: PlanesApis;
  readonly #revisions = new Map<string, () => Promise<void>>();
  readonly #signal = AbortSignal.timeout(LIMIT_MS);

  readonly #controllers: readonly Controller[];

  constructor(apis: PlanesApis, controllersFor: (planes: Planes, world: PlanesWorld) => readonly Controller[]) {
    this.#apis = apis;
    this.#controllers = controllersFor(this.#planes(), this);
    this.userApi = apis.user.api;
    this.operator = apis.controlPlane.client((kind, object) => this.#noted('control-plane', kind, object));
    this.user = apis.user.client((kind, object) => this.#noted(USER_CLUSTER, kind, object));
    this.manager = new Manager({ controllers: this.#controllers, clock: this.clock, random: () => 1 });
  }

  /** @param roles - Those of the user's cluster. */
  async start(roles: readonly string[] = [USER_ROLE, MODULE_ROLE]): Promise<void> {
    this.manager.addCluster(this.connection('control-plane'), { roles: [MAIN_ROLE] });
    await this.manager.start(this.#signal);
    this.manager.addCluster(this.connection(USER_CLUSTER), { roles });
    await this.manager.whenSynced(this.#signal);
    await this.settle();
  }

  /** With what the controllers declare that they ask, and no more. */
  connection(name: 'control-plane' | typeof USER_CLUSTER): KubeConnection {
    const [api, roles] =
      name === USER_CLUSTER
        ? [this.#apis.user.api, [USER_ROLE, MODULE_ROLE]]
        : [this.#apis.controlPlane.api, [MAIN_ROLE]];
    const config = { ...clusterConfigFromText(api.kubeconfig), name };
    return new KubeConnection(config, { permissions: permissionsOf(this.#controllers, roles) });
  }

  /** Waits until the manager knows what people have written, and has nothing more to do at this time. */
  async settle(): Promise<void> {
    for (const observed of this.#revisions.values()) await observed();
    await this.manager.whenIdle(this.#signal);
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Ends the work, and takes all objects away. */
  async stop(): Promise<void> {
    await this.manager.stop();
    await Promise.all([
      emptied(this.#apis.controlPlane.client(), CONTROL_PLANE_KINDS),
      emptied(this.#apis.user.client(), USER_KINDS),
    ]);
  }

  #planes(): Planes {
    return {
      controlPlane: () => this.manager.cluster('control-plane'),
      namespace: 'kcp-system',
      scopeOf: () =>
        this.manager.cluster('control-plane').cache(scopeKind).get({ namespace: 'kcp-system', name: 'demo' }),
      clusterOf: ({ name }) => (name === 'demo' ? USER_CLUSTER : undefined),
    };
  }

  #noted(cluster: string, kind: ResourceKind, { metadata }: KubeObject): void {
    this.#revisions.set(`${cluster} ${kind.plural}`, () =>
      this.manager.whenObserved(cluster, kind, metadata.resourceVersion, this.#signal),
    );
  }
}

/** The Scope of the user's cluster, as somebody writes it. */
export function scopeInput(): KubeInput<ReturnType<typeof aScope>> {
  const { spec } = aScope();
  return { metadata: { namespace: 'kcp-system', name: 'demo' }, spec };
}

async function emptied(client: KubeClient, kinds: readonly CustomKind[]): Promise<void> {
  for (const kind of kinds) {
    const crd = await client.find(crdKind, { name: `${kind.plural}.${kind.group}` });
    const { items } = crd === undefined ? { items: [] } : await client.list(kind);
    for (const { metadata } of items) {
      await client.patch(kind, metadata, mergePatch({ metadata: { finalizers: null } }));
      await client.delete(kind, metadata);
    }
  }
}
