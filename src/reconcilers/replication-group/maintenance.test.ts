import { describe, expect, it } from 'vitest';
import { aMember, aReplicationGroup } from '../../../test/support/replication-groups.ts';
import { createMemory } from './memory.ts';
import { modifyingMessage, ongoingIn } from './maintenance.ts';

const { pending, nodeGroups } = aReplicationGroup();
const upgrading = aMember({ pending: { engineVersion: '7.1.0', nodeType: undefined } });

describe('what goes on in a group that is available', () => {
  it('is nothing, as a rule', () => {
    expect(ongoingIn(aReplicationGroup(), [aMember()])).toBeUndefined();
  });

  it('is a shard that is not available, and what is accepted and not carried out', () => {
    const [first, ...others] = nodeGroups;
    const busy = first === undefined ? [] : [{ ...first, status: 'modifying' }, ...others];
    const group = aReplicationGroup({ nodeGroups: busy, pending: { ...pending, automaticFailover: 'enabled' } });
    expect(ongoingIn(group, [upgrading, upgrading])).toBe(
      'Shard 0001 is modifying. ElastiCache has accepted and not yet carried out: automatic failover: enabled, engine version: 7.1.0.',
    );
  });

  it('are no parameters that wait for a reboot, which may never come', () => {
    const member = aMember({ parameterGroup: { name: 'cm-demo', applyStatus: 'pending-reboot' } });
    expect(ongoingIn(aReplicationGroup(), [member])).toBeUndefined();
  });
});

describe('what AWS does by itself', () => {
  const said = (isReady: boolean, members = [aMember()]): string =>
    modifyingMessage({ isReady, memory: { ...createMemory(), members } }, aReplicationGroup());

  it('is told with what it does to nodes', () => {
    expect(said(true, [upgrading, aMember({ id: 'b', status: 'rebooting cluster nodes' })])).toMatch(
      /^ElastiCache is updating by itself, .*\(engine version: 7\.1\.0, member b is rebooting cluster nodes\)\.$/,
    );
    expect(said(true)).toMatch(/somebody else asked it to\.$/);
  });

  it('is not told from what was asked here while that is not reached', () => {
    expect(said(false)).toBe('ElastiCache is updating.');
  });
});
