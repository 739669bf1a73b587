import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { choice, object, optional, text, type ObjectOf } from '../../schema.ts';
import {
  accountIdText,
  cloudControlKind,
  commonStatus,
  immutable,
  regionText,
  scopeRefSchema,
  stateColumns,
  vpcIdText,
} from './common.ts';

/** Whose a network is: somebody else's, that of the Scope, or one that is made for the Scope (not on AWS). */
export const NETWORK_TYPES = ['external', 'kyma', 'cloud-resources'] as const;

const awsReferenceSchema = object(
  {
    awsAccountId: optional(
      accountIdText('awsAccountId', { mayBeEmpty: true, description: 'When empty that of the Scope.' }),
    ),
    region: regionText('region', 'The AWS region.'),
    vpcId: optional(vpcIdText('vpcId', { mayBeEmpty: true, description: 'When empty it is found by its Name tag.' })),
    networkName: optional(text({ maxLength: 255, description: 'The Name tag of the VPC.' })),
  },
  {
    description: 'A VPC.',
    rules: [
      {
        rule: "(has(self.vpcId) && self.vpcId != '') || (has(self.networkName) && self.networkName != '')",
        message: 'vpcId or networkName must say which VPC it is.',
      },
    ],
  },
);

/** What a Network may ask for. */
export const networkSpecSchema = object(
  {
    scope: scopeRefSchema,
    network: object(
      {
        managed: optional(object({}, { description: 'A network that is made for the Scope. Not on AWS.' })),
        reference: optional(object({ aws: awsReferenceSchema }, { description: 'A network that is there already.' })),
      },
      {
        description: 'Which network it is.',
        rules: [
          immutable('Network'),
          {
            rule: 'has(self.managed) || has(self.reference)',
            message: 'reference.aws must say which VPC it is.',
          },
          {
            rule: '!has(self.managed)',
            message:
              'managed must not be given, because AWS has no such networks; say with reference.aws which VPC it is.',
          },
        ],
      },
    ),
    type: choice(NETWORK_TYPES, {
      default: 'external',
      description:
        'external: the VPC of somebody else. kyma: that of the Scope; it comes and goes with the Scope. cloud-resources: not on AWS.',
    }),
  },
  { description: 'What is asked.' },
);

/** What a Network shows. */
export const networkStatusSchema = object(
  {
    ...commonStatus,
    networkType: optional(choice(NETWORK_TYPES, { description: 'Whose the network is.' })),
    network: optional(
      object(
        {
          aws: optional(
            object(
              {
                awsAccountId: text({ maxLength: 64, description: 'The AWS account.' }),
                region: text({ maxLength: 64, description: 'The AWS region.' }),
                vpcId: optional(text({ maxLength: 64, description: 'The VPC, as far as it is known.' })),
                networkName: optional(text({ maxLength: 255, description: 'The Name tag of the VPC.' })),
              },
              { description: 'A VPC.' },
            ),
          ),
        },
        { description: 'The network that is referred to, gaps filled in.' },
      ),
    ),
  },
  { description: 'What was observed.' },
);

/** What a Network asks for, defaults filled in. */
export type NetworkSpec = ObjectOf<typeof networkSpecSchema>;
/** What a Network shows. */
export type NetworkStatus = ObjectOf<typeof networkStatusSchema>;

/** A VPC that other objects refer to by name. */
export interface Network extends KubeObject {
  readonly spec: NetworkSpec;
  readonly status?: NetworkStatus;
}

/** The name of the Network that stands for the VPC of a Scope. */
export function kymaNetworkName(scopeName: string): string {
  return `${scopeName}--kyma`;
}

/** The kind Network: names, schemas, rules and columns. */
export const networkKind: CustomKind<Network> = {
  ...cloudControlKind,
  kind: 'Network',
  plural: 'networks',
  shortNames: ['cmnet'],
  description: 'A VPC that other objects refer to by name.',
  spec: networkSpecSchema,
  status: networkStatusSchema,
  rules: [],
  columns: [
    { name: 'Scope', type: 'string', jsonPath: '.spec.scope.name' },
    { name: 'Type', type: 'string', jsonPath: '.spec.type' },
    { name: 'Account', type: 'string', jsonPath: '.status.network.aws.awsAccountId', priority: 1 },
    { name: 'VPC', type: 'string', jsonPath: '.status.network.aws.vpcId', priority: 1 },
    ...stateColumns(),
  ],
};
