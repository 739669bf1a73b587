import { LifeCycle } from '../life-cycle.ts';
import type { Partition } from '../service.ts';
import type { Cidr } from '../../../util/cidr.ts';
import type {
  AssociationState,
  Ec2State,
  Rule,
  SecurityGroup,
  Subnet,
  SubnetState,
  Tags,
  Vpc,
  VpcState,
} from './model.ts';
import { addAssociation, addRouteTable } from './routes/route-table-additions.ts';
import { defaultDhcpOptionsOf } from './gateways/gateway-additions.ts';

interface NewVpc {
  readonly block: Cidr;
  readonly isDefault: boolean;
  readonly tags: Tags;
}

/** Makes a VPC with its primary block, its main route table and its default security group. */
export function addVpc(
  state: Ec2State,
  partition: Partition,
  { block, isDefault, tags }: NewVpc,
  first: VpcState,
): Vpc {
  const { clock, ids } = partition;
  const primaryId = ids.ec2('vpc-cidr-assoc');
  const pending = { lastsMs: partition.durationMs('ec2.vpc.pending'), next: 'available' } as const;
  const vpc: Vpc = {
    id: ids.ec2('vpc'),
    tags,
    createdAtMs: clock.now(),
    isDefault,
    cycle: new LifeCycle<VpcState>(clock, first, { pending }),
    primaryId,
    associations: new Map([
      [primaryId, { id: primaryId, block, cycle: new LifeCycle<AssociationState>(clock, 'associated', {}) }],
    ]),
    attributes: { enableDnsSupport: true, enableDnsHostnames: isDefault },
    dhcpOptionsId: defaultDhcpOptionsOf(state, partition).id,
  };
  state.vpcs.set(vpc.id, vpc);
  const table = addRouteTable(state, partition, { vpcId: vpc.id, tags: new Map(), clientToken: undefined });
  addAssociation(table, partition, undefined);
  const group = { vpcId: vpc.id, name: 'default', description: 'default VPC security group', tags: new Map() };
  const { id } = addSecurityGroup(state, partition, group);
  addRule(state, partition, id, { ...ALL_TRAFFIC, isEgress: false, peer: { kind: 'group', value: id } });
  return vpc;
}

interface NewSubnet {
  readonly vpcId: string;
  readonly block: Cidr;
  readonly zone: string;
  readonly isDefault: boolean;
  readonly tags: Tags;
}

export function addSubnet(state: Ec2State, partition: Partition, asked: NewSubnet, first: SubnetState): Subnet {
  const { clock, ids } = partition;
  const pending = { lastsMs: partition.durationMs('ec2.subnet.pending'), next: 'available' } as const;
  const subnet: Subnet = {
    ...asked,
    id: ids.ec2('subnet'),
    createdAtMs: clock.now(),
    cycle: new LifeCycle<SubnetState>(clock, first, { pending }),
  };
  state.subnets.set(subnet.id, subnet);
  return subnet;
}

const ALL_TRAFFIC = { protocol: '-1', fromPort: -1, toPort: -1, description: undefined } as const;

type NewSecurityGroup = Pick<SecurityGroup, 'vpcId' | 'name' | 'description' | 'tags'>;

/** Makes a security group; like EC2 it lets everything out from the start. */
export function addSecurityGroup(state: Ec2State, partition: Partition, asked: NewSecurityGroup): SecurityGroup {
  const group: SecurityGroup = {
    ...asked,
    id: partition.ids.ec2('sg'),
    createdAtMs: partition.clock.now(),
    rules: new Map(),
  };
  state.securityGroups.set(group.id, group);
  addRule(state, partition, group.id, { ...ALL_TRAFFIC, isEgress: true, peer: { kind: 'ipv4', value: '0.0.0.0/0' } });
  return group;
}

export type NewRule = Pick<Rule, 'isEgress' | 'protocol' | 'fromPort' | 'toPort' | 'peer' | 'description'>;

export function addRule(
  state: Ec2State,
  { clock, ids }: Partition,
  groupId: string,
  asked: NewRule & { readonly tags?: Tags },
): Rule {
  const rule: Rule = {
    ...asked,
    id: ids.ec2('sgr'),
    groupId,
    tags: asked.tags ?? new Map(),
    createdAtMs: clock.now(),
  };
  state.securityGroups.get(groupId)?.rules.set(rule.id, rule);
  return rule;
}
