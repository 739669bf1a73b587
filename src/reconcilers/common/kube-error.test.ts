import { expect, it } from 'vitest';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aScope } from '../../../test/support/cloud-control.ts';
import { aPass } from '../../../test/support/pass.ts';
import { scopeKind } from '../../api/cloud-control/v1beta1/scope.ts';
import { type Action, named, runPipeline } from '../../composed/index.ts';
import { type KubeApiError, secretKind } from '../../kube/index.ts';
import { operationOn } from '../../kube/operation.ts';
import { errorFromStatus } from '../../kube/status-answer.ts';
import { reportKubeErrors } from './kube-error.ts';
import { createObjectState, type ObjectState } from './object-state.ts';

const key = { namespace: 'kcp-system', name: 'cm-demo' };
const operation = { ...operationOn(secretKind, key, { verb: 'create', method: 'POST' }), cluster: 'test' };

/** As the door makes it of the API server's words about a Secret. */
function answered(code: number, reason: string, ...causes: readonly string[]): KubeApiError {
  const details = { causes: causes.map((cause) => ({ reason: cause, field: 'data', message: 'said to people' })) };
  return errorFromStatus({ kind: 'Status', code, reason, message: 'said to people', details }, code, operation);
}

async function run(error: Error) {
  const state: ObjectState = createObjectState(scopeKind, aScope(), aFakeCluster());
  const throwing: Action<ObjectState> = named('throwing', () => {
    throw error;
  });
  const stop = await runPipeline(reportKubeErrors(throwing), state, aPass());
  return { stop, finding: state.finding };
}

it('takes a namespace that goes for no error: the deletion of the object comes next', async () => {
  expect(await run(answered(403, 'Forbidden', 'NamespaceTerminating'))).toMatchObject({
    stop: { kind: 'stopAndForget' },
    finding: undefined,
  });
});

it.each([
  {
    what: 'a permission that is missing',
    error: answered(403, 'Forbidden'),
    said: 'Grant the operator create on secrets',
  },
  {
    what: 'an object that breaks a rule',
    error: answered(422, 'Invalid', 'FieldValueForbidden'),
    said: '(data FieldValueForbidden)',
  },
  {
    what: 'either among other failures',
    error: new AggregateError([new Error('another'), answered(403, 'Forbidden')]),
    said: 'Grant the operator create on secrets',
  },
])('shows $what, and tries again in a minute', async ({ error, said }) => {
  expect(await run(error)).toMatchObject({
    stop: { kind: 'stopWithRequeueDelay', delayMs: 60_000 },
    finding: { state: 'Error', reason: 'KubernetesRefused', message: expect.stringContaining(said) },
  });
});

it.each([
  { what: 'a conflict', error: answered(409, 'Conflict') },
  { what: 'a failed test of a patch', error: answered(422, 'Invalid') },
  { what: 'a server in trouble', error: answered(503, 'ServiceUnavailable') },
  { what: 'a bug', error: new TypeError('bug') },
])('leaves $what to the backoff of the controller', async ({ error }) => {
  await expect(run(error)).rejects.toBe(error);
});
