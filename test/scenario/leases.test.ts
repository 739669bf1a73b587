import { afterEach, beforeEach, expect, it } from 'vitest';
import { redisInstanceKind } from '../../src/api/index.ts';
import { type KubeLease, leaseKind } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { anIpRangeManifest, aRedisInstanceManifest, aScopeManifest } from '../support/manifests.ts';

/*
 * Two replicas in virtual time: the one that leads dies in the middle of a creation, and the other one, whose caches are
 * warm, finishes it.
 */

/** Longer than by default: each renewal costs the test turns of the event loop. */
const LEASE_MS = 60_000;
const RETRY_MS = 10_000;
const flags = {
  leases: 'on',
  leaseNamespace: NAMESPACE,
  leaseDuration: `${LEASE_MS}ms`,
  leaseRenewDeadline: '40s',
  leaseRetryPeriod: `${RETRY_MS}ms`,
};
const world = { durationsSeconds: { 'elasticache.replicationGroup.creating': 60 } };

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start({ flags, world });
});

afterEach(() => environment.stop());

async function lease(): Promise<KubeLease | undefined> {
  return environment.find(leaseKind, 'cloud-manager');
}

async function holder(): Promise<string> {
  return (await lease())?.spec?.holderIdentity ?? '';
}

it('what a replica began that died is finished by the other one, and nothing is made twice', async () => {
  await environment.until(async () => (await holder()) !== '');
  await environment.startAnotherOperator(flags);
  const first = await holder();
  let diedAtMs: number | undefined;
  const end = environment.aws.faults.intercept(({ operation }) => {
    if (operation === 'CreateReplicationGroup' && diedAtMs === undefined) {
      diedAtMs = environment.clock.monotonicMs();
      environment.killOperator();
    }
    return undefined;
  });
  await environment.apply(aScopeManifest(), anIpRangeManifest(), aRedisInstanceManifest());
  await environment.advance(LEASE_MS + 3 * RETRY_MS);
  end();
  expect(diedAtMs).toBeDefined();
  const second = await lease();
  expect(second?.spec?.holderIdentity).not.toBe(first);
  const tookMs =
    Date.parse(second?.spec?.acquireTime ?? '') - (environment.clock.now() - environment.clock.monotonicMs());
  expect(tookMs - (diedAtMs ?? 0)).toBeLessThanOrEqual(LEASE_MS + 2 * RETRY_MS);

  await environment.advance(4 * 60_000);
  const found = await environment.find(redisInstanceKind, 'demo-instance');
  expect(found?.status?.state).toBe('Ready');
  const state = JSON.stringify(environment.aws.state());
  const count = (pattern: RegExp): number => [...state.matchAll(pattern)].length;
  expect(count(/"id":"cm-demo-instance","status"/g)).toBe(1);
  expect(count(/"name":"cm-demo-instance","rules"/g)).toBe(1);
  expect(count(/"cidr":"10\.250\.4\.0\/22"/g)).toBe(1);
});
