import { DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import {
  cloudResourcesKind,
  ipRangeKind,
  scopeKind,
  USER_KINDS,
  type UserIpRange,
  userIpRangeKind,
} from '../../src/api/index.ts';
import {
  crdKind,
  findCondition,
  isConditionTrue,
  type KubeClient,
  mergePatch,
  resourceNameOf,
} from '../../src/kube/index.ts';
import { DEFAULT_REGION } from '../../src/sandbox/aws/world-options.ts';
import { Environment } from '../support/environment.ts';
import { aScopeManifest, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import type { TestUserCluster } from '../support/user-cluster.ts';
import { aUserIpRangeManifest } from '../support/user-manifests.ts';

/*
 * The module in a cluster of users, from the first object in it to the last.
 */

let environment: Environment;
afterEach(() => environment.stop());

const MODULE: Manifest = {
  apiVersion: 'cloud-resources.kyma-project.io/v1beta1',
  kind: 'CloudResources',
  metadata: { namespace: 'default', name: 'module' },
  spec: {},
};

async function aServedCluster(): Promise<TestUserCluster> {
  environment = await Environment.start({ userClusters: ['demo'] });
  const demo = environment.userCluster('demo');
  await environment.apply(aScopeManifest('demo'));
  await environment.untilReady(scopeKind, 'demo');
  await environment.until(
    async () => (await demo.kube.find(crdKind, { name: resourceNameOf(cloudResourcesKind) })) !== undefined,
  );
  return demo;
}

const moduleIn = (kube: KubeClient) => kube.find(cloudResourcesKind, MODULE.metadata);
const reasonOf = async (kube: KubeClient) => findCondition((await moduleIn(kube))?.status?.conditions, 'Ready')?.reason;

async function untilReadyIn(kube: KubeClient, manifest: Manifest): Promise<UserIpRange> {
  const find = () => kube.find(userIpRangeKind, manifest.metadata);
  await environment.until(async () => {
    const found = await find();
    return found !== undefined && isConditionTrue(found, 'Ready');
  });
  return (await find()) ?? Promise.reject(new Error('It is gone again'));
}

async function kindsIn(kube: KubeClient): Promise<readonly string[]> {
  const { items } = await kube.list(crdKind);
  return items.map(({ metadata }) => metadata.name).toSorted();
}

async function inAws(): Promise<{ readonly subnets: number; readonly blocks: readonly string[] }> {
  const ec2 = environment.aws.ec2({ region: DEFAULT_REGION });
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const blocks = Vpcs.flatMap(({ CidrBlockAssociationSet = [] }) => CidrBlockAssociationSet);
  const present = blocks.filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated');
  return { subnets: Subnets.length, blocks: present.map(({ CidrBlock = '' }) => CidrBlock).toSorted() };
}

describe('the module in a cluster of users', () => {
  it('comes with its kinds, serves them, and goes when nothing is left of it, on both sides and in AWS', async () => {
    const { kube, user } = await aServedCluster();
    const before = await inAws();
    await user.apply(MODULE);
    await environment.until(async () => (await reasonOf(kube)) === 'Ready');
    expect(await kindsIn(kube)).toEqual(USER_KINDS.map(resourceNameOf).toSorted());
    const range = aUserIpRangeManifest();
    await user.apply(range);
    const { status } = await untilReadyIn(kube, range);
    expect((await inAws()).blocks).toEqual([...before.blocks, status?.cidr ?? ''].toSorted());
    await user.delete(MODULE);
    await environment.until(async () => (await reasonOf(kube)) === 'ResourcesExist');
    await environment.restartOperator();
    await user.delete(range);
    await environment.until(async () => (await moduleIn(kube)) === undefined);
    expect(await kindsIn(kube)).toEqual([resourceNameOf(cloudResourcesKind)]);
    expect(await inAws()).toEqual(before);
    const { items } = await environment.kube.list(ipRangeKind, { namespace: NAMESPACE });
    expect(items).toEqual([]);
  });

  it('asks nothing of the cluster, and writes nothing on either side, while all is as it should be', async () => {
    const { kube, user, api } = await aServedCluster();
    const range = aUserIpRangeManifest();
    await user.apply(MODULE);
    await environment.until(async () => (await reasonOf(kube)) === 'Ready');
    await user.apply(range);
    await untilReadyIn(kube, range);
    await environment.settle();
    const asked = api.journal.entries.length;
    const made = async () => (await environment.kube.list(ipRangeKind, { namespace: NAMESPACE })).items;
    const before = await made();
    expect(before).toHaveLength(1);
    await environment.advance(10 * 60_000);
    expect(await made()).toEqual(before);
    expect(api.journal.entries.slice(asked).filter(({ verb }) => verb !== 'watch')).toEqual([]);
  });

  it('that was taken out with its objects leaves what these had for a while, and gets it back with them', async () => {
    const { kube, user } = await aServedCluster();
    const range = aUserIpRangeManifest();
    await user.apply(MODULE);
    await environment.until(async () => (await reasonOf(kube)) === 'Ready');
    await user.apply(range);
    const before = await untilReadyIn(kube, range);
    await environment.stopOperator();
    // As a cluster that comes back from a backup of before it was written.
    await kube.patch(userIpRangeKind, range.metadata, mergePatch({ metadata: { finalizers: null } }));
    await user.delete(range);
    await environment.startOperator();
    await environment.advance(60_000);
    await user.apply(range);
    const after = await untilReadyIn(kube, range);
    expect([after.status?.id, after.status?.cidr]).toEqual([before.status?.id, before.status?.cidr]);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
  });
});
