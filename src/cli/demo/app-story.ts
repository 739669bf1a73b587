import {
  ANNOTATIONS,
  type AwsRedisCluster,
  awsRedisClusterKind,
  cloudResourcesKind,
  type CloudResources,
  crdFrom,
  DEFAULT_IP_RANGE,
  type RedisCluster,
  redisClusterKind,
  type Scope,
  scopeKind,
  USER_KINDS,
  type UserIpRange,
  userIpRangeKind,
} from '../../api/index.ts';
import { crdKind, findCondition, mergePatch, type NamespacedName, resourceNameOf, secretKind } from '../../kube/index.ts';
import { sleep, systemClock } from '../../util/clock.ts';
import { announceCluster, CONTROL_PLANE_NAMESPACE, kubeconfigSecretOf } from '../user-clusters.ts';
import { type AppStage, isLetIn, sayShown, userSide, valuesOf } from './app-stage.ts';
import { compareWith } from './last-steps.ts';
import { apply, keyOf, only, untilReady, untilShown } from './stage.ts';
import type { Step } from './story.ts';
import { until } from './watching.ts';

/** From the platform's side to an application with a Redis of its own, through two days of its life, back to nothing. */
export function appStory(before: readonly string[]): readonly Step<AppStage>[] {
  return [
    makeClusterKnown,
    activateModule,
    askForRedis,
    startApplication,
    scale,
    rotateToken,
    loseSecret,
    deleteRedis,
    deactivateModule,
    forgetCluster,
    compareWith(before),
  ];
}

