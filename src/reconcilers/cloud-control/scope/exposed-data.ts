/**
 * What users of the cluster may know of its network: from which public addresses it speaks, which are those of the NAT
 * gateways of its VPC. Nobody here goes by it, so that it cannot be read takes nothing from the Scope: what was read
 * before of this VPC stays, an Event tells it, and the next look tries again.
 */
import type { Scope } from '../../../api/cloud-control/v1beta1/scope.ts';
import { SCOPE_LABELS } from '../../../api/names.ts';
import { AwsError, userMessage } from '../../../aws/errors.ts';
import { type Action, next } from '../../../composed/index.ts';
import { kubeTime } from '../../../kube/index.ts';
import type { Clock } from '../../../util/clock.ts';
import type { AwsState } from './state.ts';

const READ_AGAIN_MS = 60 * 60_000;
/** Clusters on trial share their way out with others. */
const TRIAL = 'trial';

export const loadExposedData: Action<AwsState> = async function loadExposedData(state, pass) {
  const { object, vpcId, ec2 } = state;
  if (vpcId === undefined || isOnTrial(object) || !isStale(object, vpcId, pass.clock)) return next;
  if (object.status?.vpcId !== vpcId) state.exposedData = undefined;
  try {
    const gateways = await ec2.describeNatGateways(vpcId);
    // AWS goes on showing those that are deleted, for about an hour, and addresses that they had.
    const addresses = gateways
      .filter(({ state: phase }) => phase === 'available')
      .flatMap(({ publicIps }) => publicIps);
    state.exposedData = { readTime: kubeTime(pass.clock.now()), natGatewayIps: [...new Set(addresses)].sort() };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    pass.log.warn({ operation: error.operation, code: error.code }, 'Addresses of NAT gateways not read');
    const message = `The addresses of the NAT gateways could not be read: ${userMessage(error)}`;
    state.news.push({ type: 'Warning', reason: 'ExposedDataNotRead', message });
  }
  return next;
};

function isOnTrial({ metadata }: Scope): boolean {
  return metadata.labels?.[SCOPE_LABELS.brokerPlanName] === TRIAL;
}

function isStale({ status }: Scope, vpcId: string, clock: Clock): boolean {
  const readTime = status?.exposedData?.readTime;
  if (readTime === undefined || status?.vpcId !== vpcId) return true;
  return clock.now() - Date.parse(readTime) >= READ_AGAIN_MS;
}
