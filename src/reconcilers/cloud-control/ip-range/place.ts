import { type Action, next } from '../../../composed/index.ts';
import { stopElsewhere } from '../../common/place.ts';
import type { AwsState } from './state.ts';

/** Stops where the VPC that the range stands in is out of sight; see common/place.ts. */
export const validatePlace: Action<AwsState> = function validatePlace(state) {
  const { facts, target, object } = state;
  const { accountId, region, vpcId } = facts;
  const isRecorded = vpcId !== undefined && accountId !== undefined && region !== undefined;
  const by = `Scope ${object.metadata.namespace ?? ''}/${object.spec.scope.name}`;
  const recorded = isRecorded ? { accountId, region } : undefined;
  return stopElsewhere(state, { what: 'The range', recorded, by, now: target }) ?? next;
};
