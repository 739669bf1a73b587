import { type Subscription, subscriptionKind } from '../../../src/api/index.ts';
import { type Asked, type Creation, historyKind } from '../kind.ts';
import { HOME_PLACE, PARTNER_PLACE } from '../world.ts';

/** Accounts by the names of their Subscriptions. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  home: HOME_PLACE.split('/')[0] ?? '',
  abroad: PARTNER_PLACE.split('/')[0] ?? '',
};

/** The account and region of what stands in a Subscription. */
export function placeIn(subscription: string, region: string): string {
  return `${ACCOUNTS[subscription] ?? ''}/${region}`;
}

export const subscriptions = historyKind<Subscription & Asked>({
  kind: subscriptionKind,
  creations: Object.entries(ACCOUNTS).map(([name, account]): Creation => ({
    kind: 'Subscription',
    name,
    spec: { details: { aws: { account } } },
  })),
  edits: [],
  drifts: {},
  operations: ['GetCallerIdentity'],
  dependenciesOf: () => [],
  expected: async ({ spec, status }) => {
    const account = status?.subscriptionInfo?.aws?.account;
    if (account !== spec.details.aws.account) throw new Error(`the Subscription shows the account ${account ?? ''}`);
    return [];
  },
});
