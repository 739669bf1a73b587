/** What lies around a VPC as AWS tells it: where it is peered to, and where its routes lead. */
import type { Ec2Client } from '../../../aws/ec2/client.ts';
import type { RouteTable } from '../../../aws/ec2/route-table.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { hasEnded, type VpcPeering } from '../../../aws/ec2/vpc-peering.ts';
import { type Cidr, cidrOf, cidrText, contains, overlaps, parseCidr } from '../../../util/cidr.ts';
import { awaitAll } from '../../../util/settled.ts';
import { failed, type Finding, processing } from '../finding.ts';

/** A range that something else has or is about to get, and how to call that. */
export interface Claim {
  readonly cidr: Cidr;
  readonly by: string;
}

export interface Surroundings {
  /** The blocks of VPCs at the other ends of peerings. */
  readonly peers: readonly Claim[];
  /** Destinations of routes, but for those that lead everywhere or stay in the VPC. */
  readonly routes: readonly Claim[];
  /** A peering that the VPC has asked for and nobody has accepted yet. */
  readonly unacceptedPeering: string | undefined;
}

export const NOTHING_AROUND: Surroundings = { peers: [], routes: [], unacceptedPeering: undefined };

export async function readSurroundings({
  ec2,
  vpc,
}: {
  readonly ec2: Pick<Ec2Client, 'describeVpcPeeringsOf' | 'describeRouteTables'>;
  readonly vpc: Vpc;
}): Promise<Surroundings> {
  const [peerings, tables] = await awaitAll([ec2.describeVpcPeeringsOf(vpc.id), ec2.describeRouteTables(vpc.id)]);
  const living = peerings.filter(({ status }) => !hasEnded(status));
  return {
    peers: living.flatMap((peering) => blocksOfPeer(peering, vpc.id)),
    routes: tables.flatMap(destinationsOf),
    unacceptedPeering: living.find((peering) => isUnaccepted(peering) && peering.requester.vpcId === vpc.id)?.id,
  };
}

function isUnaccepted({ status }: VpcPeering): boolean {
  return status.code === 'initiating-request' || status.code === 'pending-acceptance';
}

function blocksOfPeer({ id, requester, accepter }: VpcPeering, vpcId: string): readonly Claim[] {
  const peer = requester.vpcId === vpcId ? accepter : requester;
  return peer.cidrs.map((text) => ({ cidr: cidrOf(text), by: `VPC ${peer.vpcId}, which is peered by ${id},` }));
}

const EVERYWHERE = '0.0.0.0/0';

function destinationsOf({ id, routes }: RouteTable): readonly Claim[] {
  return routes.flatMap(({ destination, destinationKind, target }) => {
    const cidr = destinationKind === 'cidr' && target?.id !== 'local' ? parseCidr(destination) : undefined;
    return cidr === undefined || cidrText(cidr) === EVERYWHERE ? [] : [{ cidr, by: `a route in ${id} to` }];
  });
}

/** Why a VPC cannot have the block, because somebody else has some of its addresses; undefined when nobody has. */
export function claimProblem(cidr: Cidr, claims: readonly Claim[]): Finding | undefined {
  const obstacle = claims.find((claim) => overlaps(claim.cidr, cidr));
  if (obstacle === undefined) return undefined;
  return failed('CidrOverlap', `CIDR ${cidrText(cidr)} overlaps with ${obstacle.by} ${cidrText(obstacle.cidr)}`);
}

/** Why AWS would not add the block, because of a route: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#vpc-resize */
export function routeProblem(cidr: Cidr, { routes }: Surroundings): Finding | undefined {
  const route = routes.find((one) => contains(cidr, one.cidr));
  if (route === undefined) return undefined;
  const why = 'AWS adds no block that a route leads into or to the whole of';
  return failed('CidrOverlap', `CIDR ${cidrText(cidr)} holds ${route.by} ${cidrText(route.cidr)}: ${why}`);
}

/** Why AWS adds no block to the VPC just now, whichever it is. */
export function unacceptedProblem({ id }: Vpc, { unacceptedPeering }: Surroundings): Finding | undefined {
  if (unacceptedPeering === undefined) return undefined;
  return processing(`waiting: AWS adds no block to VPC ${id} until its peering ${unacceptedPeering} is accepted`);
}
