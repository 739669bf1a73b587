import type { KubeObject } from '../../../kube/resource.ts';
import { STATES } from '../../conditions.ts';
import type { CustomKind } from '../../kind.ts';
import { bool, choice, instant, int32, list, object, optional, text, type ObjectOf, type Rule } from '../../schema.ts';
import {
  accountIdText,
  cloudControlKind,
  commonStatus,
  immutableOptional,
  nameText,
  regionText,
  remoteRefSchema,
  scopeRefSchema,
  stateColumns,
  tagNameRules,
  vpcIdText,
} from './common.ts';

/** Which route tables of the remote VPC get routes. */
export const ROUTE_TABLE_UPDATE_STRATEGIES = ['AUTO', 'NONE', 'MATCHED', 'UNMATCHED'] as const;

/** The status codes of a VPC peering connection. */
export const PEERING_CODES = [
  'initiating-request',
  'pending-acceptance',
  'provisioning',
  'active',
  'deleting',
  'deleted',
  'failed',
  'expired',
  'rejected',
] as const;

/** One of {@link PEERING_CODES}. */
export type PeeringCode = (typeof PEERING_CODES)[number];

function networkRefSchema(field: string, description: string) {
  return object(
    {
      name: nameText(`${field} name`),
      namespace: optional(text({ maxLength: 63, description: 'When empty that of the VpcPeering.' })),
    },
    { description },
  );
}

/** The word namespace is reserved in CEL, hence its underscores. */
const hasNamespace = (field: string): string => `has(self.${field}.__namespace__)`;

const detailsSchema = object(
  {
    localNetwork: networkRefSchema('localNetwork', 'A Network of the VPC of the Scope, such as <scope>--kyma.'),
    remoteNetwork: networkRefSchema('remoteNetwork', 'The Network to peer with.'),
    peeringName: optional(text({ maxLength: 253, description: 'Not used on AWS.' })),
    localPeeringName: optional(text({ maxLength: 253, description: 'Not used on AWS.' })),
    importCustomRoutes: optional(bool({ description: 'Not used on AWS.' })),
    useRemoteGateway: optional(bool({ description: 'Not used on AWS.' })),
    deleteRemotePeering: bool({
      default: false,
      description:
        'Whether routes in the remote VPC go with the object. Otherwise they stay and lead nowhere, until a VpcPeering of the same VPCs leads them to its own connection.',
    }),
    remoteRouteTableUpdateStrategy: choice(ROUTE_TABLE_UPDATE_STRATEGIES, {
      default: 'AUTO',
      description:
        'Which route tables of the remote VPC get routes: all, none, those with a tag whose key is the shoot name of the Scope, those without it.',
    }),
    dnsResolution: optional(
      object(
        {
          local: optional(
            bool({ description: 'Whether the remote VPC resolves names of the local one to private addresses.' }),
          ),
          remote: optional(
            bool({ description: 'Whether the local VPC resolves names of the remote one to private addresses.' }),
          ),
        },
        { description: 'DNS resolution across the peering; what is absent is left as it is.' },
      ),
    ),
  },
  {
    description: 'The networks, and how they are connected.',
    rules: [
      {
        // With a namespace it may be another one, which only a reader of both can tell: a rule does not know its own.
        rule: `self.localNetwork.name != self.remoteNetwork.name || ${hasNamespace('localNetwork')} || ${hasNamespace('remoteNetwork')}`,
        message: 'remoteNetwork must be another Network than localNetwork.',
      },
    ],
  },
);

const legacySchema = object(
  {
    aws: object(
      {
        remoteVpcId: vpcIdText('remoteVpcId', { description: 'The remote VPC.' }),
        remoteRegion: optional(regionText('remoteRegion', 'Its region; when absent that of the Scope.')),
        remoteAccountId: accountIdText('remoteAccountId', { description: 'Its account.' }),
      },
      { description: 'A VPC on AWS.' },
    ),
  },
  { description: 'The older form: the VPC of the Scope is peered with this one.' },
);

const sameWhereGiven = (field: string): string =>
  `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`;

