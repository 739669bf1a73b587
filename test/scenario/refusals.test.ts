import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, redisInstanceKind, scopeKind } from '../../src/api/index.ts';
import { type Condition, findCondition, type KubeObject, type ResourceKind } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { aRedisInstanceManifest, aScopeManifest, anIpRangeManifest, changed } from '../support/manifests.ts';

/*
 * AWS says no, or nothing. The object that is refused says why, with AWS's code; it is tried again ever less often, by
 * the whole operator; and it recovers by itself when the cause goes.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const redis = changed(aRedisInstanceManifest(), 'spec.instance.aws.authEnabled', true);

let environment: Environment;
beforeEach(async () => {
  environment = await Environment.start();
});
afterEach(() => environment.stop());

type Reported = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

async function errorOf(kind: ResourceKind<Reported>, name: string): Promise<Condition | undefined> {
  return findCondition((await environment.find(kind, name))?.status?.conditions, 'Error');
}

const SCOPE = { kind: scopeKind, name: 'demo' };
const RANGE = { kind: ipRangeKind, name: 'demo-range' };
const REDIS = { kind: redisInstanceKind, name: 'demo-instance' };

const denied = { error: { code: 'AccessDenied', httpStatus: 403 } };
const unauthorized = { error: { code: 'UnauthorizedOperation', httpStatus: 403 } };

describe('a refusal', () => {
  it.each([
    { operation: 'AssumeRole', fault: denied, code: 'AccessDenied', shownBy: SCOPE },
    { operation: 'DescribeVpcs', fault: unauthorized, code: 'UnauthorizedOperation', shownBy: SCOPE },
    { operation: 'AssociateVpcCidrBlock', fault: unauthorized, code: 'UnauthorizedOperation', shownBy: RANGE },
    { operation: 'CreateSubnet', fault: { error: 'SubnetLimitExceeded' }, code: 'SubnetLimitExceeded', shownBy: RANGE },
    { operation: 'CreateSecurityGroup', fault: unauthorized, code: 'UnauthorizedOperation', shownBy: REDIS },
    { operation: 'CreateSecret', fault: denied, code: 'AccessDenied', shownBy: REDIS },
    {
      operation: 'CreateReplicationGroup',
      fault: { error: 'NodeQuotaForCustomerExceeded' },
      code: 'NodeQuotaForCustomerExceeded',
      shownBy: REDIS,
    },
    {
      operation: 'CreateReplicationGroup',
      fault: { error: 'InsufficientCacheClusterCapacity' },
      code: 'InsufficientCacheClusterCapacity',
      shownBy: REDIS,
    },
  ])('($code of $operation) is shown, asked for a few times an hour, and mends itself', async (refusal) => {
    const { operation, fault, code, shownBy } = refusal;
    const allow = environment.aws.faults.intercept((call) => (call.operation === operation ? fault : undefined));
    await environment.apply(aScopeManifest(), anIpRangeManifest(), redis);
    await environment.until(async () => (await errorOf(shownBy.kind, shownBy.name)) !== undefined);
    const error = await errorOf(shownBy.kind, shownBy.name);
    expect(error).toMatchObject({ status: 'True', message: expect.stringContaining(`(${operation}: ${code})`) });

    environment.takeCalls();
    await environment.advance(HOUR_MS);
    const tries = environment.takeCalls().filter((call) => call === operation);
    expect(tries.length).toBeGreaterThanOrEqual(4);
    // A range asks for three subnets at once.
    expect(tries.length).toBeLessThanOrEqual(operation === 'CreateSubnet' ? 24 : 8);
    // The same refusal is no news: its condition stands still.
    expect(await errorOf(shownBy.kind, shownBy.name)).toEqual(error);

    allow();
    await environment.untilReady(redisInstanceKind, 'demo-instance', 30 * MINUTE_MS);
    expect(await errorOf(shownBy.kind, shownBy.name)).toBeUndefined();
  });
});

describe('an outage of an hour', () => {
  it.each([
    { name: 'throttling', fault: { error: 'Throttling' } },
    { name: 'dropped connections', fault: { drop: true } },
  ])('($name) leaves what is Ready so, is not answered with a storm, and ends by itself', async ({ fault }) => {
    await environment.prepareNetwork();
    await environment.apply(redis);
    await environment.untilReady(redisInstanceKind, 'demo-instance');
    const before = await environment.find(redisInstanceKind, 'demo-instance');
    environment.takeCalls();
    const end = environment.aws.faults.intercept(() => fault);
    await environment.advance(HOUR_MS);
    // Three objects, four attempts a pass, a pass in five minutes at last.
    expect(environment.takeCalls().length).toBeLessThanOrEqual(300);
    expect((await environment.find(redisInstanceKind, 'demo-instance'))?.status).toEqual(before?.status);
    end();
    await environment.edit(redis, { cacheNodeType: 'cache.t4g.medium' });
    await environment.untilReady(redisInstanceKind, 'demo-instance', 30 * MINUTE_MS);
  });
});
