import { isAlreadyExists, isInvalidState, isNotFound, NotFoundError, orAbsent, type Secret } from '../../aws/index.ts';
import { next, type Outcome, type Pass, stopWithRequeue } from '../../composed/index.ts';
import { repaired } from '../common/news.ts';
import { missingTexts } from '../../util/missing-texts.ts';
import { noteWrite } from './memory.ts';
import { ForeignResourceError, namesNobodyElse, UnprovenResourceError } from './ownership.ts';
import type { Announcement, ObservedSecret, ProvideState, ReplicationGroupState } from './state.ts';
import { isOurs, taggedArn } from './tags.ts';
import { createToken, fingerprintOf, isUsableToken } from './token.ts';
import { waitForAws } from './waiting.ts';

const RESOURCE = 'secret';
const DESCRIPTION = 'Auth token of an ElastiCache replication group';

/**
 * Reads the token, where authentication is asked for.
 *
 * A secret that waits for its deletion reads as absent; {@link ensureSecret} takes care of its name.
 */
export async function loadSecret(state: ProvideState): Promise<Outcome> {
  if (!state.asked.authEnabled) return next;
  const secret = await readSecret(state);
  state.observed.secret = secret;
  state.memory.secretArn = secret?.arn;
  state.observed.tokenBefore = await readTokenBefore(state, secret);
  return next;
}

/**
 * In the middle of a rotation somebody may have written another token: the one that AWS has been given is still that of the
 * recorded version, and clients need it until the other one had its turn.
 */
async function readTokenBefore(
  { clients, ledger }: ReplicationGroupState,
  secret: ObservedSecret | undefined,
): Promise<string | undefined> {
  const { hash, version } = ledger.authToken ?? {};
  if (secret === undefined || hash === undefined || version === undefined || secret.version === version)
    return undefined;
  const found = await orAbsent(clients.secrets.getSecretVersion(secret.arn, version));
  const token = found?.secretString;
  return token !== undefined && fingerprintOf(token) === hash ? token : undefined;
}

/** A secret that nobody asks for any more; known from the tags alone, which have to be loaded. */
export function leftoverSecretArn(state: ReplicationGroupState): string | undefined {
  const arn = [...state.observed.tags.keys()].find((key) => key.includes(`:secret:${state.identity.names.secret}-`));
  return arn ?? taggedArn(state, `:secret:${state.identity.names.secret}`);
}

async function readSecret({ clients, identity }: ReplicationGroupState): Promise<ObservedSecret | undefined> {
  try {
    const value = await clients.secrets.getSecretValue(identity.names.secret);
    const token = value.secretString;
    const { arn, versionId: version } = value;
    return { arn, version, token: token !== undefined && isUsableToken(token) ? token : undefined };
  } catch (error) {
    if (error instanceof NotFoundError || isInvalidState(error)) return undefined;
    throw error;
  }
}

/** Makes sure that there is a token of ours that AWS would take. */
export async function ensureSecret(state: ProvideState, pass: Pass): Promise<Outcome> {
  if (!state.asked.authEnabled) return next;
  const { secret } = state.observed;
  if (secret === undefined) return createSecret(state, pass);
  await ensureOwnSecretTags(state, secret);
  return secret.token === undefined ? replaceToken(state) : next;
}

async function createSecret(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { identity, clients } = state;
  const token = createToken();
  try {
    const { arn, versionId: version } = await clients.secrets.createSecret({
      name: identity.names.secret,
      secretString: token,
      description: DESCRIPTION,
      tags: identity.tags,
    });
    state.observed.secret = { arn, version, token };
    state.memory.secretArn = arn;
    noteWrite(state.memory);
    if (state.ledger.authToken !== undefined) state.announce(tokenReplaced('The secret was gone'));
    return next;
  } catch (error) {
    if (isAlreadyExists(error) || isInvalidState(error)) return takeNameBack(state, pass);
    throw error;
  }
}

/** The name is taken by a secret that reads as absent: one that waits for its deletion, or one that was just made. */
async function takeNameBack(state: ProvideState, pass: Pass): Promise<Outcome> {
  const { identity, clients } = state;
  const found = await orAbsent(clients.secrets.describeSecret(identity.names.secret));
  if (found === undefined) return waitForAws(state, pass, 'settling', 'the secret is being deleted');
  if (!isOurs(state, found.tags, false)) throw new ForeignResourceError(RESOURCE, found.name);
  if (found.deletedDate === undefined) return stopWithRequeue('the secret exists already');
  try {
    await clients.secrets.restoreSecret(found.arn);
  } catch (error) {
    // A forced deletion cannot be taken back; AWS frees the name within seconds.
    if (isInvalidState(error) || isNotFound(error)) {
      return waitForAws(state, pass, 'settling', 'the secret is being deleted');
    }
    throw error;
  }
  noteWrite(state.memory);
  return stopWithRequeue('the secret was restored');
}

