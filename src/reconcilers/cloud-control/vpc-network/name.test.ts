import { expect, it } from 'vitest';
import { aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { nameOf } from './name.ts';

it.each([
  { object: aVpcNetwork(), prefix: 'default', name: 'kyma-default-net', reason: 'by the prefix and the name' },
  { object: aVpcNetwork(), prefix: '', name: 'kyma-net', reason: 'an empty prefix drops out' },
  { object: aVpcNetwork({ spec: { vpcNetworkName: 'mine' } }), prefix: 'default', name: 'mine', reason: 'as given' },
  {
    object: aVpcNetwork({ status: { identifiers: { name: 'kyma-old-net' } } }),
    prefix: 'new',
    name: 'kyma-old-net',
    reason: 'a recorded name stays, whatever the prefix is now',
  },
  {
    object: aVpcNetwork({ metadata: { name: 'n'.repeat(59) } }),
    prefix: 'default',
    name: `kyma-default-${'n'.repeat(47)}`,
    reason: 'no longer than 60 characters',
  },
])('a VPC is named $name: $reason', ({ object, prefix, name }) => {
  expect(nameOf(object, prefix)).toBe(name);
});
