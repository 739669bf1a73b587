import { type KubeObject, type KubeSecret, secretKind } from '../../../kube/index.ts';
import {
  type Cluster,
  type Controller,
  MAIN_ROLE,
  referringBy,
  type Watch,
  watching,
  type Woken,
} from '../../../runtime/index.ts';
import { createContests } from '../../common/contest.ts';
import { IP_RANGE_INDEX } from '../../common/indexes.ts';
import { SECRET_SELECTOR, secretPermissions } from '../../common/owned-secret.ts';
import { userIpRangePermissions, watchingUserIpRange } from '../common/default-ip-range.ts';
import { userIpRangeIndexValues } from '../common/uses-ip-range.ts';
import type { OrphanDeps } from '../common/orphans.ts';
import { type Planes, watchingCounterpart } from '../common/planes.ts';
import { userController } from '../common/user-controller.ts';
import { chosenSecretName } from './asked-secret.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import { awsRedisPipeline } from './reconciler.ts';
import { type AwsRedisStart, createAwsRedisState } from './state.ts';
import { awsRedisStatusOf } from './status.ts';
import type { TierTable } from './tiers.ts';

export interface AwsRedisDeps extends OrphanDeps {
  readonly tiers: TierTable;
}

/** Over objects by the Secret that they publish, or want to: also those that wait for a name learn that it is free. */
const SECRET_INDEX = '.spec.authSecret.name';

function secretIndexValues(object: AwsRedisObject): readonly string[] {
  const name = object.status?.authSecret?.name ?? chosenSecretName(object);
  return [`${object.metadata.namespace ?? ''}/${name}`];
}

/** The controller of one Redis kind of the users, in all of their clusters. */
export function awsRedisController<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  deps: AwsRedisDeps,
  workers: number,
): Controller {
  const { kind } = redis;
  const { planes, tiers } = deps;
  return userController<O, AwsRedisStart<O, C>>(
    {
      kind,
      workers,
      indexes: { [IP_RANGE_INDEX]: userIpRangeIndexValues, [SECRET_INDEX]: secretIndexValues },
      watches: [
        watchingConnection(redis, planes),
        watching(secretKind, referringBy(kind, SECRET_INDEX), { labelSelector: SECRET_SELECTOR }),
        ...watchingUserIpRange(kind, planes),
      ],
      permissions: [secretPermissions, userIpRangePermissions],
      createState: createAwsRedisState,
      pipeline: awsRedisPipeline(redis, { tiers, contests: createContests() }),
      statusOf: (state) => awsRedisStatusOf(redis, state),
    },
    deps,
  );
}

/** Wakes the user's object when the control plane's Secret changes: with a new token, above all. */
function watchingConnection<O extends AwsRedisObject, C extends RedisCounterpart>(
  { counterpart }: AwsRedisKind<O, C>,
  planes: Planes,
): Watch {
  const { wakes } = watchingCounterpart(counterpart, planes);
  const wokenBy = (secret: KubeSecret, cluster: Cluster): readonly Woken[] =>
    ownersOf(secret, counterpart.kind, (key) => cluster.cache(counterpart).get(key)).flatMap((owner) =>
      wakes(owner, cluster),
    );
  return watching(secretKind, wokenBy, { role: MAIN_ROLE, labelSelector: SECRET_SELECTOR });
}

function ownersOf(
  { metadata: { namespace = '', ownerReferences = [] } }: KubeSecret,
  kind: string,
  find: (key: { readonly namespace: string; readonly name: string }) => KubeObject | undefined,
): readonly KubeObject[] {
  const names = ownerReferences.filter((owner) => owner.kind === kind).map(({ name }) => name);
  return names.flatMap((name) => find({ namespace, name }) ?? []);
}
