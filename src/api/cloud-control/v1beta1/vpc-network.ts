import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, list, object, optional, text, type ObjectOf } from '../../schema.ts';
import { LONGEST_CIDR, writtenVpcBlockRules } from './cidr-rules.ts';
import {
  cloudControlKind,
  commonStatus,
  immutable,
  immutableOptional,
  nameText,
  regionText,
  stateColumns,
  tagValueRule,
} from './common.ts';

/** kyma: made, changed and deleted by the operator; gardener: made by others, only looked at. */
export const VPC_NETWORK_TYPES = ['kyma', 'gardener'] as const;

/** What AWS makes without a token by which it would know a repeated request. */
export const UNTOKENED_PARTS = ['vpc', 'internetGateway', 'dhcpOptions'] as const;

/** What a VpcNetwork may ask for. */
export const vpcNetworkSpecSchema = object(
  {
    vpcNetworkName: optional(
      text({
        minLength: 1,
        maxLength: 255,
        description: 'The Name tag of the VPC; when absent kyma-<prefix>-<name>, at most 60 characters of it.',
        rules: [
          tagValueRule('vpcNetworkName'),
          {
            rule: "!self.startsWith(' ') && !self.endsWith(' ')",
            message: 'vpcNetworkName must neither begin nor end with a space.',
          },
        ],
      }),
    ),
    type: choice(VPC_NETWORK_TYPES, {
      default: 'kyma',
      description: 'kyma: made for this object and deleted with it. gardener: made by others, only looked at.',
      rules: [immutable('Type')],
    }),
    subscription: nameText('The subscription', {
      description: 'The name of the Subscription in whose account the VPC is.',
      rules: [immutable('The subscription')],
    }),
    region: regionText('region', 'The AWS region.', [immutable('The region')]),
    cidrBlocks: list(
      text({
        maxLength: LONGEST_CIDR,
        rules: writtenVpcBlockRules('cidrBlocks'),
      }),
      {
        minItems: 1,
        maxItems: 10,
        description: 'The blocks of the VPC; the first one is its primary block, which AWS never changes.',
      },
    ),
  },
  {
    description: 'What is asked.',
    rules: [
      immutableOptional('vpcNetworkName', 'VPC network name'),
      {
        rule: "self.type != 'kyma' || !has(self.vpcNetworkName) || !self.vpcNetworkName.startsWith('sg-')",
        message: 'vpcNetworkName must not begin with sg-, because it names a security group as well.',
        fieldPath: '.vpcNetworkName',
      },
    ],
  },
);

/** What a VpcNetwork shows. */
export const vpcNetworkStatusSchema = object(
  {
    ...commonStatus,
    cidrBlocks: optional(
      list(text({ maxLength: LONGEST_CIDR }), {
        maxItems: 10,
        description: 'The asked blocks by their first addresses, sorted, once the VPC has them.',
      }),
    ),
    accountId: optional(text({ maxLength: 64, description: 'The account that it is made in.' })),
    creating: optional(
      list(choice(UNTOKENED_PARTS, {}), {
        maxItems: 3,
        description: 'What AWS is being asked to make: written before it is asked, gone when it has answered.',
      }),
    ),
    blocks: optional(
      list(
        object({
          cidr: text({ maxLength: LONGEST_CIDR, description: 'The block.' }),
          associationId: optional(
            text({ maxLength: 64, description: 'Its association with the VPC, once AWS has said it.' }),
          ),
        }),
        {
          maxItems: 50,
          description:
            'Blocks that were added for this object, beside the primary one. Others in the VPC stay as they are.',
        },
      ),
    ),
    identifiers: optional(
      object(
        {
          vpc: optional(text({ maxLength: 64, description: 'The id of the VPC.' })),
          name: optional(text({ maxLength: 255, description: 'Its Name tag.' })),
          internetGateway: optional(text({ maxLength: 64, description: 'The id of its internet gateway.' })),
          dhcpOptions: optional(text({ maxLength: 64, description: 'The id of its DHCP options.' })),
          securityGroup: optional(text({ maxLength: 64, description: 'The id of the security group made with it.' })),
          router: optional(text({ maxLength: 64, description: 'Not used on AWS.' })),
          resourceGroup: optional(text({ maxLength: 64, description: 'Not used on AWS.' })),
        },
        { description: 'What exists in AWS.' },
      ),
    ),
  },
  { description: 'What was observed.' },
);

/** What a VpcNetwork asks for, defaults filled in. */
export type VpcNetworkSpec = ObjectOf<typeof vpcNetworkSpecSchema>;
/** What a VpcNetwork shows. */
export type VpcNetworkStatus = ObjectOf<typeof vpcNetworkStatusSchema>;

/** A VPC with its internet gateway, DHCP options and security group. */
export interface VpcNetwork extends KubeObject {
  readonly spec: VpcNetworkSpec;
  readonly status?: VpcNetworkStatus;
}

/** The kind VpcNetwork: names, schemas, rules and columns. */
export const vpcNetworkKind: CustomKind<VpcNetwork> = {
  ...cloudControlKind,
  kind: 'VpcNetwork',
  plural: 'vpcnetworks',
  shortNames: ['cmvpc'],
  description: 'A VPC with its internet gateway, DHCP options and security group.',
  spec: vpcNetworkSpecSchema,
  status: vpcNetworkStatusSchema,
  rules: [
    {
      rule: 'size(self.metadata.name) < 60',
      message: 'metadata.name must have fewer than 60 characters.',
    },
  ],
  columns: [
    { name: 'Type', type: 'string', jsonPath: '.spec.type' },
    { name: 'Subscription', type: 'string', jsonPath: '.spec.subscription' },
    { name: 'Region', type: 'string', jsonPath: '.spec.region', priority: 1 },
    { name: 'VPC', type: 'string', jsonPath: '.status.identifiers.vpc', priority: 1 },
    ...stateColumns('.status.conditions[?(@.type=="Ready")].reason'),
  ],
};
