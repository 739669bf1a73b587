import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { CUSTOM_KINDS } from '../../src/api/index.ts';
import { clusterConfigFromText, createKubeClient, KubeConnection } from '../../src/kube/index.ts';
import { checkKinds } from '../../src/operator/check/kinds.ts';
import { installObjects } from '../../src/operator/install/manifests.ts';
import type { InstallObject, InstallSettings } from '../../src/operator/install/settings.ts';
import { systemClock } from '../../src/util/clock.ts';
import { connectRest, type KubeRest, untilServed } from '../support/kube-rest.ts';
import { aCall } from '../support/pass.ts';
import { type RealKubeServer, startRealKube } from '../support/real-kube.ts';
import { applyAll, installPath } from '../support/service-account.ts';

/* The chart as people use it: rendered, looked at by a real API server, installed, upgraded and uninstalled by Helm. */

const CHART = new URL('../../config/helm/cloud-manager', import.meta.url).pathname;
const NAMESPACE = 'cloud-manager';
const REGION = { 'aws-region': 'eu-central-1' };

/** Beside the programs of Kubernetes, or on the PATH. */
function helmProgram(): string {
  const beside = join(process.env['KUBEBUILDER_ASSETS'] ?? '', 'helm');
  return existsSync(beside) ? beside : 'helm';
}

const run = promisify(execFile);
let server: RealKubeServer;
let rest: KubeRest;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-manager-helm-'));
  server = await startRealKube();
  rest = connectRest(server.kubeconfig);
  await applyAll(rest, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
});

