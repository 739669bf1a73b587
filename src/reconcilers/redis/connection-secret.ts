/**
 * The Kubernetes Secret from which clients read how to reach the Redis: `host`, `port`, `authString`, `ca.crt`.
 *
 * It belongs to the Redis object by an owner reference with the object's uid; a Secret of the same name without it is
 * somebody else's and stays as it is. It is watched, so an edit or a deletion is put right at once; one that was made
 * immutable is made anew for that. It carries a label, by
 * which alone it is watched: nobody else's Secrets enter the memory of this program. One without the label counts as
 * absent until the next check finds it and labels it.
 */
import type { Pass } from '../../composed/index.ts';
import {
  type EventInput,
  isAlreadyExists,
  jsonPatch,
  type KubeClient,
  type KubeSecret,
  type Permission,
  type ResourceKind,
  secretKind,
} from '../../kube/index.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import { shortened } from '../../util/shortened.ts';
import type { Connection } from '../replication-group/state.ts';
import { fingerprintOf } from '../replication-group/token.ts';
import { addressIn } from './address.ts';
import type { Contests } from './contest.ts';
import type { RedisObject } from './redis-kind.ts';

/** Secrets of Redis objects of one cluster. */
export interface ConnectionSecrets {
  /** Makes the Secret as it has to be and gives back its name. *Throws* {@link ForeignSecretError}. */
  ensure(object: RedisObject, connection: Connection, pass: Pass): Promise<string>;
  /** Whether it is as it has to be, as far as the status tells: it has the address, and a fingerprint of the token. */
  isIntact(object: RedisObject): boolean;
  /** How long it has to stay as it is, because somebody else writes it again and again; mostly 0. */
  restMs(object: RedisObject, pass: Pass): number;
  /** Deletes it, if it belongs to the object. */
  delete(object: RedisObject, pass: Pass): Promise<void>;
}

/** A Secret has the name that we need, and it is not ours. */
export class ForeignSecretError extends Error {
  override readonly name = 'ForeignSecretError';

  constructor(namespace: string, name: string) {
    super(`Secret ${namespace}/${name} exists and does not belong to this object; it is left as it is`);
  }
}

export interface ConnectionSecretsDeps {
  readonly ownerKind: ResourceKind;
  /** PEM of the authority that signed the certificates of the Redis; undefined where the public ones do. */
  readonly caPem: string | undefined;
  readonly find: (namespace: string, name: string) => KubeSecret | undefined;
  readonly client: (pass: Pass) => KubeClient;
  readonly contests: Contests;
  readonly announce: (object: RedisObject, news: EventInput, pass: Pass) => void;
}

/** By which it is watched. */
const LABEL = { key: 'app.kubernetes.io/managed-by', value: 'cloud-manager' } as const;

/** Chooses the Secrets that are published here. */
export const SECRET_SELECTOR = `${LABEL.key}=${LABEL.value}`;

/** What is asked about Secrets, beyond following those of {@link SECRET_SELECTOR}. */
export const secretPermissions: Permission = { kind: secretKind, verbs: ['create', 'delete', 'get', 'patch'] };

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
function labelsOf(object: RedisObject): Readonly<Record<string, string>> {
  return {
    [LABEL.key]: LABEL.value,
    'app.kubernetes.io/name': 'redis',
    'app.kubernetes.io/instance': object.metadata.name,
    'app.kubernetes.io/component': 'connection',
  };
}

function secretNameOf(object: RedisObject): string {
  return `cm-${object.metadata.name}`;
}

export function createConnectionSecrets(deps: ConnectionSecretsDeps): ConnectionSecrets {
  const known = (object: RedisObject) => deps.find(object.metadata.namespace ?? '', secretNameOf(object));
  return {
    async ensure(object, connection, pass) {
      const data = dataOf(connection, deps.caPem);
      let secret = known(object) ?? (await createSecret(deps, object, data, pass));
      if (isLocked(secret, object, data)) {
        await deleteSecret(deps, secret, pass);
        // One that finalizers of others keep is found as it was, and its correction refused, for the user to see.
        secret = await createSecret(deps, object, data, pass);
      }
      await correct(deps, object, secret, data, pass);
      return secret.metadata.name;
    },
    isIntact: (object) => isIntact(object, known(object), deps.caPem),
    restMs: (object, { clock }) => deps.contests.restMs(object.metadata.uid, clock.monotonicMs()),
    async delete(object, pass) {
      const secret = known(object);
      deps.contests.forget(object.metadata.uid);
      if (secret === undefined || !isOwnedBy(secret, object)) return;
      await deleteSecret(deps, secret, pass);
    },
  };
}

/** Whether it is ours and wrong, and can only be made anew. */
function isLocked(secret: KubeSecret, object: RedisObject, data: Readonly<Record<string, string>>): boolean {
  return secret.immutable === true && isOwnedBy(secret, object) && !isSameData(secret.data ?? {}, data);
}

