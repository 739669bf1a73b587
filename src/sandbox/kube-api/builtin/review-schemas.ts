import { anything, boolean, listOf, long, mapOf, object, string } from './shapes.ts';

/* The fields of the kinds that are answered and never stored: questions about who somebody is and may do. */

const selector = (requirement: string) =>
  object({
    rawSelector: string,
    requirements: listOf(object({ [requirement]: string, operator: string, values: listOf(string) })),
  });

const attributes = {
  resourceAttributes: object({
    namespace: string,
    verb: string,
    group: string,
    version: string,
    resource: string,
    subresource: string,
    name: string,
    fieldSelector: selector('key'),
    labelSelector: selector('key'),
  }),
  nonResourceAttributes: object({ path: string, verb: string }),
};

const accessStatus = object({ allowed: boolean, denied: boolean, reason: string, evaluationError: string });

export const selfSubjectAccessReview = object({ spec: object(attributes), status: accessStatus }, ['spec']);

export const subjectAccessReview = object(
  {
    spec: object({ ...attributes, user: string, groups: listOf(string), uid: string, extra: mapOf(listOf(string)) }),
    status: accessStatus,
  },
  ['spec'],
);

export const selfSubjectRulesReview = object({ spec: object({ namespace: string }), status: anything }, ['spec']);

export const selfSubjectReview = object({ status: anything });

export const tokenReview = object({ spec: object({ token: string, audiences: listOf(string) }), status: anything }, [
  'spec',
]);

export const tokenRequest = object(
  {
    spec: object({
      audiences: listOf(string),
      expirationSeconds: { ...long, nullable: true },
      boundObjectRef: {
        ...object({ kind: string, apiVersion: string, name: string, uid: string }),
        nullable: true,
      },
    }),
    status: anything,
  },
  ['spec'],
);
