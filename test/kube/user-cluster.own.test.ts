import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloudResourcesKind, DEFAULT_IP_RANGE } from '../../src/api/index.ts';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import { until } from '../../src/cli/demo/watching.ts';
import {
  applyPatch,
  clusterConfigFromText,
  crdKind,
  createKubeClient,
  isConditionTrue,
  findCondition,
  type KubeClient,
  KubeConnection,
  type KubeCrd,
  type KubeObject,
  resourceNameOf,
  secretKind,
} from '../../src/kube/index.ts';
import { ClusterTransport } from '../../src/kube/transport/cluster-transport.ts';
import { userClusterObjects } from '../../src/operator/install/user-cluster-access.ts';
import { operatorPermissionsInUserClusters } from '../../src/operator/permissions.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { systemClock } from '../../src/util/clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { connectRest } from '../support/kube-rest.ts';
import { aScopeManifest, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { ObservedTransport } from '../support/observed-transport.ts';
import { type OperatorWorld, startOperatorWorld } from '../support/operator-world.ts';
import { aCall } from '../support/pass.ts';
import { type RealKubeServer, startRealKube } from '../support/real-kube.ts';
import { applyAll, kubeconfigOf, untilGranted } from '../support/service-account.ts';
import {
  aCloudResourcesManifest,
  anAwsRedisInstanceManifest,
  aUserIpRangeManifest,
} from '../support/user-manifests.ts';

/* A cluster of users on a real API server, in which the operator is the identity that `user-cluster-access` prints. */

const IDENTITY = { name: 'cloud-manager', namespace: 'kyma-system' };
const FIRST_ASKED = {
  verb: 'get',
  group: '',
  resource: 'namespaces',
  subresource: '',
  name: 'kube-system',
  namespace: '',
};
/** A busy server serves a kind a moment after it says so; what is refused is looked for by itself. */
const NOT_SERVED_YET = 'Cannot list yet, trying again after a pause';
const CLUSTER = `${NAMESPACE}/demo`;
const LIMIT_MS = 100_000;
const MODULE = aCloudResourcesManifest();
const DEFAULT_RANGE: Manifest = { ...aUserIpRangeManifest(), metadata: { name: DEFAULT_IP_RANGE } };

let server: RealKubeServer;
let world: OperatorWorld;
let connection: KubeConnection;
let user: KubeClient;
let operator: Operator | undefined;
const wires = new Map<string, ObservedTransport>();
const { log, troubles } = keptLog();

beforeAll(async () => {
  [server, world] = await Promise.all([startRealKube(), startOperatorWorld({ isEmbedded: true })]);
  const rest = connectRest(server.kubeconfig);
  await applyAll(rest, [
    ...userClusterObjects(IDENTITY, operatorPermissionsInUserClusters()),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  ]);
  rest.close();
  connection = new KubeConnection(clusterConfigFromText(server.kubeconfig));
  user = createKubeClient(connection, aCall({ clock: systemClock, signal: AbortSignal.timeout(LIMIT_MS) }));
});

afterAll(async () => {
  await operator?.stop();
  connection.close();
  await Promise.all([server.stop(), world.stop()]);
});

/** What the platform writes in the control plane. */
async function announce(): Promise<void> {
  const kubeconfig = await kubeconfigOf(server.kubeconfig, IDENTITY.namespace, IDENTITY.name);
  await untilGranted(kubeconfig, FIRST_ASKED);
  const metadata = { namespace: NAMESPACE, name: 'kubeconfig-demo' };
  const data = { config: Buffer.from(kubeconfig).toString('base64') };
  await world.user.patch(secretKind, metadata, applyPatch({ metadata, data }, { fieldManager: 'test', force: true }));
  await apply(world.user, aScopeManifest('demo'));
}

async function startOperator(): Promise<void> {
  const options = world.options({ clusters: 'remote', clustersNamespace: NAMESPACE, leases: 'off' });
  operator = createOperator(options, {
    log,
    transportTo: (config) => {
      const wire = new ObservedTransport(new ClusterTransport(config, { clock: systemClock }));
      wires.set(config.name, wire);
      return wire;
    },
  });
  await operator.start(AbortSignal.timeout(20_000));
}

const isReady = (object: KubeObject | undefined): boolean => object !== undefined && isConditionTrue(object, 'Ready');
const isServed = (crd: KubeCrd | undefined): boolean =>
  findCondition(crd?.status?.conditions, 'Established')?.status === 'True';
const isGone = (object: KubeObject | undefined): boolean => object === undefined;

function untilOf(manifest: Manifest, holds: (object: KubeObject | undefined) => boolean) {
  return until(user, kindOf(manifest), { namespace: '', ...manifest.metadata }, holds);
}

async function apply(kube: KubeClient, manifest: Manifest): Promise<void> {
  await kube.patch(kindOf(manifest), manifest.metadata, applyPatch(manifest, { fieldManager: 'test', force: true }));
}

it('is all that the operator needs there: it is refused nothing', { timeout: LIMIT_MS }, async () => {
  await startOperator();
  await announce();
  // Kinds are served a moment after they were made.
  await until(user, crdKind, { namespace: '', name: resourceNameOf(cloudResourcesKind) }, isServed);
  await apply(user, MODULE);
  await untilOf(MODULE, isReady);
  const redis = anAwsRedisInstanceManifest();
  await apply(user, redis);
  await untilOf(redis, isReady);
  const { name } = redis.metadata;
  expect((await user.get(secretKind, { namespace: NAMESPACE, name })).data).toHaveProperty('host');
  for (const manifest of [redis, DEFAULT_RANGE, MODULE]) {
    await user.delete(kindOf(manifest), manifest.metadata);
    await untilOf(manifest, isGone);
  }
  expect(wires.get(CLUSTER)?.forbidden).toEqual([]);
  expect(troubles.filter((trouble) => trouble !== NOT_SERVED_YET)).toEqual([]);
});
