import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ipRangeKind, redisInstanceKind } from '../../src/api/index.ts';
import { Environment } from '../support/environment.ts';
import { aRedisInstanceManifest, anIpRangeManifest, aScopeManifest, changed } from '../support/manifests.ts';

/*
 * AWS carries out what it was asked when nobody waits for it any more: after the operator was killed in the middle of a
 * change and the object was deleted at once, or after the same was asked again and done.
 */

const MINUTE_MS = 60_000;
const redis = changed(aRedisInstanceManifest(), 'spec.instance.aws.authEnabled', false);

let environment: Environment;

beforeEach(async () => {
  environment = await Environment.start();
});

afterEach(() => environment.stop());

it.each([
  { operation: 'CreateSecret', delayMs: 2 * MINUTE_MS, before: {}, edit: { authEnabled: true } },
  { operation: 'CreateUserGroup', delayMs: 5 * MINUTE_MS, before: { authEnabled: true }, edit: { authEnabled: false } },
  {
    operation: 'CreateCacheParameterGroup',
    delayMs: 5 * MINUTE_MS,
    before: { engineVersion: '6.x' },
    edit: { engineVersion: '7.1' },
  },
])('$operation of a change leaves nothing behind the deletion', async ({ operation, delayMs, before, edit }) => {
  await environment.prepareNetwork();
  const asked = Object.entries(before).reduce(
    (manifest, [field, value]) => changed(manifest, `spec.instance.aws.${field}`, value),
    redis,
  );
  await environment.apply(asked);
  await environment.untilReady(redisInstanceKind, 'demo-instance');
  let isUnderWay = false;
  environment.aws.faults.intercept((call) => {
    if (isUnderWay || call.operation !== operation) return undefined;
    isUnderWay = true;
    environment.killOperator();
    return { delayMs };
  });
  await environment.edit(asked, edit);
  await environment.until(() => isUnderWay);
  await environment.delete(asked);
  await environment.restartOperator();
  await environment.untilGone(redisInstanceKind, 'demo-instance');
  await environment.advance(20 * MINUTE_MS);
  expect(JSON.stringify(environment.aws.state())).not.toContain('cm-demo-instance');
});

it('a block that comes when another one of the same range stands, and is gone again, is ours as well', async () => {
  await environment.apply(aScopeManifest());
  let asked = 0;
  environment.aws.faults.intercept(({ operation }) => {
    if (operation !== 'AssociateVpcCidrBlock') return undefined;
    asked += 1;
    return asked === 1 ? { delayMs: 4 * MINUTE_MS } : undefined;
  });
  await environment.apply(anIpRangeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
  await environment.delete(anIpRangeManifest());
  await environment.untilGone(ipRangeKind, 'demo-range');
  await environment.advance(15 * MINUTE_MS);
  const { Vpcs } = await environment.aws.ec2().send(new DescribeVpcsCommand({}));
  const blocks = Vpcs?.flatMap(({ CidrBlockAssociationSet }) => CidrBlockAssociationSet ?? []) ?? [];
  const standing = blocks.filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated');
  expect([asked, standing.map(({ CidrBlock }) => CidrBlock)]).toEqual([2, ['10.250.0.0/22']]);
});
