import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloudResourcesKind, crdFrom, DEFAULT_IP_RANGE, USER_KINDS, userIpRangeKind } from '../../src/api/index.ts';
import { kindOf } from '../../src/cli/demo/manifests.ts';
import { until } from '../../src/cli/demo/watching.ts';
import {
  applyPatch,
  clusterConfigFromText,
  crdKind,
  createKubeClient,
  isConditionTrue,
  type KubeClient,
  KubeConnection,
  type KubeObject,
  resourceNameOf,
  secretKind,
} from '../../src/kube/index.ts';
import { ClusterTransport } from '../../src/kube/transport/cluster-transport.ts';
import { userClusterObjects } from '../../src/operator/install/user-cluster-access.ts';
import { operatorPermissionsInUserClusters } from '../../src/operator/permissions.ts';
import { createOperator, type Operator } from '../../src/operator/wiring.ts';
import { MODULE_ROLE, USER_ROLE } from '../../src/reconcilers/cloud-resources/common/planes.ts';
import { systemClock } from '../../src/util/clock.ts';
import { keptLog } from '../support/kept-log.ts';
import { connectRest } from '../support/kube-rest.ts';
import { aScopeManifest, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { ObservedTransport } from '../support/observed-transport.ts';
import { type OperatorWorld, startOperatorWorld } from '../support/operator-world.ts';
import { aCall } from '../support/pass.ts';
import { type RealKubeServer, startRealKube } from '../support/real-kube.ts';
import { applyAll, kubeconfigOf } from '../support/service-account.ts';
import { anAwsRedisInstanceManifest } from '../support/user-manifests.ts';

/* A cluster of users on a real API server, in which the operator is the identity that `user-cluster-access` prints. */

const IDENTITY = { name: 'cloud-manager', namespace: 'kyma-system' };
const CLUSTER = `${NAMESPACE}/demo`;
const LIMIT_MS = 100_000;

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
  const metadata = { namespace: NAMESPACE, name: 'kubeconfig-demo' };
  const data = { config: Buffer.from(kubeconfig).toString('base64') };
  await world.user.patch(secretKind, metadata, applyPatch({ metadata, data }, { fieldManager: 'test', force: true }));
  const scope = aScopeManifest('demo');
  await world.user.patch(kindOf(scope), scope.metadata, applyPatch(scope, { fieldManager: 'test', force: true }));
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
const isGone = (object: KubeObject | undefined): boolean => object === undefined;

function untilOf({ kind, ...manifest }: Manifest, holds: (object: KubeObject | undefined) => boolean) {
  return until(user, kindOf({ kind, ...manifest }), { namespace: NAMESPACE, ...manifest.metadata }, holds);
}

it('is all that the operator needs there: it is refused nothing', { timeout: LIMIT_MS }, async () => {
  await startOperator();
  await announce();
  await until(user, crdKind, { namespace: '', name: resourceNameOf(cloudResourcesKind) }, (crd) => crd !== undefined);
  for (const crd of USER_KINDS.map(crdFrom)) {
    await user.patch(crdKind, crd.metadata, applyPatch(crd, { fieldManager: 'test', force: true }));
  }
  await operator?.users.whenIdle(undefined, AbortSignal.timeout(20_000));
  await operator?.manager.setRoles(CLUSTER, [USER_ROLE, MODULE_ROLE]);
  const redis = anAwsRedisInstanceManifest();
  await user.patch(kindOf(redis), redis.metadata, applyPatch(redis, { fieldManager: 'test', force: true }));
  await untilOf(redis, isReady);
  const { name } = redis.metadata;
  expect((await user.get(secretKind, { namespace: NAMESPACE, name })).data).toHaveProperty('host');
  await user.delete(kindOf(redis), redis.metadata);
  await untilOf(redis, isGone);
  await user.delete(userIpRangeKind, { name: DEFAULT_IP_RANGE });
  await until(user, userIpRangeKind, { namespace: '', name: DEFAULT_IP_RANGE }, isGone);
  expect(wires.get(CLUSTER)?.forbidden).toEqual([]);
  expect(troubles).toEqual([]);
});
