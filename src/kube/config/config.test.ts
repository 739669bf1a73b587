import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { clusterConfigFromText, loadClusterConfig } from './config.ts';
import { KubeConfigError } from './error.ts';
import { readMaterial } from './identity.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const { signal } = new AbortController();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function aFile(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string;
}

function aKubeconfig({ cluster = {}, user = {}, context = 'one' }: Parts = {}): string {
  return JSON.stringify({
    'current-context': context,
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: context, context: { cluster: 'c', user: 'u', namespace: 'mine' } }],
  });
}

describe('a kubeconfig', () => {
  it('says where the cluster is and what to call it', () => {
    const config = clusterConfigFromText(aKubeconfig({ cluster: { 'tls-server-name': 'other' } }));
    expect(config).toMatchObject({ name: 'one', defaultNamespace: 'mine', serverName: 'other', verifyServer: true });
    expect(config.server.href).toBe('https://api.example:6443/');
  });

  it('may be YAML', () => {
    const yaml = `
current-context: a
clusters: [{name: c, cluster: {server: "https://x", insecure-skip-tls-verify: true}}]
contexts: [{name: a, context: {cluster: c}}]`;
    expect(clusterConfigFromText(yaml)).toMatchObject({ verifyServer: false, defaultNamespace: 'default' });
  });

  it('gives certificates that stand in it', async () => {
    const user = { 'client-certificate-data': base64(PEM), 'client-key-data': base64(PEM) };
    const text = aKubeconfig({ cluster: { 'certificate-authority-data': base64(PEM) }, user });
    const { identity, certificateAuthority } = clusterConfigFromText(text);
    expect(certificateAuthority).toEqual({ text: PEM });
    expect(await identity.clientCertificate(signal)).toEqual({ certificate: PEM, key: PEM });
    expect(await identity.authorization(signal)).toBeUndefined();
  });

  it('gives certificates from files beside it, as they are when asked', async () => {
    await aFile('crt', 'first');
    await aFile('key', 'key');
    const user = { 'client-certificate': 'crt', 'client-key': 'key' };
    const { identity } = loadClusterConfig({ kubeconfig: await aFile('config', aKubeconfig({ user })) });
    expect(await identity.clientCertificate(signal)).toEqual({ certificate: 'first', key: 'key' });
    await aFile('crt', 'second');
    expect(await identity.clientCertificate(signal)).toEqual({ certificate: 'second', key: 'key' });
  });

  it.each([
    { user: { token: 'abc' }, header: 'Bearer abc' },
    { user: { username: 'me', password: 'pw' }, header: `Basic ${base64('me:pw')}` },
    { user: {}, header: undefined },
  ])('gives the header $header', async ({ user, header }) => {
    const { identity } = clusterConfigFromText(aKubeconfig({ user }));
    expect(await identity.authorization(signal)).toBe(header);
  });

  it('lets another context be chosen', () => {
    const text = JSON.stringify({
      'current-context': 'a',
      clusters: [
        { name: 'x', cluster: { server: 'https://x' } },
        { name: 'y', cluster: { server: 'https://y' } },
      ],
      contexts: [
        { name: 'a', context: { cluster: 'x' } },
        { name: 'b', context: { cluster: 'y' } },
      ],
    });
    expect(clusterConfigFromText(text, { context: 'b' }).server.host).toBe('y');
  });
});

describe('a token file', () => {
  it('is read again once a minute, and at once after it was refused', async () => {
    const clock = new VirtualClock();
    await aFile('token', 'one\n');
    const kubeconfig = await aFile('config', aKubeconfig({ user: { tokenFile: 'token' } }));
    const { identity } = loadClusterConfig({ kubeconfig, clock });
    const token = () => identity.authorization(signal);
    expect(await token()).toBe('Bearer one');
    await aFile('token', 'two');
    clock.advance(59_999);
    expect(await token()).toBe('Bearer one');
    clock.advance(1);
    expect(await token()).toBe('Bearer two');
    await aFile('token', 'three');
    identity.refused();
    expect(await token()).toBe('Bearer three');
  });

  it('that is missing or empty is named', async () => {
    const material = (file: string) => ({ file, source: 'the config', key: 'users[0].user.tokenFile' });
    const missing = join(folder, 'missing');
    await expect(readMaterial(material(missing))).rejects.toThrow(
      `the config: users[0].user.tokenFile: cannot read ${missing} (ENOENT)`,
    );
    await expect(readMaterial(material(await aFile('empty', '\n')))).rejects.toThrow('is empty');
  });
});

describe('a bad kubeconfig is refused by file and key', () => {
  const cases: { parts: Parts; message: string }[] = [
    {
      parts: { cluster: { server: 'api' } },
      message: 'clusters[0].cluster.server: expected an http or https URL, found api',
    },
    { parts: { cluster: { server: '' } }, message: 'clusters[0].cluster.server: is missing' },
    {
      parts: { cluster: { 'certificate-authority-data': '%%' } },
      message: 'clusters[0].cluster.certificate-authority-data: is not base64',
    },
    {
      parts: { cluster: { 'certificate-authority-data': base64('x') } },
      message: 'clusters[0].cluster.certificate-authority-data: is not PEM inside its base64',
    },
    {
      parts: { cluster: { 'proxy-url': 'http://p' } },
      message: 'clusters[0].cluster.proxy-url: proxies are not supported',
    },
    { parts: { cluster: { 'insecure-skip-tls-verify': 'yes' } }, message: 'expected true or false' },
    { parts: { user: { 'client-certificate': 'x' } }, message: 'users[0].user.client-key: is missing beside' },
    { parts: { user: { token: 1 } }, message: 'users[0].user.token: expected text, found number' },
    { parts: { user: { 'auth-provider': { name: 'gcp' } } }, message: 'use an exec plugin instead' },
    {
      parts: { user: { exec: { command: 'x', apiVersion: 'v0' } } },
      message: 'users[0].user.exec.apiVersion: expected',
    },
  ];

  it.each(cases)('$message', ({ parts, message }) => {
    expect(() => clusterConfigFromText(aKubeconfig(parts))).toThrow(KubeConfigError);
    expect(() => clusterConfigFromText(aKubeconfig(parts))).toThrow(message);
  });

  it('when it is no YAML, without quoting it', () => {
    expect(() => clusterConfigFromText('{a: secret-value')).toThrow('kubeconfig: is not valid YAML');
    expect(() => clusterConfigFromText('{a: secret-value')).not.toThrow('secret-value');
  });

  it('when a context is not there, naming those that are', () => {
    expect(() => clusterConfigFromText(aKubeconfig(), { context: 'two' })).toThrow(
      'contexts: no two (the context that was asked); there are: one',
    );
  });
});

