import { crdFrom, type CustomKind, type CustomResourceDefinition } from '../../api/index.ts';
import { crdKind, findCondition, isSameJson, type KubeClient, type KubeCrd, resourceNameOf } from '../../kube/index.ts';
import { type ClustersMode, controlPlaneKinds } from '../user-clusters/roles.ts';
import { bad, type Finding, findingOf, good } from './finding.ts';

const ADVICE =
  'Install the present ones: helm upgrade, or cloud-manager crds | kubectl apply --server-side --force-conflicts -f -';

/** Whether every kind is there, served, and as this version of the program knows it. */
export function checkKinds(client: KubeClient, mode: ClustersMode): Promise<readonly Finding[]> {
  return Promise.all(controlPlaneKinds(mode).map((kind) => findingOf('kinds', ADVICE, () => findingOn(kind, client))));
}

async function findingOn(kind: CustomKind, client: KubeClient): Promise<Finding> {
  const name = resourceNameOf(kind);
  const found = await client.find(crdKind, { name });
  if (found === undefined) return bad('kinds', `${name} is not installed`, ADVICE);
  if (findCondition(found.status?.conditions, 'Established')?.status !== 'True') {
    return bad('kinds', `${name} is installed and not served`, `Read why: kubectl describe crd ${name}`);
  }
  if (!isSameSpec(crdFrom(kind).spec, found.spec)) {
    return bad('kinds', `${name} is of another version of Cloud Manager`, ADVICE);
  }
  return good('kinds', `${name} is installed and current`);
}

function isSameSpec(ours: CustomResourceDefinition['spec'], theirs: KubeCrd['spec']): boolean {
  return isSameJson(
    withoutEmpty({ names: ours.names, versions: ours.versions }),
    withoutEmpty({ names: theirs.names, versions: theirs.versions }),
  );
}

/** API servers store no empty list and no empty object. */
function withoutEmpty(value: object): object {
  const isEmpty = (child: unknown): boolean =>
    typeof child === 'object' && child !== null && Object.keys(child).length === 0;
  // Objects come out as objects.
  return JSON.parse(JSON.stringify(value, (_key, child: unknown) => (isEmpty(child) ? undefined : child))) as object;
}
