import { describe, expect, it } from 'vitest';
import { replicationGroupFromSdk } from './replication-group-from-sdk.ts';

describe('replicationGroupFromSdk', () => {
  it('takes a group that AWS has only begun to make: no node groups, no endpoints', () => {
    const group = replicationGroupFromSdk({ ReplicationGroupId: 'cm-one', Status: 'creating', ClusterEnabled: true });
    expect(group).toMatchObject({
      id: 'cm-one',
      status: 'creating',
      clusterMode: true,
      nodeGroups: [],
      memberIds: [],
      configurationEndpoint: undefined,
      authTokenEnabled: false,
      automaticFailover: 'disabled',
      multiAz: false,
      userGroupIds: [],
      pending: { authToken: undefined, userGroupIdsToAdd: [], reshardingPercent: undefined },
    });
  });

  it('puts shards and members into the order of their ids', () => {
    const { nodeGroups, memberIds } = replicationGroupFromSdk({
      MemberClusters: ['x-0002-001', 'x-0001-002', 'x-0001-001'],
      NodeGroups: [
        { NodeGroupId: '0002', NodeGroupMembers: [{ CacheClusterId: 'x-0002-001' }] },
        {
          NodeGroupId: '0001',
          Slots: '0-8191',
          NodeGroupMembers: [{ CacheClusterId: 'x-0001-002' }, { CacheClusterId: 'x-0001-001' }],
        },
      ],
    });
    expect(nodeGroups.map(({ id }) => id)).toEqual(['0001', '0002']);
    expect(nodeGroups[0]).toMatchObject({
      slots: '0-8191',
      members: [{ memberId: 'x-0001-001' }, { memberId: 'x-0001-002' }],
    });
    expect(memberIds).toEqual(['x-0001-001', 'x-0001-002', 'x-0002-001']);
  });

  it('shows an endpoint only when AWS tells all of it', () => {
    const endpointOf = (ConfigurationEndpoint: object) =>
      replicationGroupFromSdk({ ConfigurationEndpoint }).configurationEndpoint;
    expect(endpointOf({ Address: 'host', Port: 6379 })).toEqual({ host: 'host', port: 6379 });
    expect(endpointOf({ Address: 'host' })).toBeUndefined();
    expect(endpointOf({})).toBeUndefined();
  });

  it('shows roles as far as AWS knows them', () => {
    const members = ['primary', 'replica', 'something', undefined].map((role, index) => ({
      CacheClusterId: `x-00${index}`,
      ...(role === undefined ? {} : { CurrentRole: role }),
    }));
    const { nodeGroups } = replicationGroupFromSdk({ NodeGroups: [{ NodeGroupMembers: members }] });
    expect(nodeGroups[0]?.members.map(({ role }) => role)).toEqual(['primary', 'replica', undefined, undefined]);
  });

  it('shows what is pending', () => {
    const { pending } = replicationGroupFromSdk({
      PendingModifiedValues: {
        AuthTokenStatus: 'ROTATING',
        AutomaticFailoverStatus: 'enabled',
        Resharding: { SlotMigration: { ProgressPercentage: 40 } },
        UserGroups: { UserGroupIdsToAdd: ['a'], UserGroupIdsToRemove: ['b'] },
      },
    });
    expect(pending).toEqual({
      primaryMemberId: undefined,
      automaticFailover: 'enabled',
      authToken: 'rotating',
      userGroupIdsToAdd: ['a'],
      userGroupIdsToRemove: ['b'],
      reshardingPercent: 40,
      transitEncryption: undefined,
    });
  });
});
