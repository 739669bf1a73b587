import { execFile } from 'node:child_process';
import type { Clock } from '../../util/clock.ts';
import { KubeConfigError } from './error.ts';
import type { ClientCertificate, Identity } from './identity.ts';

/** `users[].user.exec` of a kubeconfig. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string;
  /** The cluster as the plugin wants it in KUBERNETES_EXEC_INFO, when it asked for it. */
  readonly clusterInfo: object | undefined;
  readonly source: string;
  readonly key: string;
}

interface Credential {
  readonly token: string | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** Wall-clock milliseconds; Infinity when the plugin names none. */
  readonly expiresAtMs: number;
}

/** Plugins talk to token services; half a minute is what the slow ones need, a hang must not outlast it. */
const PLUGIN_TIMEOUT_MS = 30_000;
/** So that a token does not end on the way. */
const EXPIRY_MARGIN_MS = 10_000;

/**
 * Credentials from an [exec plugin](https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins),
 * as `aws eks get-token` is one. Runs it once for all that wait, and again when its answer expires or was refused.
 */
export function execIdentity(plugin: ExecPlugin, clock: Clock): Identity {
  let current: Promise<Credential> | undefined;
  const credential = async (): Promise<Credential> => {
    const asked = current;
    if (asked === undefined) return renew(undefined);
    const held = await asked;
    if (held.expiresAtMs - EXPIRY_MARGIN_MS > clock.now()) return held;
    // Of all who find it expired, the first renews it for the others.
    return current === asked || current === undefined ? renew(held) : current;
  };
  const renew = (stale: Credential | undefined): Promise<Credential> => {
    const run = runPlugin(plugin);
    current = run;
    // A failure is told to those who asked, and is no answer for those who come later.
    run.catch(() => {
      if (current === run) current = stale && Promise.resolve(stale);
    });
    return run;
  };
  return {
    authorization: async () => {
      const { token } = await credential();
      return token === undefined ? undefined : `Bearer ${token}`;
    },
    clientCertificate: async () => (await credential()).certificate,
    refused: () => {
      current = undefined;
    },
  };
}

async function runPlugin(plugin: ExecPlugin): Promise<Credential> {
  const info = { apiVersion: plugin.apiVersion, kind: 'ExecCredential', spec: execSpec(plugin) };
  const env = { ...process.env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const output = await new Promise<string>((resolve, reject) => {
    const options = { env, timeout: PLUGIN_TIMEOUT_MS, maxBuffer: 1024 * 1024 };
    execFile(plugin.command, [...plugin.args], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(pluginFailure(plugin, error));
    });
  });
  return parseCredential(plugin, output);
}

function execSpec(plugin: ExecPlugin): object {
  return { interactive: false, ...(plugin.clusterInfo !== undefined && { cluster: plugin.clusterInfo }) };
}

/** The plugin's own output stays out of the message: it may hold a token. */
function pluginFailure(plugin: ExecPlugin, error: Error): KubeConfigError {
  const code = 'code' in error ? String(error.code) : 'killed';
  const hint = code === 'ENOENT' && plugin.installHint !== '' ? `; ${plugin.installHint}` : '';
  const problem = code === 'ENOENT' ? `${plugin.command} is not installed` : `${plugin.command} failed (${code})`;
  return new KubeConfigError(plugin.source, plugin.key, `${problem}${hint}`);
}

function parseCredential(plugin: ExecPlugin, output: string): Credential {
  const wrong = (problem: string): KubeConfigError =>
    new KubeConfigError(plugin.source, plugin.key, `${plugin.command} ${problem}`);
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw wrong('did not print JSON');
  }
  const status = fieldsOf(fieldsOf(answer)['status']);
  const token = textOf(status['token']);
  const certificate = textOf(status['clientCertificateData']);
  const key = textOf(status['clientKeyData']);
  const pair = certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
  if (token === undefined && pair === undefined) throw wrong('printed neither a token nor a certificate with its key');
  const expiry = textOf(status['expirationTimestamp']);
  const expiresAtMs = expiry === undefined ? Infinity : Date.parse(expiry);
  if (Number.isNaN(expiresAtMs)) throw wrong('printed an expirationTimestamp that is no date');
  return { token, certificate: pair, expiresAtMs };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  // A record of unknowns claims nothing about its fields.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
