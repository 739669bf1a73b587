/** What users do about a condition, by its reason and the kind of the object that shows it. */
import type { UserConditionReason } from './conditions.ts';

/** The kinds of the user's clusters, by name. */
export type UserKindName = 'CloudResources' | 'IpRange' | 'AwsRedisInstance' | 'AwsRedisCluster' | 'AwsVpcPeering';

/** What to do, in sentences; a kind that is not among the keys does not show the reason. */
export type Advice = Readonly<Partial<Record<UserKindName, string>>>;

const forRedis = (advice: string): Advice => ({ AwsRedisInstance: advice, AwsRedisCluster: advice });

/** For the kinds for which the control plane has an object. */
const forAsked = (advice: string): Advice => ({ IpRange: advice, ...forRedis(advice), AwsVpcPeering: advice });

const forAll = (advice: string): Advice => ({ CloudResources: advice, ...forAsked(advice) });

const WAIT = 'Wait: the message says for what.';
const REMOTE_OWNER = 'Ask the owner of the remote VPC for what the message names';
const BY_ITSELF = 'It is tried again by itself.';

/** Every reason, whether or not there is something to do about it. */
export const REASON_ADVICE: Readonly<Record<UserConditionReason, Advice>> = {
  Ready: forAll('Nothing.'),
  SubmissionSucceeded: {
    IpRange: 'Wait: it takes a minute or two.',
    ...forRedis('Wait: AWS takes some minutes, and longer for more nodes. The message says how far it is.'),
    AwsVpcPeering: 'Wait: a peering that the other side permits is active within minutes.',
  },
  SubmissionFailed: forAsked(`Wait. ${BY_ITSELF} When it stays so for ten minutes, tell the operators.`),
  Processing: forAll(WAIT),
  Updating: forAsked(
    'Wait: what was there before serves meanwhile. The message says what goes on, and `lastTransitionTime` of the condition since when.',
  ),
  Error: forAsked(
    'Do what the message says where it names a field of yours; in all other cases send the operators the message and `status.id`.',
  ),
  InvalidSpec: {
    IpRange: 'Delete the IpRange, and create it as the message asks: its CIDR cannot change.',
    ...forRedis('Change the field that the message names; it goes on at once.'),
    AwsVpcPeering: 'Delete the object, and create it as the message asks: most of its fields cannot change.',
  },
  MissingScope: forAsked(
    'Wait for a few minutes when the cluster is new. When it stays so, tell the operators. Nothing is made or deleted meanwhile.',
  ),
  IpRangeNotFound: forRedis(
    'Create an IpRange of the name that the message says, or name another one in `ipRange.name`, or leave that out for the default one.',
  ),
  WaitingDependency: {
    IpRange: 'Wait: the network of the cluster is not ready yet. When it stays so for ten minutes, tell the operators.',
    ...forRedis(
      'Wait for the IpRange that the message names. When the message says that it is in trouble, mend that one.',
    ),
    AwsVpcPeering:
      'Wait: the network of the cluster is not ready yet. When it stays so for ten minutes, tell the operators.',
  },
  InvalidCidr: {
    IpRange:
      'Delete the IpRange, and create it with a range that the message allows, or without `cidr`: a free one is found.',
  },
  CidrOverlap: {
    IpRange:
      'Delete the IpRange, and create it with a range clear of what the message names, or without `cidr`: a free one is found.',
    AwsVpcPeering:
      'Peer with a VPC of other addresses: AWS joins none that have addresses in common. When the range that the message names is an IpRange of yours, another range for it does, too.',
  },
  CidrCanNotBeChanged: {
    IpRange: 'Delete the IpRange, and create it with the range that you want; or create another one beside it.',
  },
  QuotaExceeded: {
    IpRange:
      'Delete an IpRange that nothing uses, and this one goes on by itself; or delete this one, and use one that is there. The operators can raise the number.',
  },
  NameTaken: forRedis(
    'Delete the Secret that the message names, or have its owner rename it; or choose another name in `authSecret.name`, which can change as long as this is the reason.',
  ),
  SecretContested: forRedis(
    'Find out who else writes the Secret (`kubectl get secret NAME -o yaml --show-managed-fields`), such as a GitOps tool with a copy of it, and make it stop. Keys, labels and annotations of your own belong into `authSecret`.',
  ),
  InvalidTemplate: forRedis(
    'Correct the value of `authSecret.extraData` that the message names, or give it another name. The connection works, and all other keys are right.',
  ),
  KubernetesRefused: forAll(
    `Do what the message says, or ask an administrator of this cluster: a permission is missing, or a policy or quota is in the way. ${BY_ITSELF}`,
  ),
  OtherIsServed: {
    CloudResources: 'Delete this one: the cluster has the module by the other one, and everything works.',
  },
  ResourcesExist: {
    CloudResources:
      'Delete the objects that the message names, if they are to go: data in them goes, too. The rest follows by itself.',
  },
  DeleteWhileUsed: {
    IpRange:
      'Delete the objects that the message names, if they are to go. The deletion of the IpRange follows by itself.',
  },
  Deleting: forAll('Wait: the message says for what.'),
  DeletingAuthSecret: forRedis(
    'Wait. When it stays so, something else holds the Secret: look for its finalizers (`kubectl get secret NAME -o yaml`).',
  ),
  DeletingInstance: forRedis('Wait: AWS takes some minutes.'),
  Paused: forRedis('Take the annotation `cloud-manager.kyma-project.io/pause` away when work is to go on.'),
  CloudProviderError: forAsked(
    `${BY_ITSELF} Change what the message names if it is a field of yours, such as a size or a parameter; a quota or a permission of AWS is for the operators.`,
  ),
  VpcNotFound: {
    IpRange: 'Tell the operators: the VPC of the cluster is not found.',
    AwsVpcPeering:
      'Compare id, region and account with what the owner of the remote VPC says. None of them can change: delete the object, and create it with the right ones. When the VPC of the cluster is the one that is not found, tell the operators.',
  },
  FailedCreatingVpcPeeringConnection: {
    AwsVpcPeering: `When the message says that the VPCs are joined already, delete the peering that is not needed. ${BY_ITSELF} A quota of AWS is for the operators.`,
  },
  FailedAcceptingVpcPeeringConnection: {
    AwsVpcPeering: `${REMOTE_OWNER}: their role has to permit that the peering is accepted, and somebody may have rejected it. ${BY_ITSELF}`,
  },
  VpcPeeringConnectionEnded: {
    AwsVpcPeering:
      'Nothing: it is requested again. If the owner of the remote VPC wants no peering any more, delete the object.',
  },
  FailedLoadingRemoteVpcNetwork: {
    AwsVpcPeering: `${REMOTE_OWNER}: a tag on the VPC, or permissions of the role. ${BY_ITSELF}`,
  },
  FailedCreatingRoutes: {
    AwsVpcPeering:
      'Where the message names a route of somebody else, have it removed: it stands where one through the peering has to be. Where it names a permission, ask the owner of the remote VPC. All other routes work.',
  },
  CidrAllocationFailed: {
    IpRange:
      'Ask the operators which range is free; delete the IpRange, and create it with that as `cidr`. What waits for the default one has to be deleted before: it would make that anew at once.',
  },
  CidrCanNotSplit: {
    IpRange:
      'Delete the IpRange, and create it with a larger range, such as a /22: each zone of the cluster gets a part, of at least /28.',
  },
};
