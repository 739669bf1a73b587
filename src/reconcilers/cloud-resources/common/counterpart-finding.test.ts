import { describe, expect, it } from 'vitest';
import { aCondition, aRedisCluster, aScope } from '../../../../test/support/cloud-control.ts';
import { anAwsRedisCluster, aUserIpRange } from '../../../../test/support/cloud-resources.ts';
import { createUserWorld } from '../../../../test/support/user-world.ts';
import type { RedisCluster } from '../../../api/cloud-control/v1beta1/redis-cluster.ts';
import { type AwsRedisCluster, awsRedisClusterKind } from '../../../api/cloud-resources/v1beta1/aws-redis-cluster.ts';
import type { Condition, ObjectMeta } from '../../../kube/index.ts';
import type { Finding } from '../../common/finding.ts';
import { findingOf } from './counterpart-finding.ts';
import { wordsOf } from './words.ts';

const ID = 'aaaaaaaa-1111-4111-8111-111111111111';
const RANGE_ID = 'bbbbbbbb-2222-4222-8222-222222222222';

interface Told {
  readonly conditions?: readonly Condition[];
  readonly metadata?: Partial<ObjectMeta>;
  /** That the status is about. Default: that of the object. */
  readonly observedGeneration?: number;
  readonly isMade?: boolean;
}

/** What a user is told of a counterpart that says this of itself. */
function told({ conditions = [], metadata, observedGeneration = 1, isMade = false }: Told | undefined = {}): Finding {
  const status = { conditions, observedGeneration };
  return toldOf(aRedisCluster({ metadata: { name: ID, ...metadata }, status }), isMade);
}

function toldOf(counterpart: RedisCluster | undefined, isMade = false): Finding {
  const world = createUserWorld();
  world.user.put(anAwsRedisCluster({ metadata: { namespace: 'team' }, status: { id: ID } }));
  const base = world.stateOf<AwsRedisCluster>(awsRedisClusterKind, 'cache', 'team');
  const state = Object.assign(base, { scope: aScope(), counterpart });
  const ipRange = aUserIpRange({ status: { id: RANGE_ID } });
  return findingOf(state, { isMade: () => isMade, words: wordsOf(state, [ipRange]) });
}

const notReady = (message: string, reason = 'Processing') => aCondition({ status: 'False', reason, message });

describe('what a user is told of what stands for an object', () => {
  it('is that it is ready', () => {
    expect(told({ conditions: [aCondition()] })).toEqual({ state: 'Ready', reason: 'Ready', message: 'Ready' });
  });

  it('is nothing as long as nothing was asked', () => {
    expect(toldOf(undefined).state).toBe('Processing');
  });

  it('is that it is being made, with what is waited for in the words of the user', () => {
    const conditions = [notReady(`IpRange kcp-system/${RANGE_ID} of Scope kcp-system/demo is not ready`)];
    const message = 'IpRange default of the Scope of this cluster is not ready';
    expect(told({ conditions })).toEqual({
      state: 'Creating',
      reason: 'SubmissionSucceeded',
      message,
      also: [{ type: 'Submitted', status: 'True', reason: 'SubmissionSucceeded', message }],
    });
  });

  it('is that it waits for the network of the cluster, as long as nothing is made', () => {
    const waiting = { ...notReady('Network kcp-system/demo--kyma is not ready'), reason: 'WaitingDependency' };
    const message = 'the network of this cluster is not ready';
    const finding = { state: 'Processing', reason: 'WaitingDependency', message };
    expect(told({ conditions: [waiting] })).toMatchObject(finding);
    expect(told({ conditions: [waiting], isMade: true })).toMatchObject({ state: 'Updating', message });
    const old = { conditions: [waiting], metadata: { generation: 2 }, observedGeneration: 1 };
    expect(told(old)).toMatchObject({ state: 'Creating', reason: 'SubmissionSucceeded' });
  });

  it('is that a change is carried out, of what is made already', () => {
    const finding = told({
      conditions: [notReady('waiting'), aCondition({ type: 'Updating', message: 'scales' })],
      isMade: true,
    });
    const updating = { type: 'Updating', status: 'True', reason: 'Updating', message: 'scales' };
    expect(finding).toEqual({ state: 'Updating', reason: 'Updating', message: 'scales', also: [updating] });
  });

  it.each(['Error', 'Warning'] as const)('is its %s, with the reason where users have the word', (type) => {
    const trouble = (reason: string) =>
      told({
        conditions: [notReady('no'), aCondition({ type, reason, message: `RedisCluster kcp-system/${ID} cannot` })],
      });
    expect(trouble('CloudProviderError')).toEqual({
      state: type,
      reason: 'CloudProviderError',
      message: 'AwsRedisCluster team/cache cannot',
    });
    expect(trouble('ProviderError').reason).toBe('Error');
    expect(trouble('toString').reason).toBe('Error');
    // To users it is that of a Secret of theirs.
    expect(trouble('NameTaken').reason).toBe('Error');
  });

  it('is not what Kubernetes there has refused', () => {
    const message = 'Grant the operator create on secrets in kcp-system';
    const finding = told({ conditions: [aCondition({ type: 'Error', reason: 'KubernetesRefused', message })] });
    expect(finding).toMatchObject({ state: 'Error', reason: 'Error' });
    expect(finding.message).not.toContain('secrets');
  });

  it.each([
    { conditions: [aCondition()] },
    { conditions: [notReady('an old trouble'), aCondition({ type: 'Error', message: 'an old trouble' })] },
  ])('is nothing that it said of an earlier specification', ({ conditions }) => {
    const old = { conditions, metadata: { generation: 2 }, observedGeneration: 1 };
    const message = 'The control plane works on it.';
    expect(told(old)).toMatchObject({ state: 'Creating', message });
    expect(told({ ...old, isMade: true })).toMatchObject({ state: 'Updating', message });
  });

  it('is that it is on its way while it is being deleted, whatever it says of itself', () => {
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(told({ conditions: [aCondition()], metadata }).state).toBe('Creating');
  });

  it('is what goes on beside: maintenance, and that it is paused', () => {
    const updating = aCondition({ type: 'Updating', reason: 'Updating', message: 'AWS maintains it' });
    const paused = aCondition({ type: 'Paused', reason: 'Paused', message: 'by an annotation' });
    expect(told({ conditions: [aCondition(), updating, paused] })).toEqual({
      state: 'Ready',
      reason: 'Ready',
      message: 'Ready',
      also: [
        { type: 'Updating', status: 'True', reason: 'Updating', message: 'AWS maintains it' },
        { type: 'Paused', status: 'True', reason: 'Paused', message: 'by an annotation' },
      ],
    });
    expect(told({ conditions: [aCondition(), { ...updating, status: 'False' }] })).not.toHaveProperty('also');
  });
});
