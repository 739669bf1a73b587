import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDeployment, clusterClient, ping, redisClient } from '../../../test/support/redis-clients.ts';
import { silentLogger } from '../../util/log.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { createDataPlane, type RunningDataPlane } from './data-plane.ts';

const FIRST = 'first-token-of-sixteen';
const SECOND = 'second-token-of-sixteen';

let plane: RunningDataPlane;
let caPem: string;

beforeEach(async () => {
  const authority = await createCertificateAuthority('tests', Date.now());
  caPem = authority.caPem;
  plane = await createDataPlane('responder', { authority, folder: '/nonexistent', log: silentLogger });
});

afterEach(async () => plane.stop());

const CLUSTERED = {
  isClustered: true,
  shards: [
    { id: '0001', slots: '0-8191', nodeIds: ['demo-0001-001', 'demo-0001-002'] },
    { id: '0002', slots: '8192-16383', nodeIds: ['demo-0002-001'] },
  ],
} as const;

describe('the responder', () => {
  it('answers over verified TLS and says what it is', async () => {
    const { primaries } = await plane.apply(aDeployment());
    const client = redisClient(primaries.get('0001'), { caPem });
    expect(await client.ping()).toBe('PONG');
    expect(await client.info()).toContain('not a Redis server');
    await client.set('key', 'välue');
    expect(await client.get('key')).toBe('välue');
    client.disconnect();
    const stranger = await createCertificateAuthority('somebody else', Date.now());
    await expect(ping(primaries.get('0001'), { caPem: stranger.caPem })).rejects.toThrow('closed');
  });

  it('wants one of the tokens that open', async () => {
    const { primaries } = await plane.apply(aDeployment({ tokens: [FIRST] }));
    const address = primaries.get('0001');
    await expect(ping(address, { caPem })).rejects.toThrow('NOAUTH');
    await expect(ping(address, { caPem, token: SECOND })).rejects.toThrow('WRONGPASS');
    expect(await ping(address, { caPem, token: FIRST })).toBe('PONG');
    await plane.apply(aDeployment({ tokens: [FIRST, SECOND] }));
    expect(await ping(address, { caPem, token: FIRST })).toBe('PONG');
    expect(await ping(address, { caPem, token: SECOND })).toBe('PONG');
    await plane.apply(aDeployment({ tokens: [undefined, SECOND] }));
    expect(await ping(address, { caPem })).toBe('PONG');
  });

  it('keeps its addresses and its data when it is changed', async () => {
    const before = await plane.apply(aDeployment());
    const client = redisClient(before.primaries.get('0001'), { caPem });
    await client.set('key', 'value');
    const shards = [{ id: '0001', slots: '0-16383', nodeIds: ['demo-001', 'demo-002'] }];
    const after = await plane.apply(aDeployment({ shards }));
    expect(after.primaries).toEqual(before.primaries);
    const replica = redisClient(after.readers.get('0001'), { caPem });
    expect(await replica.get('key')).toBe('value');
    await expect(replica.set('key', 'other')).rejects.toThrow('READONLY');
    client.disconnect();
    replica.disconnect();
  });

  it('is a cluster for clients of clusters', async () => {
    const deployment = await plane.apply(aDeployment({ ...CLUSTERED, tokens: [FIRST] }));
    const cluster = clusterClient(deployment.configuration, { caPem, token: FIRST });
    for (const key of ['a', 'b', 'c', 'd']) await cluster.set(key, `${key}!`);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cluster.get(key)))).toEqual(['a!', 'b!', 'c!', 'd!']);
    cluster.disconnect();
    const single = redisClient(deployment.primaries.get('0001'), { caPem, token: FIRST });
    await expect(single.get('a')).rejects.toThrow('MOVED 15495');
    single.disconnect();
  });

  it('is gone when its group is removed', async () => {
    const { primaries } = await plane.apply(aDeployment());
    plane.remove(aDeployment().key);
    await expect(ping(primaries.get('0001'), { caPem })).rejects.toThrow('closed');
  });
});

describe('no data plane', () => {
  it("gives AWS's kind of names at once", async () => {
    const authority = await createCertificateAuthority('tests', Date.now());
    const off = await createDataPlane('off', { authority, folder: '/nonexistent', log: silentLogger });
    expect(off.apply(aDeployment())).toMatchObject({
      primaries: new Map([['0001', { host: 'master.demo.sandbox.euc1.cache.amazonaws.com', port: 6379 }]]),
    });
    await off.stop();
  });
});
