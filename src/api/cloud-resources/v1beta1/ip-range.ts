import type { KubeObject } from '../../../kube/resource.ts';
import { LONGEST_CIDR, userRangeRules } from '../../cloud-control/v1beta1/cidr-rules.ts';
import { stateColumns } from '../../cloud-control/v1beta1/common.ts';
import type { CustomKind } from '../../kind.ts';
import { object, optional, text, type ObjectOf } from '../../schema.ts';
import { cloudResourcesGroup, commonStatus, statusId } from './common.ts';

const cidrOf = (object: string): string => `(has(${object}.cidr) ? ${object}.cidr : '')`;

/** What an IpRange of a user's cluster may ask for. */
export const userIpRangeSpecSchema = object(
  {
    cidr: optional(
      text({
        maxLength: LONGEST_CIDR,
        description: 'The range; when absent or empty a free one is found.',
        rules: userRangeRules('CIDR'),
      }),
    ),
  },
  {
    description: 'What is asked.',
    default: {},
    rules: [
      {
        // Empty text is absence, so that a tool may write the one for the other.
        rule: `${cidrOf('self')} == ${cidrOf('oldSelf')}`,
        message: 'CIDR is immutable: it can be neither changed, nor set later, nor taken away.',
        fieldPath: '.cidr',
      },
    ],
  },
);

/** What an IpRange of a user's cluster shows. */
export const userIpRangeStatusSchema = object(
  {
    ...commonStatus,
    id: statusId,
    cidr: optional(text({ maxLength: LONGEST_CIDR, description: 'The range in use, given or found.' })),
  },
  { description: 'What was observed.' },
);

/** What an IpRange of a user's cluster asks for. */
export type UserIpRangeSpec = ObjectOf<typeof userIpRangeSpecSchema>;
/** What an IpRange of a user's cluster shows. */
export type UserIpRangeStatus = ObjectOf<typeof userIpRangeStatusSchema>;

/** Addresses in the VPC of the cluster, in which what its users ask for stands. */
export interface UserIpRange extends KubeObject {
  readonly spec: UserIpRangeSpec;
  readonly status?: UserIpRangeStatus;
}

/** The kind IpRange of a user's cluster: names, schemas, rules and columns. */
export const userIpRangeKind: CustomKind<UserIpRange> = {
  ...cloudResourcesGroup,
  namespaced: false,
  kind: 'IpRange',
  plural: 'ipranges',
  description: 'Addresses in the VPC of the cluster, in which what its users ask for stands.',
  spec: userIpRangeSpecSchema,
  status: userIpRangeStatusSchema,
  rules: [],
  // Of the status, so that a range that was found is seen as well.
  columns: [{ name: 'CIDR', type: 'string', jsonPath: '.status.cidr' }, ...stateColumns()],
};
