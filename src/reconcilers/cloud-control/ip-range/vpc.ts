import { orAbsent } from '../../../aws/errors.ts';
import { type Action, next, type StateFactory } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import { enriched } from '../../common/object-state.ts';
import type { AwsState, VpcState } from './state.ts';

/**
 * Loads the VPC that the Scope has found. Only AWS's clear word that it does not exist is taken for that; any other
 * error goes on as what it is.
 */
export const loadVpc: StateFactory<AwsState, VpcState> = async function loadVpc(state, pass) {
  const { vpcId } = state.scope.status ?? {};
  const vpc = vpcId === undefined ? undefined : await orAbsent(state.ec2.describeVpc(vpcId));
  if (vpc === undefined) {
    const called = vpcId ?? state.scope.spec.scope.aws.vpcNetwork;
    return stopRefused(state, failed('VpcNotFound', `AWS VPC ${called} not found`), pass);
  }
  if (state.facts.vpcId !== undefined && state.facts.vpcId !== vpc.id) {
    const message = `the range stands in VPC ${state.facts.vpcId}, but the Scope is in VPC ${vpc.id} now`;
    return stopRefused(state, failed('ShootAndVpcMismatch', message), pass);
  }
  return enriched(state, { vpc });
};

/**
 * Runs `pipeline` on the VPC that the object was made in, whatever the Scope says by now. Nothing is to be done where
 * nothing was ever made, or where the VPC is gone: all that was in it went before it.
 */
export function inOwnVpc(pipeline: Action<VpcState>): Action<AwsState> {
  return async function inOwnVpc(state, pass) {
    const { vpcId } = state.facts;
    const vpc = vpcId === undefined ? undefined : await orAbsent(state.ec2.describeVpc(vpcId));
    return vpc === undefined ? next : pipeline(Object.assign(state, { vpc }), pass);
  };
}
