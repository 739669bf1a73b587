import type { VpcAttributes } from '../../../aws/ec2/vpc.ts';
import { named, next, type Outcome } from '../../../composed/index.ts';
import { repaired } from '../../common/news.ts';
import { wasProvisioned } from './state.ts';
import type { VpcState } from './vpc.ts';

export interface AttributesState extends VpcState {
  readonly attributes: VpcAttributes;
}

/** As AWS makes a VPC. */
export const NEW_VPC_ATTRIBUTES: VpcAttributes = { dnsSupport: true, dnsHostnames: false };

/** What a VPC needs so that names of what stands in it are resolved. AWS takes one of them a call, host names after support. */
export const ensureAttributes = named('ensureAttributes', async (state: AttributesState): Promise<Outcome> => {
  const { ec2, vpc, attributes, news } = state;
  for (const attribute of ['dnsSupport', 'dnsHostnames'] as const) {
    if (attributes[attribute]) continue;
    await ec2.setVpcAttribute(vpc.id, attribute, true);
    state.hasWritten = true;
    if (wasProvisioned(state)) news.push(repaired(`${attribute} of the VPC was off and is on again`));
  }
  return next;
});
