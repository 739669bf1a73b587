import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CONTROL_PLANE_KINDS, crdYaml, CUSTOM_KINDS, type CustomResourceDefinition, USER_KINDS } from '../api/crd.ts';
import { listen } from '../util/listen.ts';
import { main } from './main.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = err = '';
  vi.stubEnv('KUBEBUILDER_ASSETS', '');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the command line', () => {
  it('says its version', async () => {
    expect(await main(['version'])).toBe(0);
    expect(out).toMatch(/^cloud-manager \d+\.\d+\.\d+ \(Node\.js 2\d/);
  });

  it('prints all kinds as YAML', async () => {
    expect(await main(['crds'])).toBe(0);
    const crds = parseAllDocuments(out).map((document) => document.toJS() as CustomResourceDefinition);
    expect(crds.map(({ spec }) => spec.names.kind)).toEqual(CUSTOM_KINDS.map(({ kind }) => kind));
  });

  it.each([
    { which: 'control-plane', kinds: CONTROL_PLANE_KINDS },
    { which: 'user', kinds: USER_KINDS },
  ])('prints the kinds of one side: $which', async ({ which, kinds }) => {
    expect(await main(['crds', '--kinds', which])).toBe(0);
    expect(out).toBe(crdYaml(kinds));
  });

  it('prints an installation, with the options that it is given', async () => {
    const options = ['--aws-region', 'eu-central-1', '--look-interval', '5m', '--redis-ca-file', '/etc/redis/ca.crt'];
    const access = ['--role-arn', 'arn:aws:iam::123456789012:role/x', '--aws-credentials', 'web-identity'];
    expect(await main(['install-manifests', ...options, ...access, '--namespace', 'here'])).toBe(0);
    expect(out.match(/^kind: \w+$/gm)).toContain('kind: Deployment');
    expect(out).toContain('name: CLOUD_MANAGER_LOOK_INTERVAL\n              value: 5m');
    expect(out).toContain('eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/x');
    expect(out).toContain('namespace: here');
  });

  it('prints an installation for clusters of users beside it: their kinds are not of the control plane', async () => {
    expect(await main(['install-manifests', '--aws-region', 'eu-central-1', '--clusters', 'remote'])).toBe(0);
    const installed = out.match(/^  name: \w+\.cloud-(control|resources)\.kyma-project\.io$/gm);
    expect(installed).toHaveLength(CONTROL_PLANE_KINDS.length);
    expect(out).toContain('name: CLOUD_MANAGER_CLUSTERS\n              value: remote');
    expect(out).not.toContain('awsvpcpeerings');
  });

  it('prints who the operator is in a cluster of users', async () => {
    expect(await main(['user-cluster-access', '--namespace', 'here'])).toBe(0);
    const objects = parseAllDocuments(out).map((document): unknown => document.toJS());
    expect(objects).toMatchObject([
      { kind: 'Namespace', metadata: { name: 'here' } },
      { kind: 'ServiceAccount', metadata: { name: 'cloud-manager', namespace: 'here' } },
      { kind: 'ClusterRole', metadata: { name: 'cloud-manager' } },
      {
        kind: 'ClusterRoleBinding',
        roleRef: { kind: 'ClusterRole', name: 'cloud-manager' },
        subjects: [{ kind: 'ServiceAccount', name: 'cloud-manager', namespace: 'here' }],
      },
    ]);
    expect(out).toContain('- cloud-resources.kyma-project.io');
    expect(out).not.toContain('cloud-control.kyma-project.io');
  });

  it('prints an installation without leases as kubectl reads it: one replica, gone before the next one begins', async () => {
    const options = ['--aws-region', 'eu-central-1', '--leases', 'off', '--replicas', '1'];
    expect(await main(['install-manifests', ...options])).toBe(0);
    // `off` is false to a reader of YAML 1.1, such as kubectl.
    const objects = parseAllDocuments(out, { version: '1.1' }).map((document): unknown => document.toJS());
    const env = expect.arrayContaining([{ name: 'CLOUD_MANAGER_LEASES', value: 'off' }]);
    expect(objects.at(-1)).toMatchObject({
      kind: 'Deployment',
      spec: { replicas: 1, strategy: { type: 'Recreate' }, template: { spec: { containers: [{ env }] } } },
    });
  });

  it('prints IAM policies', async () => {
    expect(await main(['iam-policy', '--access', 'read'])).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ Statement: [{ Sid: 'Identity' }, { Sid: 'Read' }] });
    out = '';
    expect(await main(['iam-policy', '--role', 'peering'])).toBe(0);
    expect(out).toContain('ec2:AcceptVpcPeeringConnection');
    out = '';
    expect(
      await main(['iam-policy', '--assume', 'arn:aws:iam::111111111111:role/a', 'arn:aws:iam::222222222222:role/a']),
    ).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      Statement: [{ Action: ['sts:AssumeRole'] }, { Resource: 'arn:aws:iam::222222222222:role/a' }],
    });
  });

  it.each([
    'run',
    'sandbox',
    'demo',
    'check',
    'crds',
    'install-manifests',
    'user-cluster-access',
    'iam-policy',
    'version',
  ])('explains %s', async (command) => {
    expect(await main([command, '--help'])).toBe(0);
    expect(out).toContain(`Usage: cloud-manager ${command}`);
  });

  it.each([
    { args: ['nonsense'], says: "unknown command 'nonsense'" },
    { args: ['demo', '--spede', '3'], says: 'Did you mean --speed?' },
    { args: ['demo', '--speed', '0'], says: 'above 0' },
    { args: ['demo', '--redis', 'maybe'], says: 'Allowed choices are' },
    { args: ['demo', '--kubernetes', 'does-not-exist'], says: 'The kubeconfig does-not-exist cannot be read' },
    { args: ['demo', '--kubernetes', 'envtest'], says: 'KUBEBUILDER_ASSETS' },
    { args: ['demo', 'app', '--redis', 'off'], says: 'leave --redis off away' },
    { args: ['demo', 'app', '--kubernetes', 'somewhere'], says: 'two API servers of its own' },
    { args: ['sandbox', '--aws-port', '70000'], says: 'from 0 to 65535' },
    { args: ['sandbox', '--operator', '--aws', 'off'], says: '--operator needs both halves' },
    { args: ['sandbox', '--kube', 'off', '--aws', 'off'], says: 'leave nothing to run' },
    { args: ['sandbox', '--user-clusters', 'A'], says: '"A" is no name' },
    { args: ['sandbox', '--user-clusters', '2', '--kube', 'off'], says: 'leave out --kube off' },
    { args: ['sandbox', '--scopes'], says: 'add --user-clusters' },
    { args: ['sandbox', '--world', 'does-not-exist.yaml'], says: 'does-not-exist.yaml cannot be read' },
    { args: ['sandbox', '--world', 'x', '--account', '1'], says: 'leave out --account' },
    { args: ['sandbox', '--account', 'twelve'], says: 'twelve' },
    { args: ['install-manifests'], says: 'aws.region: missing' },
    {
      args: ['install-manifests', '--aws-region', 'eu-central-1', '--replicas', 'two'],
      says: '"two" from --replicas is not a whole number from 0 to 1000',
    },
    { args: ['install-manifests', '--role-arn', 'foo'], says: '"foo" from --role-arn is not the ARN of a role' },
    { args: ['iam-policy', '--role', 'CloudManager'], says: 'Allowed choices are account, peering' },
    { args: ['iam-policy', '--assume', 'nonsense'], says: '"nonsense" from --assume is not the ARN of a role' },
    { args: ['install-manifests', '--aws-region', 'eu-central-1', '--leases', 'off'], says: '--replicas 1' },
    {
      args: ['install-manifests', '--aws-region', 'eu-central-1', '--lease-namespace', 'x'],
      says: "unknown option '--lease-namespace'",
    },
    { args: ['check', '--aws-region', 'eu-central-1', '--output', 'xml'], says: 'Allowed choices are' },
    { args: ['run', '--aws-endpoint-url', 'nonsense'], says: 'nonsense' },
  ])('refuses $args with code 2 and a reason', async ({ args, says }) => {
    expect(await main(args)).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain('    at ');
  });

  it.each(['aws', 'kube'])('names the flag of the port of %s that somebody has', async (half) => {
    const server = createServer();
    const port = await listen(server, { port: 0, host: '127.0.0.1' });
    expect(await main(['sandbox', '--redis', 'off', `--${half}-port`, String(port)])).toBe(2);
    expect(err).toBe(`Port ${port} is in use; choose another with --${half}-port\n`);
    server.close();
  });

  it('names a duration of the world file that no service has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const file = join(folder, 'world.yaml');
    await writeFile(file, 'durationsSeconds: {moon.rising: 5}');
    expect(await main(['sandbox', '--redis', 'off', '--world', file])).toBe(2);
    expect(err).toContain('durationsSeconds.moon.rising: unknown name');
    expect(err).not.toContain('WorldOptionsError');
    await rm(folder, { recursive: true });
  });

  it.each([
    {
      reason: 'whose server does not answer',
      server: 'https://127.0.0.1:9',
      says: /^The server of \S+, https:\/\/127.0.0.1:9, does not answer: .*ECONNREFUSED/m,
    },
    { reason: 'that names no server', server: 'nonsense', says: /^\S+kubeconfig: / },
  ])('refuses a kubeconfig $reason', async ({ server, says }) => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-manager-test-'));
    const file = join(folder, 'kubeconfig');
    const clusters = [{ name: 'c', cluster: { server } }];
    const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
    const users = [{ name: 'u', user: { token: 'none' } }];
    const config = { apiVersion: 'v1', kind: 'Config', clusters, contexts, users, 'current-context': 'c' };
    await writeFile(file, JSON.stringify(config));
    expect(await main(['demo', '--redis', 'responder', '--kubernetes', file])).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\w+Error/);
    await rm(folder, { recursive: true });
  });

  it('says which program of a real server is not there', async () => {
    vi.stubEnv('KUBEBUILDER_ASSETS', '/nope');
    expect(await main(['demo', '--redis', 'responder', '--kubernetes', 'envtest'])).toBe(2);
    expect(err).toMatch(/^There is no etcd in \/nope.*setup-envtest use -p path/);
  });
});
