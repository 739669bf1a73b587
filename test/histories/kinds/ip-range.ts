import {
  CreateTagsCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DisassociateVpcCidrBlockCommand,
} from '@aws-sdk/client-ec2';
import { type IpRange, ipRangeKind } from '../../../src/api/index.ts';
import { TAG_KEYS } from '../../../src/reconcilers/common/tags.ts';
import { cidrOf, contains } from '../../../src/util/cidr.ts';
import { type Asked, type Creation, historyKind } from '../kind.ts';
import { PLACE, VPC, ZONES } from './scope.ts';

function anIpRange(name: string, scope: string, cidr?: string): Creation {
  const spec = { remoteRef: { namespace: 'default', name }, scope: { name: scope }, ...(cidr && { cidr }) };
  return { kind: 'IpRange', name, spec };
}

const firstSubnet = ({ status }: IpRange): string => status?.subnets?.[0]?.id ?? 'subnet-0';

export const ipRanges = historyKind<IpRange & Asked>({
  kind: ipRangeKind,
  creations: [
    anIpRange('range-a', 'left'),
    anIpRange('range-b', 'left', '10.251.0.0/22'),
    anIpRange('range-c', 'right'),
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
  dependenciesOf: ({ spec }) => [{ kind: 'Scope', name: (spec as IpRange['spec']).scope.name }],
  expected: async ({ spec, status }) => {
    const cidr = status?.cidr ?? '';
    if (spec.cidr !== undefined && cidr !== spec.cidr) throw new Error(`the range is ${cidr}, asked was ${spec.cidr}`);
    const subnets = status?.subnets ?? [];
    if (!subnets.every(({ range }) => contains(cidrOf(cidr), cidrOf(range))))
      throw new Error(`subnets are not in ${cidr}: ${JSON.stringify(subnets)}`);
    const zones = subnets.map(({ zone }) => zone).toSorted();
    if (zones.join() !== ZONES.join()) throw new Error(`subnets are in zones ${zones.join()}`);
    return [
      { place: PLACE, slot: 'ec2.vpcs.blocks', of: VPC, cidr, state: 'associated' },
      ...subnets.map(({ zone, range }) => {
        return { place: PLACE, slot: 'ec2.subnets', vpcId: VPC, zone, cidr: range, state: 'available' };
      }),
    ];
  },
});
