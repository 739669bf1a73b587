import { describe, expect, it } from 'vitest';
import { aNetwork, aScope } from '../../../../test/support/cloud-control.ts';
import type { NetworkSpec } from '../../../api/cloud-control/v1beta1/network.ts';
import { referenceOf, type VpcReference } from './reference.ts';

type Asked = NonNullable<NonNullable<NetworkSpec['network']['reference']>['aws']>;

const ofScope = { awsAccountId: '123456789012', region: 'eu-central-1', networkName: 'shoot--sandbox--demo' };
const foundByScope = aScope().status?.vpcId ?? '';

const referenceTo = (aws: Asked, type: NetworkSpec['type'], scope = aScope()) =>
  referenceOf(aNetwork({ spec: { type, network: { reference: { aws } } } }), scope);

describe('what a Network stands for', () => {
  it.each<{ asked: Asked; type?: NetworkSpec['type']; filled: VpcReference; reason: string }>([
    {
      asked: { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' },
      filled: { awsAccountId: '210987654321', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' },
      reason: 'all is given',
    },
    {
      asked: { region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' },
      filled: { awsAccountId: '123456789012', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' },
      reason: 'the account is that of the Scope when it is absent',
    },
    {
      asked: { awsAccountId: '', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210', networkName: '' },
      filled: { awsAccountId: '123456789012', region: 'eu-west-1', vpcId: 'vpc-0fedcba9876543210' },
      reason: 'empty text is absence',
    },
    {
      asked: ofScope,
      filled: { ...ofScope, vpcId: foundByScope },
      reason: 'the VPC is the one that the Scope has found',
    },
    { asked: ofScope, type: 'external', filled: ofScope, reason: 'an external one is not found by the Scope' },
    {
      asked: { ...ofScope, networkName: 'elsewhere' },
      filled: { ...ofScope, networkName: 'elsewhere' },
      reason: 'the Scope has found one of another name',
    },
    {
      asked: { ...ofScope, region: 'eu-west-1' },
      filled: { ...ofScope, region: 'eu-west-1' },
      reason: 'the Scope has found one in another region',
    },
  ])('$reason', ({ asked, type = 'kyma', filled }) => {
    expect(referenceTo(asked, type)).toEqual(filled);
  });

  it('has no VPC while the Scope has found none', () => {
    expect(referenceTo(ofScope, 'kyma', aScope({ status: {} }))).toEqual(ofScope);
  });
});
