import { describe, expect, it } from 'vitest';
import type { IngressRule } from '../../aws/index.ts';
import { allowedCidrsOf } from './asked.ts';
import { ruleDifferencesOf, ruleFor } from './security-rules.ts';

const PODS = '10.96.0.0/13';
const NODES = '10.250.0.0/22';

describe('rules of the security group', () => {
  it('are authorized for each network that is asked for', () => {
    expect(ruleDifferencesOf([PODS, NODES], [])).toEqual({ authorize: [ruleFor(PODS), ruleFor(NODES)], revoke: [] });
  });

  it('are left alone when they are exactly as asked, whatever their description', () => {
    const observed = [{ ...ruleFor(PODS), description: 'pods' }];
    expect(ruleDifferencesOf([PODS], observed)).toEqual({ authorize: [], revoke: [] });
  });

  it.each<{ reason: string; rule: Partial<IngressRule> }>([
    { reason: 'a network that is not asked for any more', rule: { source: { kind: 'cidr', cidr: '10.0.0.0/8' } } },
    { reason: 'a range of ports around ours', rule: { fromPort: 0 } },
    { reason: 'another port', rule: { fromPort: 22, toPort: 22 } },
    { reason: 'another protocol', rule: { protocol: 'udp' } },
    { reason: 'all traffic', rule: { protocol: '-1', fromPort: undefined, toPort: undefined } },
    { reason: 'IPv6', rule: { source: { kind: 'cidr-ipv6', cidr: '::/0' } } },
    { reason: 'another group', rule: { source: { kind: 'security-group', groupId: 'sg-1', ownerId: undefined } } },
  ])('are revoked when somebody opened $reason', ({ rule }) => {
    const foreign = { ...ruleFor(PODS), ...rule };
    expect(ruleDifferencesOf([PODS], [ruleFor(PODS), foreign])).toEqual({ authorize: [], revoke: [foreign] });
  });
});

describe('networks that may come in', () => {
  it('are pods, nodes and VPC, as far as they are known, once each', () => {
    expect(allowedCidrsOf({ pods: PODS, nodes: NODES, vpcCidr: NODES })).toEqual([NODES, PODS].sort());
    expect(allowedCidrsOf({ pods: '', nodes: NODES, vpcCidr: undefined })).toEqual([NODES]);
  });
});
