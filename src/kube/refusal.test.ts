import { describe, expect, it } from 'vitest';
import { type Widget, widgets } from '../../test/support/kube-object.ts';
import { secretKind } from './builtin-kinds.ts';
import type { KubeApiError } from './errors.ts';
import { operationOn } from './operation.ts';
import { isRefusal, refusalMessage } from './refusal.ts';
import type { ResourceKind } from './resource.ts';
import { errorFromStatus } from './status-answer.ts';

const key = { namespace: 'team-a', name: 'demo' };

/** As the door makes it of a server's answer. */
function answered(
  { code, reason, message = 'said by the server', causes = [] }: Answer,
  kind: ResourceKind<Widget> | typeof secretKind = widgets,
  subresource?: 'status',
): KubeApiError {
  const request = { verb: 'patch', method: 'PATCH', ...(subresource && { subresource }) } as const;
  const asked = { ...operationOn(kind, key, request), cluster: 'test' };
  return errorFromStatus({ code, message, details: { causes }, ...(reason && { reason }) }, code, asked);
}

interface Answer {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  readonly causes?: readonly { readonly field?: string; readonly reason?: string; readonly message?: string }[];
}

describe('a refusal', () => {
  it.each([
    { is: true, what: 'a permission that is missing', code: 403, reason: 'Forbidden' },
    { is: true, what: 'a field that is wrong', code: 422, reason: 'Invalid', causes: [{ field: 'data' }] },
    { is: true, what: 'a policy', code: 422, reason: 'Invalid', causes: [{ message: 'not on Fridays' }] },
    { is: true, what: 'a webhook that gives no code', code: 400 },
    { is: false, what: 'a test in a patch that failed', code: 422, reason: 'Invalid' },
    { is: false, what: 'a namespace that goes', code: 403, causes: [{ reason: 'NamespaceTerminating' }] },
    { is: false, what: 'a conflict', code: 409, reason: 'Conflict' },
    { is: false, what: 'an identity that is not known', code: 401, reason: 'Unauthorized' },
    { is: false, what: 'a server in trouble', code: 503 },
  ])('is $what: $is', ({ is, code, reason, causes }) => {
    const answer = { code, ...(reason && { reason }), ...(causes && { causes }) };
    expect(isRefusal(answered(answer))).toBe(is);
  });

  it('is nothing but an answer of Kubernetes', () => {
    expect(isRefusal(new Error('403'))).toBe(false);
  });
});

describe('what is said of it', () => {
  const forbidden = { code: 403, reason: 'Forbidden', message: 'User "operator" cannot patch it' };

  it('names the verb and the resource to grant', () => {
    expect(refusalMessage(answered(forbidden, widgets, 'status'))).toBe(
      'Kubernetes does not permit this: patch widgets.example.io/status team-a/demo: 403 Forbidden: ' +
        'User "operator" cannot patch it. ' +
        'Grant the operator patch on widgets.example.io/status, or lift the quota or the policy that forbids it',
    );
  });

  it('quotes nothing about a Secret, but names its fields', () => {
    const causes = [{ field: 'data', reason: 'FieldValueInvalid', message: 'Invalid value: "hunter2"' }];
    const error = answered({ code: 422, reason: 'Invalid', message: 'hunter2', causes }, secretKind);
    expect(refusalMessage(error)).toBe(
      'Kubernetes does not accept this: patch secrets team-a/demo: 422 Invalid (data FieldValueInvalid)',
    );
    expect(refusalMessage(answered({ ...forbidden, message: 'hunter2' }, secretKind))).not.toContain('hunter2');
  });

  it('has the words of the server about what breaks a rule', () => {
    const error = answered({ code: 422, reason: 'Invalid', causes: [{ field: 'spec.size' }] });
    expect(refusalMessage(error)).toBe(
      'Kubernetes does not accept this: patch widgets.example.io team-a/demo: 422 Invalid: said by the server',
    );
  });
});