afterAll(async () => {
  rest.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function helm(...args: readonly string[]): Promise<string> {
  const own = { HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: server.kubeconfigPath, ...own };
  try {
    return (await run(helmProgram(), [...args, '--namespace', NAMESPACE], { env })).stdout;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    throw new Error('Helm is neither in KUBEBUILDER_ASSETS nor on the PATH: https://helm.sh/docs/intro/install', {
      cause: error,
    });
  }
}

let files = 0;

async function valuesFile(values: object): Promise<string> {
  const file = join(folder, `values-${(files += 1)}.yaml`);
  // As Helm reads it: `off` without quotes is no text.
  await writeFile(file, stringify(values, { version: '1.1' }));
  return file;
}

async function rendered(values: object): Promise<readonly InstallObject[]> {
  const text = await helm('template', 'cloud-manager', CHART, '--values', await valuesFile(values));
  // The chart is ours; the API server checks what it makes.
  return parseAllDocuments(text).map((document) => document.toJS() as InstallObject);
}

const settings: InstallSettings = {
  name: 'cloud-manager',
  namespace: NAMESPACE,
  image: 'cloud-manager:0.1.0',
  replicas: 2,
  roleArn: undefined,
  credentialsSecret: undefined,
  options: REGION,
};

const ROLE = 'arn:aws:iam::123456789012:role/CloudManager';
const SECRET = [{ secretRef: { name: 'aws-key' } }];

/** In units of all kinds: the grace period of the pods comes from it. */
const SLOW = { 'shutdown-timeout': '0h59m2s4ms' };

/** Values, and the same said to `install-manifests`. */
const SAID_TWICE: readonly { reason: string; values: object; same: InstallSettings }[] = [
  { reason: 'the least', values: { options: REGION }, same: settings },
  {
    reason: 'options, a role and another image',
    values: {
      options: {
        ...REGION,
        'aws-role-name': 'Manager',
        workers: 20,
        'wait-scale': 0.5,
        'look-interval': '5m',
        ...SLOW,
      },
      serviceAccount: { roleArn: ROLE },
      image: { repository: 'example.com/cloud-manager', tag: '1' },
      replicas: 3,
      envFrom: SECRET,
    },
    same: {
      ...settings,
      image: 'example.com/cloud-manager:1',
      replicas: 3,
      roleArn: ROLE,
      credentialsSecret: 'aws-key',
      options: {
        ...REGION,
        'aws-role-name': 'Manager',
        workers: '20',
        'wait-scale': '0.5',
        'look-interval': '5m',
        ...SLOW,
      },
    },
  },
  {
    reason: 'one operator without leases',
    values: { options: { ...REGION, leases: 'off' }, replicas: 1 },
    same: { ...settings, replicas: 1, options: { ...REGION, leases: 'off' } },
  },
  {
    reason: 'clusters of users beside the control plane',
    values: { options: { ...REGION, clusters: 'remote' } },
    same: { ...settings, options: { ...REGION, clusters: 'remote' } },
  },
];

const EVERYTHING = {
  options: { ...REGION, 'redis-ca-file': '/etc/redis/ca.crt' },
  imagePullSecrets: [{ name: 'registry' }],
  serviceAccount: { name: 'somebody', roleArn: ROLE, annotations: { 'example.com/team': 'storage' } },
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
  networkPolicy: { extraEgress: [{ ports: [{ protocol: 'TCP', port: 3128 }] }] },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' }, interval: '15s' },
  podAnnotations: { 'example.com/a': 'b' },
  podLabels: { team: 'storage' },
  priorityClassName: 'system-cluster-critical',
  nodeSelector: { 'kubernetes.io/arch': 'arm64' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  extraVolumes: [{ name: 'ca', configMap: { name: 'redis-ca' } }],
  extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/redis', readOnly: true }],
};

const LEAST = {
  options: REGION,
  replicas: 1,
  serviceAccount: { create: false, name: 'somebody' },
  crds: { install: false },
  podDisruptionBudget: { enabled: false },
  networkPolicy: { enabled: false },
};

const ORDINARY = [...new Set(installObjects(settings).map(({ kind }) => kind))].filter((kind) => kind !== 'Namespace');

describe('the chart', () => {
  it('has nothing that helm lint finds', async () => {
    const said = await helm('lint', CHART, '--strict', '--values', await valuesFile(EVERYTHING));
    expect(said).toContain('0 chart(s) failed');
  });

  it.each(SAID_TWICE)('makes of $reason what install-manifests makes', async ({ values, same }) => {
    const ours = installObjects(same).filter(({ kind }) => kind !== 'Namespace');
    expect(byName((await rendered(values)).map(withoutHelm))).toEqual(byName(ours));
  });

  it.each([
    ['the least that can be said', { options: REGION }, ORDINARY],
    ['everything that can be said', EVERYTHING, [...ORDINARY, 'ServiceMonitor']],
    [
      'all off that can be',
      LEAST,
      ['ClusterRole', 'ClusterRoleBinding', 'Deployment', 'Role', 'RoleBinding', 'Service'],
    ],
  ] as const)('is accepted by the API server with %s', { timeout: 60_000 }, async (_reason, values, kinds) => {
    await installStubOfPrometheus();
    const objects = await rendered(values);
    expect([...new Set(objects.map(({ kind }) => kind))].toSorted()).toEqual(kinds.toSorted());
    await applyAll(rest, objects, '&dryRun=All&fieldValidation=Strict');
  });

  it.each([
    [{ options: { 'aws-region': 'Frankfurt' } }, 'aws-region'],
    [{ options: { ...REGION, 'look-interval': 'often' } }, 'look-interval'],
    [{ options: { ...REGION, 'aws-rolename': 'x' } }, 'aws-rolename'],
    [{ options: { ...REGION, leases: 'off' } }, 'replicas 1'],
    [{ options: { ...REGION, 'lease-namespace': 'x' } }, 'lease-namespace'],
    [{ options: REGION, replicaCount: 2 }, 'replicaCount'],
    [{ options: {} }, 'options.aws-region is needed'],
  ])('refuses %j', async (values, word) => {
    await expect(rendered(values)).rejects.toThrow(word);
  });
});

describe('a release', { timeout: 120_000 }, () => {
  it('brings the kinds up to date, and leaves them behind when it goes', async () => {
    const values = ['--values', await valuesFile({ options: REGION })];
    await helm('install', 'cloud-manager', await chartOfLastYear(), ...values);
    expect(await currentKinds()).toEqual([]);
    const notes = await helm('upgrade', 'cloud-manager', CHART, ...values);
    expect(notes).toContain('exec deploy/cloud-manager');
    expect(await currentKinds()).toHaveLength(CUSTOM_KINDS.length);
    const [deployment] = (await rendered({ options: REGION })).filter(({ kind }) => kind === 'Deployment');
    const path = deployment && `${installPath(deployment)}/${deployment.metadata.name}`;
    expect((await rest.send('GET', String(path))).status).toBe(200);
    await helm('uninstall', 'cloud-manager');
    expect((await rest.send('GET', String(path))).status).toBe(404);
    expect(await currentKinds()).toHaveLength(CUSTOM_KINDS.length);
    await helm('install', 'cloud-manager', CHART, ...values);
    await helm('uninstall', 'cloud-manager');
  });
});

const ALONE = { options: { ...REGION, leases: 'off' }, replicas: 1 };

describe('an installation that gives its leases up', { timeout: 120_000 }, () => {
  it('is taken from Helm', async () => {
    const before = await valuesFile({ options: REGION, crds: { install: false } });
    const after = await valuesFile({ ...ALONE, crds: { install: false } });
    await helm('install', 'cloud-manager-alone', CHART, '--values', before);
    await helm('upgrade', 'cloud-manager-alone', CHART, '--values', after);
    expect(await strategyOf('cloud-manager-alone')).toEqual({ type: 'Recreate' });
    await helm('uninstall', 'cloud-manager-alone');
  });

  it('is taken from install-manifests', async () => {
    const named = { ...settings, name: 'manifests' };
    const deployments = (of: InstallSettings): readonly InstallObject[] =>
      installObjects(of).filter(({ kind }) => kind === 'Deployment');
    await applyAll(rest, deployments(named));
    await applyAll(rest, deployments({ ...named, ...ALONE }));
    expect(await strategyOf('manifests')).toEqual({ type: 'Recreate' });
  });
});

async function strategyOf(deployment: string): Promise<unknown> {
  const { body } = await rest.send('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${deployment}`);
  // The server gives Deployments this form.
  return (body['spec'] as { readonly strategy: unknown }).strategy;
}

/** The chart with CRDs whose schemas say less. */
async function chartOfLastYear(): Promise<string> {
  const chart = join(folder, 'last-year');
  await cp(CHART, chart, { recursive: true });
  const crds = join(chart, 'templates', 'crds');
  for (const name of await readdir(crds)) {
    const text = await readFile(join(crds, name), 'utf8');
    await writeFile(
      join(crds, name),
      text.replace(/(openAPIV3Schema:\s+type: object\s+description:) .*/, '$1 Of last year.'),
    );
  }
  return chart;
}

/** What is said of the kinds that are installed and of this version. */
async function currentKinds(): Promise<readonly string[]> {
  const connection = new KubeConnection(clusterConfigFromText(server.kubeconfig));
  try {
    const findings = await checkKinds(createKubeClient(connection, aCall({ clock: systemClock })), 'single');
    expect(findings).toHaveLength(CUSTOM_KINDS.length);
    return findings.filter(({ isGood }) => isGood).map(({ message }) => message);
  } finally {
    connection.close();
  }
}

/** As much of ServiceMonitor as an API server needs to take one. */
async function installStubOfPrometheus(): Promise<void> {
  const names = { kind: 'ServiceMonitor', listKind: 'ServiceMonitorList', plural: 'servicemonitors' };
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: anything } };
  const group = 'monitoring.coreos.com';
  const spec = { group, names: { ...names, singular: 'servicemonitor' }, scope: 'Namespaced', versions: [version] };
  const metadata = { name: `servicemonitors.${group}` };
  await applyAll(rest, [{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec }]);
  await untilServed(rest, `/apis/${group}/v1/servicemonitors`);
}

const HELMS_OWN = ['app.kubernetes.io/version', 'app.kubernetes.io/managed-by', 'helm.sh/chart'];

/** The object without what only Helm needs. */
function withoutHelm(object: InstallObject): InstallObject {
  const { labels, annotations, ...metadata } = object.metadata as InstallObject['metadata'] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  const own = Object.entries(labels ?? {}).filter(([key]) => !HELMS_OWN.includes(key));
  const said = Object.entries(annotations ?? {}).filter(([key]) => key !== 'helm.sh/resource-policy');
  const kept = {
    ...(own.length > 0 && { labels: Object.fromEntries(own) }),
    ...(said.length > 0 && { annotations: Object.fromEntries(said) }),
  };
  return { ...object, metadata: { ...metadata, ...kept } };
}

function byName(objects: readonly InstallObject[]): Readonly<Record<string, InstallObject>> {
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}
