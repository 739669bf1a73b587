import {
  type Action,
  branch,
  enter,
  named,
  next,
  type Outcome,
  type Pass,
  sequence,
  stopWithRequeueDelay,
  when,
} from '../../composed/index.ts';
import { FINALIZER } from '../../api/names.ts';
import { hasFinalizer } from '../../kube/index.ts';
import type { Reconcile, ReconcileResult } from '../../runtime/index.ts';
import { reportAwsErrors } from '../common/aws-error.ts';
import { createContests } from '../common/contest.ts';
import { heldBack } from '../common/finding.ts';
import { deleteFinalizer, ensureFinalizer, releaseFinalizer } from '../common/finalizer.ts';
import { loadScope, type TargetOf } from '../common/focal-state.ts';
import { isObjectBeingDeleted } from '../common/object-state.ts';
import { isPaused, waitWhilePaused } from '../common/pause.ts';
import { announcerOf, clusterOf, passOver } from '../common/runtime-cluster.ts';
import { deletingParts } from '../replication-group/findings.ts';
import { createMemories, type Memories } from '../replication-group/memory.ts';
import { recordOwnReplicationGroup } from '../replication-group/replication-group.ts';
import { provideReplicationGroup, removeParts, removeReplicationGroup } from '../replication-group/reconciler.ts';
import { createConnectionSecrets } from './connection-secret.ts';
import { noteRival, rivalOf } from './name-claim.ts';
import { validatePlace } from './place.ts';
import type { RedisKind, RedisObject } from './redis-kind.ts';
import {
  asProvideState,
  asReplicationGroupState,
  createRedisState,
  type FocalRedisState,
  loadIpRange,
  type RedisDeps,
  type RedisKubernetes,
  type RedisState,
} from './redis-state.ts';
import { reportForeign } from './refusals.ts';
import { redisStatusOf } from './status.ts';

export interface RedisPassDeps extends RedisDeps {
  readonly targetOf: TargetOf;
}

/** What a Redis controller needs of the program around it. */
export interface RedisReconcilerDeps extends RedisPassDeps {
  /** PEM of the authority behind the certificates of the Redis; undefined where the public ones do. */
  readonly caPem: string | undefined;
}

/** Passes over the objects of one Redis kind; it keeps what the process remembers of each. */
export type RedisPasses<O extends RedisObject> = (
  object: O,
  pass: Pass,
  kubernetes: RedisKubernetes,
) => Promise<ReconcileResult>;

export function createRedisPasses<O extends RedisObject>(
  redis: RedisKind<O>,
  deps: RedisPassDeps,
  memories: Memories = createMemories(),
): RedisPasses<O> {
  const pipeline = redisPipeline<O>(deps, (uid) => memories.forget(uid));
  const { waitScale } = deps.timing;
  return async (object, pass, kubernetes) => {
    const { uid } = object.metadata;
    const state = createRedisState(redis, object, {
      kubernetes,
      memory: memories.of(uid, pass.authority.ended),
      waitScale,
    });
    const result = await passOver({ pipeline, statusOf: redisStatusOf<O>, announce: kubernetes.announce }, state, pass);
    // It has nothing in AWS, and may vanish without another pass.
    if (!hasOurFinalizer(state)) memories.forget(uid);
    return result;
  };
}

/** Reconciles one Redis kind in the clusters of the runtime. */
export function redisReconciler<O extends RedisObject>(redis: RedisKind<O>, deps: RedisReconcilerDeps): Reconcile<O> {
  const passes = createRedisPasses(redis, deps);
  const contests = createContests();
  return (object, pass, runtime) => {
    const announce = announcerOf(runtime);
    const cluster = clusterOf(runtime);
    const secrets = createConnectionSecrets({ ownerKind: redis.kind, caPem: deps.caPem, cluster, contests, announce });
    return passes(object, pass, { cluster, secrets, announce });
  };
}

