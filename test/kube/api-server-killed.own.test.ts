import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RedisInstance, redisInstanceKind } from '../../src/api/index.ts';
import { isConditionTrue } from '../../src/kube/index.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { aRedisInstanceManifest, aScopeManifest, anIpRangeManifest } from '../support/manifests.ts';
import { type RealFleet, startRealFleet } from '../support/real-fleet.ts';
import { until } from '../support/virtual-time.ts';

/*
 * A kube-apiserver is killed by SIGKILL and started again, twice, under 500 objects: while the operator makes them, and at
 * rest, right after twenty of them were changed. etcd stays.
 */

const OBJECTS = 500;
const CHANGED = 20;
const KILLS = 2;
/** The longest pause of an informer, and a bit. */
const LIMIT_MS = 40_000;

let fleet: RealFleet;
beforeAll(async () => {
  fleet = await startRealFleet(OBJECTS);
});
afterAll(() => fleet.stop(), 60_000);

const manifests = Array.from({ length: OBJECTS }, (_, index) => aRedisInstanceManifest(`r${index}`));
const isReady = (object: RedisInstance): boolean => isConditionTrue(object, 'Ready');
const relists = () => fleet.figure('cloud_manager_informer_lists_total', { reason: 'gone' });
const requests = (labels = {}) => fleet.figure('cloud_manager_kube_request_duration_seconds', labels);
const following = () => fleet.figure('cloud_manager_informer_following');

interface Restart {
  /** How many kinds the operator followed before, and follows again. */
  readonly kinds: number;
  /** How often it asked until it followed the server again, and how often in vain. */
  readonly asked: number;
  readonly inVain: number;
}

async function killAndRestart(): Promise<Restart> {
  const kinds = await following();
  expect(kinds).toBeGreaterThan(0);
  const before = await requests();
  const inVainBefore = await requests({ code: '0' });
  await fleet.server.killApiServer();
  await until('all informers have lost their server', () => fleet.operator.manager.problems.length === kinds, LIMIT_MS);
  expect(await following()).toBe(0);
  expect(fleet.operator.manager.isReady).toBe(true);
  await fleet.server.startApiServer();
  await until('all informers follow their server again', () => fleet.operator.manager.problems.length === 0, LIMIT_MS);
  expect(await following()).toBe(kinds);
  return { kinds, asked: (await requests()) - before, inVain: (await requests({ code: '0' })) - inVainBefore };
}

it('loses no event, writes nothing to AWS twice, and makes no storm when its API server is killed', async () => {
  const { user, kube } = fleet;
  await user.apply(aScopeManifest(), anIpRangeManifest());
  const some = fleet.whenAsked('CreateReplicationGroup', OBJECTS / 4);
  await Promise.all(manifests.map((manifest) => user.apply(manifest)));
  await some;
  const whileMaking = await killAndRestart();
  await fleet.untilEach(OBJECTS, isReady);

  await Promise.all(
    manifests.slice(0, CHANGED).map((manifest) => user.edit(manifest, { cacheNodeType: 'cache.t4g.medium' })),
  );
  const atRest = await killAndRestart();
  await fleet.untilEach(OBJECTS, isReady);
  const { items } = await kube.list(redisInstanceKind, { namespace: NAMESPACE });
  expect(items.filter(({ status }) => status?.nodeType === 'cache.t4g.medium')).toHaveLength(CHANGED);

  const twice = [...fleet.writes].filter(([, count]) => count > 1);
  expect(twice).toEqual([]);
  const made = [...fleet.writes.keys()].filter((write) => write.startsWith('CreateReplicationGroup'));
  expect(made).toHaveLength(OBJECTS);
  const relisted = await relists();
  const shown = ({ asked, inVain }: typeof atRest): string => `${asked} (${inVain} in vain)`;
  process.stdout.write(
    `${fleet.server.version}, ${OBJECTS} objects, ${KILLS} kills: ${relisted} relists; requests from the kill until all was ` +
      `followed again: ${shown(whileMaking)} while making, ${shown(atRest)} at rest\n`,
  );
  expect(relisted).toBeLessThanOrEqual(KILLS * atRest.kinds);
  // Each object has a status and an Event or two to write, each of which is tried four times at most.
  expect(whileMaking.inVain).toBeLessThanOrEqual(12 * OBJECTS);
  expect(atRest.inVain).toBeLessThanOrEqual(12 * CHANGED + 20 * atRest.kinds);
}, 300_000);
