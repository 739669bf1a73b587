import { afterEach, beforeEach, expect, it } from 'vitest';
import { ipRangeKind, networkKind, redisClusterKind, redisInstanceKind, scopeKind } from '../../src/api/index.ts';
import { Environment } from '../support/environment.ts';
import {
  aRedisClusterManifest,
  aRedisInstanceManifest,
  aScopeManifest,
  anIpRangeManifest,
  changed,
} from '../support/manifests.ts';

/*
 * Two operators at once on one cluster and one account, as in a bad moment of a roll-out: neither knows of the other.
 * Nothing may be made twice, nothing may be left, and they have to come to rest.
 */

const MINUTE_MS = 60_000;

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start();
  await environment.startAnotherOperator();
});

afterEach(() => environment.stop());

const redisCluster = changed(aRedisClusterManifest(), 'spec.instance.aws.authEnabled', true);
/** A second Scope of the same VPC, with an IpRange of its own: all three are ranges of one VPC. */
const otherScope = aScopeManifest('other');
const others = [
  anIpRangeManifest('second'),
  otherScope,
  changed(anIpRangeManifest('third'), 'spec.scope.name', 'other'),
];
const all = [aScopeManifest(), anIpRangeManifest(), ...others, redisCluster, aRedisInstanceManifest()];

/** How many there are of what two could have made, in AWS. */
function made(): Readonly<Record<string, number>> {
  const state = JSON.stringify(environment.aws.state());
  const count = (pattern: RegExp): number => [...state.matchAll(pattern)].length;
  return {
    groups: count(/"id":"cm-demo-(cluster|instance)","status"/g),
    securityGroups: count(/"name":"cm-demo-(cluster|instance)","rules"/g),
    secrets: count(/"name":"cm-demo-cluster\/authToken"/g),
    ranges: count(/"cidr":"10\.250\.(4|8|12)\.0\/22"/g),
  };
}

it('make everything once, carry out a change, come to rest, and leave nothing', async () => {
  await environment.apply(...all);
  await environment.advance(25 * MINUTE_MS);
  expect((await environment.find(redisInstanceKind, 'demo-instance'))?.status?.state).toBe('Ready');
  expect((await environment.find(redisClusterKind, 'demo-cluster'))?.status?.state).toBe('Ready');
  expect(made()).toEqual({ groups: 2, securityGroups: 2, secrets: 1, ranges: 3 });
  const found = await Promise.all(['demo-range', 'second', 'third'].map((name) => environment.find(ipRangeKind, name)));
  const ranges = new Set(found.map((range) => range?.status?.cidr));
  expect(ranges).toEqual(new Set(['10.250.4.0/22', '10.250.8.0/22', '10.250.12.0/22']));
  expect((await environment.find(networkKind, 'demo--kyma'))?.status?.state).toBe('Ready');
  // Two that make the Network of a Scope at once make one.
  expect((await environment.find(networkKind, 'other--kyma'))?.status?.state).toBe('Ready');

  await environment.edit(redisCluster, { shardCount: 4, authEnabled: false });
  await environment.advance(40 * MINUTE_MS);
  const changedCluster = await environment.find(redisClusterKind, 'demo-cluster');
  expect(changedCluster?.status).toMatchObject({ state: 'Ready', observedGeneration: 2, shardCount: 4 });

  await environment.advance(30 * MINUTE_MS);
  environment.takeCalls();
  await environment.advance(30 * MINUTE_MS);
  const atRest = environment.takeCalls();
  // Every ten minutes looks at two Scopes, at VPC and subnets of three IpRanges, at group and rules of two Redis, and once
  // an hour at gateways, with a role; from each of the two, and at worst each look by itself.
  expect(atRest.length, atRest.join(' ')).toBeLessThanOrEqual(2 * (3 * (2 + 3 * 2 + 2 * 2) + 3));
  expect(atRest.filter((operation) => !/^(Describe|AssumeRole)/.test(operation))).toEqual([]);

  await environment.delete(...all);
  // Until the last is deleted, and as long again as AWS goes on showing what is gone.
  await environment.advance(40 * MINUTE_MS);
  expect(await environment.find(scopeKind, 'demo')).toBeUndefined();
  expect(await environment.find(networkKind, 'demo--kyma')).toBeUndefined();
  expect(made()).toEqual({ groups: 0, securityGroups: 0, secrets: 0, ranges: 0 });
});
