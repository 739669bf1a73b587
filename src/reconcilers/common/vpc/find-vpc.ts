import type { Vpc, VpcReadOperations } from '../../../aws/ec2/vpc.ts';
import { orAbsent } from '../../../aws/errors.ts';
import type { Target } from '../../../aws/target.ts';
import { failed, type Finding } from '../finding.ts';

/** How somebody names a VPC: by its id, or else by its Name tag. Empty text is absence. */
export interface VpcName {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** The one VPC that is meant, or why there is none. */
export type FoundVpc = { readonly vpc: Vpc } | { readonly problem: Finding };

/**
 * Finds the one VPC that is meant. Only AWS's clear word that it does not exist is taken for that; any other error is
 * thrown as what it is. Names are not unique in AWS; to take the first of several would be to guess.
 *
 * @param place - The account and region that `ec2` looks at.
 * @param field - Where people can give the id instead.
 */
export async function findVpc(
  ec2: VpcReadOperations,
  called: VpcName,
  { place, field }: { readonly place: Pick<Target, 'accountId' | 'region'>; readonly field: string },
): Promise<FoundVpc> {
  const { id = '', name = '' } = called;
  const vpcs = id === '' ? await ec2.findVpcsByName(name) : await byId(ec2, id);
  const [vpc, ...others] = vpcs;
  const where = `in account ${place.accountId}, region ${place.region}`;
  if (vpc === undefined)
    return { problem: failed('VpcNotFound', `AWS VPC ${id === '' ? name : id} not found ${where}`) };
  if (others.length === 0) return { vpc };
  const ids = vpcs.map((one) => one.id).sort();
  const message = `${ids.length} VPCs have the name ${name} ${where}: ${ids.join(', ')}; give the id of one in ${field}`;
  return { problem: failed('ValidationFailed', message) };
}

async function byId(ec2: VpcReadOperations, id: string): Promise<readonly Vpc[]> {
  const vpc = await orAbsent(ec2.describeVpc(id));
  return vpc === undefined ? [] : [vpc];
}
