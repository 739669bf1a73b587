import { describe, expect, it } from 'vitest';
import { aPass } from '../../../test/support/pass.ts';
import { aRedisInstance } from '../../../test/support/redis-objects.ts';
import { aTokenRecord } from '../../../test/support/replication-groups.ts';
import { type KubeClient, KubeApiError, type KubeInput, type KubeSecret, type Patch } from '../../kube/index.ts';
import { redisInstanceKind } from '../../api/index.ts';
import { fingerprintOf } from '../replication-group/token.ts';
import { createContests } from './contest.ts';
import { createConnectionSecrets, ForeignSecretError } from './connection-secret.ts';
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

/** One Secret in an API server, and what a cache that may lag behind shows of it. */
function aCluster(
  options: { readonly stored?: KubeSecret; readonly isCached?: boolean; readonly caPem?: string } = {},
) {
  const { stored, isCached = true, caPem } = options;
  const state = { stored, writes: [] as string[] };
  const client = {
    create: async (_kind: unknown, object: KubeInput<KubeSecret>) => {
      state.writes.push('create');
      if (state.stored !== undefined) throw conflict();
      state.stored = asStored(object);
      return state.stored;
    },
    get: async () => state.stored,
    patch: async (_kind: unknown, _key: unknown, patch: Patch) => {
      state.writes.push(JSON.stringify(patch.body));
      if (state.stored === undefined) throw new Error('There is no Secret to patch');
      const metadata = { ...state.stored.metadata, resourceVersion: `${state.writes.length + 1}` };
      state.stored = { ...state.stored, metadata };
      return state.stored;
    },
    delete: async (_kind: unknown, _key: unknown, preconditions: object) => {
      state.writes.push(`delete ${JSON.stringify(preconditions)}`);
      if (state.stored?.metadata.finalizers === undefined) state.stored = undefined;
    },
  };
  const told: string[] = [];
  const secrets = createConnectionSecrets({
    ownerKind: redisInstanceKind,
    caPem,
    find: () => (isCached ? state.stored : undefined),
    // Only these four are asked for.
    client: () => client as unknown as KubeClient,
    contests: createContests(),
    announce: (_object, { reason, message }) => void told.push(`${reason}: ${message}`),
  });
  return { state, secrets, told };
}

function conflict(): KubeApiError {
  return new KubeApiError({
    code: 409,
    reason: 'AlreadyExists',
    verb: 'create',
    resource: 'secrets',
    cluster: 'test',
    namespace: 'kcp-system',
    name: 'cm-demo',
    detail: '',
  });
}

function asStored(object: KubeInput<KubeSecret>): KubeSecret {
  const metadata = { ...object.metadata, name: 'cm-demo', uid: 'uid-secret', resourceVersion: '1' };
  return { ...object, apiVersion: 'v1', kind: 'Secret', metadata };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function ours(values: Readonly<Record<string, string>>): KubeSecret {
  const owner = { apiVersion: 'x/v1', kind: 'RedisInstance', name: 'demo', uid: redis.metadata.uid };
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)]));
  return asStored({ metadata: { labels: LABELS, ownerReferences: [owner] }, data });
}

const right = { host: 'master.cm-demo', port: '6379', authString: TOKEN };