const makeClusterKnown: Step<AppStage> = {
  title: "The platform makes a user's cluster known: its kubeconfig in a Secret, and a Scope",
  async run(stage) {
    const { cluster } = stage;
    const { namespace, name } = kubeconfigSecretOf(cluster);
    stage.say('platform', `kubectl -n ${namespace} create secret generic ${name} --from-file=config=${cluster}.kubeconfig`);
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

const activateModule: Step<AppStage> = {
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

const askForRedis: Step<AppStage> = {
  title: 'A developer asks for a Redis beside the application',
  async run(stage) {
    const manifest = only(stage, awsRedisClusterKind.kind);
    stage.say('user', 'kubectl apply -f config/samples/app/02-redis-cluster.yaml');
    await apply(userSide(stage), [manifest]);
    const redis = await untilReady<AwsRedisCluster>(userSide(stage), manifest);
    sayShown(stage, 'user', awsRedisClusterKind, redis);
    sayShown(stage, 'platform', redisClusterKind, await counterpartOf(stage, redis));
    const range = await stage.user.get<UserIpRange>(userIpRangeKind, { name: DEFAULT_IP_RANGE });
    sayShown(stage, 'user', userIpRangeKind, range);
    const secret = secretOf(redis);
    const values = await valuesOf(stage.user, secret);
    stage.say('user', `kubectl get secret ${secret.name}`, [Object.keys(values).join(', ')]);
    const { host = '', port = '', authString = '' } = values;
    if (values['url'] !== `rediss://:${authString}@${host}:${port}`) throw new Error('The Secret has no url as asked');
    return `Ready; how to connect stands in the Secret ${secret.name}`;
  },
};

/** The object of the control plane that stands for it. *Throws* when there is none. */
function counterpartOf({ kube }: AppStage, { metadata, status }: AwsRedisCluster): Promise<RedisCluster> {
  if (status?.id === undefined) throw new Error(`${metadata.name} names no object of the control plane`);
  return kube.get(redisClusterKind, { namespace: CONTROL_PLANE_NAMESPACE, name: status.id });
}

function secretOf({ metadata, spec }: AwsRedisCluster): Required<NamespacedName> {
  return { namespace: metadata.namespace ?? '', name: spec.authSecret?.name ?? metadata.name };
}

/** Enough to have met every shard, and newcomers in between. */
const MANY_COMMANDS = 1000;

const startApplication: Step<AppStage> = {
  title: 'An application starts, which knows the mounted Secret alone',
  async run(stage) {
    const redis = await stage.user.get(awsRedisClusterKind, keyOf(only(stage, awsRedisClusterKind.kind)));
    const application = await stage.startApplication(secretOf(redis));
    const { commands, failures } = await application.until((report) => report.commands > MANY_COMMANDS);
    assertNoFailure(stage);
    return `${commands} commands answered over TLS, ${failures} failed; it goes on from here`;
  },
};

function assertNoFailure(stage: AppStage): void {
  const { failures, firstFailure } = stage.application().report;
  if (failures > 0) throw new Error(`${failures} commands of the application failed, the first one: ${firstFailure ?? ''}`);
}

/** Waits until the application has done more, and gives how much more than `before`, in words. */
async function afterMoreWork(stage: AppStage, before: number): Promise<string> {
  const now = stage.application().report.commands;
  const { commands } = await stage.application().until((report) => report.commands > now + MANY_COMMANDS);
  assertNoFailure(stage);
  return `${commands - before} commands meanwhile, none failed`;
}

const scale: Step<AppStage> = {
  title: 'A developer asks for one shard more, under load',
  async run(stage) {
    const { commands } = stage.application().report;
    const manifest = only(stage, awsRedisClusterKind.kind);
    const { name } = manifest.metadata;
    const { spec } = await stage.user.get(awsRedisClusterKind, keyOf(manifest));
    const shardCount = spec.shardCount + 1;
    const patch = { spec: { shardCount } };
    stage.say('user', `kubectl patch awsredisclusters ${name} --type=merge -p '${JSON.stringify(patch)}'`);
    const isUpdating = ({ status }: AwsRedisCluster): boolean => status?.state === 'Updating';
    const [updating] = await Promise.all([
      // It looks before the change is made: at full speed the state does not last.
      untilShown(userSide(stage), awsRedisClusterKind, manifest, isUpdating),
      stage.user.patch(awsRedisClusterKind, keyOf(manifest), mergePatch(patch)),
    ]);
    sayShown(stage, 'user', awsRedisClusterKind, updating);
    const ready = await untilReady<AwsRedisCluster>(userSide(stage), manifest);
    sayShown(stage, 'user', awsRedisClusterKind, ready);
    if (ready.status?.shardCount !== shardCount) throw new Error(`There are ${ready.status?.shardCount} shards`);
    return `${shardCount} shards; the application: ${await afterMoreWork(stage, commands)}`;
  },
};

const LOOK_MS = 200;

const rotateToken: Step<AppStage> = {
  title: 'A developer has the token rotated, under load',
  async run(stage) {
    const { commands, reloads } = stage.application().report;
    const manifest = only(stage, awsRedisClusterKind.kind);
    const key = keyOf(manifest);
    const secret = secretOf(await stage.user.get(awsRedisClusterKind, key));
    const old = await valuesOf(stage.user, secret);
    stage.say('user', `kubectl annotate awsredisclusters ${key.name} ${ANNOTATIONS.rotateAuthToken}=today`);
    const annotations = { [ANNOTATIONS.rotateAuthToken]: 'today' };
    await stage.user.patch(awsRedisClusterKind, key, mergePatch({ metadata: { annotations } }));
    await until(stage.user, secretKind, secret, (one) => one !== undefined && textIn(one, 'authString') !== old['authString']);
    if (!(await isLetIn(old))) throw new Error('The old token was refused as soon as there was a new one');
    await stage.application().until((report) => report.reloads > reloads);
    while (await isLetIn(old)) await sleep(systemClock, LOOK_MS, stage.signal);
    if (!(await isLetIn(await valuesOf(stage.user, secret)))) throw new Error('The new token is refused');
    await untilReady(userSide(stage), manifest);
    return `the old token is refused now; the application: ${await afterMoreWork(stage, commands)}`;
  },
};

function textIn({ data = {} }: { readonly data?: Readonly<Record<string, string>> }, name: string): string {
  return Buffer.from(data[name] ?? '', 'base64').toString();
}

const loseSecret: Step<AppStage> = {
  title: 'Somebody deletes the Secret',
  async run(stage) {
    const { commands } = stage.application().report;
    const redis = await stage.user.get(awsRedisClusterKind, keyOf(only(stage, awsRedisClusterKind.kind)));
    const key = secretOf(redis);
    const lost = await stage.user.get(secretKind, key);
    stage.say('user', `kubectl delete secret ${key.name}`);
    await stage.user.delete(secretKind, key);
    await until(stage.user, secretKind, key, (one) => one !== undefined && one.metadata.uid !== lost.metadata.uid);
    if (!(await isLetIn(await valuesOf(stage.user, key)))) throw new Error('What the Secret says now opens nothing');
    return `it is back, and opens the same Redis; the application: ${await afterMoreWork(stage, commands)}`;
  },
};

const deleteRedis: Step<AppStage> = {
  title: 'The application ends, and its Redis is deleted',
  async run(stage) {
    const { commands } = await stage.application().stop();
    assertNoFailure(stage);
    const manifest = only(stage, awsRedisClusterKind.kind);
    const key = keyOf(manifest);
    const redis = await stage.user.get(awsRedisClusterKind, key);
    const { metadata } = await counterpartOf(stage, redis);
    stage.say('user', `kubectl delete awsredisclusters ${key.name}`);
    await stage.user.delete(awsRedisClusterKind, key);
    await until(stage.user, awsRedisClusterKind, key, (one) => one === undefined);
    const counterpart = { namespace: CONTROL_PLANE_NAMESPACE, name: metadata.name };
    const left = [
      await stage.kube.find(redisClusterKind, counterpart),
      await stage.user.find(secretKind, secretOf(redis)),
    ].filter((object) => object !== undefined);
    if (left.length > 0) throw new Error(`It is gone before its ${left.map(({ kind }) => kind).join(' and ')}`);
    const inAws = stage.awsInventory().filter((resource) => resource.includes('/replicationGroups/'));
    if (inAws.length > 0) throw new Error(`AWS still has ${inAws.join(', ')}`);
    return `${commands} commands in all; gone are the Redis, its Secret and the platform's object`;
  },
};

const deactivateModule: Step<AppStage> = {
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
      await until(stage.user, crdKind, { namespace: '', name: crdFrom(kind).metadata.name }, (crd) => crd === undefined);
    }
    return 'its kinds are gone from their cluster';
  },
};

function refusalIn(status: CloudResources['status']): string | undefined {
  return status?.conditions?.find(({ reason }) => reason === 'ResourcesExist')?.message;
}

const forgetCluster: Step<AppStage> = {
  title: 'The platform forgets the cluster',
  async run(stage) {
    const { cluster } = stage;
    const scope = { namespace: CONTROL_PLANE_NAMESPACE, name: cluster };
    stage.say('platform', `kubectl -n ${scope.namespace} delete scope/${cluster} secret/${kubeconfigSecretOf(cluster).name}`);
    await stage.kube.delete(scopeKind, scope);
    await stage.kube.delete(secretKind, kubeconfigSecretOf(cluster));
    await until(stage.kube, scopeKind, scope, (one) => one === undefined);
    return 'nothing is left of it in the control plane';
  },
};
