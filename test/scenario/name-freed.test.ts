import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisClusterKind, redisInstanceKind } from '../../src/api/index.ts';
import { Environment } from '../support/environment.ts';
import { aRedisClusterManifest, aRedisInstanceManifest, changed } from '../support/manifests.ts';
import { USER_AGENT } from '../support/user.ts';

/*
 * The holder of a name goes while the object that wants it looks: after it found the name taken, and before that is in
 * its status. Nobody will tell it again.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start();
  await environment.prepareNetwork();
});

afterEach(() => environment.stop());

/**
 * The release of the holder takes a while, and the first status of the one that waits takes longer. Resolves when the
 * release is under way.
 */
function delayWrites(): Promise<void> {
  const { promise: releaseIsUnderWay, resolve } = Promise.withResolvers<void>();
  let isReleaseDelayed = false;
  let isStatusDelayed = false;
  environment.api.faults.intercept(({ userAgent, verb, resource, subresource }) => {
    if (userAgent === USER_AGENT || verb !== 'patch') return undefined;
    if (resource === 'redisclusters' && subresource === undefined && !isReleaseDelayed) {
      isReleaseDelayed = true;
      resolve();
      return { delayMs: 3 * SECOND_MS };
    }
    if (resource !== 'redisinstances' || subresource !== 'status' || isStatusDelayed) return undefined;
    isStatusDelayed = true;
    return { delayMs: 6 * SECOND_MS };
  });
  return releaseIsUnderWay;
}

it('gives the name to an object that found it taken at the moment in which the holder went', async () => {
  const cluster = changed(aRedisClusterManifest(), 'metadata.name', 'demo');
  await environment.apply(cluster);
  await environment.untilReady(redisClusterKind, 'demo');
  const applied = delayWrites().then(() =>
    environment.apply(changed(aRedisInstanceManifest(), 'metadata.name', 'demo')),
  );
  await environment.delete(cluster);
  await environment.until(async () => (await environment.find(redisClusterKind, 'demo')) === undefined);
  await applied;
  // AWS makes it within 6 minutes of the order; who was not woken looks again after 10.
  await environment.advance(9 * MINUTE_MS);
  expect((await environment.find(redisInstanceKind, 'demo'))?.status?.state).toBe('Ready');
});
