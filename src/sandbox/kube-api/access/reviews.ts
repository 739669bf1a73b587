import type { Json, JsonObject, KubeObject } from '../json.ts';
import { defined, isObject, listAt, objectAt, stringAt, textFrom } from '../json.ts';
import type { Target } from '../operations/api.ts';
import { timestamp } from '../operations/api.ts';
import type { FieldError } from '../status.ts';
import { badRequest, fieldInvalid, invalid } from '../status.ts';
import type { Clock } from '../../../util/clock.ts';
import type { Attributes } from './attributes.ts';
import { resourceAttributesFrom } from './attributes.ts';
import type { Rbac } from './rbac.ts';
import type { PolicyRule } from './rules.ts';
import type { ServiceAccountTokens } from './tokens.ts';
import { userInfo } from './tokens.ts';
import type { User } from './user.ts';

/** What answers rest on. */
export interface Access {
  readonly rbac: Rbac;
  readonly tokens: ServiceAccountTokens;
  readonly clock: Clock;
}

/** Answers a question about who somebody is or may do. *Throws* 400 or 422 for one that asks nothing. */
export function answerReview(access: Access, user: User, target: Target, object: KubeObject): KubeObject {
  const spec = objectAt(object, 'spec');
  assertBare(object, target);
  switch (target.resource.kind) {
    case 'SelfSubjectReview':
      return {
        ...object,
        metadata: { creationTimestamp: timestamp(access.clock) },
        status: { userInfo: userInfo(user) },
      };
    case 'TokenReview':
      return { ...object, status: tokenStatus(access.tokens, spec) };
    case 'SelfSubjectRulesReview':
      return { ...object, spec: {}, status: rulesStatus(access.rbac, user, spec) };
    case 'SelfSubjectAccessReview':
      return { ...object, status: accessStatus(access.rbac, user, spec) };
    default:
      assertSubject(spec, target);
      return { ...object, status: accessStatus(access.rbac, subjectFrom(spec), spec) };
  }
}

/** Access reviews have no metadata, but for the namespace of those that live in one. */
function assertBare({ metadata }: KubeObject, { resource }: Target): void {
  const { namespace: _namespace, managedFields: _managedFields, ...more } = metadata;
  if (resource.group !== 'authorization.k8s.io' || Object.keys(more).length === 0) return;
  throw refused(fieldInvalid('metadata', metadata, 'must be empty'));
}

function refused(...errors: readonly FieldError[]): Error {
  return invalid('', 'authorization.k8s.io', '', errors);
}

function accessStatus(rbac: Rbac, user: User, spec: JsonObject): JsonObject {
  const { allowed, reason } = rbac.authorize(user, attributesFrom(spec));
  return defined({ allowed, reason: reason === '' ? undefined : reason });
}

function attributesFrom(spec: JsonObject): Attributes {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (isObject(resourceAttributes) && isObject(nonResourceAttributes)) {
    const given = { Path: textFrom(nonResourceAttributes['path']), Verb: textFrom(nonResourceAttributes['verb']) };
    const why = 'cannot be specified in combination with resourceAttributes';
    throw refused(fieldInvalid('spec.nonResourceAttributes', given, why));
  }
  if (isObject(resourceAttributes)) return resourceAttributesFrom(resourceAttributes);
  if (!isObject(nonResourceAttributes)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw refused(fieldInvalid('spec.resourceAttributes', null, why));
  }
  return { path: textFrom(nonResourceAttributes['path']), verb: textFrom(nonResourceAttributes['verb']) };
}

function assertSubject(spec: JsonObject, { resource, namespace }: Target): void {
  if ((stringAt(spec, 'user') ?? '') === '' && listAt(spec, 'groups').length === 0)
    throw refused(fieldInvalid('spec.user', '', 'at least one of user or group must be specified'));
  const asked = stringAt(spec, 'resourceAttributes', 'namespace') ?? '';
  if (resource.namespaced && asked !== namespace)
    throw refused(fieldInvalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
}

const textsAt = (value: Json | undefined, field: string): readonly string[] =>
  listAt(value, field).filter((one) => typeof one === 'string');

function subjectFrom(spec: JsonObject): User {
  return { name: stringAt(spec, 'user') ?? '', uid: stringAt(spec, 'uid'), groups: textsAt(spec, 'groups'), extra: {} };
}

function rulesStatus(rbac: Rbac, user: User, spec: JsonObject): JsonObject {
  const namespace = stringAt(spec, 'namespace') ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = rbac.grants(user, namespace);
  const granted = rules.map(({ rule }) => rule);
  return {
    resourceRules: granted.filter(({ resources }) => resources.length > 0).map(resourceRule),
    nonResourceRules: granted
      .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length > 0 && { evaluationError: errors.join(', ') }),
  };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): JsonObject {
  return { verbs, apiGroups, resources, ...(resourceNames.length > 0 && { resourceNames }) };
}

function tokenStatus(tokens: ServiceAccountTokens, spec: JsonObject): JsonObject {
  const token = stringAt(spec, 'token') ?? '';
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const asked = textsAt(spec, 'audiences');
  const proof = tokens.read(token, asked.length === 0 ? undefined : asked);
  if ('error' in proof) return { user: {}, error: proof.error };
  return { authenticated: true, user: userInfo(proof.user), audiences: proof.audiences };
}
