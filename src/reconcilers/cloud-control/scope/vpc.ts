import { type Action, next } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { findVpc } from '../../common/vpc/find-vpc.ts';
import type { AwsState } from './state.ts';

/** Finds the one VPC that the Scope means. */
export const validateVpc: Action<AwsState> = async function validateVpc(state, pass) {
  const { vpcNetwork, network } = state.object.spec.scope.aws;
  const called = { id: network.vpc?.id, name: vpcNetwork };
  const found = await findVpc(state.ec2, called, { place: state.target, field: 'scope.aws.network.vpc.id' });
  state.vpcId = 'vpc' in found ? found.vpc.id : undefined;
  return 'vpc' in found ? next : stopRefused(state, found.problem, pass);
};
