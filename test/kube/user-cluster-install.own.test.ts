import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../src/cli/demo/watching.ts';
import {
  clusterConfigFromText,
  clusterRoleKind,
  createKubeClient,
  crdKind,
  findCondition,
  type KubeClient,
  KubeConnection,
  type KubeCrd,
  rulesFrom,
} from '../../src/kube/index.ts';
import { createInstaller } from '../../src/reconcilers/cloud-resources/cloud-resources/installer.ts';
import { BASE_MANIFESTS, MODULE_MANIFESTS } from '../../src/reconcilers/cloud-resources/cloud-resources/manifests.ts';
import { systemClock } from '../../src/util/clock.ts';
import { connectRest } from '../support/kube-rest.ts';
import { aCall } from '../support/pass.ts';
import { type RealKubeServer, startRealKube } from '../support/real-kube.ts';
import { applyAll, untilGranted } from '../support/service-account.ts';

/*
 * What is installed in a cluster of a user, on a server that stores it in a form of its own, by an identity with nothing but
 * what is declared.
 */

let server: RealKubeServer;
let connection: KubeConnection;
let client: KubeClient;
/** What was written, in order: `PATCH /apis/...`. */
let writes: string[];

beforeAll(async () => {
  server = await startRealKube();
  const kubeconfig = await server.kubeconfigOf('installer');
  const rest = connectRest(server.kubeconfig);
  const rbac = 'rbac.authorization.k8s.io/v1';
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'installer' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'installer' }];
  const rules = rulesFrom(createInstaller('0.1.0').permissions);
  await applyAll(rest, [
    { apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'installer' }, rules },
    { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'installer' }, roleRef, subjects },
  ]);
  rest.close();
  await untilGranted(kubeconfig, {
    verb: 'create',
    group: clusterRoleKind.group,
    resource: clusterRoleKind.plural,
    subresource: '',
    namespace: '',
    name: '',
  });
  writes = [];
  connection = new KubeConnection(clusterConfigFromText(kubeconfig), {
    onRequest: ({ verb, resource, code }) => {
      if (verb !== 'get' && verb !== 'list' && verb !== 'watch') writes.push(`${verb} ${resource} ${code}`);
    },
  });
  client = createKubeClient(connection, aCall({ clock: systemClock }));
});
afterAll(async () => {
  connection.close();
  await server.stop();
});

const ALL = [...BASE_MANIFESTS, ...MODULE_MANIFESTS];

it('is there after one write each, needs none more, and is taken away', async () => {
  const installer = createInstaller('0.1.0');
  await installer.install(ALL, { client });
  expect(writes.filter((write) => !write.endsWith(' 200'))).toEqual([]);
  expect(writes).toHaveLength(ALL.length);
  const isServed = (found: KubeCrd | undefined): boolean =>
    findCondition(found?.status?.conditions, 'Established')?.status === 'True';
  const admin = new KubeConnection(clusterConfigFromText(server.kubeconfig));
  const asAdmin = createKubeClient(admin, aCall({ clock: systemClock }));
  const crds = ALL.filter(({ kind }) => kind === crdKind);
  await Promise.all(crds.map(({ name }) => until(asAdmin, crdKind, { namespace: '', name }, isServed)));
  expect(await installer.install(ALL, { client })).toEqual({ pending: [], ofLaterVersion: [] });
  expect(writes).toHaveLength(ALL.length);
  await installer.uninstall(MODULE_MANIFESTS, client);
  const isGone = (found: unknown): boolean => found === undefined;
  for (const { kind, name } of MODULE_MANIFESTS) await until(asAdmin, kind, { namespace: '', name }, isGone);
  admin.close();
});
