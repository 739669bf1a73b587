import type { Tags } from '../../aws/tags.ts';

/** Keys of the AWS tags that say whose a resource is. */
export const TAG_KEYS = {
  awsName: 'Name',
  /** `<namespace>/<name>` of the object that asked for the resource. */
  name: 'cloud-manager.kyma-project.io/name',
  /** `<namespace>--<name>` of the object in the user's cluster. */
  remoteName: 'cloud-manager.kyma-project.io/remote-name',
  scope: 'cloud-manager.kyma-project.io/scope',
  /** On Redis resources only: both Redis kinds share their names in AWS, so the kind belongs to what says whose one is. */
  kind: 'cloud-manager.kyma-project.io/kind',
  /** On Redis resources only. */
  shoot: 'cloud-manager.kyma-project.io/shoot',
  /** `"1"` on the subnets of an IpRange. */
  ipRange: 'cloud-manager.kyma-project.io/iprange',
} as const;

/** As much of an object as its tags are made of. */
export interface TagOwner {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly scope: { readonly name: string };
    readonly remoteRef: { readonly namespace: string; readonly name: string };
  };
}

/** The tags that every AWS resource made for `owner` carries from its first moment. */
export function ownershipTags(owner: TagOwner): Tags {
  return {
    [TAG_KEYS.name]: `${owner.metadata.namespace ?? ''}/${owner.metadata.name}`,
    [TAG_KEYS.remoteName]: `${owner.spec.remoteRef.namespace}--${owner.spec.remoteRef.name}`,
    [TAG_KEYS.scope]: owner.spec.scope.name,
  };
}

/**
 * Whether tags prove that a resource was made for `owner`. Both name and scope have to fit: an object of the same name
 * may exist in another installation that works in the same AWS account. The remote name only informs.
 */
export function isOwnedBy(tags: Tags, owner: TagOwner): boolean {
  const own = ownershipTags(owner);
  return tags[TAG_KEYS.name] === own[TAG_KEYS.name] && tags[TAG_KEYS.scope] === own[TAG_KEYS.scope];
}

/** Those of `wanted` that are missing or have another value. */
export function missingTags(wanted: Tags, actual: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => actual[key] !== value));
}
