import type { Tags } from '../../aws/tags.ts';

/** Keys of the AWS tags that say whose a resource is. */
export const TAG_KEYS = {
  awsName: 'Name',
  /** `<namespace>/<name>` of the object that asked for the resource. */
  name: 'cloud-manager.kyma-project.io/name',
  /** `<namespace>--<name>` of the object in the user's cluster. */
  remoteName: 'cloud-manager.kyma-project.io/remote-name',
  scope: 'cloud-manager.kyma-project.io/scope',
  /** On what belongs to objects outside of a Scope. */
  subscription: 'cloud-manager.kyma-project.io/subscription',
  /** Where several kinds share names in AWS, or a kind has no Scope: there it belongs to what says whose a resource is. */
  kind: 'cloud-manager.kyma-project.io/kind',
  /** On Redis resources only. */
  shoot: 'cloud-manager.kyma-project.io/shoot',
  /** `"1"` on the subnets of an IpRange. */
  ipRange: 'cloud-manager.kyma-project.io/iprange',
} as const;

/** As much of an object as its tags are made of. It is in a Scope, or else in a Subscription. */
export interface TagOwner {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly scope?: { readonly name: string };
    readonly subscription?: string;
    readonly remoteRef?: { readonly namespace: string; readonly name: string };
  };
}

/** The tags that every AWS resource made for `owner` carries from its first moment. */
export function ownershipTags({ metadata, spec: { scope, subscription, remoteRef } }: TagOwner): Tags {
  return {
    [TAG_KEYS.name]: `${metadata.namespace ?? ''}/${metadata.name}`,
    ...(remoteRef && { [TAG_KEYS.remoteName]: `${remoteRef.namespace}--${remoteRef.name}` }),
    ...(scope && { [TAG_KEYS.scope]: scope.name }),
    ...(subscription !== undefined && { [TAG_KEYS.subscription]: subscription }),
  };
}

/**
 * Whether tags prove that a resource was made for `owner`. Name and Scope or Subscription have to fit: an object of the
 * same name may exist in another installation that works in the same AWS account. The remote name only informs.
 */
export function isOwnedBy(tags: Tags, owner: TagOwner): boolean {
  const own = ownershipTags(owner);
  return [TAG_KEYS.name, TAG_KEYS.scope, TAG_KEYS.subscription].every((key) => tags[key] === own[key]);
}

/** Whether tags say that a resource was made for somebody else than `owner`. */
export function isOwnedByOther(tags: Tags, owner: TagOwner): boolean {
  return tags[TAG_KEYS.name] !== undefined && !isOwnedBy(tags, owner);
}