/** Said field by field, because one of them is asked for at the deletion only, and may be thought better of until then. */
const detailsRule: Rule = {
  rule: `has(self.details) == has(oldSelf.details) && (!has(self.details) || (${[
    'self.details.localNetwork == oldSelf.details.localNetwork',
    'self.details.remoteNetwork == oldSelf.details.remoteNetwork',
    'self.details.remoteRouteTableUpdateStrategy == oldSelf.details.remoteRouteTableUpdateStrategy',
    ...['peeringName', 'localPeeringName', 'importCustomRoutes', 'useRemoteGateway', 'dnsResolution'].map((field) =>
      sameWhereGiven(`details.${field}`),
    ),
  ].join(' && ')}))`,
  message: 'details is immutable, apart from deleteRemotePeering.',
  fieldPath: '.details',
};

/** What a VpcPeering may ask for. */
export const vpcPeeringSpecSchema = object(
  {
    remoteRef: remoteRefSchema,
    scope: scopeRefSchema,
    details: optional(detailsSchema),
    vpcPeering: optional(legacySchema),
  },
  {
    description: 'What is asked.',
    rules: [
      {
        rule: 'has(self.details) != has(self.vpcPeering)',
        message: 'Exactly one of details and vpcPeering must be given.',
      },
      detailsRule,
      immutableOptional('vpcPeering', 'vpcPeering'),
    ],
  },
);

/** What a VpcPeering shows. */
export const vpcPeeringStatusSchema = object(
  {
    ...commonStatus,
    state: optional(
      choice([...STATES, ...PEERING_CODES], {
        description: 'The status code of the connection, or one word for people; programs read the conditions.',
      }),
    ),
    id: optional(text({ maxLength: 64, description: 'The connection, as the local side knows it.' })),
    remoteId: optional(text({ maxLength: 64, description: 'The connection, as the remote side knows it.' })),
    vpcId: optional(text({ maxLength: 64, description: 'The local VPC.' })),
    remoteVpcId: optional(text({ maxLength: 64, description: 'The remote VPC.' })),
    accountId: optional(text({ maxLength: 64, description: 'The account of the local VPC.' })),
    region: optional(text({ maxLength: 64, description: 'The region of the local VPC.' })),
    remoteAccountId: optional(text({ maxLength: 64, description: 'The account of the remote VPC.' })),
    remoteRegion: optional(text({ maxLength: 64, description: 'The region of the remote VPC.' })),
    createIntent: optional(
      object(
        {
          time: instant({ description: 'When it was recorded.' }),
          attempt: int32({
            minimum: 1,
            maximum: 2_147_483_647,
            description: 'Counts requests that came soon on each other.',
          }),
        },
        {
          description: 'Recorded before the connection is requested: from then on something may be there to take down.',
        },
      ),
    ),
    formerIds: optional(
      list(text({ maxLength: 64 }), {
        maxItems: 16,
        description: 'Connections of this object that have ended, as long as routes may still lead to them.',
      }),
    ),
  },
  { description: 'What was observed.' },
);

/** What a VpcPeering asks for, defaults filled in. */
export type VpcPeeringSpec = ObjectOf<typeof vpcPeeringSpecSchema>;
/** What a VpcPeering shows. */
export type VpcPeeringStatus = ObjectOf<typeof vpcPeeringStatusSchema>;

/** A connection between the VPC of a Scope and another one, with routes. */
export interface VpcPeering extends KubeObject {
  readonly spec: VpcPeeringSpec;
  readonly status?: VpcPeeringStatus;
}

/** The kind VpcPeering: names, schemas, rules and columns. */
export const vpcPeeringKind: CustomKind<VpcPeering> = {
  ...cloudControlKind,
  kind: 'VpcPeering',
  plural: 'vpcpeerings',
  shortNames: ['cmpeer'],
  description: 'A connection between the VPC of a Scope and another one, with routes.',
  spec: vpcPeeringSpecSchema,
  status: vpcPeeringStatusSchema,
  rules: tagNameRules,
  columns: [
    { name: 'Scope', type: 'string', jsonPath: '.spec.scope.name' },
    // Both forms of the specification come to it.
    { name: 'Remote', type: 'string', jsonPath: '.status.remoteVpcId', priority: 1 },
    { name: 'Connection', type: 'string', jsonPath: '.status.id', priority: 1 },
    ...stateColumns(),
  ],
};
