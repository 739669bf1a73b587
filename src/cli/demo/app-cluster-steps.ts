import {
  cloudResourcesKind,
  type CloudResources,
  crdFrom,
  DEFAULT_IP_RANGE,
  type Scope,
  scopeKind,
  USER_KINDS,
  userIpRangeKind,
} from '../../api/index.ts';
import { crdKind, findCondition, resourceNameOf, secretKind } from '../../kube/index.ts';
import { announceCluster, CONTROL_PLANE_NAMESPACE, kubeconfigSecretOf } from '../user-clusters.ts';
import { type AppStage, sayShown, userSide } from './app-stage.ts';
import { apply, keyOf, only, untilReady, untilShown } from './stage.ts';
import type { Step } from './story.ts';
import { until } from './watching.ts';

/* How a cluster of users and its module come, and go. */

export const makeClusterKnown: Step<AppStage> = {
  title: "The platform makes a user's cluster known: its kubeconfig in a Secret, and a Scope",
  async run(stage) {
    const { cluster } = stage;
    stage.say('user', 'cloud-manager user-cluster-access | kubectl apply --server-side -f -');
    const { namespace, name } = kubeconfigSecretOf(cluster);
    stage.say(
      'platform',
      `kubectl -n ${namespace} create secret generic ${name} --from-file=config=${cluster}.kubeconfig`,
    );
    await announceCluster(stage.kube, cluster, await stage.createIdentity());
    stage.say('platform', 'kubectl apply -f config/samples/01-scope.yaml');
    await stage.writeScope();
    const scope = { apiVersion: '', kind: scopeKind.kind, metadata: { namespace, name: cluster } };
    const { status } = await untilShown<Scope>(stage, scopeKind, scope, isReady);
    await untilDefined(stage, resourceNameOf(cloudResourcesKind));
    stage.say('user', `kubectl get crd ${resourceNameOf(cloudResourcesKind)}`);
    return `${status?.vpcId ?? ''} is theirs, and their cluster has the kind CloudResources`;
  },
};

function isReady({ status }: Scope): boolean {
  return findCondition(status?.conditions, 'Ready')?.status === 'True';
}

/** Waits until a kind is served in the user's cluster. */
async function untilDefined({ user }: AppStage, name: string): Promise<void> {
  await until(user, crdKind, { namespace: '', name }, (crd) => {
    return findEstablished(crd?.status?.conditions ?? []);
  });
}

function findEstablished(conditions: readonly { readonly type: string; readonly status: string }[]): boolean {
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
}

export const activateModule: Step<AppStage> = {
  title: 'A developer asks for the module in their cluster',
  async run(stage) {
    const manifest = only(stage, cloudResourcesKind.kind);
    stage.say('user', 'kubectl apply -f config/samples/app/00-cloud-resources.yaml');
    await apply(userSide(stage), [manifest]);
    const module = await untilReady<CloudResources>(userSide(stage), manifest);
    for (const kind of USER_KINDS) await untilDefined(stage, resourceNameOf(kind));
    sayShown(stage, 'user', cloudResourcesKind, module);
    return `${USER_KINDS.length} kinds are served there`;
  },
};

export const deactivateModule: Step<AppStage> = {
  title: 'The module is taken away: not before all of its objects',
  async run(stage) {
    const manifest = only(stage, cloudResourcesKind.kind);
    const key = keyOf(manifest);
    stage.say('user', `kubectl delete cloudresources ${key.name} --wait=false`);
    await stage.user.delete(cloudResourcesKind, key);
    const isRefused = ({ status }: CloudResources): boolean => refusalIn(status) !== undefined;
    const { status } = await untilShown(userSide(stage), cloudResourcesKind, manifest, isRefused);
    const refusal = refusalIn(status) ?? '';
    if (!refusal.includes(DEFAULT_IP_RANGE)) throw new Error(`What exists is not named: ${refusal}`);
    stage.say('user', `kubectl delete ${resourceNameOf(userIpRangeKind)} ${DEFAULT_IP_RANGE}`, [refusal]);
    await stage.user.delete(userIpRangeKind, { name: DEFAULT_IP_RANGE });
    await until(stage.user, cloudResourcesKind, key, (one) => one === undefined);
    for (const kind of USER_KINDS.filter((one) => one !== cloudResourcesKind)) {
      await until(
        stage.user,
        crdKind,
        { namespace: '', name: crdFrom(kind).metadata.name },
        (crd) => crd === undefined,
      );
    }
    return 'its kinds are gone from their cluster';
  },
};

function refusalIn(status: CloudResources['status']): string | undefined {
  return status?.conditions?.find(({ reason }) => reason === 'ResourcesExist')?.message;
}

export const forgetCluster: Step<AppStage> = {
  title: 'The platform forgets the cluster',
  async run(stage) {
    const { cluster } = stage;
    const scope = { namespace: CONTROL_PLANE_NAMESPACE, name: cluster };
    stage.say(
      'platform',
      `kubectl -n ${scope.namespace} delete scope/${cluster} secret/${kubeconfigSecretOf(cluster).name}`,
    );
    await stage.kube.delete(scopeKind, scope);
    await stage.kube.delete(secretKind, kubeconfigSecretOf(cluster));
    await until(stage.kube, scopeKind, scope, (one) => one === undefined);
    return 'nothing is left of it in the control plane';
  },
};
