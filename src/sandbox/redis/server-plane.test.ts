import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aDeployment, clusterClient, ping, redisClient } from '../../../test/support/redis-clients.ts';
import { silentLogger } from '../../util/log.ts';
import type { Address } from '../aws/elasticache/data-plane.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { createDataPlane, type RunningDataPlane } from './data-plane.ts';
import { findServerBinary } from './server-binary.ts';

/** Nodes of a cluster need seconds to agree, more of them on a machine that is busy. */
const CLUSTER_TIMEOUT_MS = 60_000;
const FIRST = 'first-token-of-sixteen';
const SECOND = 'second-token-of-sixteen';
const binary = await findServerBinary(process.env['PATH'] ?? '');

/** Only machines with a Redis or Valkey server can run these; the responder has tests of its own everywhere. */
describe.skipIf(!binary)('real servers', () => {
  let plane: RunningDataPlane;
  let folder: string;
  let caPem: string;
  const clients: { disconnect(): void }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cm-redis-'));
    const authority = await createCertificateAuthority('tests', Date.now());
    caPem = authority.caPem;
    plane = await createDataPlane('servers', { authority, folder, log: silentLogger });
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
    plane.remove(aDeployment().key);
  });

  afterAll(async () => {
    await plane.stop();
    await rm(folder, { recursive: true });
  });

  it('take the tokens that open, and lose none of their data when those change', async () => {
    const { primaries } = await plane.apply(aDeployment({ tokens: [FIRST] }));
    const address = primaries.get('0001');
    const client = redisClient(address, { caPem, token: FIRST });
    clients.push(client);
    await client.set('key', 'value');
    await expect(ping(address, { caPem })).rejects.toThrow('NOAUTH');
    await plane.apply(aDeployment({ tokens: [FIRST, SECOND] }));
    expect(await ping(address, { caPem, token: FIRST })).toBe('PONG');
    expect(await ping(address, { caPem, token: SECOND })).toBe('PONG');
    await plane.apply(aDeployment({ tokens: [SECOND] }));
    await expect(ping(address, { caPem, token: FIRST })).rejects.toThrow('WRONGPASS');
    await plane.apply(aDeployment({ tokens: [] }));
    expect(await ping(address, { caPem })).toBe('PONG');
    expect(await client.get('key')).toBe('value');
  });

  it('replicate, and a replica can become the primary', async () => {
    const of = (...nodeIds: string[]) => aDeployment({ shards: [{ id: '0001', slots: '0-16383', nodeIds }] });
    const before = await plane.apply(of('demo-001', 'demo-002'));
    const primary = redisClient(before.primaries.get('0001'), { caPem });
    const replica = redisClient(before.readers.get('0001'), { caPem });
    clients.push(primary, replica);
    await primary.set('key', 'value');
    await primary.wait(1, 5000);
    expect(await replica.get('key')).toBe('value');
    const after = await plane.apply(of('demo-002'));
    expect(after.primaries.get('0001')).toEqual(before.readers.get('0001'));
    expect(await replica.set('key', 'other')).toBe('OK');
  });

  const KEYS = Array.from({ length: 50 }, (_, index) => `key-${index}`);
  const clustered = (...shards: [slots: string, ...nodes: string[]][]) =>
    aDeployment({
      isClustered: true,
      tokens: [FIRST],
      shards: shards.map(([slots, ...nodes], index) => ({
        id: `000${index + 1}`,
        slots,
        nodeIds: nodes.map((node) => `demo-000${index + 1}-${node}`),
      })),
    });

  /** Counts each key up, and looks each time whether it is what it was; gives how often that was. */
  async function countUp(cluster: Cluster, signal: AbortSignal): Promise<number> {
    let rounds = 0;
    for (; !signal.aborted; rounds++) {
      const counts = await Promise.all(KEYS.map((key) => cluster.incr(key)));
      expect(new Set(counts)).toEqual(new Set([rounds + 1]));
    }
    return rounds;
  }

  async function readAll(cluster: Cluster): Promise<readonly (string | null)[]> {
    return Promise.all(KEYS.map((key) => cluster.get(key)));
  }

  it(
    'are a cluster that grows and shrinks without losing a key',
    async () => {
      const two = await plane.apply(clustered(['0-8191', '001', '002'], ['8192-16383', '001', '002']));
      const cluster = clusterClient(two.configuration, { caPem, token: FIRST });
      clients.push(cluster);
      for (const key of KEYS) await cluster.set(key, key);
      await plane.apply(clustered(['0-5461', '001'], ['5462-10922', '001'], ['10923-16383', '001']));
      expect(await readAll(cluster)).toEqual(KEYS);
      const one = await plane.apply(clustered(['0-16383', '001']));
      const single = redisClient(one.configuration, { caPem, token: FIRST });
      clients.push(single);
      expect(await Promise.all(KEYS.map((key) => single.get(key)))).toEqual(KEYS);
      expect(await single.cluster('INFO')).toContain('cluster_known_nodes:1');
    },
    CLUSTER_TIMEOUT_MS,
  );

  it(
    'refuse nobody and forget nothing while shards come and go',
    async () => {
      const spread = (...ranges: string[]) =>
        clustered(...ranges.map((slots): [string, string, string] => [slots, '001', '002']));
      const [two, three] = [
        ['0-8191', '8192-16383'],
        ['0-5461', '5462-10922', '10923-16383'],
      ] as const;
      const { configuration } = await plane.apply(spread(...two));
      const cluster = clusterClient(configuration, { caPem, token: FIRST });
      clients.push(cluster);
      const changing = new AbortController();
      const work = countUp(cluster, changing.signal);
      await plane.apply(spread(...three));
      await plane.apply(spread(...two));
      changing.abort();
      expect(await work).toBeGreaterThan(100);
    },
    CLUSTER_TIMEOUT_MS,
  );

  it('leave nothing behind when the sandbox ends', async () => {
    const authority = await createCertificateAuthority('tests', Date.now());
    const own = await mkdtemp(join(tmpdir(), 'cm-redis-'));
    const short = await createDataPlane('servers', { authority, folder: own, log: silentLogger });
    const { primaries } = await short.apply(aDeployment());
    await short.stop();
    await expect(ping(primaries.get('0001'), { caPem })).rejects.toThrow('closed');
    expect(await readdir(own)).toEqual([]);
    await rm(own, { recursive: true });
  });

  it('die with the sandbox even when that is killed', async () => {
    const own = await mkdtemp(join(tmpdir(), 'cm-redis-'));
    const sandbox = spawn(process.execPath, ['test/support/redis-sandbox.ts', own], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(sandbox.stdout, 'data')) as [Buffer];
    const { host, port } = JSON.parse(line.toString()) as Address;
    const socket = connect(port, host);
    await once(socket, 'connect');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // The system may break the connection of a killed process off, which is an end like any other.
    socket.on('error', () => {});
    sandbox.kill('SIGKILL');
    // The test is over only when the server has gone: nobody else closes this connection.
    await closed;
    await rm(own, { recursive: true, force: true });
    expect(socket.closed).toBe(true);
  });

  it(
    'change replicas of a cluster while it serves',
    async () => {
      const before = await plane.apply(clustered(['0-8191', '001', '002'], ['8192-16383', '001']));
      const cluster = clusterClient(before.configuration, { caPem, token: FIRST });
      clients.push(cluster);
      for (const key of KEYS) await cluster.set(key, key);
      const after = await plane.apply(clustered(['0-8191', '001'], ['8192-16383', '001', '002']));
      expect(after.configuration).toEqual(before.configuration);
      expect(await readAll(cluster)).toEqual(KEYS);
      const replica = redisClient(after.readers.get('0002'), { caPem, token: FIRST });
      clients.push(replica);
      expect(await replica.info('replication')).toContain('role:slave');
    },
    CLUSTER_TIMEOUT_MS,
  );

  it('do not outlive a group that is removed while they start', async () => {
    const starting = plane.apply(clustered(['0-8191', '001'], ['8192-16383', '001']));
    plane.remove(aDeployment().key);
    await expect(starting).rejects.toThrow('removed');
  });
});
