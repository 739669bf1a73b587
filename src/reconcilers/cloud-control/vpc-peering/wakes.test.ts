import { describe, expect, it } from 'vitest';
import { aCondition, anIpRange, aVpcNetwork, aVpcPeering } from '../../../../test/support/cloud-control.ts';
import { peeredVpcIndexValues } from '../../common/indexes.ts';
import { vpcsOfIpRange, vpcsOfVpcNetwork } from './wakes.ts';

const ready = { conditions: [aCondition()], observedGeneration: 1 };
const unready = { conditions: [aCondition({ status: 'False' })], observedGeneration: 1 };

describe('what wakes a peering', () => {
  it('is a change of either of its VPCs, once it has them', () => {
    expect(peeredVpcIndexValues(aVpcPeering())).toEqual([]);
    expect(peeredVpcIndexValues(aVpcPeering({ status: { vpcId: 'vpc-1', remoteVpcId: 'vpc-2' } }))).toEqual([
      'vpc-1',
      'vpc-2',
    ]);
  });

  it('is an IpRange that has its block, and none that waits for it', () => {
    expect(vpcsOfIpRange(anIpRange({ status: { ...ready, vpcId: 'vpc-1' } }))).toEqual(['vpc-1']);
    expect(vpcsOfIpRange(anIpRange({ status: { ...unready, vpcId: 'vpc-1' } }))).toEqual([]);
    expect(vpcsOfIpRange(anIpRange())).toEqual([]);
  });

  it('is a VpcNetwork that has its blocks, likewise', () => {
    const identifiers = { vpc: 'vpc-1' };
    expect(vpcsOfVpcNetwork(aVpcNetwork({ status: { ...ready, identifiers } }))).toEqual(['vpc-1']);
    expect(vpcsOfVpcNetwork(aVpcNetwork({ status: { ...unready, identifiers } }))).toEqual([]);
    expect(vpcsOfVpcNetwork(aVpcNetwork())).toEqual([]);
  });
});
