import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installCrds } from '../../src/cli/operator-on-sandbox.ts';
import { CUSTOM_KINDS } from '../../src/api/index.ts';
import {
  clusterConfigFromText,
  createKubeClient,
  eventKind,
  leaseKind,
  type KubeClient,
  KubeConnection,
  mergePatch,
  namespaceKind,
  secretKind,
} from '../../src/kube/index.ts';
import type { FaultPlan } from '../../src/sandbox/kube-api/faults.ts';
import { type KubeApi, startKubeApi } from '../../src/sandbox/kube-api/server.ts';
import type { Clock } from '../../src/util/clock.ts';
import { systemClock } from '../../src/util/clock.ts';
import { silentLogger } from '../../src/util/log.ts';
import { KubeRelay } from './kube-relay.ts';
import { aCall } from './pass.ts';
import type { KubeServerInfo } from './real-kube.ts';
import { RestorableKube } from './restorable-kube.ts';
import { sharedKubeIfAny } from './shared-kube.ts';
import { TEST_LABELS } from './test-labels.ts';
import { NAMESPACE } from './namespace.ts';
import { USER_AGENT } from './user.ts';
import { turn } from './virtual-time.ts';

/**
 * The Kubernetes API of a scenario, with the CRDs and {@link NAMESPACE} in it: the embedded one, or, in
 * `npm run test:kube`, the real one behind a relay.
 */
export interface ScenarioKube {
  readonly url: string;
  readonly kubeconfig: string;
  readonly faults: FaultPlan;
  /** Requests that are being answered, and events that are on their way. */
  inFlight(): number;
  /** Resolves when nothing is in flight any more, and what came has arrived. *Throws* the signal's reason. */
  whenTold(signal: AbortSignal): Promise<void>;
  /** A number that changes whenever something happens. */
  happened(): number;
  /** A number that changes with each write. */
  resourceVersion(): number;
  /** `listen` is called after each write. */
  onWrite(listen: () => void): void;
  /** The embedded API, for what a real server cannot be asked to do. *Throws* where there is none. */
  embedded(): KubeApi;
  /** *Throws* where it was not made so. */
  restorable(): RestorableKube;
  /** Whatever is in the namespace is taken away. */
  stop(): Promise<void>;
}

export interface ScenarioKubeOptions {
  readonly clock: Clock;
  /** The time of watches, which a real server has to itself. Default: `clock`. */
  readonly wireClock?: Clock;
  /** A folder to write `kubeconfig` and `ca.crt` into. */
  readonly dataDir: string;
  /** Takes the embedded API also where there is a real one. Default: false. */
  readonly isEmbedded?: boolean;
  /** Takes the embedded API, with what it takes to restore it. Default: false. */
  readonly isRestorable?: boolean;
}

export function startScenarioKube(options: ScenarioKubeOptions): Promise<ScenarioKube> {
  if (options.isRestorable === true) return startRestorable(options);
  const real = options.isEmbedded === true ? undefined : sharedKubeIfAny();
  return real ? startOnReal(real, options) : startEmbedded(options);
}

async function startEmbedded(options: ScenarioKubeOptions): Promise<ScenarioKube> {
  const api = await startKubeApi({ ...options, log: silentLogger });
  await asUser(api.kubeconfig, prepare);
  return scenarioKubeOf(() => api, {
    restorable: () => {
      throw new Error('This API server was not made to be restored');
    },
    stop: () => api.stop(),
  });
}

async function startRestorable(options: ScenarioKubeOptions): Promise<ScenarioKube> {
  const restorable = await RestorableKube.start({ ...options, log: silentLogger });
  await writeFile(join(options.dataDir, 'ca.crt'), restorable.api.caPem);
  await asUser(restorable.api.kubeconfig, prepare);
  return scenarioKubeOf(() => restorable.api, { restorable: () => restorable, stop: () => restorable.stop() });
}

