import { afterEach, expect, it } from 'vitest';
import { cloudResourcesKind, scopeKind } from '../../src/api/index.ts';
import { crdKind, eventKind, resourceNameOf } from '../../src/kube/index.ts';
import { activate } from '../support/activation.ts';
import { Environment } from '../support/environment.ts';
import { aScopeManifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import type { TestUserCluster } from '../support/user-cluster.ts';

/* The API server of a user is away for hours, on a wire in virtual time. */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let environment: Environment;
afterEach(() => environment.stop());

const isPrepared = async ({ kube }: TestUserCluster): Promise<boolean> =>
  (await kube.find(crdKind, { name: resourceNameOf(cloudResourcesKind) })) !== undefined;

const reasonsOnScope = async (): Promise<readonly string[]> => {
  const { items } = await environment.kube.list(eventKind, { namespace: NAMESPACE });
  return items.filter(({ involvedObject }) => involvedObject.kind === scopeKind.kind).map(({ reason }) => reason);
};
const isTold = (reason: string) => async (): Promise<boolean> => (await reasonsOnScope()).includes(reason);

it('does not make the operator unready, is told of once, and is served on when it is back', async () => {
  environment = await Environment.start({ userClusters: ['demo', 'other'], hasPassage: true });
  const [demo, other] = [environment.userCluster('demo'), environment.userCluster('other')];
  await environment.apply(aScopeManifest('demo'), aScopeManifest('other'));
  await environment.until(async () => (await isPrepared(demo)) && isPrepared(other));
  // A connection on which nothing is asked is not missed.
  await activate(environment, demo);
  await environment.settle();
  await demo.api.stop();
  await environment.until(isTold('ClusterUnreachable'));
  await environment.advance(6 * HOUR_MS);
  const { manager, users } = environment.operator;
  expect([manager.isReady, manager.problems]).toEqual([true, []]);
  expect(users.problems).toEqual(['clusters of users: of 2, 1 unreachable (demo)']);
  await demo.api.start();
  await environment.until(isTold('ClusterConnected'), { limitMs: 10 * MINUTE_MS });
  const unreachable = (await reasonsOnScope()).filter((reason) => reason === 'ClusterUnreachable');
  expect([unreachable.length, users.problems]).toEqual([1, []]);
});
