import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { scopeKind } from '../api/index.ts';
import {
  applyPatch,
  createKubeClient,
  type KubeClient,
  KubeConnection,
  loadClusterConfig,
  namespaceKind,
  requestToken,
  type ResourceKind,
  secretKind,
  serviceAccountKind,
} from '../kube/index.ts';
import { userClusterObjects } from '../operator/install/user-cluster-access.ts';
import { operatorPermissionsInUserClusters } from '../operator/permissions.ts';
import { kubeconfigNameOf } from '../operator/user-clusters/kubeconfigs.ts';
import type { SandboxInfo } from '../sandbox/index.ts';
import type { Call } from '../util/call.ts';
import { loadSamples } from './demo/manifests.ts';

/*
 * What the platform's side writes so that the operator serves a user's cluster: an identity there, the kubeconfig of that
 * in a Secret of the control plane, and a Scope.
 */

/** Where the operator finds users' clusters. */
export const CONTROL_PLANE_NAMESPACE = 'kcp-system';

/** Who the operator is in a user's cluster, as `user-cluster-access` prints it. */
const OPERATOR_THERE = { namespace: 'kyma-system', name: 'cloud-manager' } as const;

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false } as const;
/** The kinds that it takes to be somebody. */
const ACCESS_KINDS: readonly ResourceKind[] = [
  namespaceKind,
  serviceAccountKind,
  { ...RBAC, kind: 'ClusterRole', plural: 'clusterroles' },
  { ...RBAC, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' },
];

const FIELD_MANAGER = 'cloud-manager-platform';

function apply(kube: KubeClient, kind: ResourceKind, object: Readonly<Record<string, unknown>>, at: Place) {
  const manifest = { ...object, metadata: at };
  return kube.patch(kind, at, applyPatch(manifest, { fieldManager: FIELD_MANAGER, force: true }));
}

type Place = { readonly namespace?: string; readonly name: string };

/** A day: longer than a sandbox lasts. */
const TOKEN_SECONDS = 24 * 3600;

/**
 * Makes the operator's identity in the cluster of `adminKubeconfig` (a path), which may do what the operator does there and
 * nothing else, and gives a kubeconfig of it with everything in it.
 */
export async function createIdentityIn(adminKubeconfig: string, call: Call): Promise<string> {
  const connection = new KubeConnection(loadClusterConfig({ kubeconfig: adminKubeconfig }));
  try {
    await applyAccess(createKubeClient(connection, call));
    const { namespace, name } = OPERATOR_THERE;
    const order = { namespace, serviceAccount: name, expirationSeconds: TOKEN_SECONDS };
    return kubeconfigWith(await requestToken(connection, call, order), await readFile(adminKubeconfig, 'utf8'));
  } finally {
    connection.close();
  }
}

async function applyAccess(kube: KubeClient): Promise<void> {
  for (const { metadata, ...object } of userClusterObjects(OPERATOR_THERE, operatorPermissionsInUserClusters())) {
    const kind = ACCESS_KINDS.find((one) => one.kind === object.kind);
    if (!kind) throw new Error(`No access is made of a ${object.kind}`);
    await apply(kube, kind, object, metadata);
  }
}

interface Kubeconfig {
  readonly users: readonly { readonly name: string }[];
}

/** The same cluster, as somebody else. */
function kubeconfigWith(token: string, adminKubeconfig: string): string {
  // Written by the sandbox, or for the server that was started with it.
  const kubeconfig = parse(adminKubeconfig) as Kubeconfig;
  return stringify({ ...kubeconfig, users: kubeconfig.users.map(({ name }) => ({ name, user: { token } })) });
}

/** By which Secret a cluster is known in the control plane. */
export function kubeconfigSecretOf(cluster: string): { readonly namespace: string; readonly name: string } {
  return { namespace: CONTROL_PLANE_NAMESPACE, name: kubeconfigNameOf(cluster) };
}

/** Writes the Secret by which the operator reaches a cluster. */
export async function announceCluster(controlPlane: KubeClient, cluster: string, kubeconfig: string): Promise<void> {
  await apply(controlPlane, namespaceKind, {}, { name: CONTROL_PLANE_NAMESPACE });
  const data = { config: Buffer.from(kubeconfig).toString('base64') };
  await apply(controlPlane, secretKind, { type: 'Opaque', data }, kubeconfigSecretOf(cluster));
}

type ScopeSpec = {
  readonly scope: { readonly aws: { readonly network: { readonly zones: readonly object[] } } };
};

/** Writes a Scope for a cluster: the sample's, in the first account and region of the sandbox. */
export async function writeScope(
  controlPlane: KubeClient,
  cluster: string,
  { accountId, region }: Pick<SandboxInfo, 'accountId' | 'region'>,
): Promise<void> {
  const sample = (await loadSamples()).find(({ kind }) => kind === scopeKind.kind);
  // The samples are ours; the API server checks what becomes of this one.
  const { scope, ...spec } = (sample as unknown as { readonly spec: ScopeSpec }).spec;
  const zones = scope.aws.network.zones.map((_, index) => ({ name: region + 'abcdef'.charAt(index) }));
  const aws = { ...scope.aws, accountId, network: { ...scope.aws.network, zones } };
  const wanted = { ...spec, kymaName: cluster, shootName: cluster, region, scope: { aws } };
  await apply(controlPlane, scopeKind, { spec: wanted }, { namespace: CONTROL_PLANE_NAMESPACE, name: cluster });
}
