import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OLDEST_MINOR } from '../../src/operator/check/kubernetes.ts';
import { installObjects } from '../../src/operator/install/manifests.ts';
import {
  HEALTH_PORT,
  type InstallObject,
  type InstallSettings,
  METRICS_PORT,
} from '../../src/operator/install/settings.ts';
import { OPTION_FIELDS } from '../../src/operator/option-fields.ts';
import { CHART } from '../../tools/generated.ts';

/* What can be said of the Helm chart without Helm. `test/kube/helm.own.test.ts` renders, installs and upgrades it. */

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly additionalProperties: boolean;
}

// Files of our own, which the tests below read.
const schema = JSON.parse(textOf(`${CHART}/values.schema.json`)) as Schema;
const values = parse(textOf(`${CHART}/values.yaml`)) as Readonly<Record<string, unknown>>;
const chart = parse(textOf(`${CHART}/Chart.yaml`)) as Readonly<Record<string, string>>;

/** How an option gets into the pod, if not by a value of its own. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'aws.credentials.accessKeyId': 'envFrom',
  'aws.credentials.secretAccessKey': 'envFrom',
  'aws.credentials.sessionToken': 'envFrom',
  'leases.namespace': 'the namespace of the release, in which its Role is',
  'kubernetes.kubeconfig': 'the service account of the pod; KUBECONFIG by envFrom',
  'server.metricsAddress': 'the chart: ports and probes name it',
  'server.healthAddress': 'the chart: ports and probes name it',
};

describe('the chart', () => {
  it('is of the version of the package', () => {
    const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };
    expect([chart['version'], chart['appVersion']]).toEqual([version, version]);
  });

  it('asks for the Kubernetes that check asks for', () => {
    expect(chart['kubeVersion']).toBe(`>=1.${OLDEST_MINOR}.0-0`);
  });

  it('has a value for every option, or another way', () => {
    const flags = Object.keys(schema.properties['options']?.properties ?? {});
    const without = OPTION_FIELDS.filter(({ meta }) => !flags.includes(meta.flag ?? ''));
    expect(without.map(({ path }) => path).toSorted()).toEqual(Object.keys(OTHERWISE).toSorted());
  });

  it('has in its schema what values.yaml has, and no more', () => {
    // `global` is what Helm gives to every chart.
    expect(
      Object.keys(schema.properties)
        .filter((name) => name !== 'global')
        .toSorted(),
    ).toEqual(Object.keys(values).toSorted());
    expect(schema.additionalProperties).toBe(false);
  });

  it('names the ports on which the program serves', () => {
    const defaultOf = (path: string): string => OPTION_FIELDS.find((field) => field.path === path)?.meta.default ?? '';
    expect([`:${METRICS_PORT}`, `:${HEALTH_PORT}`]).toEqual([
      defaultOf('server.metricsAddress'),
      defaultOf('server.healthAddress'),
    ]);
  });
});

describe('the manifests', () => {
  const settings = { name: 'a', namespace: 'b', image: 'c', replicas: 2 };
  const objectsWith = (options: InstallSettings['options']): readonly InstallObject[] =>
    installObjects({ ...settings, options, roleArn: undefined, credentialsSecret: undefined });
  const objects = objectsWith({});

  it('let nobody but Secrets and Events be touched outside of our groups', () => {
    const rules = objects.find(({ kind }) => kind === 'ClusterRole')?.['rules'];
    // A ClusterRole of ours has rules of this form.
    const foreign = (rules as readonly { readonly apiGroups: string[]; readonly resources: string[] }[])
      .filter(({ apiGroups: [group = ''] }) => !group.endsWith('.kyma-project.io'))
      .map(({ resources }) => resources.join());
    expect([...new Set(foreign)].toSorted()).toEqual(['customresourcedefinitions', 'events', 'secrets']);
    expect(JSON.stringify(rules)).not.toContain('*');
  });

  it.each([
    { options: {}, graceSeconds: 30 + 30 },
    { options: { 'shutdown-timeout': '0s' }, graceSeconds: 30 },
    { options: { 'shutdown-timeout': '500ms' }, graceSeconds: 1 + 30 },
    { options: { 'shutdown-timeout': '0h59m2s4ms' }, graceSeconds: 3543 + 30 },
  ])('give the program 30 s longer to end than it gives to its work: $options', ({ options, graceSeconds }) => {
    expect(objectsWith(options).at(-1)).toMatchObject({
      spec: { template: { spec: { terminationGracePeriodSeconds: graceSeconds } } },
    });
  });

  it('bring a namespace before what lives in it, and kinds before who follows them', () => {
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds[0]).toBe('Namespace');
    expect(kinds.lastIndexOf('CustomResourceDefinition')).toBeLessThan(kinds.indexOf('Deployment'));
    expect(kinds.at(-1)).toBe('Deployment');
  });
});
