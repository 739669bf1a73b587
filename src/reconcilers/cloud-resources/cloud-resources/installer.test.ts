import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiWorld, startApiWorld } from '../../../../test/support/managed-world.ts';
import { until } from '../../../cli/demo/watching.ts';
import { aCall } from '../../../../test/support/pass.ts';
import { connectRest } from '../../../../test/support/kube-rest.ts';
import { applyAll, kubeconfigOf } from '../../../../test/support/service-account.ts';
import { systemClock } from '../../../util/clock.ts';
import { INSTALL_ANNOTATIONS, USER_LABELS } from '../../../api/names.ts';
import {
  applyPatch,
  clusterConfigFromText,
  clusterRoleKind,
  crdKind,
  createKubeClient,
  findCondition,
  type KubeClient,
  KubeConnection,
  type KubeCrd,
  type KubeObject,
  mergePatch,
  type ResourceKind,
  rulesFrom,
} from '../../../kube/index.ts';
import { createInstaller } from './installer.ts';
import { INSTALLED_SELECTOR } from './manifest.ts';
import { BASE_MANIFESTS, MODULE_MANIFESTS } from './manifests.ts';

let world: ApiWorld;
let client: KubeClient;
beforeAll(async () => {
  world = await startApiWorld([]);
  client = world.client();
});
afterAll(() => world.stop());

const ALL = [...BASE_MANIFESTS, ...MODULE_MANIFESTS];

afterEach(async () => {
  await createInstaller('0.1.0').uninstall(ALL, client);
  for (const [kind, names] of [
    [crdKind, CRDS],
    [clusterRoleKind, ROLES],
  ] as const) {
    // oxlint-disable-next-line vitest/no-standalone-expect -- every test is to leave nothing behind
    for (const name of names) expect(await client.find<KubeObject>(kind, { name })).toBeUndefined();
  }
});

const CRDS = ALL.filter(({ kind }) => kind === crdKind).map(({ name }) => name);
const ROLES = ALL.filter(({ kind }) => kind === clusterRoleKind).map(({ name }) => name);
const IP_RANGES = 'ipranges.cloud-resources.kyma-project.io';

/** Kinds are served a moment after they were made. */
async function untilServed(): Promise<void> {
  const isServed = (found: KubeCrd | undefined): boolean =>
    findCondition(found?.status?.conditions, 'Established')?.status === 'True';
  await Promise.all(CRDS.map((name) => until(client, crdKind, { namespace: '', name }, isServed)));
}

const install = (version = '0.1.0') => createInstaller(version).install(ALL, { client });
const crd = () => client.get(crdKind, { name: IP_RANGES });

async function writesOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = world.api.journal.writes.length;
  await work();
  return world.api.journal.writes.slice(before).map(({ verb, name }) => `${verb} ${name}`);
}

/** As another version of the program would have installed it: with one column less. */
async function installedBy(version: string): Promise<void> {
  await install();
  await untilServed();
  const { spec } = await crd();
  const versions = spec.versions.map((one) => ({ ...one, additionalPrinterColumns: [] }));
  const annotations = { [INSTALL_ANNOTATIONS.version]: version, [INSTALL_ANNOTATIONS.contentHash]: 'another' };
  const labels = { [USER_LABELS.managed]: 'true' };
  const body = { metadata: { name: IP_RANGES, labels, annotations }, spec: { ...spec, versions } };
  await client.patch(crdKind, { name: IP_RANGES }, applyPatch(body, { fieldManager: 'cloud-manager', force: true }));
}

const columns = async () =>
  (await crd()).spec.versions.flatMap((one) =>
    'additionalPrinterColumns' in one ? [one.additionalPrinterColumns] : [],
  );

