import { describe, expect, it } from 'vitest';
import { createMemoryCluster } from '../../../test/support/memory-cluster.ts';
import { aPass } from '../../../test/support/pass.ts';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { aTokenRecord } from '../../../test/support/replication-groups.ts';
import { type KubeSecret, secretKind } from '../../kube/index.ts';
import { redisInstanceKind } from '../../api/index.ts';
import { createContests } from '../common/contest.ts';
import { encoded } from '../common/owned-secret.ts';
import { fingerprintOf } from '../replication-group/token.ts';
import { createConnectionSecrets } from './connection-secret.ts';
import { tokenStatusOf } from './ledger.ts';

const CA = '-----BEGIN CERTIFICATE-----';
const LABELS = {
  'app.kubernetes.io/managed-by': 'cloud-manager',
  'app.kubernetes.io/name': 'redis',
  'app.kubernetes.io/instance': 'demo',
  'app.kubernetes.io/component': 'connection',
};
const TOKEN = '0123456789abcdef0123';
const connection = { endpoint: { host: 'master.cm-demo', port: 6379 }, authString: TOKEN };
const authToken = aTokenRecord({ hash: fingerprintOf(TOKEN) });
const status = { authToken: tokenStatusOf(authToken), primaryEndpoint: 'master.cm-demo:6379' };
const redis = { ...aRedisInstance(), status };
const pass = aPass();

function aWorld({ stored, caPem }: { readonly stored?: KubeSecret; readonly caPem?: string } = {}) {
  const cluster = createMemoryCluster({});
  if (stored !== undefined) cluster.put(stored);
  const told: string[] = [];
  const secrets = createConnectionSecrets({
    ownerKind: redisInstanceKind,
    caPem,
    cluster,
    contests: createContests(),
    announce: (_object, { reason, message }) => void told.push(`${reason}: ${message}`),
  });
  return { cluster, secrets, told, stored: () => cluster.find(secretKind, 'cm-demo') };
}

function aSecret({ labels, owner, data }: { labels?: object; owner?: string; data?: object } = {}): KubeSecret {
  const ownerReferences =
    owner === undefined ? [] : [{ apiVersion: 'x/v1', kind: 'RedisInstance', name: 'demo', uid: owner }];
  const metadata = { name: 'cm-demo', namespace: 'kcp-system', uid: 'uid-secret', resourceVersion: '1' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, labels: { ...LABELS, ...labels }, ownerReferences },
    data: encoded({ ...data }),
  };
}

function ours(values: Readonly<Record<string, string>>): KubeSecret {
  return aSecret({ owner: redis.metadata.uid, data: values });
}

const right = { host: 'master.cm-demo', port: '6379', authString: TOKEN };

describe('the connection Secret', () => {
  it('is created with its owner, endpoint, token and authority', async () => {
    const { secrets, told, stored } = aWorld({ caPem: CA });
    expect(await secrets.ensure(redis, connection, pass)).toBe('cm-demo');
    expect(stored()?.metadata).toMatchObject({
      labels: LABELS,
      ownerReferences: [{ kind: 'RedisInstance', uid: redis.metadata.uid, controller: true }],
    });
    expect(stored()?.data).toEqual(encoded({ ...right, 'ca.crt': CA }));
    expect(told).toEqual(['SecretPublished: Secret kcp-system/cm-demo says how to connect']);
  });

  it('holds nothing else, and keeps labels of others', async () => {
    const data = { ...right, host: 'wrong', more: 'of somebody' };
    const { secrets, stored } = aWorld({
      stored: aSecret({ owner: redis.metadata.uid, labels: { team: 'a', constructor: 'b' }, data }),
    });
    await secrets.ensure(redis, connection, pass);
    expect(stored()?.data).toEqual(encoded(right));
    expect(stored()?.metadata.labels).toEqual({ ...LABELS, team: 'a', constructor: 'b' });
  });

  it('has to rest after somebody else has changed it three times, and not after our own changes', async () => {
    const { cluster, secrets } = aWorld();
    for (const host of ['a', 'b', 'c', 'd', 'e']) {
      await secrets.ensure(redis, { ...connection, endpoint: { host, port: 6379 } }, pass);
    }
    expect(secrets.restMs(redis, pass)).toBe(0);
    for (const host of ['theirs-1', 'theirs-2', 'theirs-3']) {
      cluster.put(ours({ ...right, host }));
      await secrets.ensure(redis, connection, pass);
    }
    expect(secrets.restMs(redis, pass)).toBe(60_000);
  });

  it('is deleted with the object', async () => {
    const { secrets, stored } = aWorld({ stored: ours(right) });
    await secrets.delete(redis, pass);
    expect(stored()).toBeUndefined();
  });
});

describe('what can be told without the token itself', () => {
  it.each([
    { isIntact: true, reason: 'all is right', stored: ours(right) },
    { isIntact: false, reason: 'it is absent', stored: undefined },
    { isIntact: false, reason: 'the token is another one', stored: ours({ ...right, authString: 'another' }) },
    { isIntact: false, reason: 'the port is missing', stored: ours({ host: 'master.cm-demo', authString: TOKEN }) },
    { isIntact: false, reason: 'the host is another one', stored: ours({ ...right, host: 'elsewhere' }) },
    { isIntact: false, reason: 'the port is another one', stored: ours({ ...right, port: '6380' }) },
    { isIntact: false, reason: 'it has an authority that is not asked for', stored: ours({ ...right, 'ca.crt': CA }) },
    { isIntact: false, reason: 'it is not ours', stored: aSecret({ data: right }) },
  ])('intact is $isIntact, because $reason', ({ isIntact, stored }) => {
    const { secrets } = aWorld(stored === undefined ? {} : { stored });
    expect(secrets.isIntact(redis)).toBe(isIntact);
  });

  it('compares no address with a status that has none: the group is made again', () => {
    const { secrets } = aWorld({ stored: ours({ ...right, host: 'of-the-old-one' }) });
    expect(secrets.isIntact({ ...redis, status: { authToken: tokenStatusOf(authToken) } })).toBe(true);
  });
});