describe('the connection Secret', () => {
  it('is created with its owner, endpoint, token and authority', async () => {
    const { state, secrets, told } = aCluster({ caPem: CA });
    expect(await secrets.ensure(redis, connection, pass)).toBe('cm-demo');
    expect(state.stored?.metadata.ownerReferences).toMatchObject([{ kind: 'RedisInstance', uid: redis.metadata.uid }]);
    expect(state.stored?.data).toEqual({
      host: base64('master.cm-demo'),
      port: base64('6379'),
      authString: base64(TOKEN),
      'ca.crt': base64(CA),
    });
    expect(told).toEqual(['SecretPublished: Secret kcp-system/cm-demo says how to connect']);
  });

  it('is not written when it is as it has to be', async () => {
    const { state, secrets } = aCluster({ stored: ours(right) });
    await secrets.ensure(redis, connection, pass);
    expect(state.writes).toEqual([]);
  });

  it('is corrected by a patch that only hits the Secret that was looked at', async () => {
    const { state, secrets, told } = aCluster({ stored: ours({ ...right, host: 'wrong' }) });
    await secrets.ensure(redis, connection, pass);
    expect(state.writes).toHaveLength(1);
    expect(JSON.parse(state.writes[0] ?? '')).toMatchObject([
      { op: 'test', path: '/metadata/uid', value: 'uid-secret' },
      { op: 'add', path: '/data' },
    ]);
    expect(told).toEqual(['SecretUpdated: Secret kcp-system/cm-demo is as it has to be again: host changed']);
  });

  it('is made anew when it is wrong and immutable', async () => {
    const { state, secrets } = aCluster({ stored: { ...ours({ ...right, host: 'wrong' }), immutable: true } });
    await secrets.ensure(redis, connection, pass);
    expect(state.writes).toEqual(['delete {"uid":"uid-secret"}', 'create']);
    expect(state.stored?.immutable).toBeUndefined();
    expect(secrets.isIntact(redis)).toBe(true);
  });

  it('stays immutable where that is right', async () => {
    const { state, secrets } = aCluster({ stored: { ...ours(right), immutable: true } });
    await secrets.ensure(redis, connection, pass);
    expect(state.writes).toEqual([]);
  });

  it('gets the label by which it is watched, beside those that it has, when an earlier release made it', async () => {
    const secret = ours(right);
    const stored = { ...secret, metadata: { ...secret.metadata, labels: { team: 'a' } } };
    const { state, secrets } = aCluster({ stored, isCached: false });
    await secrets.ensure(redis, connection, pass);
    expect(state.writes).toHaveLength(2);
    expect(JSON.parse(state.writes[1] ?? '')).toContainEqual({
      op: 'add',
      path: '/metadata/labels',
      value: { team: 'a', ...LABELS },
    });
  });

  it('has to rest after somebody else has changed it three times, and not after our own changes', async () => {
    const { state, secrets } = aCluster();
    for (const host of ['a', 'b', 'c', 'd', 'e']) {
      await secrets.ensure(redis, { ...connection, endpoint: { host, port: 6379 } }, pass);
    }
    expect(secrets.restMs(redis, pass)).toBe(0);
    for (const resourceVersion of ['theirs-1', 'theirs-2', 'theirs-3']) {
      if (state.stored) state.stored = { ...state.stored, metadata: { ...state.stored.metadata, resourceVersion } };
      await secrets.ensure(redis, connection, pass);
    }
    expect(secrets.restMs(redis, pass)).toBe(60_000);
  });

  it('is found when the cache does not show yet what was just made', async () => {
    const { state, secrets } = aCluster({ stored: ours(right), isCached: false });
    expect(await secrets.ensure(redis, connection, pass)).toBe('cm-demo');
    expect(state.writes).toEqual(['create']);
  });

  it.each([true, false])('is never taken over from somebody else (cached: %s)', async (isCached) => {
    const stored = asStored({ metadata: {}, data: { mine: base64('mine') } });
    const { state, secrets } = aCluster({ stored, isCached });
    await expect(secrets.ensure(redis, connection, pass)).rejects.toThrow(ForeignSecretError);
    await secrets.delete(redis, pass);
    expect(state.writes.filter((write) => write !== 'create')).toEqual([]);
  });

  it('is deleted only as the very one that was seen', async () => {
    const { state, secrets } = aCluster({ stored: ours(right) });
    await secrets.delete(redis, pass);
    expect(state.writes).toEqual(['delete {"uid":"uid-secret"}']);
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
    { isIntact: false, reason: 'it is not ours', stored: asStored({ metadata: {}, data: {} }) },
  ])('intact is $isIntact, because $reason', ({ isIntact, stored }) => {
    const { secrets } = aCluster(stored === undefined ? {} : { stored });
    expect(secrets.isIntact(redis)).toBe(isIntact);
  });

  it('compares no address with a status that has none: the group is made again', () => {
    const { secrets } = aCluster({ stored: ours({ ...right, host: 'of-the-old-one' }) });
    expect(secrets.isIntact({ ...redis, status: { authToken: tokenStatusOf(authToken) } })).toBe(true);
  });
});
