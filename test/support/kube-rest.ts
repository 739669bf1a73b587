import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import { crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import type { Manifest } from './manifests.ts';
import { untilServerKnows } from './server-knows.ts';

/** The Kubernetes API in its own words, through nothing of ours: a fault that client and server share would not hide. */
export interface KubeRest {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<RestAnswer>;
  close(): void;
}

export interface RestAnswer {
  readonly status: number;
  // The API's JSON, read by tests field by field.
  readonly body: Readonly<Record<string, unknown>>;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

function fromBase64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}

/** A path that is not served is answered in plain text. */
function jsonOf(text: string): RestAnswer['body'] {
  return text.startsWith('{') ? (JSON.parse(text) as RestAnswer['body']) : { message: text };
}

/** Connects by a kubeconfig of one cluster with embedded certificates or a token. */
export function connectRest(kubeconfig: string): KubeRest {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const agent = new Agent({
    keepAlive: true,
    ca: fromBase64(cluster['certificate-authority-data']),
    cert: fromBase64(user['client-certificate-data']),
    key: fromBase64(user['client-key-data']),
  });
  const token = user['token'] === undefined ? {} : { authorization: `Bearer ${user['token']}` };
  return {
    send: (method, path, body, contentType = 'application/json') =>
      new Promise((resolve, reject) => {
        const options = { method, agent, headers: { 'content-type': contentType, ...token } };
        const outgoing = request(`${cluster['server']}${path}`, options, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: incoming.statusCode ?? 0, body: jsonOf(text) });
          });
        });
        outgoing.once('error', reject);
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

/** As much of a manifest as says where its object is. */
export type Placed = Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>;

/** Where objects of the manifest's kind are, or the object itself. */
export function collectionPath({ apiVersion, kind, metadata: { namespace } }: Placed): string {
  const { plural } = CUSTOM_KINDS.find((one) => one.kind === kind) ?? { plural: `${kind.toLowerCase()}s` };
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  return `${root}/${apiVersion}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
}

export function objectPath(manifest: Placed): string {
  return `${collectionPath(manifest)}/${manifest.metadata.name}`;
}

/** Creates the CRDs of all our kinds, and waits until each is served. Those that are there stay as they are. */
export async function installCrds(rest: KubeRest): Promise<void> {
  for (const kind of CUSTOM_KINDS) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { status, body } = await rest.send('POST', path, crdFrom(kind));
    if (status !== 201 && status !== 409)
      throw new Error(`the CRD of ${kind.kind} was refused: ${String(body['message'])}`);
    await untilServed(rest, `/apis/${apiVersionOf(kind)}/${kind.plural}`);
  }
}

/** Not there yet, or "storage is (re)initializing": a real server serves a new kind a moment after it took its CRD. */
const NOT_YET = [404, 429, 503];

/** Resolves when a path is answered. *Throws* when it is refused, or not answered for long. */
export async function untilServed(rest: KubeRest, path: string): Promise<void> {
  await untilServerKnows(`how to serve ${path}`, async () => {
    const { status, body } = await rest.send('GET', path);
    if (NOT_YET.includes(status)) return false;
    if (status !== 200) throw new Error(`${path} is not served: ${String(body['message'])}`);
    return true;
  });
}
