/**
 * The Secret in the user's namespace from which applications read how to connect.
 *
 * Its name is settled before anything is made, so that there is never a second one; it is open again where somebody else
 * turns out to have it. The Secret says what that of the control plane says, and is written whenever that, the object, or
 * somebody else changes it. It goes after the Redis: as long as that answers, an application that starts again has to find it.
 */
import {
  type Action,
  named,
  next,
  type Outcome,
  type Pass,
  type Stop,
  stopWithRequeueDelay,
} from '../../../composed/index.ts';
import { isBeingDeleted, type KubeSecret, secretKind } from '../../../kube/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { type Contests, contestsIn } from '../../common/contest.ts';
import { failed, heldBack } from '../../common/finding.ts';
import {
  type AskedSecret,
  ensureOwnedSecret,
  ForeignSecretError,
  isAsAsked,
  isOwnedBy,
} from '../../common/owned-secret.ts';
import { NAMES_SHOWN, shortened } from '../../../util/shortened.ts';
import { counterpartOf } from '../common/id.ts';
import { askedSecretFor, chosenSecretName } from './asked-secret.ts';
import type { AwsRedisKind, AwsRedisObject, RedisCounterpart } from './aws-redis-kind.ts';
import { connectionOf } from './connection.ts';
import { ownTextsOf, publishedEndpoints, withExtraData } from './secret-texts.ts';
import type { AwsRedisState } from './state.ts';

/** Publishes as soon as the control plane says how to connect, whatever else it says. */
export function ensureAuthSecret<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  contests: Contests,
): Action<AwsRedisState<O, C>> {
  return named('ensureAuthSecret', async (state: AwsRedisState<O, C>, pass) => {
    const texts = textsFor(redis, state);
    if (texts === undefined) return next;
    const name = await settledName(state, pass);
    if (name === undefined) return stopForeign(state, chosenSecretName(state.object), pass);
    return publish(askedSecretFor(redis, state.object, name, texts), state, contests, pass);
  });
}

/** Before a Redis is made: that its Secret cannot have the name is better known at once than when AWS has made all of it. */
export function settleAuthSecretName<O extends AwsRedisObject, C extends RedisCounterpart>({
  counterpart,
}: AwsRedisKind<O, C>): Action<AwsRedisState<O, C>> {
  return named('settleAuthSecretName', async (state: AwsRedisState<O, C>, pass) => {
    if (counterpartOf(state, counterpart) !== undefined || (await settledName(state, pass)) !== undefined) return next;
    return stopForeign(state, chosenSecretName(state.object), pass);
  });
}

/** Undefined while there is nothing to say. */
function textsFor<O extends AwsRedisObject, C extends RedisCounterpart>(
  redis: AwsRedisKind<O, C>,
  state: AwsRedisState<O, C>,
): Readonly<Record<string, string>> | undefined {
  const { counterpart, controlPlane, object } = state;
  const connection = counterpart && connectionOf(counterpart, controlPlane);
  if (counterpart === undefined || connection === undefined) return undefined;
  const endpoints = publishedEndpoints(connection, redis.endpointsOf(counterpart)?.read);
  const own = ownTextsOf(connection, redis.secretTextsOf(endpoints));
  const { texts, problems } = withExtraData(own, object.spec.authSecret?.extraData ?? {});
  state.templateProblems = problems;
  return texts;
}

/** Recorded before it is used. Undefined: the first choice is somebody else's, and another one can still be made. */
async function settledName<O extends AwsRedisObject>(
  state: Pick<AwsRedisState<O, RedisCounterpart>, 'object' | 'kind' | 'cluster'>,
  pass: Pass,
): Promise<string | undefined> {
  const settled = state.object.status?.authSecret?.name;
  if (settled !== undefined) return settled;
  const name = chosenSecretName(state.object);
  // The cache knows none but those that are published.
  const there = await state.cluster.read(secretKind, namespaceOf(state), name, pass);
  if (there !== undefined && !isOwnedBy(there, state.object)) return undefined;
  state.object = await state.cluster.recordStatus(state.kind, state.object, { authSecret: { name } }, pass);
  return name;
}

