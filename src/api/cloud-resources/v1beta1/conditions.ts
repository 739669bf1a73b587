import { CONDITION_REASONS } from '../../conditions.ts';

/** Condition types of the kinds of the user's clusters, with what it means that one is `True`. */
export const USER_CONDITION_TYPES = {
  Ready: 'What is asked exists, as it is asked.',
  Submitted: 'The control plane has been asked; what it says of it is not known yet.',
  Processing: 'Work is under way.',
  Updating: 'A change is carried out; until it is done the former state serves.',
  Deleting: 'Deletion is under way.',
  Error: 'It does not go on as it stands; the message says what to do.',
  Warning: 'It works or waits, and something about it needs attention.',
  QuotaExceeded: 'There are more objects of the kind than the cluster may have.',
  DeleteWhileUsed: 'The object cannot be deleted, because others use it.',
  Paused: 'By the annotation cloud-manager.kyma-project.io/pause nothing is changed in AWS.',
  Stalled: 'It takes somebody to go on: for programs that wait.',
} as const;

/** One of {@link USER_CONDITION_TYPES}. */
export type UserConditionType = keyof typeof USER_CONDITION_TYPES;

/**
 * Reasons that come from the control plane as they are, because users can do something about them, or have to ask somebody
 * who can.
 */
const FORWARDED_REASONS = {
  CloudProviderError: CONDITION_REASONS.CloudProviderError,
  VpcNotFound: CONDITION_REASONS.VpcNotFound,
  FailedCreatingVpcPeeringConnection: CONDITION_REASONS.FailedCreatingVpcPeeringConnection,
  FailedAcceptingVpcPeeringConnection: CONDITION_REASONS.FailedAcceptingVpcPeeringConnection,
  VpcPeeringConnectionEnded: CONDITION_REASONS.VpcPeeringConnectionEnded,
  FailedLoadingRemoteVpcNetwork: CONDITION_REASONS.FailedLoadingRemoteVpcNetwork,
  FailedCreatingRoutes: CONDITION_REASONS.FailedCreatingRoutes,
  CidrAllocationFailed: CONDITION_REASONS.CidrAllocationFailed,
  CidrCanNotSplit: CONDITION_REASONS.CidrCanNotSplit,
} as const;

/** Condition reasons of the same kinds: one CamelCase word for programs, with what it means for people. */
export const USER_CONDITION_REASONS = {
  Ready: 'The asked state is reached.',
  SubmissionSucceeded: 'The control plane has been asked, and works on it.',
  SubmissionFailed: 'The control plane could not be asked; it is tried again.',
  Processing: 'Work is under way.',
  Updating: 'A change is carried out.',
  Error: 'The control plane is in error about it; the message says why.',
  InvalidSpec: 'The specification cannot be carried out as it is written.',
  MissingScope: 'The control plane does not know this cluster, or not any more.',
  IpRangeNotFound: 'The IpRange that the object names does not exist.',
  WaitingDependency: 'The IpRange, or the network, that the object needs is not ready yet.',
  InvalidCidr: 'The CIDR cannot be understood or used.',
  CidrOverlap: 'The CIDR overlaps with one that is in use.',
  CidrCanNotBeChanged: 'The CIDR of an IpRange cannot change.',
  QuotaExceeded: 'There are more objects of the kind than the cluster may have; the oldest ones count first.',
  NameTaken: 'A Secret of the name that the object needs belongs to somebody else.',
  SecretContested: 'Somebody else changes the Secret that the object publishes, again and again.',
  InvalidTemplate:
    'A value of authSecret.extraData is no template that can be filled in; it is published as it is written.',
  KubernetesRefused:
    'This cluster does not let Cloud Manager write what it has to; the message says what to grant or to mend.',
  OtherIsServed: 'Another CloudResources of this cluster stands for the module; there can be one.',
  ResourcesExist: 'The module cannot be removed, because objects of its kinds exist.',
  DeleteWhileUsed: 'The object cannot be deleted, because others use it.',
  Deleting: 'Deletion is under way.',
  DeletingAuthSecret: 'The Secret with the credentials is taken away.',
  DeletingInstance: 'What stands for the object in AWS is taken away.',
  Paused: 'By an annotation nothing is changed in AWS for the object.',
  ...FORWARDED_REASONS,
} as const;

/** One of {@link USER_CONDITION_REASONS}. */
export type UserConditionReason = keyof typeof USER_CONDITION_REASONS;

/** `status.state` of the same kinds: one word for people, with what it means; programs read the conditions. */
export const USER_STATES = {
  Processing: 'It has been seen, and something that it needs is waited for.',
  Creating: 'The control plane makes what is asked.',
  Ready: 'What is asked exists, as it is asked.',
  Updating: 'A change is carried out; until it is done the former state serves.',
  Warning: 'Something about it needs attention.',
  Error: 'It does not go on as it stands.',
  Deleting: 'Deletion is under way.',
} as const;

/** One of {@link USER_STATES}. */
export type UserState = keyof typeof USER_STATES;

/** The words of {@link USER_STATES}. */
// An object of this file has the keys of its type, no more.
export const USER_STATE_WORDS = Object.keys(USER_STATES) as UserState[];
