import type { KeyObject } from 'node:crypto';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import type { Clock } from '../../../util/clock.ts';
import type { Json, JsonObject, KubeObject } from '../json.ts';
import { defined, jsonFrom, listAt, memberAt, objectAt, stringAt } from '../json.ts';
import type { Store } from '../store.ts';
import { quotedList } from './rules.ts';
import type { User } from './user.ts';
import { AUTHENTICATED, CREDENTIAL_ID, serviceAccountGroups, serviceAccountName } from './user.ts';

/** Who issues the tokens, and whom they are for when nobody else is named: the name that kubeadm gives a cluster too. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** How far the clocks of issuer and verifier may differ. */
const LEEWAY_SECONDS = 60;

/** What a token is made for. */
export interface TokenOrder {
  readonly account: KubeObject;
  /** The token is worth nothing once this object is gone. */
  readonly secret: KubeObject | undefined;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}

/** What a token proves. */
export interface TokenProof {
  readonly user: User;
  /** Those of the asked audiences that the token is for. */
  readonly audiences: readonly string[];
}

const base64 = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes the key that tokens are signed with, in PEM. */
export function createTokenKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

/**
 * Issues and reads the tokens of service accounts: JWTs that end by themselves, and that end early with their account
 * ([bound tokens](https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens)).
 */
export class ServiceAccountTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId: string;

  /** @param privateKeyPem - See {@link createTokenKey}. */
  constructor(store: Store, clock: Clock, privateKeyPem: string) {
    this.#store = store;
    this.#clock = clock;
    this.#privateKey = createPrivateKey(privateKeyPem);
    this.#publicKey = createPublicKey(this.#privateKey);
    this.#keyId = createHash('sha256')
      .update(this.#publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
  }

  /** The key that others verify with, as a JSON Web Key Set. */
  get keySet(): JsonObject {
    // A key of an elliptic curve is exported as three texts; the type allows for every kind of key.
    const jwk = this.#publicKey.export({ format: 'jwk' }) as JsonObject;
    return { keys: [{ use: 'sig', kid: this.#keyId, alg: 'ES256', ...jwk }] };
  }

  issue({ account, secret, audiences, expirationSeconds }: TokenOrder): string {
    const { namespace = '', name = '', uid = '' } = account.metadata;
    const now = Math.floor(this.#clock.now() / 1000);
    const claims: Json = {
      aud: audiences,
      exp: now + expirationSeconds,
      iat: now,
      iss: ISSUER,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(secret && { secret: { name: secret.metadata.name ?? '', uid: secret.metadata.uid ?? '' } }),
        serviceaccount: { name, uid },
      },
      nbf: now,
      sub: serviceAccountName(namespace, name),
    };
    const signed = `${base64({ alg: 'ES256', kid: this.#keyId })}.${base64(claims)}`;
    return `${signed}.${this.#signature(signed)}`;
  }

  /** Reads a token for one of `audiences`; what is wrong with it where it proves nothing. */
  read(token: string, audiences: readonly string[] = [ISSUER]): TokenProof | { readonly error: string } {
    const claims = this.#verifiedClaims(token);
    const account = claims && this.#accountOf(claims);
    if (!claims || !account) return { error: 'invalid bearer token' };
    const given = listAt(claims, 'aud').filter((one) => typeof one === 'string');
    const shared = audiences.filter((one) => given.includes(one));
    if (shared.length === 0) {
      const why = `token audiences ${quotedList(given)} is invalid for the target audiences ${quotedList(audiences)}`;
      return { error: `[invalid bearer token, ${why}]` };
    }
    return { user: userOf(account, claims), audiences: shared };
  }

  #signature(signed: string): string {
    return sign('sha256', Buffer.from(signed), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    );
  }

  #verifiedClaims(token: string): Json | undefined {
    const [header = '', body = '', signature = '', ...more] = token.split('.');
    if (more.length > 0 || signature === '') return undefined;
    const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' } as const;
    const isOurs = verify('sha256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'));
    if (!isOurs) return undefined;
    // Signed with our key, by this process or one before it that kept the same state, so it is JSON.
    const claims = jsonFrom(Buffer.from(body, 'base64url').toString('utf8'));
    const now = this.#clock.now() / 1000;
    const [notBefore, expires] = [memberAt(claims, 'nbf'), memberAt(claims, 'exp')];
    const isTimely = Number(notBefore) - LEEWAY_SECONDS <= now && now < Number(expires) + LEEWAY_SECONDS;
    return isTimely ? claims : undefined;
  }

  /** The account that the claims speak of, if it is still the same one and what the token is bound to is still there. */
  #accountOf(claims: Json): KubeObject | undefined {
    const place = objectAt(claims, 'kubernetes.io');
    const namespace = stringAt(place, 'namespace') ?? '';
    const found = (storage: string, reference: Json | undefined): KubeObject | undefined => {
      const object = this.#store.get(storage, { namespace, name: stringAt(reference, 'name') ?? '' });
      return object?.metadata.uid === stringAt(reference, 'uid') ? object : undefined;
    };
    const secret = place['secret'];
    if (secret !== undefined && !found('/secrets', secret)) return undefined;
    return found('/serviceaccounts', place['serviceaccount']);
  }
}

function userOf({ metadata }: KubeObject, claims: Json): User {
  const { namespace = '', name = '', uid } = metadata;
  return {
    name: serviceAccountName(namespace, name),
    uid,
    groups: [...serviceAccountGroups(namespace), AUTHENTICATED],
    extra: { [CREDENTIAL_ID]: [`JTI=${stringAt(claims, 'jti') ?? ''}`] },
  };
}

/** A user as the API shows it. */
export function userInfo({ name, uid, groups, extra }: User): JsonObject {
  return defined({
    username: name,
    uid,
    groups: groups.length === 0 ? undefined : groups,
    extra: Object.keys(extra).length === 0 ? undefined : extra,
  });
}
