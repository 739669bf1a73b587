import type { Resource } from '../resource.ts';
import type { Schema } from '../schema/schema.ts';
import { builtin } from './declaration.ts';
import * as schemas from './review-schemas.ts';

const AUTHENTICATION = 'authentication.k8s.io';
const AUTHORIZATION = 'authorization.k8s.io';

function review(group: string, kind: string, schema: Schema, namespaced = false): Resource {
  const plural = `${kind.toLowerCase()}s`;
  return builtin({ group, plural, kind, schema, namespaced, verbs: ['create'], isStored: false });
}

/** Kinds that are answered and never stored (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/). */
export const REVIEW_RESOURCES: readonly Resource[] = [
  review(AUTHENTICATION, 'SelfSubjectReview', schemas.selfSubjectReview),
  review(AUTHENTICATION, 'TokenReview', schemas.tokenReview),
  review(AUTHORIZATION, 'LocalSubjectAccessReview', schemas.subjectAccessReview, true),
  review(AUTHORIZATION, 'SelfSubjectAccessReview', schemas.selfSubjectAccessReview),
  review(AUTHORIZATION, 'SelfSubjectRulesReview', schemas.selfSubjectRulesReview),
  review(AUTHORIZATION, 'SubjectAccessReview', schemas.subjectAccessReview),
];

/** What is posted to the `token` of a service account. It has no place of its own. */
export const TOKEN_REQUEST: Resource = review(AUTHENTICATION, 'TokenRequest', schemas.tokenRequest, true);
