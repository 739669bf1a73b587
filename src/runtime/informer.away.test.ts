import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { widgets } from '../../test/support/kube-object.ts';
import { type ApiWorld, startApiWorld } from '../../test/support/managed-world.ts';
import { Passage } from '../../test/support/passage.ts';
import { until } from '../../test/support/virtual-time.ts';
import { KubeConnection, type KubeObject, type ResourceKind } from '../kube/index.ts';
import { silentLogger } from '../util/log.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { Activity } from './activity.ts';
import { Informer } from './informer.ts';

/*
 * What one cluster costs when all that is followed there is followed over one connection, which may be lost. The wire is
 * real, its time is not.
 */

const kinds: readonly ResourceKind[] = Array.from({ length: 7 }, (_, index) => ({
  ...widgets,
  kind: `Widget${index}`,
  plural: `widgets${index}`,
}));

/** The time that an attempt is given. */
const CONNECT_TIMEOUT_MS = 10_000;

let world: ApiWorld;
const cleanUps: (() => void | Promise<void>)[] = [];
beforeAll(async () => {
  world = await startApiWorld(kinds);
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => world.stop());

/** All kinds followed in one cluster, to which the way can be closed. */
async function aFollowedCluster() {
  const { config } = world.connection();
  const passage = await Passage.to(Number(config.server.port));
  const clock = new VirtualClock();
  const server = new URL(`https://127.0.0.1:${passage.port}`);
  const connection = new KubeConnection({ ...config, server }, { clock, random: () => 1, longestPauseMs: 300_000 });
  const common = { connection, clock, log: silentLogger, activity: new Activity(), random: () => 1 };
  const deps = { ...common, onList: () => {}, onFollowing: () => {} };
  const informers = kinds.map((kind) => new Informer<KubeObject>(kind, deps));
  const ending = new AbortController();
  const done = informers.map((informer) => informer.run(ending.signal));
  cleanUps.push(async () => {
    ending.abort(new Error('the end'));
    await Promise.all(done);
    connection.close();
    await passage.close();
  });
  const areFollowed = (): boolean => informers.every(({ isSynced, problem }) => isSynced && problem === undefined);
  await until('all are followed', areFollowed);
  return { informers, passage, clock, areFollowed };
}

describe('a cluster of which seven kinds are followed', () => {
  it('has one connection', async () => {
    const { informers, passage } = await aFollowedCluster();
    expect([informers.length, passage.connections]).toEqual([7, 1]);
  });

  it('costs one attempt at a time when it is away, ever more rarely, and is followed at once when it is back', async () => {
    const { informers, passage, clock, areFollowed } = await aFollowedCluster();
    passage.refuse();
    await until('all have heard of it', () => informers.every(({ problem }) => problem !== undefined));
    const isResting = (): boolean => clock.pending === 1 && clock.nextDueInMs !== CONNECT_TIMEOUT_MS;
    while (clock.monotonicMs() < 3_600_000) {
      await until('one pause is all that goes on', isResting);
      const before = passage.refusals;
      clock.advance(clock.nextDueInMs ?? 0);
      await until('one attempt is made', () => passage.refusals === before + 1);
    }
    expect(passage.refusals).toBeLessThan(25);
    await until('one pause is all that goes on', isResting);
    passage.open();
    clock.advance(clock.nextDueInMs ?? 0);
    await until('all are followed', areFollowed);
    expect(passage.connections).toBe(1);
    for (const kind of kinds) {
      await world.client().create(kind, { metadata: { namespace: 'default', name: 'after' } });
    }
    await until('all see what comes', () => informers.every(({ size }) => size === 1));
  });
});