/** This very one, and none that has its name by now. */
function deleteSecret({ client }: ConnectionSecretsDeps, { metadata }: KubeSecret, pass: Pass): Promise<void> {
  return client(pass).delete(secretKind, metadata, { uid: metadata.uid });
}

async function createSecret(
  deps: ConnectionSecretsDeps,
  object: RedisObject,
  data: Readonly<Record<string, string>>,
  pass: Pass,
): Promise<KubeSecret> {
  const { name: ownerName, uid, namespace = '' } = object.metadata;
  const name = secretNameOf(object);
  const owner = { apiVersion: apiVersionOf(deps.ownerKind), kind: deps.ownerKind.kind, name: ownerName, uid };
  try {
    const created = await deps.client(pass).create(secretKind, {
      metadata: {
        name,
        namespace,
        labels: labelsOf(object),
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
      },
      type: 'Opaque',
      data,
    });
    noteWrite(deps, object, undefined, created, pass);
    const message = `Secret ${namespace}/${name} says how to connect`;
    deps.announce(object, { type: 'Normal', reason: 'SecretPublished', message }, pass);
    return created;
  } catch (error) {
    // The cache did not show it yet: one that we made a moment ago, or a stranger's.
    if (isAlreadyExists(error)) return deps.client(pass).get(secretKind, { namespace, name });
    throw error;
  }
}

function noteWrite(
  { contests }: ConnectionSecretsDeps,
  { metadata: { uid } }: RedisObject,
  before: KubeSecret | undefined,
  after: KubeSecret,
  { clock }: Pass,
): void {
  contests.noteCorrection(uid, before?.metadata.resourceVersion, clock.monotonicMs());
  contests.noteWrite(uid, after.metadata.resourceVersion);
}

async function correct(
  deps: ConnectionSecretsDeps,
  object: RedisObject,
  secret: KubeSecret,
  data: Readonly<Record<string, string>>,
  pass: Pass,
): Promise<void> {
  if (!isOwnedBy(secret, object)) throw new ForeignSecretError(object.metadata.namespace ?? '', secret.metadata.name);
  if (isSameData(secret.data ?? {}, data) && isLabelled(secret, object)) return;
  const labels = { ...secret.metadata.labels, ...labelsOf(object) };
  const patch = jsonPatch(
    { op: 'test', path: '/metadata/uid', value: secret.metadata.uid },
    { op: 'add', path: '/data', value: data },
    ...(isLabelled(secret, object) ? [] : [{ op: 'add', path: '/metadata/labels', value: labels } as const]),
  );
  const corrected = await deps.client(pass).patch(secretKind, secret.metadata, patch);
  noteWrite(deps, object, secret, corrected, pass);
  announceCorrection(deps, object, secret, data, pass);
}

/** Somebody may have put in thousands. */
const MOST_KEYS_NAMED = 10;

/** Names keys, never what they hold. */
function announceCorrection(
  { announce }: ConnectionSecretsDeps,
  object: RedisObject,
  { metadata: { name }, data: before = {} }: KubeSecret,
  data: Readonly<Record<string, string>>,
  pass: Pass,
): void {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(data)])].filter((key) => before[key] !== data[key]);
  if (keys.length === 0) return;
  const changed = shortened(keys, MOST_KEYS_NAMED);
  const message = `Secret ${object.metadata.namespace ?? ''}/${name} is as it has to be again: ${changed} changed`;
  announce(object, { type: 'Normal', reason: 'SecretUpdated', message }, pass);
}

function isIntact(object: RedisObject, secret: KubeSecret | undefined, caPem: string | undefined): boolean {
  if (secret === undefined || !isOwnedBy(secret, object)) return false;
  const { host = '', port = '', authString = '', 'ca.crt': ca } = decoded(secret);
  // A status without an address is that of a group which is about to be made again: nothing to compare with.
  const address = addressIn(object) ?? `${host}:${port}`;
  const isTokenRight = isTokenOf(object, authString);
  return host !== '' && port !== '' && `${host}:${port}` === address && isTokenRight && ca === caPem;
}

/** While a token is rotated in, the Secret has the one before, whose fingerprint is not kept. */
function isTokenOf({ status }: RedisObject, authString: string): boolean {
  const { authToken } = status ?? {};
  if (authToken === undefined) return authString === '';
  return authToken.phase === 'Rotating' || fingerprintOf(authString) === authToken.hash;
}

function isLabelled({ metadata }: KubeSecret, object: RedisObject): boolean {
  return Object.entries(labelsOf(object)).every(([key, value]) => metadata.labels?.[key] === value);
}

function isOwnedBy(secret: KubeSecret, object: RedisObject): boolean {
  return secret.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid) === true;
}

function dataOf({ endpoint, authString }: Connection, caPem: string | undefined): Record<string, string> {
  const values = { host: endpoint.host, port: `${endpoint.port}`, authString, ...(caPem && { 'ca.crt': caPem }) };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
}

function decoded({ data = {} }: KubeSecret): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

function isSameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => a[key] === b[key]);
}
