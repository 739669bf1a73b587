import { describe, expect, it } from 'vitest';
import { aFakeRequester, type AskedOfAws } from '../../../test/support/fake-requester.ts';
import { aCall } from '../../../test/support/pass.ts';
import { silentLogger } from '../../util/log.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { Batcher, type BatchSource } from '../batcher.ts';
import { AwsError } from '../errors.ts';
import type { ElastiCacheContext, ElastiCacheShared } from './context.ts';
import { parameterGroupCalls } from './parameter-group-calls.ts';
import { replicationGroupCalls } from './replication-group-calls.ts';
import type { ReplicationGroupChange } from './replication-group.ts';
import type { elastiCacheOperations } from './service.ts';

/** Operations that answer directly; nothing here asks a batcher. */
function aContext(answers: Readonly<Record<string, (input: never) => object>>) {
  const { aws, asked } = aFakeRequester<typeof elastiCacheOperations>(answers);
  const never = <A>(): Batcher<A> => {
    const fail = (): never => {
      throw new Error('nobody expected a question');
    };
    const source: BatchSource<A> = { service: 'elasticache', operation: 'None', readOne: fail, list: fail };
    return new Batcher(new VirtualClock(), silentLogger, source);
  };
  const shared: ElastiCacheShared = {
    replicationGroups: never(),
    members: never(),
    parameterGroups: never(),
    subnetGroups: never(),
    userGroups: never(),
  };
  const context: ElastiCacheContext = { aws, call: aCall(), shared };
  return { context, asked };
}

const ANSWER = { ReplicationGroup: { ReplicationGroupId: 'cm-one', Status: 'modifying' } };

describe('modifyReplicationGroup', () => {
  const CASES: readonly { readonly change: ReplicationGroupChange; readonly input: object }[] = [
    { change: { nodeType: 'cache.m7g.large' }, input: { CacheNodeType: 'cache.m7g.large' } },
    { change: { autoMinorVersionUpgrade: false }, input: { AutoMinorVersionUpgrade: false } },
    {
      change: { maintenanceWindow: 'sun:01:00-sun:02:00' },
      input: { PreferredMaintenanceWindow: 'sun:01:00-sun:02:00' },
    },
    {
      change: { engineVersion: '7.1', parameterGroupName: 'cm-one-temp' },
      input: { EngineVersion: '7.1', CacheParameterGroupName: 'cm-one-temp' },
    },
    { change: { engineVersion: '7.1', parameterGroupName: undefined }, input: { EngineVersion: '7.1' } },
    { change: { parameterGroupName: 'cm-one' }, input: { CacheParameterGroupName: 'cm-one' } },
    {
      change: { automaticFailover: true, multiAz: true },
      input: { AutomaticFailoverEnabled: true, MultiAZEnabled: true },
    },
    {
      change: { authToken: { token: 't', strategy: 'rotate' } },
      input: { AuthToken: 't', AuthTokenUpdateStrategy: 'ROTATE' },
    },
    {
      change: { authToken: { token: 't', strategy: 'set' } },
      input: { AuthToken: 't', AuthTokenUpdateStrategy: 'SET' },
    },
    {
      change: { authTokenReplacedByUserGroups: ['g'] },
      input: { AuthTokenUpdateStrategy: 'DELETE', UserGroupIdsToAdd: ['g'] },
    },
    { change: { userGroupIdsToRemove: ['g'] }, input: { UserGroupIdsToRemove: ['g'] } },
    { change: { securityGroupIds: ['sg-1'] }, input: { SecurityGroupIds: ['sg-1'] } },
  ];

  it.each(CASES)('asks for $input and nothing else, at once', async ({ change, input }) => {
    const { context, asked } = aContext({ ModifyReplicationGroup: () => ANSWER });
    await replicationGroupCalls(context).modifyReplicationGroup('cm-one', change);
    const request = { ReplicationGroupId: 'cm-one', ApplyImmediately: true, ...input };
    expect(asked).toEqual([['ModifyReplicationGroup', request]]);
  });

  it('says that the outcome is unknown when AWS answers with nothing', async () => {
    const { context } = aContext({ ModifyReplicationGroup: () => ({}) });
    const change = { nodeType: 'cache.m7g.large' };
    await expect(replicationGroupCalls(context).modifyReplicationGroup('cm-one', change)).rejects.toMatchObject({
      kind: 'internal',
      code: 'MalformedResponse',
    });
  });
});

describe('changeShards', () => {
  it('names the shards that go only when some go', async () => {
    const { context, asked } = aContext({ ModifyReplicationGroupShardConfiguration: () => ANSWER });
    const calls = replicationGroupCalls(context);
    await calls.changeShards('cm-one', 4, []);
    await calls.changeShards('cm-one', 2, ['0003', '0004']);
    expect(asked.map(([, input]) => input)).toEqual([
      { ReplicationGroupId: 'cm-one', NodeGroupCount: 4, ApplyImmediately: true },
      {
        ReplicationGroupId: 'cm-one',
        NodeGroupCount: 2,
        ApplyImmediately: true,
        NodeGroupsToRemove: ['0003', '0004'],
      },
    ]);
  });
});

describe('deleteReplicationGroup', () => {
  it('keeps no primary and takes no snapshot', async () => {
    const { context, asked } = aContext({ DeleteReplicationGroup: () => ANSWER });
    await replicationGroupCalls(context).deleteReplicationGroup('cm-one');
    expect(asked).toEqual([['DeleteReplicationGroup', { ReplicationGroupId: 'cm-one', RetainPrimaryCluster: false }]]);
  });

  it.each([
    { code: 'InvalidParameterValue', kind: 'invalid-input' },
    { code: 'InvalidReplicationGroupState', kind: 'invalid-state' },
  ] as const)('does not take $code for absence: the group lives on and is billed', async ({ code, kind }) => {
    const fields = { service: 'elasticache', operation: 'DeleteReplicationGroup', requestId: undefined, detail: '' };
    const refusal = new AwsError({ ...fields, code, kind });
    const { context } = aContext({
      DeleteReplicationGroup: () => {
        throw refusal;
      },
    });
    await expect(replicationGroupCalls(context).deleteReplicationGroup('cm-one')).rejects.toBe(refusal);
  });
});

describe('parameters', () => {
  const NAMES = Array.from({ length: 41 }, (_, index) => `parameter-${index}`);
  const sizesOf = (asked: readonly AskedOfAws[]): readonly number[] =>
    asked.map(([, input]) => (input as { ParameterNameValues: object[] }).ParameterNameValues.length);

  it('are set, twenty a request', async () => {
    const { context, asked } = aContext({ ModifyCacheParameterGroup: () => ({}) });
    await parameterGroupCalls(context).modifyParameters('cm-one', Object.fromEntries(NAMES.map((name) => [name, '1'])));
    expect(sizesOf(asked)).toEqual([20, 20, 1]);
  });

  it('are reset by name, twenty a request', async () => {
    const { context, asked } = aContext({ ResetCacheParameterGroup: () => ({}) });
    await parameterGroupCalls(context).resetParameters('cm-one', NAMES);
    expect(sizesOf(asked)).toEqual([20, 20, 1]);
  });

  it('need no request when there is nothing to change', async () => {
    const { context, asked } = aContext({});
    await parameterGroupCalls(context).modifyParameters('cm-one', {});
    expect(asked).toEqual([]);
  });
});
