import type { Tags } from '../tags.ts';
import type { AvailabilityZoneOperations } from './availability-zone.ts';
import type { HolderOperations } from './holder.ts';
import type { SecurityGroupOperations } from './security-group.ts';
import type { SubnetOperations } from './subnet.ts';
import type { VpcOperations } from './vpc.ts';

/** EC2 in business operations: what IP ranges and caches need of it. */
export interface Ec2Client
  extends VpcOperations, SubnetOperations, SecurityGroupOperations, HolderOperations, AvailabilityZoneOperations {
  /** Adds tags to resources of any kind and overwrites those of the same key; others stay. */
  createTags(resourceIds: readonly string[], tags: Tags): Promise<void>;
}