async function ensureOwnSecretTags(state: ProvideState, { arn, token }: ObservedSecret): Promise<void> {
  const { secrets } = state.clients;
  const tags = state.observed.tags.get(arn) ?? (await secrets.describeSecret(arn)).tags;
  // Without tags the token itself is the proof: who knows the recorded one holds our secret.
  const isRecorded = token !== undefined && fingerprintOf(token) === state.ledger.authToken?.hash;
  if (!isOurs(state, tags, isRecorded)) throw new ForeignResourceError(RESOURCE, state.identity.names.secret);
  const missing = missingTexts(state.identity.tags, tags);
  if (Object.keys(missing).length === 0) return;
  await secrets.tagSecret(arn, missing);
  noteWrite(state.memory);
  state.announce(repaired('Tags of the secret were missing and are there again'));
}

/** Writes a new token beside the one before, which the secret keeps as an earlier version. */
export async function renewToken({ clients, observed, memory }: ProvideState): Promise<void> {
  const { secret } = observed;
  if (secret === undefined) return;
  const token = createToken();
  const { versionId: version } = await clients.secrets.putSecretValue(secret.arn, token);
  noteWrite(memory);
  observed.secret = { arn: secret.arn, version, token };
}

/** Somebody wrote something that AWS would refuse as a token. */
async function replaceToken(state: ProvideState): Promise<Outcome> {
  await renewToken(state);
  state.announce(tokenReplaced('The secret held a value that ElastiCache does not take as a token'));
  return next;
}

function tokenReplaced(why: string): Announcement {
  return { type: 'Warning', reason: 'AuthTokenReplaced', message: `${why}; a new token replaces it` };
}

/**
 * Deletes the secret, if it is ours, for ever: a token without a server is of no use.
 *
 * *Throws* {@link UnprovenResourceError} where it may be ours and nothing proves it: then a person has to say.
 */
export async function deleteSecret(state: ReplicationGroupState, pass: Pass): Promise<Outcome> {
  const arn = knownSecretArn(state) ?? (await ownSecretArn(state, pass));
  if (arn === undefined) return next;
  await state.clients.secrets.deleteSecret(arn, { force: true });
  noteWrite(state.memory);
  state.observed.secret = undefined;
  state.memory.secretArn = undefined;
  return next;
}

/**
 * The one that we saw last under the name, if tags prove it ours. Tags alone would not do: they may show for minutes what
 * is gone, and a forced deletion does not tell that nothing was there.
 */
function knownSecretArn({ memory, observed }: ReplicationGroupState): string | undefined {
  return memory.secretArn !== undefined && observed.tags.has(memory.secretArn) ? memory.secretArn : undefined;
}

async function ownSecretArn(state: ReplicationGroupState, pass: Pass): Promise<string | undefined> {
  const found = await orAbsent(state.clients.secrets.describeSecret(state.identity.names.secret));
  if (found === undefined) return undefined;
  const isProven = isOurs(state, found.tags, false) || (await isProvenByToken(state, found));
  if (isProven) return found.arn;
  if (mayBeOurs(state, found)) throw new UnprovenResourceError(RESOURCE, found.name, state.identity.identifyingTags);
  pass.log.info({ resource: RESOURCE, id: found.name }, 'Foreign resource left as it is');
  return undefined;
}

/** Somebody took the tags away: who holds the recorded token is our secret all the same. */
async function isProvenByToken(state: ReplicationGroupState, { tags }: Secret): Promise<boolean> {
  const { authToken: record } = state.ledger;
  if (record === undefined || !namesNobodyElse(tags, state.identity.identifyingTags)) return false;
  const token = (await readSecret(state))?.token;
  return token !== undefined && fingerprintOf(token) === record.hash;
}

/** Nobody else is named by its tags, and it looks like one that we made. One that waits for its deletion needs nobody. */
function mayBeOurs({ ledger, identity }: ReplicationGroupState, { tags, description, deletedDate }: Secret): boolean {
  if (deletedDate !== undefined || !namesNobodyElse(tags, identity.identifyingTags)) return false;
  return description === DESCRIPTION || ledger.authToken !== undefined;
}
