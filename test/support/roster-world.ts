import { Registry } from 'prom-client';
import { cloudResourcesKind, type Scope, scopeKind } from '../../src/api/index.ts';
import { ANNOTATIONS } from '../../src/api/names.ts';
import { stopAndForget } from '../../src/composed/index.ts';
import {
  type EventInput,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  type KubeSecret,
  mergePatch,
  namespaceKind,
  type RequestReport,
  secretKind,
} from '../../src/kube/index.ts';
import { createAnnouncer } from '../../src/operator/user-clusters/announcements.ts';
import { CLUSTER_UID_INDEX, clusterUidIndexValues } from '../../src/reconcilers/common/indexes.ts';
import { createInstaller } from '../../src/reconcilers/cloud-resources/cloud-resources/installer.ts';
import type { BaseInstaller } from '../../src/operator/user-clusters/user-cluster.ts';
import { kubeconfigNameOf } from '../../src/operator/user-clusters/kubeconfigs.ts';
import { Roster } from '../../src/operator/user-clusters/roster.ts';
import { controller, createRuntimeMetrics, Manager } from '../../src/runtime/index.ts';
import type { KubeApi } from '../../src/sandbox/kube-api/server.ts';
import { type Authority, unlimitedAuthority } from '../../src/util/call.ts';
import { systemClock } from '../../src/util/clock.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { keptLog } from './kept-log.ts';
import { aScope } from './cloud-control.ts';
import { type ApiWorld, startApiWorld } from './managed-world.ts';

export const ROSTER_NAMESPACE = 'kcp-system';

/** The API servers of a control plane and of users, for a file of tests. */
export interface RosterServers {
  readonly controlPlane: ApiWorld;
  readonly users: readonly ApiWorld[];
}

export async function startRosterServers(count: number): Promise<RosterServers> {
  const controlPlane = await startApiWorld([scopeKind]);
  await controlPlane.client().create(namespaceKind, { metadata: { name: ROSTER_NAMESPACE } });
  const users = await Promise.all(Array.from({ length: count }, () => startApiWorld([])));
  return { controlPlane, users };
}

/** A kubeconfig with a token alone, as platforms write it. */
export function kubeconfigOf(
  { api }: { readonly api: Pick<KubeApi, 'url' | 'caPem' | 'token'> },
  user: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    'current-context': 'c',
    clusters: [
      {
        name: 'c',
        cluster: { server: api.url, 'certificate-authority-data': Buffer.from(api.caPem).toString('base64') },
      },
    ],
    users: [{ name: 'c', user: { token: api.token, ...user } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
  });
}

/** A roster at work, with a manager whose controllers do nothing but note what they see in users' clusters. */
export class RosterWorld {
  readonly clock = new VirtualClock();
  readonly manager: Manager;
  readonly roster: Roster;
  readonly kube: KubeClient;
  /** `cluster/name` of each pass over a CloudResources. */
  readonly passes: string[] = [];
  readonly events: (EventInput & { readonly scope: string })[] = [];
  /** Every answer of a user's API server. */
  readonly reports: RequestReport[] = [];
  readonly troubles: readonly string[];
  /** Whose work this process has; undefined: all. */
  authorityOf: (scope: Scope) => Authority | undefined = () => unlimitedAuthority;
  #secrets: string | undefined;
  #scopes: string | undefined;
  #touches = 0;

  constructor({ controlPlane }: RosterServers, installer: BaseInstaller = createInstaller('0.1.0')) {
    const { log, troubles } = keptLog();
    this.troubles = troubles;
    const metrics = createRuntimeMetrics(new Registry());
    const common = { clock: this.clock, log, random: () => 1, metrics };
    const scopes = controller({
      kind: scopeKind,
      indexes: { [CLUSTER_UID_INDEX]: clusterUidIndexValues },
      reconcile: async () => ({ outcome: stopAndForget('seen') }),
    });
    const users = controller({
      kind: cloudResourcesKind,
      role: 'user',
      reconcile: async ({ metadata }, _pass, cluster) => {
        this.passes.push(`${cluster.name}/${metadata.name}`);
        return { outcome: stopAndForget('seen') };
      },
    });
    this.manager = new Manager({ ...common, controllers: [scopes, users] });
    this.kube = controlPlane.client((kind, { metadata }) => {
      if (kind === secretKind) this.#secrets = metadata.resourceVersion;
      else if (kind === scopeKind) this.#scopes = metadata.resourceVersion;
    });
    const announce = createAnnouncer(log, ({ metadata }, event) =>
      this.events.push({ ...event, scope: metadata.name }),
    );
    this.roster = new Roster({
      ...common,
      namespace: ROSTER_NAMESPACE,
      connection: controlPlane.connection('control-plane'),
      controlPlane: () => this.manager.cluster('control-plane'),
      manager: () => this.manager,
      installer,
      connectTo: (config, { onRequest, onReachability }) =>
        new KubeConnection(config, {
          clock: systemClock,
          onRequest: (report) => {
            this.reports.push(report);
            onRequest(report);
          },
          onReachability,
        }),
      authorityOf: (scope) => this.authorityOf(scope),
      onStanding: announce,
    });
    this.manager.addCluster(controlPlane.connection('control-plane'));
  }

