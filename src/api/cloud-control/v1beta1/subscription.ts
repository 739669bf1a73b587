import type { KubeObject } from '../../../kube/resource.ts';
import type { CustomKind } from '../../kind.ts';
import { object, optional, text, type ObjectOf } from '../../schema.ts';
import { accountIdText, cloudControlKind, commonStatus, immutable, stateColumns } from './common.ts';

/** What a Subscription may ask for. */
export const subscriptionSpecSchema = object(
  {
    details: object(
      {
        aws: object({ account: accountIdText('account') }, { description: 'An AWS account.' }),
      },
      { description: 'The account with the provider.' },
    ),
  },
  { description: 'What is asked.', rules: [immutable('Subscription spec')] },
);

/** What a Subscription shows. */
export const subscriptionStatusSchema = object(
  {
    ...commonStatus,
    provider: optional(text({ maxLength: 64, description: 'The cloud provider.' })),
    subscriptionInfo: optional(
      object(
        {
          aws: optional(
            object({ account: text({ maxLength: 64, description: 'The AWS account.' }) }, { description: 'On AWS.' }),
          ),
        },
        { description: 'The account, as it was found.' },
      ),
    ),
  },
  { description: 'What was observed.' },
);

/** What a Subscription asks for. */
export type SubscriptionSpec = ObjectOf<typeof subscriptionSpecSchema>;
/** What a Subscription shows. */
export type SubscriptionStatus = ObjectOf<typeof subscriptionStatusSchema>;

/** An AWS account in which VpcNetworks are made. */
export interface Subscription extends KubeObject {
  readonly spec: SubscriptionSpec;
  readonly status?: SubscriptionStatus;
}

/** The kind Subscription: names, schemas, rules and columns. */
export const subscriptionKind: CustomKind<Subscription> = {
  ...cloudControlKind,
  kind: 'Subscription',
  plural: 'subscriptions',
  shortNames: ['cmsub'],
  description: 'An AWS account in which VpcNetworks are made.',
  spec: subscriptionSpecSchema,
  status: subscriptionStatusSchema,
  rules: [],
  columns: [
    { name: 'Provider', type: 'string', jsonPath: '.status.provider' },
    { name: 'Account', type: 'string', jsonPath: '.spec.details.aws.account', priority: 1 },
    ...stateColumns('.status.conditions[?(@.type=="Ready")].reason'),
  ],
};
