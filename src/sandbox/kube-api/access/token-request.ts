import type { JsonObject, KubeObject } from '../json.ts';
import { isObject, listAt, memberAt, stringAt, withMetadata } from '../json.ts';
import type { Api, Target } from '../operations/api.ts';
import { keyOfTarget, timestamp } from '../operations/api.ts';
import { storageKey } from '../resource.ts';
import type { FieldError } from '../status.ts';
import { badRequest, conflict, fieldInvalid, invalid, notFound } from '../status.ts';
import type { ServiceAccountTokens } from './tokens.ts';
import { ISSUER } from './tokens.ts';

const GROUP = 'authentication.k8s.io';
const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/** Answers a POST to the `token` of a service account. *Throws* 404 without the account, 409 or 422 for a wrong order. */
export function issueToken(
  { api, tokens, target }: { readonly api: Api; readonly tokens: ServiceAccountTokens; readonly target: Target },
  request: KubeObject,
): KubeObject {
  assertSameName(request, target);
  const account = api.store.get(storageKey(target.resource), keyOfTarget(target));
  if (!account) throw notFound(target.resource, target.name);
  const { uid } = account.metadata;
  const asked = request.metadata.uid;
  if (asked !== undefined && asked !== uid) {
    const why = `the UID in the token request (${asked}) does not match the UID of the service account (${uid ?? ''})`;
    throw conflict({ group: GROUP, plural: 'TokenRequest' }, target.name, why);
  }
  const expirationSeconds = secondsFrom(request);
  const given = listAt(request, 'spec', 'audiences').filter((one) => typeof one === 'string');
  const audiences = given.length === 0 ? [ISSUER] : given;
  const reference = memberAt(request, 'spec', 'boundObjectRef');
  const bound = isObject(reference) ? reference : undefined;
  const secret = bound && boundSecret(api, target, bound);
  const token = tokens.issue({ account, secret, audiences, expirationSeconds });
  const expirationTimestamp = timestamp({ now: () => api.clock.now() + expirationSeconds * 1000 });
  const { name, namespace } = target;
  return {
    ...withMetadata(request, { name, namespace, uid, creationTimestamp: timestamp(api.clock) }),
    spec: { audiences, expirationSeconds, boundObjectRef: bound ?? null },
    status: { token, expirationTimestamp },
  };
}

function assertSameName({ metadata }: KubeObject, { name, namespace }: Target): void {
  const refused = (field: string, value: string, what: string): Error =>
    invalid('TokenRequest', GROUP, name, [
      fieldInvalid(field, value, `must match the service account ${what} if specified`),
    ]);
  if (metadata.name !== undefined && metadata.name !== name) throw refused('metadata.name', metadata.name, 'name');
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw refused('metadata.namespace', metadata.namespace, 'namespace');
}

function secondsFrom(request: KubeObject): number {
  const asked = memberAt(request, 'spec', 'expirationSeconds');
  const seconds = typeof asked === 'number' ? asked : DEFAULT_SECONDS;
  const wrong = (why: string): FieldError => fieldInvalid('spec.expirationSeconds', seconds, why);
  if (seconds < LEAST_SECONDS)
    throw invalid('TokenRequest', GROUP, '', [wrong('may not specify a duration less than 10 minutes')]);
  if (seconds > MOST_SECONDS)
    throw invalid('TokenRequest', GROUP, '', [wrong('may not specify a duration larger than 2^32 seconds')]);
  return seconds;
}

/** Of what a token can be bound to, only secrets are here: there are no pods. */
function boundSecret({ store }: Api, { namespace }: Target, reference: JsonObject): KubeObject {
  const [kind, name] = [stringAt(reference, 'kind') ?? '', stringAt(reference, 'name') ?? ''];
  if (kind === 'Pod') throw notFound({ group: '', plural: 'pods' }, name);
  if (kind !== 'Secret') {
    const apiVersion = stringAt(reference, 'apiVersion') ?? '';
    throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  }
  const secret = store.get('/secrets', { namespace, name });
  if (!secret) throw notFound({ group: '', plural: 'secrets' }, name);
  const [asked, uid] = [stringAt(reference, 'uid') ?? '', secret.metadata.uid ?? ''];
  if (asked !== '' && asked !== uid) {
    const why = `the UID in the bound object reference (${asked}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: 'Secret' }, name, why);
  }
  return secret;
}