async function prepare(kube: KubeClient): Promise<void> {
  await installCrds(kube);
  await kube.create(namespaceKind, { metadata: { name: NAMESPACE } });
}

/** @param api - Another one after it was restored. */
function scenarioKubeOf(api: () => KubeApi, rest: Pick<ScenarioKube, 'restorable' | 'stop'>): ScenarioKube {
  const { url, kubeconfig } = api();
  return {
    url,
    kubeconfig,
    get faults() {
      return api().faults;
    },
    // It answers within the turn of the event loop in which a request comes.
    inFlight: () => 0,
    whenTold: () => Promise.resolve(),
    happened: () => api().journal.entries.length + api().resourceVersion(),
    resourceVersion: () => api().resourceVersion(),
    onWrite: (listen) => {
      // Asked just before the effect.
      api().faults.intercept(({ isWrite }) => void (isWrite && setImmediate(listen)));
    },
    embedded: api,
    ...rest,
  };
}

async function startOnReal({ kubeconfig }: KubeServerInfo, options: ScenarioKubeOptions): Promise<ScenarioKube> {
  const relay = await KubeRelay.start({ kubeconfig, namespace: NAMESPACE, clock: options.clock });
  await writeFile(join(options.dataDir, 'kubeconfig'), relay.kubeconfig, { mode: 0o600 });
  await writeFile(join(options.dataDir, 'ca.crt'), relay.caPem);
  await asUser(kubeconfig, ensureNamespace);
  return {
    url: relay.url,
    kubeconfig: relay.kubeconfig,
    faults: relay.faults,
    inFlight: () => relay.inFlight(),
    whenTold: (signal) => whenTold(relay, signal),
    happened: () => relay.happened(),
    resourceVersion: () => relay.resourceVersion(),
    onWrite: (listen) => relay.onWrite(listen),
    embedded: () => {
      throw new Error('This scenario needs the embedded API: it has no place in npm run test:kube');
    },
    restorable: () => {
      throw new Error('A real API server is not restored: others use it');
    },
    stop: async () => {
      await relay.stop();
      await asUser(kubeconfig, emptyNamespace);
    },
  };
}

/** Loopback hands on within so many turns of the event loop. */
const ARRIVAL_TURNS = 60;

async function whenTold(relay: KubeRelay, signal: AbortSignal): Promise<void> {
  for (let quiet = 0; quiet < ARRIVAL_TURNS; quiet += 1) {
    signal.throwIfAborted();
    if (relay.inFlight() > 0) quiet = 0;
    await turn();
  }
}

async function asUser(kubeconfig: string, act: (kube: KubeClient) => Promise<void>): Promise<void> {
  const connection = new KubeConnection(clusterConfigFromText(kubeconfig), { userAgent: USER_AGENT });
  try {
    await act(createKubeClient(connection, aCall({ clock: systemClock })));
  } finally {
    connection.close();
  }
}

/** The namespace of the file; each environment of it finds it empty. */
async function ensureNamespace(kube: KubeClient): Promise<void> {
  if (await kube.find(namespaceKind, { name: NAMESPACE })) return;
  await kube.create(namespaceKind, { metadata: { name: NAMESPACE, labels: TEST_LABELS } });
}

/** Whatever a scenario left; nobody is there any more to take finalizers away. What has no namespace is called after it. */
async function emptyNamespace(kube: KubeClient): Promise<void> {
  for (const kind of [...CUSTOM_KINDS, secretKind, eventKind, leaseKind]) {
    const { items } = await kube.list(kind, kind.namespaced ? { namespace: NAMESPACE } : {});
    const own = items.filter(({ metadata }) => kind.namespaced || metadata.name.startsWith(`${NAMESPACE}-`));
    for (const { metadata } of own) {
      await kube.patch(kind, metadata, mergePatch({ metadata: { finalizers: null } }));
      await kube.delete(kind, metadata);
    }
  }
}
