import type { Call } from '../../util/call.ts';
import type { Batcher } from '../batcher.ts';
import type { Requester } from '../connection.ts';
import type { SecurityGroup } from './security-group.ts';
import type { ec2Operations } from './service.ts';
import type { Subnet } from './subnet.ts';
import type { Vpc } from './vpc.ts';

export type Ec2Requester = Requester<typeof ec2Operations>;

/** What all passes over one account and region share. */
export interface Ec2Shared {
  readonly vpcs: Batcher<Vpc>;
  /** Of a VPC, by its id. */
  readonly subnets: Batcher<readonly Subnet[]>;
  readonly securityGroups: Batcher<SecurityGroup>;
  /** Questions as text; see `questionOf`. */
  readonly securityGroupQueries: Batcher<readonly SecurityGroup[]>;
}

/** What the operations on one noun work with, for one call. */
export interface Ec2Context {
  readonly aws: Ec2Requester;
  readonly call: Call;
  readonly shared: Ec2Shared;
}

/** AWS gives up to 1,000; pages of this size keep an answer in one piece for all but the largest accounts. */
export const PAGE_SIZE = 1_000;
