import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulesFromSdk, sdkFromRules } from './ingress-rules.ts';
import type { IngressRule, IngressSource } from './security-group.ts';

const Source: fc.Arbitrary<IngressSource> = fc.oneof(
  fc.ipV4().map((ip) => ({ kind: 'cidr' as const, cidr: `${ip}/32` })),
  fc.ipV6().map((ip) => ({ kind: 'cidr-ipv6' as const, cidr: `${ip}/128` })),
  fc.record({
    kind: fc.constant('security-group' as const),
    groupId: fc.constantFrom('sg-1', 'sg-2'),
    ownerId: fc.option(fc.constant('123456789012'), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('prefix-list' as const), prefixListId: fc.constantFrom('pl-1', 'pl-2') }),
);

const Port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });

const Rule: fc.Arbitrary<IngressRule> = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', '-1'),
  fromPort: Port,
  toPort: Port,
  source: Source,
  description: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
});

describe('ingress rules', () => {
  it('come back from AWS as they went there', () => {
    fc.assert(
      fc.property(fc.array(Rule), (rules) => {
        expect(rulesFromSdk(sdkFromRules(rules))).toEqual(rules);
      }),
    );
  });

  it('are taken apart when AWS bundles their sources', () => {
    const rules = rulesFromSdk([
      {
        IpProtocol: 'tcp',
        FromPort: 6379,
        ToPort: 6379,
        IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '100.64.0.0/12', Description: 'pods' }],
        UserIdGroupPairs: [{ GroupId: 'sg-1', UserId: '123456789012' }],
      },
    ]);
    const port = { protocol: 'tcp', fromPort: 6379, toPort: 6379 };
    expect(rules).toEqual([
      { ...port, source: { kind: 'cidr', cidr: '10.0.0.0/8' }, description: undefined },
      { ...port, source: { kind: 'cidr', cidr: '100.64.0.0/12' }, description: 'pods' },
      {
        ...port,
        source: { kind: 'security-group', groupId: 'sg-1', ownerId: '123456789012' },
        description: undefined,
      },
    ]);
  });

  it('are none where AWS tells none', () => {
    expect(rulesFromSdk(undefined)).toEqual([]);
    expect(rulesFromSdk([{ IpProtocol: 'tcp' }])).toEqual([]);
  });
});
