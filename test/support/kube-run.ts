import { crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import { type KubeRest, untilServed } from './kube-rest.ts';
import { TEST_LABELS } from './test-labels.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAMESPACES = '/api/v1/namespaces';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

/** Whether CRDs of our kinds that a cluster has already may be replaced, and stay so. */
export interface CrdInstallation {
  readonly replace: boolean;
}

/**
 * Installs the CRDs of our kinds, with {@link TEST_LABELS}.
 *
 * *Throws* when the cluster has one already that no run made, before anything is changed.
 */
export async function prepareForRun(rest: KubeRest, { replace }: CrdInstallation): Promise<void> {
  const crds = CUSTOM_KINDS.map((kind) => crdFrom(kind));
  const names = crds.map(({ metadata: { name } }) => name);
  const known = await Promise.all(names.map((name) => rest.send('GET', `${CRDS}/${name}`)));
  const foreign = known.filter(({ status, body }) => status === 200 && !isOfARun(body));
  if (foreign.length > 0 && !replace) {
    throw new Error(
      `The cluster has CRDs of Cloud Manager that no run of this suite made: ${foreign.map(({ body }) => nameOf(body)).join(', ')}. ` +
        'TEST_KUBE_REPLACE_CRDS=1 replaces them, and leaves them so; their objects are not touched.',
    );
  }
  const theirs = new Set(foreign.map(({ body }) => nameOf(body)));
  for (const crd of crds) {
    const labels = theirs.has(crd.metadata.name) ? {} : TEST_LABELS;
    const body = { ...crd, metadata: { ...crd.metadata, labels } };
    const path = `${CRDS}/${crd.metadata.name}?fieldManager=test-kube&force=true`;
    const { status, body: answer } = await rest.send('PATCH', path, body, 'application/apply-patch+yaml');
    if (status > 201) throw new Error(`The CRD ${crd.metadata.name} was refused: ${String(answer['message'])}`);
  }
  for (const kind of CUSTOM_KINDS) await untilServed(rest, `/apis/${apiVersionOf(kind)}/${kind.plural}`);
}

/**
 * Takes away what runs of this suite made: CRDs with all their objects, roles of the
 * cluster, and namespaces. Finalizers of cases go first: nobody
 * is there any more who would take them away, and they would hold all of it for ever.
 */
export async function cleanUpAfterRuns(rest: KubeRest): Promise<readonly string[]> {
  const crds = await itemsOf(rest, `${CRDS}?${OF_RUNS}`);
  const namespaces = await itemsOf(rest, `${NAMESPACES}?${OF_RUNS}`);
  const held = [...crds.map((crd) => objectsPath(crd)), ...namespaces.map((one) => configMapsPath(one))];
  for (const path of held) await releaseIn(rest, path);
  const [bindings, roles] = [await itemsOf(rest, `${BINDINGS}?${OF_RUNS}`), await itemsOf(rest, `${ROLES}?${OF_RUNS}`)];
  const paths = [
    ...bindings.map((binding) => `${BINDINGS}/${nameOf(binding)}`),
    ...roles.map((role) => `${ROLES}/${nameOf(role)}`),
    ...crds.map((crd) => `${CRDS}/${nameOf(crd)}`),
    ...namespaces.map((one) => `${NAMESPACES}/${nameOf(one)}`),
  ];
  const removed: string[] = [];
  for (const path of paths) if ((await rest.send('DELETE', path)).status < 300) removed.push(path);
  return removed;
}

const OF_RUNS = `labelSelector=${Object.entries(TEST_LABELS)
  .map((label) => encodeURIComponent(label.join('=')))
  .join(',')}`;

const MERGE = 'application/merge-patch+json';

async function releaseIn(rest: KubeRest, path: string): Promise<void> {
  for (const item of await itemsOf(rest, path)) {
    const { finalizers, namespace, name } = metadataOf(item);
    if (!finalizers) continue;
    const [, root = '', plural = ''] = /^(.*?)(?:\/namespaces\/[^/]+)?\/([^/]+)$/.exec(path) ?? [];
    const place = namespace === undefined ? root : `${root}/namespaces/${namespace}`;
    await rest.send('PATCH', `${place}/${plural}/${name}`, { metadata: { finalizers: null } }, MERGE);
  }
}

/** Nothing where nothing is served. */
async function itemsOf(rest: KubeRest, path: string): Promise<readonly object[]> {
  const { items = [] } = (await rest.send('GET', path)).body;
  // A list of the API, of whatever kind.
  return items as readonly object[];
}

function objectsPath(crd: object): string {
  // What the server says of a definition that it took.
  const { group, names, versions } = (crd as { readonly spec: CrdSpec }).spec;
  return `/apis/${group}/${versions[0].name}/${names.plural}`;
}

interface CrdSpec {
  readonly group: string;
  readonly names: { readonly plural: string };
  readonly versions: readonly [{ readonly name: string }];
}

const configMapsPath = (namespace: object): string => `${NAMESPACES}/${nameOf(namespace)}/configmaps`;

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** Whatever the API answers has metadata. */
const metadataOf = (object: object): Metadata => (object as { readonly metadata: Metadata }).metadata;
const nameOf = (object: object): string => metadataOf(object).name;
const isOfARun = (object: object): boolean =>
  Object.entries(TEST_LABELS).every(([key, value]) => metadataOf(object).labels?.[key] === value);
