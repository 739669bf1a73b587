/** Between the nested permissions of a request and the flat rules that EC2 keeps: one for each peer. */
import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { cidrText, parseCidr } from '../../../../util/cidr.ts';
import { AwsFault } from '../../fault.ts';
import type { Partition } from '../../service.ts';
import type { NewRule } from '../additions.ts';
import { ec2Arn } from '../arn.ts';
import { invalidValue } from '../faults.ts';
import type { Peer, Rule } from '../model.ts';
import { tagList } from '../tags.ts';

const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  all: '-1',
};
const WITH_PORTS = ['tcp', 'udp'];
const LARGEST_PORT = 65_535;

function protocolFrom(text: string | undefined): string {
  const lower = (text ?? '').toLowerCase();
  const name = PROTOCOL_NAMES[lower] ?? lower;
  if (/^(-1|tcp|udp|icmp|icmpv6|\d{1,3})$/.test(name)) return name;
  throw invalidValue('ipProtocol', text ?? '', 'Unknown protocol.');
}

/** Both ends of the ports; -1 where the protocol has none. */
function portsFrom({ FromPort, ToPort }: IpPermission, protocol: string): readonly [from: number, to: number] {
  if (!WITH_PORTS.includes(protocol)) return protocol === '-1' ? [-1, -1] : [FromPort ?? -1, ToPort ?? -1];
  if (FromPort === undefined || ToPort === undefined) {
    throw new AwsFault(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
    );
  }
  const isValid = FromPort >= 0 && ToPort <= LARGEST_PORT && FromPort <= ToPort;
  if (!isValid) throw new AwsFault('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  return [FromPort, ToPort];
}

interface DescribedPeer {
  readonly peer: Peer;
  readonly description: string | undefined;
}

function peersFrom({ IpRanges, Ipv6Ranges, UserIdGroupPairs, PrefixListIds }: IpPermission): DescribedPeer[] {
  const of = (kind: Peer['kind'], value: string | undefined, description: string | undefined): DescribedPeer => ({
    peer: { kind, value: value ?? '' },
    description,
  });
  return [
    ...(IpRanges ?? []).map((one) => of('ipv4', ipv4From(one.CidrIp), one.Description)),
    ...(Ipv6Ranges ?? []).map((one) => of('ipv6', one.CidrIpv6?.toLowerCase(), one.Description)),
    ...(UserIdGroupPairs ?? []).map((one) => of('group', one.GroupId, one.Description)),
    ...(PrefixListIds ?? []).map((one) => of('prefix-list', one.PrefixListId, one.Description)),
  ];
}

function ipv4From(text = ''): string {
  const block = parseCidr(text);
  if (!block) throw new AwsFault('InvalidParameterValue', `CIDR block ${text} is malformed`);
  return cidrText(block);
}

/** What makes two rules the same, whatever their descriptions. */
export function ruleKey({ isEgress, protocol, fromPort, toPort, peer }: NewRule): string {
  return [isEgress, protocol, fromPort, toPort, peer.kind, peer.value].join('|');
}

/**
 * Flattens permissions.
 *
 * *Throws* `InvalidParameterValue` for nonsense and for a permission that stands there twice.
 */
export function rulesFrom(permissions: readonly IpPermission[], isEgress: boolean): readonly NewRule[] {
  const rules = permissions.flatMap((permission) => {
    const protocol = protocolFrom(permission.IpProtocol);
    const [fromPort, toPort] = portsFrom(permission, protocol);
    return peersFrom(permission).map((peer) => ({ isEgress, protocol, fromPort, toPort, ...peer }));
  });
  if (new Set(rules.map(ruleKey)).size < rules.length) {
    throw new AwsFault('InvalidParameterValue', 'The same permission must not appear multiple times');
  }
  return rules;
}

function permissionPeer({ peer, description }: Rule, account: string): Partial<IpPermission> {
  const { value } = peer;
  const described = description === undefined ? {} : { Description: description };
  switch (peer.kind) {
    case 'ipv4':
      return { IpRanges: [{ CidrIp: value, ...described }] };
    case 'ipv6':
      return { Ipv6Ranges: [{ CidrIpv6: value, ...described }] };
    case 'group':
      return { UserIdGroupPairs: [{ GroupId: value, UserId: account, ...described }] };
    case 'prefix-list':
      return { PrefixListIds: [{ PrefixListId: value, ...described }] };
  }
}

/** The nested form again: peers of the same protocol and ports share a permission. */
export function permissionsView(rules: readonly Rule[], account: string): IpPermission[] {
  const byPorts = Map.groupBy(rules, ({ protocol, fromPort, toPort }) => `${protocol}|${fromPort}|${toPort}`);
  return [...byPorts.values()].map((group) => {
    const [first] = group;
    const peers = group.map((rule) => permissionPeer(rule, account));
    return {
      IpProtocol: first?.protocol,
      // A rule for all protocols has no ports on the wire.
      ...(first && first.protocol !== '-1' && { FromPort: first.fromPort, ToPort: first.toPort }),
      IpRanges: peers.flatMap(({ IpRanges = [] }) => IpRanges),
      Ipv6Ranges: peers.flatMap(({ Ipv6Ranges = [] }) => Ipv6Ranges),
      UserIdGroupPairs: peers.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs),
      PrefixListIds: peers.flatMap(({ PrefixListIds = [] }) => PrefixListIds),
    };
  });
}

function rulePeer({ kind, value }: Peer, account: string): Partial<SecurityGroupRule> {
  switch (kind) {
    case 'ipv4':
      return { CidrIpv4: value };
    case 'ipv6':
      return { CidrIpv6: value };
    case 'group':
      return { ReferencedGroupInfo: { GroupId: value, UserId: account } };
    case 'prefix-list':
      return { PrefixListId: value };
  }
}

export function ruleView(rule: Rule, partition: Partition): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: ec2Arn(partition, 'security-group-rule', rule.id),
    GroupId: rule.groupId,
    GroupOwnerId: partition.account,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.description !== undefined && { Description: rule.description }),
    ...rulePeer(rule.peer, partition.account),
    Tags: tagList(rule.tags),
  };
}
