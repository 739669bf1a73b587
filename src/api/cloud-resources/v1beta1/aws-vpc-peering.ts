import type { KubeObject } from '../../../kube/resource.ts';
import { accountIdText, immutable, regionText, stateColumns, vpcIdText } from '../../cloud-control/v1beta1/common.ts';
import { PEERING_CODES, ROUTE_TABLE_UPDATE_STRATEGIES } from '../../cloud-control/v1beta1/vpc-peering.ts';
import type { CustomKind } from '../../kind.ts';
import { bool, choice, object, optional, type ObjectOf } from '../../schema.ts';
import { cloudResourcesGroup, commonStatus, statusId } from './common.ts';
import { USER_STATE_WORDS } from './conditions.ts';

/** What an AwsVpcPeering may ask for. */
export const awsVpcPeeringSpecSchema = object(
  {
    remoteVpcId: vpcIdText('remoteVpcId', { description: 'The remote VPC.' }, [immutable('remoteVpcId')]),
    remoteRegion: regionText('remoteRegion', 'The region of the remote VPC.', [immutable('remoteRegion')]),
    remoteAccountId: accountIdText('remoteAccountId', { description: 'The account of the remote VPC.' }, [
      immutable('remoteAccountId'),
    ]),
    deleteRemotePeering: bool({
      default: false,
      description:
        'Whether routes in the remote VPC go with the object. Otherwise they stay and lead nowhere, until another peering of the same VPCs leads them to its own connection.',
    }),
    remoteRouteTableUpdateStrategy: choice(ROUTE_TABLE_UPDATE_STRATEGIES, {
      default: 'AUTO',
      description:
        'Which route tables of the remote VPC get routes: all, none, those with a tag whose key is the shoot name of the cluster, those without it.',
      rules: [immutable('remoteRouteTableUpdateStrategy')],
    }),
  },
  { description: 'What is asked.' },
);

/** What an AwsVpcPeering shows. */
export const awsVpcPeeringStatusSchema = object(
  {
    ...commonStatus,
    state: optional(
      choice([...USER_STATE_WORDS, ...PEERING_CODES], {
        description: 'The status code of the connection, or one word for people; programs read the conditions.',
      }),
    ),
    id: statusId,
  },
  { description: 'What was observed.' },
);

/** What an AwsVpcPeering asks for, defaults filled in. */
export type AwsVpcPeeringSpec = ObjectOf<typeof awsVpcPeeringSpecSchema>;
/** What an AwsVpcPeering shows. */
export type AwsVpcPeeringStatus = ObjectOf<typeof awsVpcPeeringStatusSchema>;

/** A connection between the VPC of the cluster and another one, with routes. */
export interface AwsVpcPeering extends KubeObject {
  readonly spec: AwsVpcPeeringSpec;
  readonly status?: AwsVpcPeeringStatus;
}

/** The kind AwsVpcPeering: names, schemas, rules and columns. */
export const awsVpcPeeringKind: CustomKind<AwsVpcPeering> = {
  ...cloudResourcesGroup,
  namespaced: false,
  kind: 'AwsVpcPeering',
  plural: 'awsvpcpeerings',
  description: 'A connection between the VPC of the cluster and another one, with routes.',
  spec: awsVpcPeeringSpecSchema,
  status: awsVpcPeeringStatusSchema,
  rules: [],
  columns: [
    { name: 'Remote', type: 'string', jsonPath: '.spec.remoteVpcId', priority: 1 },
    { name: 'Account', type: 'string', jsonPath: '.spec.remoteAccountId', priority: 1 },
    { name: 'Region', type: 'string', jsonPath: '.spec.remoteRegion', priority: 1 },
    ...stateColumns(),
  ],
};
