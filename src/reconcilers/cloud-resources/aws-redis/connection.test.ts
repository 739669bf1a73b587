import { describe, expect, it } from 'vitest';
import { aRedisCluster } from '../../../../test/support/cloud-control.ts';
import { aFakeCluster } from '../../../../test/support/fake-cluster.ts';
import type { KubeSecret } from '../../../kube/index.ts';
import { encoded } from '../../common/owned-secret.ts';
import { connectionOf } from './connection.ts';

const counterpart = aRedisCluster({ metadata: { name: 'one' }, status: { authSecret: { name: 'cm-one' } } });

function aSecret(data: Readonly<Record<string, string>>, owner: string, namespace = 'kcp-system'): KubeSecret {
  const ownerReferences = [{ apiVersion: 'x/v1', kind: 'RedisCluster', name: 'one', uid: owner }];
  const metadata = { name: 'cm-one', namespace, uid: 'uid-secret', resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: encoded(data) };
}

const data = { host: 'h', port: '6379', authString: 'token', 'ca.crt': 'PEM' };
const { uid } = counterpart.metadata;

describe('the connection that the control plane has published', () => {
  it('is what its Secret says', () => {
    const controlPlane = aFakeCluster([aSecret(data, uid)]);
    expect(connectionOf(counterpart, controlPlane)).toEqual({
      host: 'h',
      port: '6379',
      authString: 'token',
      ca: 'PEM',
    });
  });

  it('may have neither a token nor an authority', () => {
    const controlPlane = aFakeCluster([aSecret({ host: 'h', port: '6379', authString: '' }, uid)]);
    expect(connectionOf(counterpart, controlPlane)).toEqual({ host: 'h', port: '6379', authString: '', ca: '' });
  });

  it.each([
    { reason: 'it belongs to another object', secret: aSecret(data, 'uid-of-another') },
    {
      reason: 'it belongs to nobody',
      secret: { ...aSecret(data, uid), metadata: { ...aSecret(data, uid).metadata, ownerReferences: [] } },
    },
    { reason: 'it is in another namespace', secret: aSecret(data, uid, 'default') },
    { reason: 'it does not say where', secret: aSecret({ ...data, port: '' }, uid) },
  ])('is not known when $reason', ({ secret }) => {
    expect(connectionOf(counterpart, aFakeCluster([secret]))).toBeUndefined();
  });

  it('is not known before the control plane names a Secret', () => {
    const controlPlane = aFakeCluster([aSecret(data, uid)]);
    expect(connectionOf({ ...counterpart, status: {} }, controlPlane)).toBeUndefined();
  });
});
