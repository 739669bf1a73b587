import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, networkKind, redisInstanceKind, type Scope, scopeKind } from '../../src/api/index.ts';
import { findCondition, mergePatch } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { aScopeManifest, anIpRangeManifest, aRedisInstanceManifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';

/*
 * Scopes, their Networks and IpRanges as people meet them: written in any order, changed under what stands in them, and
 * deleted all at once.
 */

const MINUTE_MS = 60_000;

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start();
});

afterEach(() => environment.stop());

async function settled(): Promise<void> {
  await environment.apply(aScopeManifest(), anIpRangeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
}

/** Edits the part of the Scope that is about AWS. */
async function editScope(aws: object): Promise<void> {
  const key = { namespace: NAMESPACE, name: 'demo' };
  await environment.kube.patch(scopeKind, key, mergePatch({ spec: { scope: { aws } } }));
}

const zones = (...letters: string[]): Scope['spec']['scope']['aws']['network']['zones'] =>
  letters.map((letter) => ({ name: `eu-central-1${letter}` }));

const zonesNow = async () =>
  (await environment.find(ipRangeKind, 'demo-range'))?.status?.subnets?.map(({ zone }) => zone.slice(-1));

const subnetsInAws = (): number =>
  [...JSON.stringify(environment.aws.state()).matchAll(/"10\.250\.[4-7]\.0\/24"/g)].length;

it('an IpRange that is written before its Scope asks nothing of AWS until that is there, and is then ready with it', async () => {
  await environment.apply(anIpRangeManifest());
  await environment.advance(MINUTE_MS);
  expect(environment.takeCalls()).toEqual([]);
  await environment.apply(aScopeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
});

it('an IpRange of three zones costs at most 12 calls until Ready, and at most 2 a look', async () => {
  await environment.apply(aScopeManifest());
  await environment.untilReady(scopeKind, 'demo');
  await environment.advance(MINUTE_MS);
  environment.takeCalls();
  await environment.apply(anIpRangeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
  const creation = environment.takeCalls();
  expect(creation.length, creation.join(' ')).toBeLessThanOrEqual(12);
  await environment.advance(10 * MINUTE_MS);
  // One more is the Scope's own.
  const look = environment.takeCalls();
  expect(look.length, look.join(' ')).toBeLessThanOrEqual(3);
});

it('a Scope at rest has a Network of its own, which is made again when somebody deletes it', async () => {
  await settled();
  await environment.delete({ ...aScopeManifest('demo--kyma'), kind: 'Network' });
  await environment.advance(MINUTE_MS);
  const kept = await environment.find(networkKind, 'demo--kyma');
  expect(findCondition(kept?.status?.conditions, 'DeleteWhileUsed')?.message).toContain('IpRange: [');
  await environment.delete(anIpRangeManifest());
  await environment.untilGone(ipRangeKind, 'demo-range');
  await environment.advance(MINUTE_MS);
  const again = await environment.find(networkKind, 'demo--kyma');
  expect(again?.metadata.uid).not.toBe(kept?.metadata.uid);
  expect(again?.status?.state).toBe('Ready');
});

describe('a zone that the Scope no longer has', () => {
  it('takes its subnet along when the Redis has let go of it', async () => {
    await settled();
    await environment.apply(aRedisInstanceManifest());
    await environment.untilReady(redisInstanceKind, 'demo-instance');
    const kept = await environment.find(redisInstanceKind, 'demo-instance');
    // The one node of the instance stands in the first zone.
    await editScope({ network: { zones: zones('a', 'c') } });
    await environment.advance(30 * MINUTE_MS);
    expect(await zonesNow()).toEqual(['a', 'c']);
    expect(subnetsInAws()).toBe(2);
    expect(JSON.stringify(environment.aws.state())).not.toContain('10.250.5.0/24');
    expect((await environment.find(redisInstanceKind, 'demo-instance'))?.status).toEqual(kept?.status);
  });

  it('keeps its subnet while a node stands in it, until that goes', async () => {
    await settled();
    await environment.apply(aRedisInstanceManifest());
    await environment.untilReady(redisInstanceKind, 'demo-instance');
    await editScope({ network: { zones: zones('b', 'c') } });
    await environment.advance(30 * MINUTE_MS);
    expect(await zonesNow()).toEqual(['b', 'c']);
    expect(subnetsInAws()).toBe(3);
    const { conditions } = (await environment.find(ipRangeKind, 'demo-range'))?.status ?? {};
    expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'True' });
    expect(findCondition(conditions, 'Ready')?.message).toContain('is still used by subnet group cm-demo-instance');
    await environment.delete(aRedisInstanceManifest());
    await environment.untilGone(redisInstanceKind, 'demo-instance');
    await environment.advance(30 * MINUTE_MS);
    expect(subnetsInAws()).toBe(2);
  });
});

it('what a Scope only tells wakes nobody in it', async () => {
  await settled();
  await environment.advance(30 * MINUTE_MS);
  const lookOf = async (): Promise<string | undefined> =>
    (await environment.find(scopeKind, 'demo'))?.status?.exposedData?.readTime;
  const before = await lookOf();
  environment.takeCalls();
  await environment.advance(60 * MINUTE_MS);
  expect(await lookOf()).not.toBe(before);
  const calls = environment.takeCalls().filter((operation) => operation !== 'AssumeRole');
  // The Scope and the IpRange every ten minutes, and the gateways once an hour.
  expect(calls.length, calls.join(' ')).toBeLessThanOrEqual(6 * 3 + 1);
});
