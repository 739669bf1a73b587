import { aSubscriptionManifest } from '../manifests.ts';
import { type Acceptance, acceptedIn, type Refusal, refusedIn, refusedUpdatesOf } from './case.ts';

const ACCOUNT = 'spec.details.aws.account';

export const subscriptionRefusals: readonly Refusal[] = [
  ...refusedIn(aSubscriptionManifest(), [
    ['nothing', 'spec', {}, 'spec.details', 'Required value'],
    ['no provider section', 'spec.details', {}, 'spec.details.aws', 'Required value'],
    ['a provider that is not served', 'spec.details', { gcp: { project: 'p' } }, 'spec.details.aws', 'Required value'],
    ['no account', ACCOUNT, undefined, 'spec.details.aws.account', 'Required value'],
    ['no account, said with null', ACCOUNT, null, 'spec.details.aws.account', 'Required value'],
    ['an empty account', ACCOUNT, '', 'account must be an AWS account id: 12 digits'],
    ['an account of 13 digits', ACCOUNT, '1234567890123', 'account must be an AWS account id'],
    ['an account with hyphens', ACCOUNT, '1234-5678-9012', 'account must be an AWS account id'],
    ['an account with a line break', ACCOUNT, '123456789012\n', 'account must be an AWS account id'],
    [
      'an account in digits of another script',
      ACCOUNT,
      '１２３４５６７８９０１２',
      'account must be an AWS account id',
    ],
    ['an account as a number', ACCOUNT, 123_456_789_012, 'spec.details.aws.account', 'string'],
  ]),
  ...refusedUpdatesOf(aSubscriptionManifest(), [
    ['another account', ACCOUNT, '123456789012', '210987654321', 'Subscription spec is immutable'],
  ]),
];

export const subscriptionAcceptances: readonly Acceptance[] = [
  { reason: 'Subscription: of an account', manifest: aSubscriptionManifest() },
  ...acceptedIn(aSubscriptionManifest(), [['an account that begins with zeros', ACCOUNT, '000123456789']]),
];
