import { cidrOf, type Cidr } from '../../../util/cidr.ts';
import type { Partition } from '../service.ts';
import { addSubnet, addVpc } from './additions.ts';
import type { Ec2State, Tags } from './model.ts';

/** The VPC of the demo: three zones' worth of nodes, as a cluster's network looks before anything is added to it. */
const DEMO_VPC = { name: 'shoot--sandbox--demo', cidrBlock: '10.250.0.0/22', nodePrefix: 24 } as const;

interface Network {
  readonly vpc: Cidr;
  readonly subnetPrefix: number;
  readonly isDefault: boolean;
  readonly name: string | undefined;
}

function addNetwork(
  state: Ec2State,
  partition: Partition,
  { vpc: block, subnetPrefix, isDefault, name }: Network,
): void {
  const vpc = addVpc(state, partition, { block, isDefault, tags: new Map(name ? [['Name', name]] : []) }, 'available');
  partition.settings.zones.forEach((zone, index) => {
    const first = block.first + index * 2 ** (32 - subnetPrefix);
    const tags: Tags = new Map(name ? [['Name', `${name}-nodes-z${index}`]] : []);
    addSubnet(
      state,
      partition,
      { vpcId: vpc.id, block: { first, prefix: subnetPrefix }, zone, isDefault, tags },
      'available',
    );
  });
}

/** What an account has in a region from the beginning: the demo's VPC at home, elsewhere a default VPC. */
export function addFirstNetwork(state: Ec2State, partition: Partition): void {
  const { defaultVpc, isHome } = partition.settings;
  if (isHome) {
    const { cidrBlock, nodePrefix, name } = DEMO_VPC;
    addNetwork(state, partition, { vpc: cidrOf(cidrBlock), subnetPrefix: nodePrefix, isDefault: false, name });
  } else if (defaultVpc) {
    const vpc = cidrOf(defaultVpc.cidrBlock);
    addNetwork(state, partition, { vpc, subnetPrefix: Math.min(vpc.prefix + 4, 28), isDefault: true, name: undefined });
  }
}
