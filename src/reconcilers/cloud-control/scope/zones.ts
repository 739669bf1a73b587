import { type Action, next } from '../../../composed/index.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed } from '../../common/finding.ts';
import type { AwsState } from './state.ts';

/** Zones have to exist. Whether AWS has trouble in one is not asked: what stands there already still belongs there. */
export const validateZones: Action<AwsState> = async function validateZones(state, pass) {
  const known = new Set((await state.ec2.describeAvailabilityZones()).map(({ name }) => name));
  const { zones } = state.object.spec.scope.aws.network;
  const unknown = zones.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return next;
  const message = `Region ${state.object.spec.region} has no zone ${unknown.join(', ')}`;
  return stopRefused(state, failed('ValidationFailed', message), pass);
};
