import { orAbsent } from '../../../aws/errors.ts';
import { type Action, next, type StateFactory } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import { findVpc } from '../../common/vpc/find-vpc.ts';
import type { AwsState, NetworkState, VpcState } from './state.ts';

/** Loads the VPC that the Network means. What the object has claimed it has claimed in one VPC, and it does not move. */
export const loadVpc: StateFactory<NetworkState, VpcState> = async function loadVpc(state, pass) {
  const { network, target } = state;
  const { by, called } = network;
  const found = await findVpc(state.ec2, called, { place: target, field: `what ${by} is made from` });
  if (!('vpc' in found)) return stopRefused(state, found.problem, pass);
  const { vpc } = found;
  if (state.facts.vpcId !== undefined && state.facts.vpcId !== vpc.id) {
    const message = `the range stands in VPC ${state.facts.vpcId}, but ${by} is VPC ${vpc.id} now`;
    return stopRefused(state, failed('ShootAndVpcMismatch', message), pass);
  }
  // What other releases have claimed in it says no place.
  if (state.facts.vpcId !== undefined)
    Object.assign(state.facts, { accountId: target.accountId, region: target.region });
  return enriched(state, { vpc });
};

/**
 * Runs `pipeline` on the VPC that the object was made in, whatever its Network says by now. Nothing is to be done where
 * nothing was ever made, or where the VPC is gone: all that was in it went before it.
 */
export function inOwnVpc(pipeline: Action<VpcState>): Action<AwsState> {
  return async function inOwnVpc(state, pass) {
    const { vpcId } = state.facts;
    const vpc = vpcId === undefined ? undefined : await orAbsent(state.ec2.describeVpc(vpcId));
    return vpc === undefined ? next : pipeline(Object.assign(state, { vpc }), pass);
  };
}
