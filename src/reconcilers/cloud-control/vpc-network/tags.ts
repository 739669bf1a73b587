import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import type { Tags } from '../../../aws/tags.ts';
import { isOwnedBy, ownershipTags, TAG_KEYS } from '../../common/tags.ts';

const KIND = 'VpcNetwork';

/** What says whose a resource is, and what it is found by. */
export function identityTags(object: VpcNetwork): Tags {
  return { ...ownershipTags(object), [TAG_KEYS.kind]: KIND };
}

/** All tags of a resource, from its first moment. */
export function tagsFor(object: VpcNetwork, name: string): Tags {
  return { ...identityTags(object), [TAG_KEYS.awsName]: name };
}

export function isOurs(tags: Tags, object: VpcNetwork): boolean {
  return isOwnedBy(tags, object) && tags[TAG_KEYS.kind] === KIND;
}
