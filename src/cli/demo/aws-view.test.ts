import { describe, expect, it } from 'vitest';
import { activityOf, inventoryOf, isOpenToTheWorld } from './aws-view.ts';

const state = {
  '123456789012': {
    'eu-central-1': {
      ec2: {
        vpcs: [{ id: 'vpc-1', blocks: [{ cidr: '10.0.0.0/16', state: 'associated' }] }],
        securityGroups: [
          { id: 'sg-closed', rules: [{ direction: 'egress', peer: '0.0.0.0/0' }] },
          { id: 'sg-open', rules: [{ direction: 'ingress', peer: '0.0.0.0/0' }] },
        ],
      },
      elasticache: {
        replicationGroups: [
          { id: 'cm-a', status: 'creating', shards: [{ id: '0001', members: [{ id: 'm', status: 'creating' }] }] },
          { id: 'cm-b', status: 'available', shards: [] },
        ],
      },
    },
  },
};

describe('the view of AWS', () => {
  it('lists every resource by its place and name', () => {
    expect(inventoryOf(state)).toContain('123456789012/eu-central-1/elasticache/replicationGroups/cm-a');
    expect(inventoryOf(state)).toContain('123456789012/eu-central-1/ec2/vpcs/vpc-1/blocks/10.0.0.0/16');
  });

  it('leaves out what AWS shows though it is gone', () => {
    const blocks = [{ cidr: '10.1.0.0/22', state: 'disassociated' }];
    expect(inventoryOf({ ec2: { vpcs: [{ id: 'vpc-1', blocks }] } })).toEqual(['ec2/vpcs/vpc-1']);
  });

  it('says which replication groups are in transition', () => {
    expect(activityOf(state)).toBe('cm-a creating');
    expect(activityOf({})).toBe('');
  });

  it('knows an ingress rule from an egress rule', () => {
    expect(isOpenToTheWorld(state, 'sg-open')).toBe(true);
    expect(isOpenToTheWorld(state, 'sg-closed')).toBe(false);
  });
});
