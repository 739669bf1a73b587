import type { KubeClient } from './client.ts';
import type { KubeInput, KubeObject, ResourceKind, Verb } from './resource.ts';

/** One request that somebody wants to make; empty strings stand for all, and for what there is not. */
export interface AccessQuestion {
  readonly verb: Verb;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

interface SelfSubjectAccessReview extends KubeObject {
  readonly spec: { readonly resourceAttributes: AccessQuestion };
  readonly status?: { readonly allowed: boolean };
}

const reviewKind: ResourceKind<SelfSubjectAccessReview> = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

/** Whether the client's own identity may make the request. Every known identity may ask. *Throws* what the client throws. */
export async function isAllowed(client: KubeClient, question: AccessQuestion): Promise<boolean> {
  const review: KubeInput<SelfSubjectAccessReview> = { metadata: {}, spec: { resourceAttributes: question } };
  const answer = await client.create(reviewKind, review);
  return answer.status?.allowed === true;
}
