import {
  type AwsRedisCluster,
  awsRedisClusterKind,
  DEFAULT_IP_RANGE,
  type RedisCluster,
  redisClusterKind,
  type UserIpRange,
  userIpRangeKind,
} from '../../api/index.ts';
import { secretKind } from '../../kube/index.ts';
import { CONTROL_PLANE_NAMESPACE } from '../user-clusters.ts';
import { afterMoreWork, assertNoFailure } from './app-load-steps.ts';
import { type AppStage, isLetIn, sayShown, secretOf, userSide, valuesOf } from './app-stage.ts';
import { apply, keyOf, only, untilReady } from './stage.ts';
import type { Step } from './story.ts';
import { until } from './watching.ts';

/* How a Redis comes and goes, and its Secret comes back. */

export const askForRedis: Step<AppStage> = {
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
    if (values['REDIS_URL'] !== `rediss://default:${authString}@${host}:${port}`) {
      throw new Error('The Secret has no REDIS_URL as asked');
    }
    return `Ready; how to connect stands in the Secret ${secret.name}`;
  },
};

/** The object of the control plane that stands for it. *Throws* when there is none. */
function counterpartOf({ kube }: AppStage, { metadata, status }: AwsRedisCluster): Promise<RedisCluster> {
  if (status?.id === undefined) throw new Error(`${metadata.name} names no object of the control plane`);
  return kube.get(redisClusterKind, { namespace: CONTROL_PLANE_NAMESPACE, name: status.id });
}

export const loseSecret: Step<AppStage> = {
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

export const deleteRedis: Step<AppStage> = {
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
