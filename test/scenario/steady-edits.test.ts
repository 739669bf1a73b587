import { afterEach, beforeEach, expect, it } from 'vitest';
import { ipRangeKind, redisInstanceKind } from '../../src/api/index.ts';
import { mergePatch, type ResourceKind } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { anIpRangeManifest, aRedisInstanceManifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { USER_AGENT } from '../support/user.ts';

/*
 * Somebody edits an annotation all the time: whenever a pass comes to write the status, the object is another version than
 * the one that the pass has seen. Nothing that a status is about has changed, so none of it may be held up.
 */

const MINUTE_MS = 60_000;
/** A write of the operator waits so long for the edit that gets in before it. */
const HELD_UP_MS = 50;
/** A pass that is repeated after its shortest pause begins later than that, and meets the next edit. */
const BETWEEN_EDITS_MS = 100;

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start();
  await environment.prepareNetwork();
});

afterEach(() => environment.stop());

/** Edits before each status that a pass writes; tells how often it did. */
function editSteadily(kind: ResourceKind, name: string): () => Promise<number> {
  const { api, clock, kube } = environment;
  const edits: Promise<unknown>[] = [];
  let editedAtMs = -Infinity;
  api.faults.intercept((request) => {
    const isStatus = request.name === name && request.subresource === 'status';
    if (!isStatus || request.userAgent === USER_AGENT) return undefined;
    if (clock.monotonicMs() - editedAtMs < BETWEEN_EDITS_MS) return undefined;
    editedAtMs = clock.monotonicMs();
    const annotations = { n: String(edits.length) };
    edits.push(kube.patch(kind, { namespace: NAMESPACE, name }, mergePatch({ metadata: { annotations } })));
    return { delayMs: HELD_UP_MS };
  });
  return async () => (await Promise.all(edits)).length;
}

it('a RedisInstance whose annotations somebody edits all the time shows a status and gets Ready', async () => {
  const edits = editSteadily(redisInstanceKind, 'demo');
  await environment.apply(aRedisInstanceManifest('demo'));
  await environment.advance(MINUTE_MS);
  expect((await environment.find(redisInstanceKind, 'demo'))?.status).toMatchObject({ state: 'Processing' });
  await environment.untilReady(redisInstanceKind, 'demo', 14 * MINUTE_MS);
  // What it means to create, and that it is there.
  expect(await edits()).toBeGreaterThanOrEqual(2);
});

it('an IpRange whose annotations somebody edits all the time claims a range and gets Ready', async () => {
  const edits = editSteadily(ipRangeKind, 'edited');
  await environment.apply(anIpRangeManifest('edited'));
  await environment.untilReady(ipRangeKind, 'edited', 2 * MINUTE_MS);
  // The range, the intent to associate it, and what became of that.
  expect(await edits()).toBeGreaterThanOrEqual(3);
});
