import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { bool, list, object, optional, text, type ObjectOf } from '../../schema.ts';
import { ipv4NetworkRules, LONGEST_CIDR, vpcBlockRules } from './cidr-rules.ts';
import {
  cloudControlKind,
  commonStatus,
  immutableOptional,
  localRefSchema,
  remoteRefSchema,
  scopeRefSchema,
  stateColumns,
  tagNameRules,
} from './common.ts';

/** What an IpRange may ask for. */
export const ipRangeSpecSchema = object(
  {
    remoteRef: remoteRefSchema,
    scope: scopeRefSchema,
    cidr: optional(
      text({
        maxLength: LONGEST_CIDR,
        description: 'The range; when absent one is allocated.',
        rules: [...ipv4NetworkRules('CIDR', false), ...vpcBlockRules('CIDR')],
      }),
    ),
    network: optional(localRefSchema('network', 'The Network; when it and vpcNetwork are absent that of the Scope.')),
    vpcNetwork: optional(
      localRefSchema('vpcNetwork', 'The VpcNetwork whose VPC takes the range, in place of a Network.'),
    ),
    options: optional(
      object(
        { aws: optional(object({}, { description: 'AWS has none.' })) },
        { description: 'Options of a provider.' },
      ),
    ),
  },
  {
    description: 'What is asked.',
    rules: [
      immutableOptional('cidr', 'CIDR'),
      // AWS moves no subnet to another VPC.
      immutableOptional('network', 'network'),
      immutableOptional('vpcNetwork', 'vpcNetwork'),
      {
        rule: '!has(self.network) || !has(self.vpcNetwork)',
        message: 'At most one of network and vpcNetwork may be given.',
      },
    ],
  },
);

const subnetSchema = object({
  id: text({ maxLength: 64, description: 'The id of the subnet.' }),
  zone: text({ maxLength: 64, description: 'Its availability zone.' }),
  range: text({ maxLength: LONGEST_CIDR, description: 'Its part of the range.' }),
  name: optional(text({ maxLength: 256, description: 'Its Name tag.' })),
});

/** What an IpRange shows. */
export const ipRangeStatusSchema = object(
  {
    ...commonStatus,
    id: optional(text({ maxLength: 256, description: 'Not used on AWS.' })),
    cidr: optional(text({ maxLength: LONGEST_CIDR, description: 'The range in use, given or allocated.' })),
    ranges: optional(
      list(text({ maxLength: LONGEST_CIDR }), { maxItems: 32, description: 'The range in parts, one a zone.' }),
    ),
    vpcId: optional(text({ maxLength: 64, description: 'The VPC that the range was added to.' })),
    accountId: optional(text({ maxLength: 64, description: 'The account of the VPC.' })),
    region: optional(text({ maxLength: 64, description: 'The region of the VPC.' })),
    addressSpaceId: optional(text({ maxLength: 64, description: 'The association of the range with the VPC.' })),
    addressSpaceCreated: optional(
      bool({ description: 'Whether the association was made for this object, and so goes with it.' }),
    ),
    subnets: optional(list(subnetSchema, { maxItems: 32, description: 'A subnet for each zone.' })),
  },
  { description: 'What was observed.' },
);

/** What an IpRange asks for, defaults filled in. */
export type IpRangeSpec = ObjectOf<typeof ipRangeSpecSchema>;
/** What an IpRange shows. */
export type IpRangeStatus = ObjectOf<typeof ipRangeStatusSchema>;

/** Addresses in the VPC of a Scope, with a subnet in each zone. */
export interface IpRange extends KubeObject {
  readonly spec: IpRangeSpec;
  readonly status?: IpRangeStatus;
}

/** The kind IpRange: names, schemas, rules and columns. */
export const ipRangeKind: CustomKind<IpRange> = {
  ...cloudControlKind,
  kind: 'IpRange',
  plural: 'ipranges',
  shortNames: ['cmipr'],
  description: 'Addresses in the VPC of a Scope, with a subnet in each zone.',
  spec: ipRangeSpecSchema,
  status: ipRangeStatusSchema,
  rules: tagNameRules,
  columns: [
    { name: 'Scope', type: 'string', jsonPath: '.spec.scope.name' },
    { name: 'Cidr', type: 'string', jsonPath: '.status.cidr' },
    // Whichever of Network, VpcNetwork and Scope it comes from.
    { name: 'VPC', type: 'string', jsonPath: '.status.vpcId', priority: 1 },
    ...stateColumns(),
  ],
};