  async start(): Promise<void> {
    await this.manager.start(this.#signal());
    this.roster.start();
    await this.settle();
  }

  /** Waits until the roster knows what was written, and has acted upon it as far as it can for now. */
  async settle(): Promise<void> {
    if (this.#scopes !== undefined) {
      await this.manager.whenObserved('control-plane', scopeKind, this.#scopes, this.#signal());
    }
    await this.roster.whenIdle(this.#secrets, this.#signal());
    await this.manager.whenIdle(this.#signal());
  }

  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Where each cluster stands, by its Scope. */
  states(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.roster.standings].map(([scope, { state }]) => [scope, state]));
  }

  problemOf(scope: string): string | undefined {
    return this.roster.standings.get(scope)?.problem;
  }

  async createScope(name: string, finalizers: readonly string[] = []): Promise<void> {
    const { spec } = aScope();
    await this.kube.create<Scope>(scopeKind, { metadata: { name, namespace: ROSTER_NAMESPACE, finalizers }, spec });
  }

  scope(name: string): Promise<Scope> {
    return this.kube.get(scopeKind, { namespace: ROSTER_NAMESPACE, name });
  }

  /** Which cluster the Scope is known to be for. */
  async clusterUidOf(scope: string): Promise<string | undefined> {
    return (await this.scope(scope)).metadata.annotations?.[ANNOTATIONS.clusterUid];
  }

  async forgetClusterUid(scope: string): Promise<void> {
    await this.#annotate(scope, null);
  }

  async recordClusterUid(scope: string, uid: string): Promise<void> {
    await this.#annotate(scope, uid);
  }

  async #annotate(name: string, uid: string | null): Promise<void> {
    const patch = mergePatch({ metadata: { annotations: { [ANNOTATIONS.clusterUid]: uid } } });
    await this.kube.patch(scopeKind, { namespace: ROSTER_NAMESPACE, name }, patch);
  }

  async setKubeconfig(scope: string, kubeconfig: string, dataKey = 'config'): Promise<void> {
    const key = { namespace: ROSTER_NAMESPACE, name: kubeconfigNameOf(scope) };
    const data = { [dataKey]: Buffer.from(kubeconfig).toString('base64') };
    const present = await this.kube.find(secretKind, key);
    if (present === undefined) await this.kube.create<KubeSecret>(secretKind, { metadata: key, data });
    else await this.kube.patch(secretKind, key, mergePatch({ data }));
  }

  /** Deletes the Secret; a write after that one shows when it is known. */
  async removeKubeconfig(scope: string): Promise<void> {
    await this.kube.delete(secretKind, { namespace: ROSTER_NAMESPACE, name: kubeconfigNameOf(scope) });
    await this.#touch();
  }

  async deleteScope(name: string): Promise<void> {
    await this.kube.delete(scopeKind, { namespace: ROSTER_NAMESPACE, name });
    await this.#touch();
  }

  /** Takes away what holds a Scope that is being deleted. */
  async releaseScope(name: string): Promise<void> {
    await this.kube.patch(
      scopeKind,
      { namespace: ROSTER_NAMESPACE, name },
      mergePatch({ metadata: { finalizers: null } }),
    );
    await this.#touch();
  }

  /** A write to each kind after the deletion, so that who knows of it knows of that. */
  async #touch(): Promise<void> {
    this.#touches += 1;
    const metadata = { namespace: 'default', name: `touch-${this.#touches}` };
    await this.kube.create<Scope>(scopeKind, { metadata, spec: aScope().spec });
    await this.kube.create<KubeSecret>(secretKind, { metadata: { ...metadata, namespace: ROSTER_NAMESPACE } });
  }

  async stop(): Promise<void> {
    await this.roster.abandon();
    await this.manager.stop();
    await this.roster.whenLeft();
    for (const kind of [scopeKind, secretKind]) {
      const { items } = await this.kube.list<KubeObject>(kind, {});
      for (const { metadata } of items) {
        await this.kube.patch(kind, metadata, mergePatch({ metadata: { finalizers: null } }));
        await this.kube.delete(kind, metadata);
      }
    }
  }

  #signal(): AbortSignal {
    return AbortSignal.timeout(15_000);
  }
}
