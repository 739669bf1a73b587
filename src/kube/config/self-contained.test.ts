import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CertifiedKey, createCertificateAuthority } from '../../sandbox/certificates.ts';
import { turn } from '../../../test/support/virtual-time.ts';
import { KubeConfigError } from './error.ts';
import { selfContainedClusterConfig } from './self-contained.ts';

const TOKEN = 'a-token-that-nobody-may-see';
const { signal } = new AbortController();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let folder: string;
let caPem: string;
let pair: CertifiedKey;
let other: CertifiedKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  const authority = await createCertificateAuthority('test', Date.now());
  [caPem, pair, other] = [
    authority.caPem,
    await authority.issueClient('me', []),
    await authority.issueClient('other', []),
  ];
});
afterAll(() => rm(folder, { recursive: true }));

const source = 'Secret kcp-system/kubeconfig-demo';
const read = (text: string) => selfContainedClusterConfig(text, { name: 'kcp-system/demo', source });

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly more?: object;
}

function aKubeconfig({ cluster = {}, user = { token: TOKEN }, more = {} }: Parts = {}): string {
  const authority = { 'certificate-authority-data': base64(caPem) };
  return JSON.stringify({
    'current-context': 'mine',
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443', ...authority, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'mine', context: { cluster: 'c', user: 'u' } }],
    ...more,
  });
}

/** What is said of a text that is refused, after the source. */
function refusalOf(text: string): string {
  const error = errorOf(text);
  expect(error).toBeInstanceOf(KubeConfigError);
  // The text of an error is not all that a log shows.
  expect(error?.cause).toBeUndefined();
  const message = error?.message ?? '';
  expect(message.startsWith(`${source}: `)).toBe(true);
  return message.slice(source.length + 2);
}

function errorOf(text: string): Error | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

describe('a self-contained kubeconfig', () => {
  it('is taken with a token, under the name that was asked', async () => {
    const config = read(aKubeconfig());
    expect(config).toMatchObject({
      name: 'kcp-system/demo',
      verifyServer: true,
      certificateAuthority: { text: caPem },
    });
    expect(await config.identity.authorization(signal)).toBe(`Bearer ${TOKEN}`);
  });

  it('is taken with a client certificate and its key', async () => {
    const { certificatePem, privateKeyPem } = pair;
    const user = { 'client-certificate-data': base64(certificatePem), 'client-key-data': base64(privateKeyPem) };
    const { identity } = read(aKubeconfig({ user }));
    expect(await identity.clientCertificate(signal)).toEqual({ certificate: certificatePem, key: privateKeyPem });
  });

  it('may go without an authority: the server then has a public one', () => {
    expect(read(aKubeconfig({ cluster: { 'certificate-authority-data': null } })).certificateAuthority).toBeUndefined();
  });

  it('may hold other contexts, which are not looked at', () => {
    const users = [
      { name: 'u', user: { token: TOKEN } },
      { name: 'x', user: { exec: { command: 'x' } } },
    ];
    expect(read(aKubeconfig({ more: { users } })).server.host).toBe('api.example:6443');
  });
});

