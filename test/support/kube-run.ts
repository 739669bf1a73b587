import { crdFrom, CUSTOM_KINDS } from '../../src/api/crd.ts';
import { apiVersionOf } from '../../src/kube/resource.ts';
import { type KubeRest, untilServed } from './kube-rest.ts';
import { TEST_LABELS } from './test-labels.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAMESPACES = '/api/v1/namespaces';

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

/** Takes away what runs of this suite made: CRDs with all their objects, and namespaces. */
export async function cleanUpAfterRuns(rest: KubeRest): Promise<readonly string[]> {
  const selector = Object.entries(TEST_LABELS).map(([key, value]) => `${key}=${value}`);
  const removed: string[] = [];
  for (const collection of [CRDS, NAMESPACES]) {
    const { body } = await rest.send('GET', `${collection}?labelSelector=${encodeURIComponent(selector.join(','))}`);
    for (const item of body['items'] as readonly object[]) {
      const { status } = await rest.send('DELETE', `${collection}/${nameOf(item)}`);
      if (status < 300) removed.push(nameOf(item));
    }
  }
  return removed;
}

const metadataOf = (object: object) =>
  (object as { readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> } })
    .metadata;
const nameOf = (object: object): string => metadataOf(object).name;
const isOfARun = (object: object): boolean =>
  Object.entries(TEST_LABELS).every(([key, value]) => metadataOf(object).labels?.[key] === value);
