import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { awsVpcPeeringKind, type VpcPeering } from '../../src/api/index.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import type { Environment, EnvironmentOptions } from './environment.ts';
import { aNetworkManifest, aVpcPeeringManifest, changed, type Manifest } from './manifests.ts';
import {
  accountsWith,
  type Owner,
  ownerOf,
  PARTNER,
  PARTNER_KEY,
  PEERING_ROLE,
  type SeenRoute,
} from './peering-world.ts';
import { vpcPartsIn } from './vpc-parts.ts';

/** Peerings of the demo's VPC with that of a partner in another account and region, for a shared environment. */

/** Whoever does not let the operator in at first: nothing is remembered of the account. */
export const STRANGER = '333333333333';
const role = { name: PEERING_ROLE, trusts: [{ principal: 'arn:aws:iam::123456789012:root' }] };
const operatorRole = { ...role, name: 'CloudManagerRole' };
const strangerVpc = { region: 'eu-west-1', cidrBlock: '10.190.0.0/22', tags: { Name: 'stranger', demo: '' } };

const accounts: NonNullable<WorldOptions['accounts']> = [
  ...accountsWith().map((account) => ({ ...account, roles: [role, operatorRole] })),
  { id: STRANGER, roles: [role], defaultVpc: false, vpcs: [strangerVpc] },
];

export const PEERING_ENVIRONMENT: EnvironmentOptions = {
  world: { accounts },
  flags: { awsPeeringRoleName: PEERING_ROLE },
};

export const isThrough = ({ target }: SeenRoute): boolean => target.startsWith('pcx-');

/** All that may not change in AWS from test to test. */
export async function peeredParts(environment: Environment): Promise<unknown> {
  const [local, remote] = [await localOwner(environment), await remoteOwner(environment)];
  const tables = [await local.tables(), await remote.tables()];
  const routes = [...(await local.routes()), ...(await remote.routes())];
  return [await vpcPartsIn(local.ec2), await vpcPartsIn(remote.ec2), tables, routes];
}

export function localOwner({ aws }: Environment): Promise<Owner> {
  return ownerOf('123456789012', 'eu-central-1', 'shoot--sandbox--demo', aws.ec2());
}

export function remoteOwner({ aws }: Environment): Promise<Owner> {
  return ownerOf(PARTNER, 'eu-west-1', 'partner', aws.ec2({ region: 'eu-west-1', credentials: PARTNER_KEY }));
}

/** The Network of a VPC that is known by its name alone. */
export function aNetworkOf(awsAccountId: string, networkName: string): Manifest {
  const aws = { awsAccountId, region: 'eu-west-1', networkName };
  return changed(aNetworkManifest(), 'spec.network.reference.aws', aws);
}

/** A peering that takes the routes of the remote side along when it goes. */
export function aPeeringManifest(details: Partial<NonNullable<VpcPeering['spec']['details']>> = {}): Manifest {
  const manifest = aVpcPeeringManifest();
  const usual = manifest.spec.details as object;
  return changed(manifest, 'spec.details', { ...usual, deleteRemotePeering: true, ...details });
}

/** A user's peering with the first VPC of the partner. */
export async function anAwsPeeringWithPartner({ aws }: Environment): Promise<Manifest> {
  const ec2 = aws.ec2({ region: 'eu-west-1', credentials: PARTNER_KEY });
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  return {
    apiVersion: `${awsVpcPeeringKind.group}/${awsVpcPeeringKind.version}`,
    kind: 'AwsVpcPeering',
    metadata: { name: 'partner' },
    spec: {
      remoteVpcId: Vpcs[0]?.VpcId ?? '',
      remoteRegion: 'eu-west-1',
      remoteAccountId: PARTNER,
      deleteRemotePeering: true,
    },
  };
}
