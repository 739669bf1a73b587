import type { Clock } from '../../util/clock.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { KubeConfigError } from './error.ts';
import { type ExecPlugin, execIdentity } from './exec.ts';
import {
  anonymous,
  basicIdentity,
  certificateIdentity,
  combinedIdentity,
  type Identity,
  tokenIdentity,
} from './identity.ts';
import { type KubeconfigText, parseKubeconfig, type Section } from './kubeconfig-section.ts';

/** Finds an entry by name over all files; the first file that has it wins, as in kubectl. */
function namedEntry(files: readonly Section[], list: string, name: string, asker: string): Section {
  for (const file of files) {
    const found = file.sections(list).find((entry) => entry.text('name') === name);
    if (found !== undefined) return found.section(list.slice(0, -1));
  }
  const known = files.flatMap((file) => file.sections(list).map((entry) => entry.text('name') ?? '?'));
  const hint = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`;
  throw new KubeConfigError(files.map((file) => file.source).join(', '), list, `no ${name} (${asker}); ${hint}`);
}

/**
 * Reads one context of one or several kubeconfigs (merged as `KUBECONFIG` with several files is).
 *
 * *Throws* {@link KubeConfigError}, naming file and key.
 */
export function clusterFromKubeconfig(
  texts: readonly KubeconfigText[],
  context: string | undefined,
  clock: Clock,
): ClusterConfig {
  const files = texts.map((text) => parseKubeconfig(text));
  const sources = files.map((file) => file.source).join(', ');
  const contextName = context ?? files.map((file) => file.text('current-context')).find((name) => name !== undefined);
  if (contextName === undefined)
    throw new KubeConfigError(sources, 'current-context', 'is missing, and none was asked');
  const asked = context === undefined ? 'the current-context' : 'the context that was asked';
  const chosen = namedEntry(files, 'contexts', contextName, asked);
  const cluster = namedEntry(files, 'clusters', chosen.required('cluster'), `of context ${contextName}`);
  const userName = chosen.text('user');
  const user = userName === undefined ? undefined : namedEntry(files, 'users', userName, `of context ${contextName}`);
  return clusterFromSections(contextName, { context: chosen, cluster, user }, clock);
}

/** The entries that a context brings together. */
export interface ContextSections {
  readonly context: Section;
  readonly cluster: Section;
  readonly user: Section | undefined;
}

/** *Throws* {@link KubeConfigError}. */
export function clusterFromSections(
  name: string,
  { context, cluster, user }: ContextSections,
  clock: Clock,
): ClusterConfig {
  return {
    name,
    server: serverOf(cluster),
    defaultNamespace: context.text('namespace') ?? 'default',
    certificateAuthority: cluster.material('certificate-authority'),
    verifyServer: !cluster.flag('insecure-skip-tls-verify'),
    serverName: cluster.text('tls-server-name'),
    identity: user === undefined ? anonymous : identityOf(user, cluster, clock),
  };
}

function serverOf(cluster: Section): URL {
  if (cluster.has('proxy-url')) throw cluster.problem('proxy-url', 'proxies are not supported');
  const server = cluster.required('server');
  const url = URL.parse(server);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw cluster.problem('server', `expected an http or https URL, found ${server}`);
  }
  return url;
}

function identityOf(user: Section, cluster: Section, clock: Clock): Identity {
  if (user.has('auth-provider')) {
    throw user.problem('auth-provider', 'was removed from Kubernetes; use an exec plugin instead');
  }
  const certificate = certificateOf(user);
  const header = headerOf(user, cluster, clock);
  if (header !== undefined && certificate !== undefined) return combinedIdentity(header, certificate);
  return header ?? certificate ?? anonymous;
}

function certificateOf(user: Section): Identity | undefined {
  const certificate = user.material('client-certificate');
  const key = user.material('client-key');
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined) throw user.problem('client-certificate', 'is missing beside client-key');
  if (key === undefined) throw user.problem('client-key', 'is missing beside client-certificate');
  return certificateIdentity(certificate, key);
}

function headerOf(user: Section, cluster: Section, clock: Clock): Identity | undefined {
  // kubectl's order: a token file wins over a token, because files rotate.
  const tokenFile = user.file('tokenFile');
  if (tokenFile !== undefined) return tokenIdentity(tokenFile, clock);
  const token = user.text('token');
  if (token !== undefined) return tokenIdentity({ text: token }, clock);
  const username = user.text('username');
  if (username !== undefined) return basicIdentity(username, user.required('password'));
  if (user.has('exec')) return execIdentity(execPluginOf(user.section('exec'), cluster), clock);
  return undefined;
}

function execPluginOf(exec: Section, cluster: Section): ExecPlugin {
  const apiVersion = exec.required('apiVersion');
  if (!apiVersion.startsWith('client.authentication.k8s.io/')) {
    throw exec.problem('apiVersion', `expected client.authentication.k8s.io/v1 or v1beta1, found ${apiVersion}`);
  }
  const entries = exec.sections('env').map((entry) => [entry.required('name'), entry.text('value') ?? ''] as const);
  return {
    apiVersion,
    command: exec.required('command'),
    args: exec.texts('args'),
    env: Object.fromEntries(entries),
    installHint: exec.text('installHint') ?? '',
    clusterInfo: exec.flag('provideClusterInfo') ? clusterInfoOf(cluster) : undefined,
    source: exec.source,
    key: exec.path,
  };
}

function clusterInfoOf(cluster: Section): object {
  const authority = cluster.text('certificate-authority-data');
  return {
    server: cluster.required('server'),
    ...(authority !== undefined && { 'certificate-authority-data': authority }),
    ...(cluster.flag('insecure-skip-tls-verify') && { 'insecure-skip-tls-verify': true }),
  };
}
