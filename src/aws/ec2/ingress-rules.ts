/** Between AWS's permissions, which bundle sources, and rules with one source each. */
import type * as Sdk from '@aws-sdk/client-ec2';
import type { IngressRule, IngressSource } from './security-group.ts';

type SourceAndDescription = Pick<IngressRule, 'source' | 'description'>;

function sourcesFromSdk(permission: Sdk.IpPermission): readonly SourceAndDescription[] {
  const entry = (source: IngressSource, description: string | undefined): SourceAndDescription => ({
    source,
    description,
  });
  return [
    ...(permission.IpRanges ?? []).map((range) => entry({ kind: 'cidr', cidr: range.CidrIp ?? '' }, range.Description)),
    ...(permission.Ipv6Ranges ?? []).map((range) =>
      entry({ kind: 'cidr-ipv6', cidr: range.CidrIpv6 ?? '' }, range.Description),
    ),
    ...(permission.UserIdGroupPairs ?? []).map((pair) =>
      entry({ kind: 'security-group', groupId: pair.GroupId ?? '', ownerId: pair.UserId }, pair.Description),
    ),
    ...(permission.PrefixListIds ?? []).map((list) =>
      entry({ kind: 'prefix-list', prefixListId: list.PrefixListId ?? '' }, list.Description),
    ),
  ];
}

export function rulesFromSdk(permissions: readonly Sdk.IpPermission[] | undefined): readonly IngressRule[] {
  return (permissions ?? []).flatMap((permission) =>
    sourcesFromSdk(permission).map((source) => ({
      protocol: permission.IpProtocol ?? '-1',
      fromPort: permission.FromPort,
      toPort: permission.ToPort,
      ...source,
    })),
  );
}

function sdkFromSource(source: IngressSource, description: string | undefined): Sdk.IpPermission {
  const Description = description === undefined ? {} : { Description: description };
  switch (source.kind) {
    case 'cidr':
      return { IpRanges: [{ CidrIp: source.cidr, ...Description }] };
    case 'cidr-ipv6':
      return { Ipv6Ranges: [{ CidrIpv6: source.cidr, ...Description }] };
    case 'security-group': {
      const owner = source.ownerId === undefined ? {} : { UserId: source.ownerId };
      return { UserIdGroupPairs: [{ GroupId: source.groupId, ...owner, ...Description }] };
    }
    case 'prefix-list':
      return { PrefixListIds: [{ PrefixListId: source.prefixListId, ...Description }] };
  }
}

export function sdkFromRules(rules: readonly IngressRule[]): Sdk.IpPermission[] {
  return rules.map(({ protocol, fromPort, toPort, source, description }) => ({
    IpProtocol: protocol,
    ...(fromPort === undefined ? {} : { FromPort: fromPort }),
    ...(toPort === undefined ? {} : { ToPort: toPort }),
    ...sdkFromSource(source, description),
  }));
}
