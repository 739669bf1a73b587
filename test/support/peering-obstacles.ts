import { CreateVpcPeeringConnectionCommand, DeleteVpcPeeringConnectionCommand } from '@aws-sdk/client-ec2';
import { localOwner, remoteOwner } from './peering-scenario.ts';
import { PARTNER, peeringRoleIn } from './peering-world.ts';
import type { SharedEnvironment } from './shared-environment.ts';

export type Undo = () => Promise<unknown>;

/** What is in the way of a peering, and how that is told. */
export interface Obstacle {
  readonly what: string;
  /** Gives how to mend it. */
  readonly arrange: () => Promise<Undo>;
  readonly reason: string;
  readonly message: RegExp;
}

/** Takes rights of the role in the partner's account away; gives how to give them back. */
export function denyPartner(shared: SharedEnvironment, action: string): Undo {
  const rules = (...denied: string[]) => ({ deniedActions: { [peeringRoleIn(PARTNER)]: denied } });
  shared.changeRules(rules(action), rules());
  return async () => shared.environment.aws.world.changeRules(rules());
}

/** What the control plane tells of its VpcPeering in the same words as a user is told of theirs. */
export function sharedObstacles(shared: SharedEnvironment): readonly Obstacle[] {
  return [
    {
      what: 'both VPCs have the same addresses',
      arrange: async () => {
        const owner = await remoteOwner(shared.environment);
        await owner.addBlock('10.250.2.0/24');
        return () => owner.removeBlock('10.250.2.0/24');
      },
      reason: 'CidrOverlap',
      message: /^CIDR 10\.250\.0\.0\/22 of the local VPC vpc-\w+ overlaps with 10\.250\.2\.0\/24 of the remote VPC /,
    },
    {
      what: 'AWS lets the account ask for no more',
      arrange: async () => {
        const pending = (count: number) => ({ quotas: { 'ec2.pendingPeerings': count } });
        shared.changeRules(pending(0), pending(25));
        return async () => shared.environment.aws.world.changeRules(pending(25));
      },
      reason: 'FailedCreatingVpcPeeringConnection',
      message: /\(CreateVpcPeeringConnection: PendingVpcPeeringConnectionLimitExceeded\)/,
    },
    {
      what: 'somebody else has joined the VPCs',
      arrange: async () => {
        const { environment } = shared;
        const [local, remote] = [await localOwner(environment), await remoteOwner(environment)];
        const { ec2, vpcId: VpcId } = local;
        const { vpcId: PeerVpcId, accountId, region } = remote;
        const input = { VpcId, PeerVpcId, PeerOwnerId: accountId, PeerRegion: region };
        const { VpcPeeringConnection } = await ec2.send(new CreateVpcPeeringConnectionCommand(input));
        const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId;
        await environment.advance(10_000);
        return () => ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
      },
      reason: 'FailedCreatingVpcPeeringConnection',
      message: /are joined already by pcx-\w+, which somebody else made; it has to go before this one can be$/,
    },
  ];
}
