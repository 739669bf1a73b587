import { describe, expect, it } from 'vitest';
import { cloudResourcesKind } from '../../../api/cloud-resources/v1beta1/cloud-resources.ts';
import { awsRedisCluster } from '../aws-redis-cluster/aws-redis-cluster.ts';
import { awsRedisInstance } from '../aws-redis-instance/aws-redis-instance.ts';
import { MODULE_KINDS } from '../cloud-resources/manifests.ts';
import { COUNTERPART_KINDS, COUNTERPARTS, counterpartKindsOf } from './counterpart-kinds.ts';

describe('what stands for the kinds of users', () => {
  it('is stated once for each kind of the module, and stands for no two', () => {
    const names = (kinds: readonly { readonly kind: string }[]) => kinds.map(({ kind }) => kind).toSorted();
    expect(names(COUNTERPARTS.map(({ kind }) => kind))).toEqual(names(MODULE_KINDS));
    expect(new Set(COUNTERPART_KINDS).size).toBe(COUNTERPART_KINDS.length);
  });

  it.each([awsRedisInstance, awsRedisCluster])('is for $kind.kind what its passes make', ({ kind, counterpart }) => {
    expect(counterpartKindsOf(kind)).toEqual([counterpart]);
  });

  it('is missed at once where a kind is not in the table', () => {
    expect(() => counterpartKindsOf(cloudResourcesKind)).toThrow('stands for CloudResources');
  });
});
