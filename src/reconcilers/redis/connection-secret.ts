/** The Kubernetes Secret from which clients read how to reach the Redis: `host`, `port`, `authString`, `ca.crt`. */
import type { Pass } from '../../composed/index.ts';
import { type EventInput, type KubeSecret, type ResourceKind, secretKind } from '../../kube/index.ts';
import type { Contests } from '../common/contest.ts';
import {
  type AskedSecret,
  decoded,
  deleteOwnedSecret,
  encoded,
  ensureOwnedSecret,
  isOwnedBy,
  type OwnedSecretDeps,
  PUBLISHED_LABELS,
  type SecretContent,
} from '../common/owned-secret.ts';
import type { Connection } from '../replication-group/state.ts';
import { fingerprintOf } from '../replication-group/token.ts';
import { addressIn } from './address.ts';
import type { RedisObject } from './redis-kind.ts';

/** Secrets of Redis objects of one cluster. */
export interface ConnectionSecrets {
  /** Makes the Secret as it has to be and gives back its name. *Throws* `ForeignSecretError`. */
  ensure(object: RedisObject, connection: Connection, pass: Pass): Promise<string>;
  /** Whether it is as it has to be, as far as the status tells: it has the address, and a fingerprint of the token. */
  isIntact(object: RedisObject): boolean;
  /** How long it has to stay as it is, because somebody else writes it again and again; mostly 0. */
  restMs(object: RedisObject, pass: Pass): number;
  /** Deletes it, if it belongs to the object. */
  delete(object: RedisObject, pass: Pass): Promise<void>;
}

export interface ConnectionSecretsDeps {
  readonly ownerKind: ResourceKind;
  /** PEM of the authority that signed the certificates of the Redis; undefined where the public ones do. */
  readonly caPem: string | undefined;
  readonly cluster: OwnedSecretDeps['cluster'];
  readonly contests: Contests;
  readonly announce: (object: RedisObject, news: EventInput, pass: Pass) => void;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
function labelsOf(object: RedisObject): Readonly<Record<string, string>> {
  return {
    ...PUBLISHED_LABELS,
    'app.kubernetes.io/name': 'redis',
    'app.kubernetes.io/instance': object.metadata.name,
    'app.kubernetes.io/component': 'connection',
  };
}

function secretNameOf(object: RedisObject): string {
  return `cm-${object.metadata.name}`;
}

export function createConnectionSecrets(deps: ConnectionSecretsDeps): ConnectionSecrets {
  const { cluster, contests } = deps;
  const depsFor = (object: RedisObject, pass: Pass): OwnedSecretDeps => ({
    ...deps,
    announce: (news) => deps.announce(object, news, pass),
  });
  const known = (object: RedisObject) => cluster.get(secretKind, object.metadata.namespace ?? '', secretNameOf(object));
  return {
    async ensure(object, connection, pass) {
      await ensureOwnedSecret(object, askedFor(object, connection, deps.caPem), depsFor(object, pass), pass);
      return secretNameOf(object);
    },
    isIntact: (object) => isIntact(object, known(object), deps.caPem),
    restMs: (object, { clock }) => contests.restMs(object.metadata.uid, clock.monotonicMs()),
    delete: (object, pass) => deleteOwnedSecret(object, secretNameOf(object), depsFor(object, pass), pass),
  };
}

/** Nothing else may be in it; labels and annotations of others stay. */
function askedFor(object: RedisObject, connection: Connection, caPem: string | undefined): AskedSecret {
  const labels = labelsOf(object);
  const ownedOf = (present: SecretContent): SecretContent => ({
    labels: Object.fromEntries(Object.entries(present.labels).filter(([key]) => Object.hasOwn(labels, key))),
    annotations: {},
    data: present.data,
  });
  const content = { labels, annotations: {}, data: encoded(dataOf(connection, caPem)) };
  return { name: secretNameOf(object), content, ownedOf };
}

function dataOf({ endpoint, authString }: Connection, caPem: string | undefined): Readonly<Record<string, string>> {
  return { host: endpoint.host, port: `${endpoint.port}`, authString, ...(caPem && { 'ca.crt': caPem }) };
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