describe('loadClusterConfig', () => {
  it('merges the files of KUBECONFIG; the first that has a name wins', async () => {
    const first = await aFile('first', JSON.stringify({ 'current-context': 'one' }));
    const second = await aFile('second', aKubeconfig());
    const env = { KUBECONFIG: [first, join(folder, 'missing'), second].join(':') };
    expect(loadClusterConfig({ env }).server.host).toBe('api.example:6443');
  });

  it('prefers the file that was asked', async () => {
    const kubeconfig = await aFile('asked', aKubeconfig({ context: 'asked' }));
    const env = { KUBECONFIG: await aFile('other', aKubeconfig()) };
    expect(loadClusterConfig({ kubeconfig, env }).name).toBe('asked');
  });

  it('takes the service account of the pod it runs in', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
    const config = loadClusterConfig({ env, home: folder });
    expect(config).toMatchObject({ name: 'in-cluster', verifyServer: true });
    expect(config.server.href).toBe('https://[fd00::1]:6443/');
  });

  it('says where it looked when there is nothing', () => {
    expect(() => loadClusterConfig({ env: {}, home: folder })).toThrow(/neither --kubeconfig, KUBECONFIG, .*\.kube/);
    expect(() => loadClusterConfig({ env: { KUBECONFIG: '/missing' } })).toThrow('KUBECONFIG: /missing does not exist');
    expect(() => loadClusterConfig({ kubeconfig: join(folder, 'missing') })).toThrow('cannot be read (ENOENT)');
  });
});

describe('an exec plugin', () => {
  /** A script that prints a credential, counts its runs, and shows what it was told. */
  async function aPlugin(status: object | string, more: object = {}) {
    const printed = typeof status === 'string' ? status : JSON.stringify({ kind: 'ExecCredential', status });
    const command = await aFile(
      'plugin',
      `#!/bin/sh\necho run >> ${folder}/runs\nprintf '%s' "$KUBERNETES_EXEC_INFO$X$1" > ${folder}/told\ncat ${folder}/printed\n`,
    );
    await chmod(command, 0o755);
    await aFile('printed', printed);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, args: ['arg'], ...more };
    const clock = new VirtualClock();
    const { identity } = clusterConfigFromText(aKubeconfig({ user: { exec } }), { clock });
    const runs = async () =>
      (await readMaterial({ file: join(folder, 'runs'), source: '', key: '' })).split('\n').length;
    const told = () => readMaterial({ file: join(folder, 'told'), source: '', key: '' });
    return { identity, clock, runs, told };
  }

  it('gives a token, once for all who ask together, until it expires', async () => {
    const expirationTimestamp = new Date(new VirtualClock().now() + 60_000).toISOString();
    const { identity, clock, runs } = await aPlugin({ token: 't', expirationTimestamp });
    const both = await Promise.all([identity.authorization(signal), identity.authorization(signal)]);
    expect(both).toEqual(['Bearer t', 'Bearer t']);
    expect(await runs()).toBe(1);
    clock.advance(55_000);
    await identity.authorization(signal);
    expect(await runs()).toBe(2);
    identity.refused();
    await identity.authorization(signal);
    expect(await runs()).toBe(3);
  });

  it('gives a certificate', async () => {
    const { identity } = await aPlugin({ clientCertificateData: 'crt', clientKeyData: 'key' });
    expect(await identity.clientCertificate(signal)).toEqual({ certificate: 'crt', key: 'key' });
  });

  it('is told what it needs to know', async () => {
    const { identity, told } = await aPlugin(
      { token: 't' },
      { env: [{ name: 'X', value: 'x' }], provideClusterInfo: true },
    );
    await identity.authorization(signal);
    expect(await told()).toMatch(/"kind":"ExecCredential".*"server":"https:\/\/api\.example:6443".*xarg$/);
  });

  it.each([
    { printed: 'no json', message: 'did not print JSON' },
    { printed: '{"status":{}}', message: 'printed neither a token nor a certificate' },
    { printed: '{"status":{"token":"t","expirationTimestamp":"soon"}}', message: 'that is no date' },
  ])('that errs is named: $message', async ({ printed, message }) => {
    const { identity } = await aPlugin(printed);
    await expect(identity.authorization(signal)).rejects.toThrow(message);
  });

  it('that is not installed is named, with its hint, and asked again later', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/missing/plugin', installHint: 'get it' };
    const { identity } = clusterConfigFromText(aKubeconfig({ user: { exec } }));
    const message = 'kubeconfig: users[0].user.exec: /missing/plugin is not installed; get it';
    await expect(identity.authorization(signal)).rejects.toThrow(message);
    await expect(identity.authorization(signal)).rejects.toThrow(message);
  });
});
