import type { Aws } from '../../aws/index.ts';
import { type Action, branch, enter, named, next, type Outcome, type Pass, sequence } from '../../composed/index.ts';
import { type Cluster as RuntimeCluster, type Reconcile, reconcilePipeline } from '../../runtime/index.ts';
import { reportAwsErrors } from '../common/aws-error.ts';
import type { Cluster } from '../common/cluster.ts';
import { deleteFinalizer, ensureFinalizer } from '../common/finalizer.ts';
import { loadScope, type TargetOf } from '../common/focal-state.ts';
import { isObjectBeingDeleted } from '../common/object-state.ts';
import { deletingParts } from '../replication-group/findings.ts';
import { createMemories } from '../replication-group/memory.ts';
import { provideReplicationGroup, removeReplicationGroup } from '../replication-group/reconciler.ts';
import type { Announcement, Timing } from '../replication-group/state.ts';
import { createConnectionSecrets, secretKind } from './connection-secret.ts';
import type { RedisKind, RedisObject } from './redis-kind.ts';
import {
  asProvideState,
  asReplicationGroupState,
  createRedisState,
  type FocalRedisState,
  loadIpRange,
  type RedisState,
} from './redis-state.ts';
import { reportForeign } from './refusals.ts';
import { redisStatusOf } from './status.ts';

/** What a Redis controller needs of the program around it. */
export interface RedisReconcilerDeps {
  readonly aws: Pick<Aws, 'elastiCache' | 'ec2' | 'secretsManager' | 'tagging'>;
  readonly targetOf: TargetOf;
  readonly clusterOf: (cluster: RuntimeCluster) => Cluster;
  readonly timing: Timing;
  /** PEM of the authority behind the certificates of the Redis; undefined where the public ones do. */
  readonly caPem: string | undefined;
  readonly announce: (object: RedisObject, announcement: Announcement, pass: Pass) => void;
}

/** Reconciles one Redis kind. */
export function redisReconciler<O extends RedisObject>(redis: RedisKind<O>, deps: RedisReconcilerDeps): Reconcile<O> {
  const memories = createMemories();
  const pipeline = redisPipeline<O>(deps, (uid) => memories.forget(uid));
  return (object, pass, cluster) => {
    const secrets = createConnectionSecrets({
      ownerKind: redis.kind,
      caPem: deps.caPem,
      find: (namespace, name) => cluster.cache(secretKind).get({ namespace, name }),
      client: (call) => cluster.client(call),
    });
    const memory = memories.of(object.metadata.uid);
    const state = createRedisState(redis, object, { cluster: deps.clusterOf(cluster), secrets, memory });
    return reconcilePipeline(pipeline, state, pass, () => redisStatusOf(state, pass.clock));
  };
}

function redisPipeline<O extends RedisObject>(
  deps: RedisReconcilerDeps,
  forget: (uid: string) => void,
): Action<RedisState<O>> {
  const provide: Action<FocalRedisState<O>> = sequence<FocalRedisState<O>>(
    'provide',
    ensureFinalizer<O>(),
    checkConnectionSecret,
    enter(loadIpRange<O>(), enter(asProvideState<O>(deps), provideReplicationGroup)),
  );
  const remove: Action<FocalRedisState<O>> = sequence(
    'remove',
    enter(asReplicationGroupState<O>(deps), sequence('removeAll', reportDeletion, removeReplicationGroup)),
    deleteConnectionSecret,
    named('forget', (state: FocalRedisState<O>) => {
      forget(state.object.metadata.uid);
      return next;
    }),
    deleteFinalizer<O>(),
  );
  const body: Action<FocalRedisState<O>> = branch(isObjectBeingDeleted, remove, provide);
  return reportForeign(reportAwsErrors(enter(loadScope<O, RedisState<O>>(deps.targetOf), body)));
}

/** A Secret that is not as it has to be can only be put right with the token, which a look does not read. */
function checkConnectionSecret<O extends RedisObject>(state: RedisState<O>): Outcome {
  if (!state.secrets.isIntact(state.object)) state.memory.checked = undefined;
  return next;
}

function reportDeletion(state: Pick<RedisState<RedisObject>, 'finding'>): Outcome {
  state.finding = deletingParts;
  return next;
}

async function deleteConnectionSecret<O extends RedisObject>(state: RedisState<O>, pass: Pass): Promise<Outcome> {
  await state.secrets.delete(state.object, pass);
  return next;
}
