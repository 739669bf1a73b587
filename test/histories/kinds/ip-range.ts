import {
  CreateTagsCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DescribeSubnetsCommand,
  DisassociateVpcCidrBlockCommand,
} from '@aws-sdk/client-ec2';
import { DescribeCacheSubnetGroupsCommand } from '@aws-sdk/client-elasticache';
import { type IpRange, ipRangeKind, type Scope, scopeKind } from '../../../src/api/index.ts';
import { TAG_KEYS } from '../../../src/reconcilers/common/tags.ts';
import { cidrOf, contains } from '../../../src/util/cidr.ts';
import type { Expected } from '../in-aws.ts';
import { type Asked, type Creation, historyKind, type Named, tagsOf } from '../kind.ts';
import { NAMESPACE } from '../../support/memory-kube.ts';
import { HOME_PLACE as place, type World } from '../world.ts';
import { VPCS } from './scope.ts';
import { MADE_VPC } from './vpc-network.ts';

type Range = IpRange & Asked;

function anIpRange(name: string, scope: string, more: object = {}): Creation {
  return {
    kind: 'IpRange',
    name,
    spec: { remoteRef: { namespace: 'default', name }, scope: { name: scope }, ...more },
  };
}

const firstSubnet = ({ status }: IpRange): string => status?.subnets?.[0]?.id ?? 'subnet-0';

function dependenciesOf({ spec }: { readonly spec: object }): readonly Named[] {
  // Of a creation or an object of this kind.
  const { scope, vpcNetwork } = spec as IpRange['spec'];
  return [{ kind: 'Scope', name: scope.name }, ...(vpcNetwork ? [{ kind: 'VpcNetwork', name: vpcNetwork.name }] : [])];
}

async function expected(range: Range, world: World): Promise<readonly Expected[]> {
  const { spec, status } = range;
  const cidr = status?.cidr ?? '';
  if (spec.cidr !== undefined && cidr !== spec.cidr) throw new Error(`the range is ${cidr}, asked was ${spec.cidr}`);
  const subnets = status?.subnets ?? [];
  if (!subnets.every(({ range: part }) => contains(cidrOf(cidr), cidrOf(part))))
    throw new Error(`subnets are not in ${cidr}: ${JSON.stringify(subnets)}`);
  await assertZones(range, world);
  const vpc = VPCS[spec.scope.name];
  const kept = await keptSubnets(range, world);
  const tags = tagsOf(range, { [TAG_KEYS.ipRange]: '1' });
  return [
    { place, slot: 'ec2.vpcs.blocks', of: vpc, cidr, state: 'associated' },
    ...[...subnets, ...kept].map(({ zone, range: part }) => {
      return { place, slot: 'ec2.subnets', vpcId: vpc, zone, cidr: part, state: 'available', tags };
    }),
  ];
}

async function assertZones({ spec, status }: Range, { user }: World): Promise<void> {
  const scope = await user.get<Scope>(scopeKind, { namespace: NAMESPACE, name: spec.scope.name });
  const asked = scope.spec.scope.aws.network.zones.map(({ name }) => name).join();
  const zones = (status?.subnets ?? []).map(({ zone }) => zone).join();
  if (zones !== asked) throw new Error(`subnets are in the zones ${zones}, asked was ${asked}`);
}

/** Subnets of zones that the Scope no longer has stay while a subnet group of a cache names them. */
async function keptSubnets(range: Range, { somebody }: World) {
  const Filters = [{ Name: `tag:${TAG_KEYS.name}`, Values: [`${NAMESPACE}/${range.metadata.name}`] }];
  const { Subnets = [] } = await somebody.ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { CacheSubnetGroups = [] } = await somebody.elastiCache.send(new DescribeCacheSubnetGroupsCommand({}));
  const used = CacheSubnetGroups.flatMap((group) => group.Subnets ?? []).map(({ SubnetIdentifier: id }) => id);
  const current = range.status?.subnets?.map(({ id }) => id) ?? [];
  return Subnets.filter(({ SubnetId = '' }) => !current.includes(SubnetId) && used.includes(SubnetId)).map(
    ({ AvailabilityZone: zone, CidrBlock = '' }) => ({ zone, range: CidrBlock }),
  );
}

export const ipRanges = historyKind<Range>({
  kind: ipRangeKind,
  creations: [
    anIpRange('range-a', 'left'),
    anIpRange('range-b', 'left', { cidr: '10.251.0.0/22' }),
    anIpRange('range-c', 'right'),
    anIpRange('range-d', 'inside', { cidr: '10.21.0.0/22', vpcNetwork: { name: MADE_VPC } }),
  ],
  edits: [],
  drifts: {
    subnetDeleted: ({ somebody }, range) =>
      somebody.ec2.send(new DeleteSubnetCommand({ SubnetId: firstSubnet(range) })),
    subnetTagsLost: ({ somebody }, range) =>
      somebody.ec2.send(
        new DeleteTagsCommand({ Resources: [firstSubnet(range)], Tags: [{ Key: TAG_KEYS.ipRange }, { Key: 'Name' }] }),
      ),
    subnetRenamed: ({ somebody }, range) =>
      somebody.ec2.send(
        new CreateTagsCommand({ Resources: [firstSubnet(range)], Tags: [{ Key: 'Name', Value: 'theirs' }] }),
      ),
    rangeTaken: async ({ somebody }, { status }) => {
      for (const { id } of status?.subnets ?? []) await somebody.ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
      const AssociationId = status?.addressSpaceId;
      await somebody.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    },
  },
  operations: [
    'DescribeSubnets',
    'AssociateVpcCidrBlock',
    'DisassociateVpcCidrBlock',
    'CreateSubnet',
    'DeleteSubnet',
    'DescribeNetworkInterfaces',
    'CreateTags',
  ],
  dependenciesOf,
  expected,
});
