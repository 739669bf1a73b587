import { expect, it } from 'vitest';
import { awsRedisClusterKind, cloudResourcesKind } from '../../api/index.ts';
import { tableOf } from './columns.ts';

const metadata = { name: 'default', namespace: 'default', uid: 'u', resourceVersion: '1' };

it('shows what kubectl get shows', () => {
  const status = { served: 'True', state: 'Ready' } as const;
  const object = { apiVersion: 'v1', kind: 'CloudResources', metadata, spec: {}, status };
  expect(tableOf(cloudResourcesKind, object)).toEqual(['NAME      SERVED   STATE', 'default   True     Ready']);
});

it('leaves empty what is not known, and out what only -o wide shows', () => {
  const wide = awsRedisClusterKind.columns.map(({ name }) => name.toUpperCase());
  const spec = { redisTier: 'C1', shardCount: 1, replicasPerShard: 1 } as never;
  const [titles, values] = tableOf(awsRedisClusterKind, { apiVersion: 'v1', kind: 'AwsRedisCluster', metadata, spec });
  expect(titles).toBe('NAME      STATE');
  expect(values).toBe('default');
  expect(wide).toContain('TIER');
});