async function publish<O extends AwsRedisObject, C extends RedisCounterpart>(
  asked: AskedSecret,
  state: AwsRedisState<O, C>,
  ofAll: Contests,
  pass: Pass,
): Promise<Outcome> {
  const { object, cluster, kind, news } = state;
  const contests = contestsIn(state.clusterName, ofAll);
  if (!isAsAsked(cluster.get(secretKind, namespaceOf(state), asked.name), object, asked)) {
    const restMs = contests.restMs(object.metadata.uid, pass.clock.monotonicMs());
    if (restMs > 0) return stopContested(state, asked.name, restMs);
    const deps = { ownerKind: kind, cluster, contests, announce: (one: (typeof news)[number]) => void news.push(one) };
    try {
      await ensureOwnedSecret(object, asked, deps, pass);
    } catch (error) {
      if (!(error instanceof ForeignSecretError)) throw error;
      return stopForeign(state, asked.name, pass);
    }
  }
  state.isPublished = true;
  return next;
}

function stopContested<O extends AwsRedisObject>(
  state: AwsRedisState<O, RedisCounterpart>,
  name: string,
  restMs: number,
): Stop {
  const message =
    `Secret ${namespaceOf(state)}/${name} is changed by somebody else again and again, so it is put right ever less ` +
    'often. Stop who writes it, such as a tool that applies a copy';
  state.finding = heldBack('SecretContested', message);
  return stopWithRequeueDelay(restMs, 'somebody else writes the Secret');
}

/**
 * Nobody tells when it goes: it is not followed. A name that was recorded before is taken back: nothing of ours has it, and its
 * author may choose another one.
 */
async function stopForeign<O extends AwsRedisObject>(
  state: AwsRedisState<O, RedisCounterpart>,
  name: string,
  pass: Pass,
): Promise<Stop> {
  if (state.object.status?.authSecret !== undefined) {
    state.object = await state.cluster.recordStatus(state.kind, state.object, { authSecret: null }, pass);
  }
  const message =
    `Secret ${namespaceOf(state)}/${name} belongs to somebody else, and is left as it is. ` +
    'Delete it, or choose another name in spec.authSecret.name';
  return stopRefused(state, failed('NameTaken', message), pass);
}

/** A Secret that finalizers of others keep is looked at so often; that it goes is mostly heard of. */
const KEPT_DELAY_MS = 60_000;

/** Deletes the Secret and waits until it is gone. */
export function deleteAuthSecret<O extends AwsRedisObject, C extends RedisCounterpart>(
  contests: Contests,
): Action<AwsRedisState<O, C>> {
  return named('deleteAuthSecret', async (state: AwsRedisState<O, C>, pass) => {
    contestsIn(state.clusterName, contests).forget(state.object.metadata.uid);
    const secret = await ownSecret(state, pass);
    if (secret === undefined) return next;
    if (!isBeingDeleted(secret)) await state.cluster.delete(secretKind, secret, pass);
    const kept = await ownSecret(state, pass);
    return kept === undefined ? next : stopKept(state, kept);
  });
}

/** As the API server has it: it may have lost the label by which it is followed. */
async function ownSecret<O extends AwsRedisObject>(
  state: Pick<AwsRedisState<O, RedisCounterpart>, 'object' | 'cluster'>,
  pass: Pass,
): Promise<KubeSecret | undefined> {
  const { name } = state.object.status?.authSecret ?? {};
  if (name === undefined) return undefined;
  const secret = await state.cluster.read(secretKind, namespaceOf(state), name, pass);
  return secret !== undefined && isOwnedBy(secret, state.object) ? secret : undefined;
}

function stopKept<O extends AwsRedisObject>(
  state: AwsRedisState<O, RedisCounterpart>,
  { metadata: { name, finalizers = [] } }: KubeSecret,
): Stop {
  const kept = shortened(finalizers, NAMES_SHOWN);
  const message = `Secret ${namespaceOf(state)}/${name} is being deleted, and kept by finalizers of others: ${kept}`;
  state.finding = { state: 'Deleting', reason: 'DeletingAuthSecret', message };
  return stopWithRequeueDelay(KEPT_DELAY_MS, 'the Secret is kept by others');
}

function namespaceOf({ object }: { readonly object: AwsRedisObject }): string {
  return object.metadata.namespace ?? '';
}