describe('what would read, run or give away something is refused by its key', () => {
  const pem = 'client-certificate-data';
  const cases: { what: string; parts: () => Parts; message: string }[] = [
    {
      what: 'a program',
      parts: () => ({ user: { token: TOKEN, exec: { command: 'touch', args: [join(folder, 'ran')] } } }),
      message: 'users[0].user.exec: programs are not run; give a token',
    },
    {
      what: 'an authentication provider',
      parts: () => ({ user: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': '/bin/sh' } } } }),
      message: 'users[0].user.auth-provider: was removed from Kubernetes',
    },
    {
      what: "a token's file",
      parts: () => ({ user: { tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' } }),
      message: 'users[0].user.tokenFile: files are not read; put the token itself into token',
    },
    {
      what: "an authority's file, also beside the data",
      parts: () => ({ cluster: { 'certificate-authority': '/etc/passwd' } }),
      message: 'clusters[0].cluster.certificate-authority: files are not read',
    },
    {
      what: "a client certificate's file",
      parts: () => ({ user: { 'client-certificate': 'crt' } }),
      message: 'users[0].user.client-certificate: files are not read',
    },
    {
      what: "a key's file",
      parts: () => ({ user: { [pem]: base64(pair.certificatePem), 'client-key': 'key' } }),
      message: 'users[0].user.client-key: files are not read',
    },
    {
      what: 'a proxy',
      parts: () => ({ cluster: { 'proxy-url': 'socks5://127.0.0.1' } }),
      message: 'clusters[0].cluster.proxy-url: proxies are not supported',
    },
    {
      what: 'a server that need not prove who it is',
      parts: () => ({ cluster: { 'insecure-skip-tls-verify': true } }),
      message: 'clusters[0].cluster.insecure-skip-tls-verify: whoever answers would get the credentials; remove it',
    },
    {
      what: 'a server without TLS',
      parts: () => ({ cluster: { server: 'http://api.example' } }),
      message: 'clusters[0].cluster.server: is not a URL that begins with https://',
    },
    {
      what: 'another protocol',
      parts: () => ({ cluster: { server: 'file:///etc/passwd' } }),
      message: 'clusters[0].cluster.server: is not a URL that begins with https://',
    },
    {
      what: 'credentials in the address',
      parts: () => ({ cluster: { server: `https://me:${TOKEN}@api.example` } }),
      message: 'clusters[0].cluster.server: holds a user or a password',
    },
    {
      what: 'a query in the address',
      parts: () => ({ cluster: { server: `https://api.example/?token=${TOKEN}` } }),
      message: 'clusters[0].cluster.server: holds a ? or #',
    },
    {
      what: 'another identity than that of the credentials',
      parts: () => ({ user: { token: TOKEN, as: 'system:admin' } }),
      message: 'users[0].user.as: impersonation is not supported',
    },
    {
      what: 'a password',
      parts: () => ({ user: { username: 'me', password: TOKEN } }),
      message: 'users[0].user.username: passwords were removed from Kubernetes',
    },
    {
      what: 'no credentials',
      parts: () => ({ user: {} }),
      message: 'users[0].user.token: is missing; give a token, or client-certificate-data with client-key-data',
    },
    {
      what: 'a header in the token',
      parts: () => ({ user: { token: `${TOKEN}\r\nx-header: y` } }),
      message: 'users[0].user.token: holds spaces or other characters that no token has',
    },
    {
      what: 'a token that is no text',
      parts: () => ({ user: { token: { TOKEN } } }),
      message: 'users[0].user.token: expected text, found object',
    },
    {
      what: 'a certificate without its key',
      parts: () => ({ user: { [pem]: base64(pair.certificatePem) } }),
      message: 'users[0].user.client-key: is missing beside client-certificate',
    },
    {
      what: 'the key of another certificate',
      parts: () => ({ user: { [pem]: base64(pair.certificatePem), 'client-key-data': base64(other.privateKeyPem) } }),
      message: 'users[0].user.client-key-data: is the key of another certificate',
    },
    {
      what: 'a key that is none',
      parts: () => ({ user: { [pem]: base64(pair.certificatePem), 'client-key-data': base64(pair.certificatePem) } }),
      message: 'users[0].user.client-key-data: is no private key',
    },
    {
      what: 'a certificate that is none',
      parts: () => ({
        user: { [pem]: base64('-----BEGIN x'), 'client-key-data': base64(pair.privateKeyPem) },
      }),
      message: 'users[0].user.client-certificate-data: is no certificate',
    },
    {
      what: 'an authority that is none',
      parts: () => ({ cluster: { 'certificate-authority-data': base64('-----BEGIN x') } }),
      message: 'clusters[0].cluster.certificate-authority-data: is no certificate',
    },
    {
      what: 'a context that is not there',
      parts: () => ({ more: { 'current-context': TOKEN } }),
      message: 'current-context: names none of contexts',
    },
    {
      what: 'no context',
      parts: () => ({ more: { 'current-context': '' } }),
      message: 'current-context: is missing',
    },
    {
      what: 'two users of one name',
      parts: () => ({ more: { users: [TOKEN, 'x'].map((token) => ({ name: 'u', user: { token } })) } }),
      message: 'contexts[0].context.user: names several of users; keep the one that is meant',
    },
    {
      what: 'a user that is not there',
      parts: () => ({ more: { users: [{ name: TOKEN, user: {} }] } }),
      message: 'contexts[0].context.user: names none of users',
    },
    {
      what: 'a list where a mapping belongs',
      parts: () => ({ more: { contexts: [[TOKEN]] } }),
      message: 'contexts[0]: expected a mapping',
    },
  ];

  it.each(cases)('$what', ({ parts, message }) => {
    const refusal = refusalOf(aKubeconfig(parts()));
    expect(refusal).toContain(message);
    expect(refusal).not.toContain(TOKEN);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

describe('a text that is no kubeconfig is refused, without being quoted', () => {
  const many = 30_000;
  const keys = Array.from({ length: 5_000 }, (_, index) => `${index}:`).join('\n');
  const cases: { what: string; text: string; message: string }[] = [
    { what: 'an empty one', text: '', message: 'expected a mapping with clusters, users and contexts' },
    { what: 'one that is longer than any', text: 'a'.repeat(32_769), message: 'is longer than 32 KiB' },
    { what: 'half of one', text: `users: [{user: {token: "${TOKEN}`, message: 'is not valid YAML' },
    { what: 'an alias', text: `a: &a ${TOKEN}\nb: *a`, message: 'is not valid YAML' },
    {
      what: 'aliases of aliases',
      text: `a: &a [${TOKEN}]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]`,
      message: 'is not valid YAML',
    },
    { what: 'an alias to what it stands in', text: '&a [*a]', message: 'is not valid YAML' },
    { what: 'several documents', text: `token: ${TOKEN}\n---\na: 1`, message: 'is not valid YAML' },
    { what: 'depth', text: '['.repeat(many), message: 'is not valid YAML' },
    { what: 'depth that ends', text: `${'['.repeat(many / 2)}${']'.repeat(many / 2)}`, message: 'is not valid YAML' },
    { what: 'a key that is no text', text: `{[${TOKEN}]: 1}`, message: 'is not valid YAML' },
    { what: 'thousands of keys', text: keys, message: 'current-context: is missing' },
    { what: 'a type of its own', text: `a: !!js/function ${TOKEN}`, message: 'current-context: is missing' },
    { what: 'the name of a prototype', text: `__proto__: {current-context: ${TOKEN}}`, message: 'current-context: is' },
  ];

  it.each(cases)('$what', async ({ text, message }) => {
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const refusal = refusalOf(text);
    // Warnings are told in a later turn of the event loop.
    await turn();
    process.off('warning', onWarning);
    expect(refusal).toContain(message);
    expect(refusal).not.toContain(TOKEN);
    expect(warnings).toEqual([]);
  });
});
