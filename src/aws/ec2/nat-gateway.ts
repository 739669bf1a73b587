import type { Tags } from '../tags.ts';

/** Words of AWS; others are passed on as text. */
export type NatGatewayState = 'pending' | 'failed' | 'available' | 'deleting' | 'deleted' | (string & {});

/** What lets private subnets out. AWS goes on showing `deleted` ones for about an hour. */
export interface NatGateway {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly state: NatGatewayState;
  /** Its public addresses; a private gateway has none, a new one none yet. */
  readonly publicIps: readonly string[];
  readonly tags: Tags;
}

export interface NatGatewayOperations {
  /** Lists the gateways of a VPC in any state, batched; empty also when the VPC is absent. */
  describeNatGateways(vpcId: string): Promise<readonly NatGateway[]>;
}
