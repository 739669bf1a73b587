import { crdFrom, type CustomKind, type CustomResourceDefinition } from '../../api/index.ts';
import { storedForm } from '../../api/stored-form.ts';
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
    storedForm({ names: ours.names, versions: ours.versions }),
    storedForm({ names: theirs.names, versions: theirs.versions }),
  );
}