function redisPipeline<O extends RedisObject>(
  deps: RedisPassDeps,
  forget: (uid: string) => void,
): Action<RedisState<O>> {
  const forgetAll = named('forget', (state: FocalRedisState<O>) => {
    forget(state.object.metadata.uid);
    return next;
  });
  const giveUp: Action<FocalRedisState<O>> = sequence<FocalRedisState<O>>(
    'giveUp',
    when(hasOurFinalizer, enter(asReplicationGroupState<O>(deps), removeParts), forgetAll, releaseFinalizer<O>()),
    // The holder's going begins another pass; this one is for the case that it is not heard of.
    named('waitForName', () => stopWithRequeueDelay(deps.timing.lookIntervalMs, 'the name is taken')),
  );
  const yieldName: Action<FocalRedisState<O>> = sequence<FocalRedisState<O>>(
    'yieldName',
    named('noteRival', (state) => noteRival(state, deps.targetOf)),
    when(hasOurFinalizer, enter(asReplicationGroupState<O>(deps), recordOwnReplicationGroup)),
    branch(hasRecordedGroup, claimName, giveUp),
  );
  const provide: Action<FocalRedisState<O>> = sequence<FocalRedisState<O>>(
    'provide',
    when((state) => rivalOf(state, deps.targetOf) !== undefined, yieldName),
    forgetRemoval,
    ensureFinalizer<O>(),
    checkConnectionSecret,
    enter(loadIpRange<O>(), enter(asProvideState<O>(deps), provideReplicationGroup)),
  );
  const remove: Action<FocalRedisState<O>> = sequence(
    'remove',
    enter(asReplicationGroupState<O>(deps), sequence('removeAll', reportDeletion, removeReplicationGroup)),
    deleteConnectionSecret,
    forgetAll,
    deleteFinalizer<O>(),
  );
  const body: Action<FocalRedisState<O>> = sequence(
    'redis',
    validatePlace,
    branch(isObjectBeingDeleted, remove, provide),
  );
  const work = reportForeign(
    reportAwsErrors<RedisState<O>>(enter(loadScope<O, RedisState<O>>(deps.targetOf), body), { hasParts: true }),
  );
  return sequence<RedisState<O>>('unlessPaused', forgetChecksWhilePaused, waitWhilePaused, work);
}

/**
 * A Secret that is not as it has to be can only be put right with the token, which a look does not read. While somebody
 * else writes it again and again nothing is done at all: a change of the token would shut out those who read the Secret.
 */
function checkConnectionSecret<O extends RedisObject>(state: RedisState<O>, pass: Pass): Outcome {
  const { object, authSecretName } = state;
  const { secrets } = state.kubernetes;
  if (authSecretName !== undefined && secrets.isIntact(object)) return next;
  const restMs = secrets.restMs(object, pass);
  if (restMs > 0) {
    state.finding = heldBack(
      'SecretContested',
      contestedMessage(`${object.metadata.namespace ?? ''}/${authSecretName}`),
    );
    return stopWithRequeueDelay(restMs, 'somebody else writes the Secret');
  }
  state.memory.checked = undefined;
  return next;
}

function contestedMessage(name: string): string {
  return (
    `Secret ${name} is changed by somebody else again and again, so it is put right ever less often, and nothing else ` +
    'is done meanwhile. Stop who writes it: a second operator with another redis.caFile, or a tool that applies a copy'
  );
}

function hasRecordedGroup({ ledger }: Pick<RedisState<RedisObject>, 'ledger'>): boolean {
  return ledger.arn !== undefined;
}

/** Who pauses an object mostly does something by hand, so that afterwards everything is looked at. */
function forgetChecksWhilePaused({ object, memory }: Pick<RedisState<RedisObject>, 'object' | 'memory'>): Outcome {
  if (isPaused(object)) memory.checked = undefined;
  return next;
}

/** The group in AWS has turned out to be this object's, so the name is no other's. */
function claimName(state: Pick<RedisState<RedisObject>, 'finding'>): Outcome {
  state.finding = undefined;
  return next;
}

function hasOurFinalizer<O extends RedisObject>({ object }: RedisState<O>): boolean {
  return hasFinalizer(object, FINALIZER);
}

/**
 * What a removal found gone is about to be made again. One that gives the name up may be cut short, and its object live
 * on: what it had confirmed by then must not count when the object is deleted one day.
 */
function forgetRemoval({ memory }: Pick<RedisState<RedisObject>, 'memory'>): Outcome {
  memory.removal = undefined;
  return next;
}

function reportDeletion(state: Pick<RedisState<RedisObject>, 'finding'>): Outcome {
  state.finding = deletingParts;
  return next;
}

async function deleteConnectionSecret<O extends RedisObject>(state: RedisState<O>, pass: Pass): Promise<Outcome> {
  await state.kubernetes.secrets.delete(state.object, pass);
  return next;
}