describe('what is installed in a cluster of a user', () => {
  it('are the kinds of the users, which are served then, and roles for them', async () => {
    await install();
    const { items } = await client.list(crdKind, { labelSelector: INSTALLED_SELECTOR });
    expect(items.map(({ metadata }) => metadata.name).toSorted()).toEqual(CRDS.toSorted());
    await untilServed();
    expect(await install()).toEqual({ pending: [], ofLaterVersion: [] });
    const roles = await client.list(clusterRoleKind, { labelSelector: INSTALLED_SELECTOR });
    expect(roles.items.map(({ metadata }) => metadata.name).toSorted()).toEqual(ROLES.toSorted());
  });

  it('costs a read each, and no write, when it is there', async () => {
    await install();
    const asked = world.api.journal.entries.length;
    expect(await writesOf(install)).toEqual([]);
    expect(world.api.journal.entries.slice(asked)).toHaveLength(ALL.length);
  });

  it('costs nothing when it is known', async () => {
    await install();
    const found = new Map<string, KubeObject>();
    for (const { kind, name } of ALL) found.set(name, await client.get(kind, { name }));
    const asked = world.api.journal.entries.length;
    await createInstaller('0.1.0').install(ALL, { client, known: ({ name }) => found.get(name) });
    expect(world.api.journal.entries).toHaveLength(asked);
  });

  it('is for a cluster that has just come its first kind alone', async () => {
    await createInstaller('0.1.0').applyBase(client);
    expect(await client.find(crdKind, { name: IP_RANGES })).toBeUndefined();
    expect(await client.find(crdKind, { name: 'cloudresources.cloud-resources.kyma-project.io' })).toBeDefined();
    expect(await writesOf(() => createInstaller('0.1.0').applyBase(client))).toEqual([]);
  });

  it('lets who may edit or view do so with the kinds, less what is for administrators', async () => {
    await install();
    const rulesOf = async (name: string) => JSON.stringify((await client.get(clusterRoleKind, { name })).rules);
    const edit = await rulesOf('cloud-resources-edit');
    for (const plural of ['awsredisinstances', 'awsredisclusters']) expect(edit).toContain(`"${plural}"`);
    expect(edit).toContain('"delete"');
    expect(edit).not.toMatch(/status|finalizers|cloudresources|ipranges|awsvpcpeerings/);
    const view = await rulesOf('cloud-resources-view');
    for (const plural of ['ipranges', 'awsredisinstances', 'awsredisclusters', 'awsvpcpeerings']) {
      expect(view).toContain(`"${plural}"`);
    }
    expect(view).not.toMatch(/create|delete|patch|update/);
    expect(await rulesOf('cloud-resources-module-view')).toContain('cloudresources');
    const { metadata } = await client.get(clusterRoleKind, { name: 'cloud-resources-view' });
    expect(metadata.labels).toMatchObject({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' });
  });

  const patch = (kind: ResourceKind, name: string, body: object): Promise<unknown> =>
    client.patch<KubeObject>(kind, { name }, mergePatch(body));

  it.each([
    {
      change: 'the schema of a kind is changed',
      name: IP_RANGES,
      make: async () => {
        const versions = (await crd()).spec.versions.map((one) => ({ ...one, additionalPrinterColumns: [] }));
        await patch(crdKind, IP_RANGES, { spec: { versions } });
      },
    },
    {
      change: 'a role is changed',
      name: 'cloud-resources-view',
      make: () => patch(clusterRoleKind, 'cloud-resources-view', { rules: [] }),
    },
    {
      change: 'the label of a kind is taken away',
      name: IP_RANGES,
      make: () => patch(crdKind, IP_RANGES, { metadata: { labels: { [USER_LABELS.managed]: null } } }),
    },
    {
      change: 'a role is deleted',
      name: 'cloud-resources-edit',
      make: () => client.delete(clusterRoleKind, { name: 'cloud-resources-edit' }),
    },
  ])('is put right when $change', async ({ make, name }) => {
    await install();
    await make();
    expect(await writesOf(install)).toEqual([`patch ${name}`]);
    expect(await writesOf(install)).toEqual([]);
  });

  it('is left alone in what others add to it', async () => {
    await install();
    await patch(crdKind, IP_RANGES, {
      metadata: { labels: { team: 'theirs' } },
      spec: { names: { shortNames: ['ipr'] } },
    });
    expect(await writesOf(install)).toEqual([]);
    expect((await crd()).metadata.labels).toMatchObject({ team: 'theirs' });
  });
});

describe('the kinds of another version', () => {
  it('are replaced when it is an earlier one', async () => {
    await installedBy('0.0.9');
    expect(await install()).toEqual({ pending: [], ofLaterVersion: [] });
    expect((await columns()).flat()).not.toEqual([]);
    expect((await crd()).metadata.annotations).toMatchObject({ [INSTALL_ANNOTATIONS.version]: '0.1.0' });
  });

  it('are applied once when it is an earlier one that differs in nothing that is compared', async () => {
    await install();
    await untilServed();
    expect(await writesOf(() => install('0.2.0'))).toHaveLength(ALL.length);
    expect(await writesOf(() => install('0.2.0'))).toEqual([]);
  });

  it('are replaced when nobody knows whose they are', async () => {
    await installedBy('unknown');
    await install();
    expect((await columns()).flat()).not.toEqual([]);
  });

  it('are left, and told, when it is a later one', async () => {
    await installedBy('0.2.0');
    expect(
      await writesOf(async () => expect(await install()).toEqual({ pending: [], ofLaterVersion: [IP_RANGES] })),
    ).toEqual([]);
    expect((await columns()).flat()).toEqual([]);
  });

  it('are not told when they are the same', async () => {
    await install('0.2.0');
    await untilServed();
    expect(await install()).toEqual({ pending: [], ofLaterVersion: [] });
  });
});

it('asks for no more than it declares, and may grant what it grants', async () => {
  const rest = connectRest(world.api.kubeconfig);
  const subject = { kind: 'ServiceAccount', namespace: 'default', name: 'installer' };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'installer' };
  const rbac = 'rbac.authorization.k8s.io/v1';
  await applyAll(rest, [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: 'installer' } },
    {
      apiVersion: rbac,
      kind: 'ClusterRole',
      metadata: { name: 'installer' },
      rules: rulesFrom(createInstaller('0.1.0').permissions),
    },
    { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'installer' }, roleRef, subjects: [subject] },
  ]);
  rest.close();
  const kubeconfig = await kubeconfigOf(world.api.kubeconfig, 'default', 'installer');
  const connection = new KubeConnection(clusterConfigFromText(kubeconfig));
  const asked = world.api.journal.entries.length;
  const limited = createKubeClient(connection, aCall({ clock: systemClock }));
  await createInstaller('0.1.0').install(ALL, { client: limited });
  await createInstaller('0.1.0').uninstall(ALL, limited);
  connection.close();
  const answers = world.api.journal.entries.slice(asked);
  expect(new Set(answers.map(({ user }) => user))).toEqual(new Set(['system:serviceaccount:default:installer']));
  expect(answers.filter(({ status = 0 }) => status === 403)).toEqual([]);
});

it('waits for a kind that goes, and makes it again then', async () => {
  await install();
  await untilServed();
  const ipRanges = {
    group: 'cloud-resources.kyma-project.io',
    version: 'v1beta1',
    kind: 'IpRange',
    plural: 'ipranges',
    namespaced: false,
  };
  await client.create<KubeObject>(ipRanges, { metadata: { name: 'default', finalizers: ['example.com/hold'] } });
  await client.delete(crdKind, { name: IP_RANGES });
  expect(await install()).toEqual({ pending: [IP_RANGES], ofLaterVersion: [] });
  await client.patch<KubeObject>(ipRanges, { name: 'default' }, mergePatch({ metadata: { finalizers: null } }));
  expect(await client.find(crdKind, { name: IP_RANGES })).toBeUndefined();
  await install();
  expect(await client.find(crdKind, { name: IP_RANGES })).toBeDefined();
});
