import { DEFAULT_IP_RANGE } from '../../../api/names.ts';
import type { UserObject } from './user-object.ts';

/** An object that is in an IpRange. */
export interface UsesIpRange extends UserObject {
  readonly spec: { readonly ipRange?: { readonly name?: string } };
}

/** The IpRange that an object is in; that it names none, or nothing, is the same. */
export function ipRangeNameOf(object: UsesIpRange): string {
  return givenIpRangeName(object) ?? DEFAULT_IP_RANGE;
}

/** For the index `IP_RANGE_INDEX` of kinds that are in an IpRange, which is of the whole cluster: its namespace is empty. */
export function userIpRangeIndexValues(object: UsesIpRange): readonly string[] {
  return [`/${ipRangeNameOf(object)}`];
}

/** The name that is given; undefined: none, or an empty one. */
export function givenIpRangeName({ spec: { ipRange } }: UsesIpRange): string | undefined {
  return ipRange?.name === '' ? undefined : ipRange?.name;
}
