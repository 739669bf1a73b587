import { expect, it } from 'vitest';
import { aFakeCluster } from '../../../test/support/fake-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { type Action, named, runPipeline } from '../../composed/index.ts';
import { KubeApiError, secretKind } from '../../kube/index.ts';
import { operationOn } from '../../kube/operation.ts';
import { errorFromStatus } from '../../kube/status-answer.ts';
import { redisInstance } from '../cloud-control/redis-instance/redis-instance.ts';
import { createMemory } from '../replication-group/memory.ts';
import { createRedisState } from './redis-state.ts';
import { reportForeign } from './refusals.ts';

const key = { namespace: 'kcp-system', name: 'cm-demo' };
const operation = { ...operationOn(secretKind, key, { verb: 'create', method: 'POST' }), cluster: 'test' };

/** As the door makes it of the API server's words about a Secret. */
function aRefusal(...reasons: readonly string[]): KubeApiError {
  const causes = reasons.map((reason) => ({ reason, field: 'metadata.namespace', message: 'said to people' }));
  const status = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'forbidden', details: { causes } };
  return errorFromStatus(status, 403, operation);
}

async function run(error: Error) {
  const secrets = { ensure: async () => '', isIntact: () => true, restMs: () => 0, delete: async () => {} };
  const kubernetes = { cluster: aFakeCluster(), secrets, announce: () => {} };
  const state = createRedisState(redisInstance, aRedisInstance(), { kubernetes, memory: createMemory(), waitScale: 1 });
  const throwing: Action<typeof state> = named('throwing', () => {
    throw error;
  });
  const stop = await runPipeline(reportForeign(throwing), state, aPass());
  return { stop, finding: state.finding };
}

it('takes a namespace that goes for no error: the deletion of the object comes next', async () => {
  expect(await run(aRefusal('NamespaceTerminating'))).toMatchObject({
    stop: { kind: 'stopAndForget' },
    finding: undefined,
  });
});

it('does not swallow that a permission is missing', async () => {
  await expect(run(aRefusal())).rejects.toThrow(KubeApiError);
});
