/** Condition types. */
export const CONDITION_TYPES = [
  'Ready',
  'Error',
  'Warning',
  'Updating',
  'DeleteWhileUsed',
  'InvalidDependency',
  'Stalled',
  'Paused',
] as const;

/** One of {@link CONDITION_TYPES}. */
export type ConditionType = (typeof CONDITION_TYPES)[number];

/**
 * Condition reasons: one CamelCase word for programs, with what it means for people. Two spellings, `ScopeNoFound` and
 * `ReasonInvalidDependency`, are odd and kept, because programs match them.
 */
export const CONDITION_REASONS = {
  ScopeNoFound: 'The Scope that the object names does not exist.',
  Processing: 'Work is under way.',
  InvalidSpec: 'The specification cannot be carried out as it is written.',
  Ready: 'The asked state is reached.',
  ValidationFailed: 'A check of the specification failed.',
  MissingDependency: 'An object that this one refers to does not exist.',
  WaitingDependency: 'An object that this one refers to is not ready yet.',
  DeleteWhileUsed: 'The object cannot be deleted, because others use it.',
  NameTaken: 'Another object has the name that this one needs in AWS.',
  SecretContested: 'Somebody else changes the Secret that the object publishes, again and again.',
  KubernetesRefused:
    'Kubernetes does not let the operator write what it has to; the message says what to grant or to mend.',
  CloudProviderError: 'AWS refused or failed; the message says why.',
  Provisioned: 'The cloud resources exist.',
  InvalidCidr: 'A CIDR cannot be understood or used.',
  CidrOverlap: 'A CIDR overlaps with one that is in use.',
  ReasonInvalidDependency: 'An object that this one refers to cannot be used.',
  ProviderError: 'The provider refused or failed.',
  Deleting: 'Deletion is under way.',
  Updating: 'AWS carries out a change.',
  Paused: 'Somebody has asked that nothing be done for the object.',
  Error: 'Something that this object depends on is in error.',
  CidrCanNotChange: 'The CIDR of a provisioned IpRange cannot change.',
  CidrCanNotSplit: 'The CIDR is too small for a subnet in each zone.',
  CidrAssociationFailed: 'AWS did not associate the CIDR with the VPC.',
  CidrAllocationFailed: 'No free CIDR was found.',
  VpcNotFound: 'The VPC does not exist.',
  ShootAndVpcMismatch: 'The zones of the Scope and the ranges of the IpRange do not fit.',
  FailedExtendingVpcAddressSpace: 'The CIDR could not be added to the VPC.',
  FailedDisassociatingVpcAddressSpace: 'The CIDR could not be removed from the VPC.',
  InvalidBinding: 'The account of the Subscription cannot be used.',
  FailedCreatingVpcPeeringConnection: 'The peering could not be requested.',
  FailedAcceptingVpcPeeringConnection: 'The remote side did not accept the peering.',
  VpcPeeringConnectionEnded: 'Somebody has deleted the peering; it is requested again.',
  FailedLoadingRemoteVpcNetwork: 'The remote VPC does not permit the peering, or cannot be looked at.',
  FailedCreatingRoutes: 'Some routes through the peering do not exist.',
} as const;

/** One of {@link CONDITION_REASONS}. */
export type ConditionReason = keyof typeof CONDITION_REASONS;

/** `status.state`: one word for people; programs read the conditions. */
export const STATES = ['Ready', 'Error', 'Processing', 'Warning', 'Deleting'] as const;

/** One of {@link STATES}. */
export type StatusState = (typeof STATES)[number];
