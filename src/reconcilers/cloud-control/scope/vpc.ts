import { orAbsent } from '../../../aws/errors.ts';
import type { Vpc } from '../../../aws/ec2/vpc.ts';
import { type Action, next } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import type { AwsState } from './state.ts';

/** Finds the one VPC that the Scope means: by its id where that is given, or else by its Name tag. */
export const validateVpc: Action<AwsState> = async function validateVpc(state, pass) {
  const vpcs = await findVpcs(state);
  const [vpc] = vpcs;
  state.vpcId = vpcs.length === 1 ? vpc?.id : undefined;
  if (state.vpcId !== undefined) return next;
  return stopRefused(state, vpcs.length === 0 ? notFound(state) : ambiguous(state, vpcs), pass);
};

async function findVpcs({ object, ec2 }: AwsState): Promise<readonly Vpc[]> {
  const { vpcNetwork, network } = object.spec.scope.aws;
  const id = network.vpc?.id ?? '';
  if (id === '') return ec2.findVpcsByName(vpcNetwork);
  const vpc = await orAbsent(ec2.describeVpc(id));
  return vpc === undefined ? [] : [vpc];
}

function notFound({ object }: AwsState): Finding {
  const { vpcNetwork, network } = object.spec.scope.aws;
  const id = network.vpc?.id ?? '';
  return failed('VpcNotFound', `AWS VPC ${id === '' ? vpcNetwork : id} not found`);
}

/** Names are not unique in AWS; to take the first would be to guess. */
function ambiguous({ object }: AwsState, vpcs: readonly Vpc[]): Finding {
  const ids = vpcs.map(({ id }) => id).sort();
  const { vpcNetwork } = object.spec.scope.aws;
  return failed(
    'ValidationFailed',
    `${ids.length} VPCs have the name ${vpcNetwork}: ${ids.join(', ')}; give the id of one in scope.aws.network.vpc.id`,
  );
}
