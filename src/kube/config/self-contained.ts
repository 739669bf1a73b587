import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Clock, systemClock } from '../../util/clock.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { KubeConfigError } from './error.ts';
import { clusterFromSections, type ContextSections } from './kubeconfig.ts';
import { parseKubeconfig, type Section, type YamlLimits } from './kubeconfig-section.ts';

/**
 * Kubeconfigs that others wrote, for clusters of theirs: a Secret of a namespace, not a file of whoever runs this program.
 *
 * *Guarantees*: because of such a text no file is read, no program is run, and no credential goes to whoever cannot prove by
 * a certificate to be the server. What is refused is named by its key; nothing that stands in the text is quoted.
 */

/** A certificate authority, a client certificate and its key come to 10 KiB. What the parser is given, all others wait for. */
const LONGEST_TEXT = 32 * 1024;

/**
 * Aliases are how a small text becomes a large one. Keys are not compared, which takes seconds for some thousands of them: of
 * two that are the same the last one counts, as for kubectl.
 */
const LIMITS: YamlLimits = { maxAliasCount: 0, stringKeys: true, uniqueKeys: false };

type Refusals = Readonly<Record<string, string>>;

const REFUSED_OF_CLUSTER: Refusals = {
  'proxy-url': 'proxies are not supported; give the address of the server itself',
  'certificate-authority': 'files are not read; put the certificate into certificate-authority-data',
};

const NO_IMPERSONATION = 'impersonation is not supported; give credentials of the identity itself';

const REFUSED_OF_USER: Refusals = {
  exec: 'programs are not run; give a token, or a client certificate with its key',
  'auth-provider': 'was removed from Kubernetes; give a token, or a client certificate with its key',
  tokenFile: 'files are not read; put the token itself into token',
  'client-certificate': 'files are not read; put the certificate into client-certificate-data',
  'client-key': 'files are not read; put the key into client-key-data',
  username: 'passwords were removed from Kubernetes; give a token, or a client certificate with its key',
  password: 'passwords were removed from Kubernetes; give a token, or a client certificate with its key',
  as: NO_IMPERSONATION,
  'as-uid': NO_IMPERSONATION,
  'as-groups': NO_IMPERSONATION,
  'as-user-extra': NO_IMPERSONATION,
};

/** Who is asked is always somebody. */
interface Sections extends ContextSections {
  readonly user: Section;
}

/** How a self-contained kubeconfig is taken. */
export interface SelfContainedOptions {
  /** What the cluster is called, whatever its context is. */
  readonly name: string;
  /** What messages call the text. */
  readonly source: string;
  readonly clock?: Clock;
}

/**
 * Reads the current context of a kubeconfig that has to hold all that it needs: the server's address over https, a
 * certificate authority as data unless it is a public one, and a token or a client certificate with its key as data.
 *
 * *Throws* {@link KubeConfigError} that names the key, and what to do.
 */
export function selfContainedClusterConfig(text: string, options: SelfContainedOptions): ClusterConfig {
  const { name, source, clock = systemClock } = options;
  if (text.length > LONGEST_TEXT)
    throw new KubeConfigError(
      source,
      '',
      `is longer than ${LONGEST_TEXT / 1024} KiB; keep the one context that is meant`,
    );
  const sections = currentContext(parseKubeconfig({ text, source, directory: '/' }, LIMITS));
  refuse(sections.cluster, REFUSED_OF_CLUSTER);
  refuse(sections.user, REFUSED_OF_USER);
  assertServer(sections.cluster);
  assertCredentials(sections.user);
  const config = clusterFromSections(name, sections, clock);
  assertUsable(sections);
  return config;
}

function currentContext(file: Section): Sections {
  const context = entryOf(file, 'contexts', file, 'current-context');
  return {
    context,
    cluster: entryOf(file, 'clusters', context, 'cluster'),
    user: entryOf(file, 'users', context, 'user'),
  };
}

/** The one entry of `list` that `key` of `asker` names. */
function entryOf(file: Section, list: string, asker: Section, key: string): Section {
  const name = asker.required(key);
  const [found, another] = file.sections(list).filter((entry) => entry.text('name') === name);
  if (found === undefined) throw asker.problem(key, `names none of ${list}`);
  if (another !== undefined) throw asker.problem(key, `names several of ${list}; keep the one that is meant`);
  return found.section(list.slice(0, -1));
}

function refuse(section: Section, refusals: Refusals): void {
  for (const [key, reason] of Object.entries(refusals)) if (section.has(key)) throw section.problem(key, reason);
}

/**
 * Who is not made to prove to be the server gets what is meant for it: the token of its clients, and what they write there,
 * connection Secrets among it. So neither http nor a certificate that is not looked at will do, whatever the credentials.
 */
function assertServer(cluster: Section): void {
  const server = URL.parse(cluster.required('server'));
  const problem = (problem: string): KubeConfigError => cluster.problem('server', problem);
  if (server === null || server.protocol !== 'https:') throw problem('is not a URL that begins with https://');
  if (server.username !== '' || server.password !== '')
    throw problem('holds a user or a password; credentials belong into users');
  if (server.search !== '' || server.hash !== '') throw problem('holds a ? or #; give the address alone');
  if (cluster.flag('insecure-skip-tls-verify')) {
    const advice = 'remove it, and put the authority of the server into certificate-authority-data';
    throw cluster.problem('insecure-skip-tls-verify', `whoever answers would get the credentials; ${advice}`);
  }
}

function assertCredentials(user: Section): void {
  const token = user.text('token');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw user.problem('token', 'holds spaces or other characters that no token has');
  if (token === undefined && !user.has('client-certificate-data') && !user.has('client-key-data'))
    throw user.problem('token', 'is missing; give a token, or client-certificate-data with client-key-data');
}

/** What is PEM by its looks has to be so for TLS, too. The errors of its parser are left behind: they may quote. */
function assertUsable({ cluster, user }: Sections): void {
  const authority = dataOf(cluster, 'certificate-authority');
  if (authority !== undefined && parsed(() => new X509Certificate(authority)) === undefined)
    throw cluster.problem('certificate-authority-data', 'is no certificate');
  const pem = dataOf(user, 'client-certificate');
  const keyPem = dataOf(user, 'client-key');
  if (pem === undefined || keyPem === undefined) return;
  const certificate = parsed(() => new X509Certificate(pem));
  if (certificate === undefined) throw user.problem('client-certificate-data', 'is no certificate');
  const key = parsed(() => createPrivateKey(keyPem));
  if (key === undefined) throw user.problem('client-key-data', 'is no private key, or one behind a passphrase');
  if (!certificate.checkPrivateKey(key)) throw user.problem('client-key-data', 'is the key of another certificate');
}

function dataOf(section: Section, key: string): string | undefined {
  const material = section.material(key);
  return material !== undefined && 'text' in material ? material.text : undefined;
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    // What is wrong is for the caller to say, by its key.
    return undefined;
  }
}
