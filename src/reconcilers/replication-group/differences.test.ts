import { describe, expect, it } from 'vitest';
import { aMember, anAskedReplicationGroup, aReplicationGroup } from '../../../test/support/replication-groups.ts';
import { differencesOf } from './differences.ts';

const asked = anAskedReplicationGroup;
const facts = { members: [aMember()], securityGroupId: 'sg-1' };
const fields = (...args: Parameters<typeof differencesOf>) => differencesOf(...args).map(({ field }) => field);

describe('differences of a running group', () => {
  it('are none when all is as asked', () => {
    expect(differencesOf(asked(), aReplicationGroup(), facts)).toEqual([]);
  });

  it('name the field and both values', () => {
    const [difference] = differencesOf(asked({ nodeType: 'cache.m7g.xlarge' }), aReplicationGroup(), facts);
    expect(difference).toEqual({
      field: 'cacheNodeType',
      observed: 'cache.m7g.large',
      asked: 'cache.m7g.xlarge',
      correction: { kind: 'modify', change: { nodeType: 'cache.m7g.xlarge' } },
    });
  });

  it('take no letter case of a maintenance window for one', () => {
    expect(differencesOf(asked({ maintenanceWindow: 'Sun:23:00-Mon:01:30' }), aReplicationGroup(), facts)).toEqual([]);
  });

  it('look at the window of every member, not of the first alone', () => {
    const members = [aMember(), aMember({ id: 'cm-demo-0001-002', maintenanceWindow: 'tue:01:00-tue:02:00' })];
    const window = asked({ maintenanceWindow: 'sun:23:00-mon:01:30' });
    expect(fields(window, aReplicationGroup(), { ...facts, members })).toEqual(['preferredMaintenanceWindow']);
  });

  it('leave the window to AWS when nobody asks for one', () => {
    expect(differencesOf(asked(), aReplicationGroup(), facts)).toEqual([]);
  });

  it('want failover over zones as soon as there are replicas', () => {
    const [difference] = differencesOf(asked(), aReplicationGroup({ multiAz: false }), facts);
    expect(difference?.correction).toEqual({ kind: 'modify', change: { automaticFailover: true, multiAz: true } });
  });

  it('count security groups that somebody added', () => {
    const members = [aMember({ securityGroupIds: ['sg-1', 'sg-open'] })];
    expect(fields(asked(), aReplicationGroup(), { ...facts, members })).toEqual(['securityGroups']);
  });

  it('find most without asking for members', () => {
    const group = aReplicationGroup({ nodeType: 'cache.t4g.micro', autoMinorVersionUpgrade: true, shards: [2, 2] });
    expect(fields(asked(), group, undefined)).toEqual(['shardCount', 'cacheNodeType', 'autoMinorVersionUpgrade']);
  });
});

describe('shards and replicas', () => {
  const topology = (shards: number, replicasPerShard: number) =>
    asked({ topology: { clusterMode: true, shards, replicasPerShard } });

  it('grow by shards first, then by replicas', () => {
    expect(fields(topology(4, 2), aReplicationGroup(), facts)).toEqual(['shardCount', 'replicasPerShard']);
  });

  it('shrink by replicas first, then by the last shards, by name', () => {
    const differences = differencesOf(topology(1, 0), aReplicationGroup({ multiAz: false }), facts);
    expect(differences.map(({ correction }) => correction)).toEqual([
      { kind: 'replicas', count: 0, direction: 'decrease' },
      { kind: 'shards', count: 1, nodeGroupsToRemove: ['0002', '0003'] },
    ]);
  });

  it('give up failover over zones before the last replica goes, and take it up after the first comes', () => {
    expect(fields(topology(3, 0), aReplicationGroup(), facts)).toEqual(['failover', 'replicasPerShard']);
    const bare = aReplicationGroup({ shards: [1, 1, 1], multiAz: false });
    expect(fields(topology(3, 1), bare, facts)).toEqual(['replicasPerShard', 'failover']);
  });

  it('move to larger nodes before there are fewer shards, and to more shards before nodes are smaller', () => {
    const other = { nodeType: 'cache.r7g.large' };
    expect(fields({ ...topology(2, 1), ...other }, aReplicationGroup(), facts)).toEqual([
      'cacheNodeType',
      'shardCount',
    ]);
    expect(fields({ ...topology(5, 1), ...other }, aReplicationGroup(), facts)).toEqual([
      'shardCount',
      'cacheNodeType',
    ]);
  });

  it('even out shards that have a different number of replicas', () => {
    const correction = (shards: readonly number[]) =>
      differencesOf(topology(3, 1), aReplicationGroup({ shards }), facts)[0]?.correction;
    expect(correction([3, 2, 2])).toEqual({ kind: 'replicas', count: 1, direction: 'decrease' });
    expect(correction([2, 1, 2])).toEqual({ kind: 'replicas', count: 1, direction: 'increase' });
  });

  it('are not changed while AWS shows no shards at all', () => {
    const group = aReplicationGroup({ shards: [] });
    expect(fields(topology(3, 1), group, facts)).toEqual([]);
  });

  it('of a group without cluster mode are one shard, whatever else', () => {
    const single = asked({ topology: { clusterMode: false, shards: 1, replicasPerShard: 0 } });
    const group = aReplicationGroup({ shards: [1], clusterMode: false, automaticFailover: 'disabled', multiAz: false });
    expect(differencesOf(single, group, facts)).toEqual([]);
  });
});
