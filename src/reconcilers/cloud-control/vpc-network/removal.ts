import type { Holder } from '../../../aws/ec2/holder.ts';
import type { InternetGateway } from '../../../aws/ec2/internet-gateway.ts';
import type { SecurityGroup } from '../../../aws/ec2/security-group.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { awaitAll } from '../../../util/settled.ts';
import { isGoneAfter, orGone } from '../../common/deletion.ts';
import { deleteGateway, type GatewaysState } from './internet-gateway.ts';
import { isOwnGroup } from './security-group.ts';
import type { VpcsState } from './vpc.ts';

/** A VPC of ours that is to go, with what of ours is in it. */
export interface Removal {
  readonly vpc: Vpc;
  readonly gateways: readonly InternetGateway[];
  readonly groups: readonly SecurityGroup[];
}

/** What would go with `vpc`. */
export async function removalOf(state: VpcsState & GatewaysState, vpc: Vpc, name: string): Promise<Removal> {
  const groups = await state.ec2.findSecurityGroups({ vpcId: vpc.id, name });
  return {
    vpc,
    gateways: state.gateways.filter(({ attachments }) => attachments.some(({ vpcId }) => vpcId === vpc.id)),
    groups: groups.filter((group) => isOwnGroup({ ...state, vpc }, group)),
  };
}

/** What stands in the way and is not ours. Nothing is taken apart before all of it is gone. */
export async function obstaclesTo({ ec2 }: VpcsState, { vpc, gateways, groups }: Removal): Promise<readonly Holder[]> {
  const own = new Set([...gateways, ...groups].map(({ id }) => id));
  return (await ec2.findVpcHolders(vpc.id)).filter(({ id }) => !own.has(id));
}

/** Takes the VPC down, from the outside in. Whether it is gone; not while something that was not looked for stands in it. */
export async function takeDown(state: VpcsState, { vpc, gateways, groups }: Removal): Promise<boolean> {
  await awaitAll([
    ...gateways.map((gateway) => deleteGateway(state, gateway)),
    ...groups.map(({ id }) => orGone(state.ec2.deleteSecurityGroup(id))),
  ]);
  return isGoneAfter(state.ec2.deleteVpc(vpc.id));
}
