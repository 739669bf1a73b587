import type { Partition } from '../service.ts';
import { missingParameter, notFound, type Ec2Kind } from './faults.ts';
import type {
  DhcpOptions,
  Ec2State,
  ElasticIp,
  InternetGateway,
  NatGateway,
  NetworkInterface,
  RouteTable,
  Rule,
  SecurityGroup,
  Subnet,
  Tags,
  Vpc,
  VpcPeering,
} from './model.ts';
import { ec2Slot } from './state.ts';

/** What tags can be put on. */
export interface Taggable {
  readonly id: string;
  readonly tags: Tags;
  readonly createdAtMs: number;
  /** Of what is kept beyond its end: whether it still is to be seen. */
  readonly isShown?: () => boolean;
}

/** A new resource may be unknown to other calls for a moment; how long is a duration of the world, zero unless set. */
export function isVisible({ createdAtMs, isShown }: Taggable, partition: Partition): boolean {
  if (isShown && !isShown()) return false;
  return partition.clock.now() - createdAtMs >= partition.durationMs('ec2.resource.invisible');
}

export function visible<T extends Taggable>(items: Iterable<T>, partition: Partition): readonly T[] {
  return [...items].filter((item) => isVisible(item, partition));
}

function found<T extends Taggable>(items: ReadonlyMap<string, T>, id: string, kind: Ec2Kind, partition: Partition): T {
  const item = items.get(id);
  if (!item || !isVisible(item, partition)) throw notFound(kind)(id);
  return item;
}

export function vpcBy(state: Ec2State, id: string, partition: Partition): Vpc {
  return found(state.vpcs, id, 'vpc', partition);
}

export function subnetBy(state: Ec2State, id: string, partition: Partition): Subnet {
  return found(state.subnets, id, 'subnet', partition);
}

export function securityGroupBy(state: Ec2State, id: string, partition: Partition): SecurityGroup {
  return found(state.securityGroups, id, 'security-group', partition);
}

export function internetGatewayBy(state: Ec2State, id: string, partition: Partition): InternetGateway {
  return found(state.internetGateways, id, 'internet-gateway', partition);
}

export function dhcpOptionsBy(state: Ec2State, id: string, partition: Partition): DhcpOptions {
  return found(state.dhcpOptions, id, 'dhcp-options', partition);
}

export function elasticIpBy(state: Ec2State, id: string, partition: Partition): ElasticIp {
  return found(state.elasticIps, id, 'elastic-ip', partition);
}

export function natGatewayBy(state: Ec2State, id: string, partition: Partition): NatGateway {
  return found(state.natGateways, id, 'natgateway', partition);
}

export function routeTableBy(state: Ec2State, id: string, partition: Partition): RouteTable {
  return found(state.routeTables, id, 'route-table', partition);
}

export function vpcPeeringBy(state: Ec2State, id: string, partition: Partition): VpcPeering {
  return found(state.vpcPeerings, id, 'vpc-peering-connection', partition);
}

export function allRules(state: Ec2State): readonly Rule[] {
  return [...state.securityGroups.values()].flatMap(({ rules }) => [...rules.values()]);
}

/** Everything that has tags, with the name of its type in tag operations and ARNs. */
export function taggables(partition: Partition): readonly (readonly [Ec2Kind, Taggable])[] {
  const state = partition.get(ec2Slot);
  const of = (kind: Ec2Kind, items: Iterable<Taggable>): (readonly [Ec2Kind, Taggable])[] =>
    [...items].map((item) => [kind, item] as const);
  return [
    ...of('vpc', state.vpcs.values()),
    ...of('subnet', state.subnets.values()),
    ...of('security-group', state.securityGroups.values()),
    ...of('security-group-rule', allRules(state)),
    ...of('network-interface', state.networkInterfaces.values()),
    ...of('internet-gateway', state.internetGateways.values()),
    ...of('dhcp-options', state.dhcpOptions.values()),
    ...of('elastic-ip', state.elasticIps.values()),
    ...of('natgateway', state.natGateways.values()),
    ...of('route-table', state.routeTables.values()),
    ...of('vpc-peering-connection', state.vpcPeerings.values()),
  ];
}

export function interfacesIn(state: Ec2State, subnetId: string): readonly NetworkInterface[] {
  return [...state.networkInterfaces.values()].filter((one) => one.subnetId === subnetId);
}

/** What an earlier call with the same client token made; such a call is a repetition, and makes nothing. */
export function madeBy<T extends { readonly clientToken: string | undefined }>(
  clientToken: string | undefined,
  items: Iterable<T>,
): T | undefined {
  return clientToken === undefined ? undefined : [...items].find((item) => item.clientToken === clientToken);
}

/** A group by id, or by name in the default VPC. */
export function groupFrom(
  { GroupId, GroupName }: { readonly GroupId?: string | undefined; readonly GroupName?: string | undefined },
  partition: Partition,
): SecurityGroup {
  const state = partition.get(ec2Slot);
  if (GroupId) return securityGroupBy(state, GroupId, partition);
  if (!GroupName) throw missingParameter('groupName or groupId');
  const isInDefaultVpc = ({ vpcId }: SecurityGroup): boolean => state.vpcs.get(vpcId)?.isDefault ?? false;
  const named = [...state.securityGroups.values()].find((group) => group.name === GroupName && isInDefaultVpc(group));
  if (!named) throw notFound('security-group')(GroupName);
  return named;
}
