import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, scopeKind, subscriptionKind, vpcNetworkKind } from '../../src/api/index.ts';
import { type Condition, findCondition, type KubeObject, type ResourceKind } from '../../src/kube/index.ts';
import { Environment } from '../support/environment.ts';
import { progressOf } from '../support/kstatus.ts';
import {
  anIpRangeManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { type VpcParts, vpcPartsIn } from '../support/vpc-parts.ts';

const NAME = 'kyma-default-demo-vpc';
const subscription = aSubscriptionManifest();
const network = changed(aVpcNetworkManifest(), 'spec.cidrBlocks', ['10.20.0.0/16', '10.30.0.0/20']);

/** A Scope in the VPC that the VpcNetwork makes. */
const scope = changed(
  changed(aScopeManifest(), 'spec.scope.aws.vpcNetwork', NAME),
  'spec.scope.aws.network.nodes',
  '10.20.0.0/20',
);
const range = changed(anIpRangeManifest(), 'spec.cidr', '10.50.0.0/20');

let environment: Environment;
let before: VpcParts;

beforeEach(async () => {
  environment = await Environment.start();
  before = await vpcPartsIn(environment.aws.ec2());
  environment.takeCalls();
});

afterEach(() => environment.stop());

const parts = () => vpcPartsIn(environment.aws.ec2(), NAME);

type Reported = KubeObject & { readonly status?: { readonly conditions?: readonly Condition[] } };

async function readyOf(kind: ResourceKind<Reported>, name: string): Promise<Condition | undefined> {
  return findCondition((await environment.find(kind, name))?.status?.conditions, 'Ready');
}

async function applied(...manifests: readonly Manifest[]): Promise<void> {
  await environment.apply(...manifests);
  await environment.untilReady(vpcNetworkKind, 'demo-vpc');
}

describe('a VpcNetwork', () => {
  it('comes with its Subscription, in whatever order they are applied, and is read as ready by tools that wait', async () => {
    await environment.apply(network);
    await environment.settle();
    expect(await readyOf(vpcNetworkKind, 'demo-vpc')).toMatchObject({ reason: 'MissingDependency' });
    await applied(subscription);
    expect(environment.takeCalls().filter((call) => call !== 'GetCallerIdentity').length).toBeLessThanOrEqual(20);
    const object = await environment.find(vpcNetworkKind, 'demo-vpc');
    expect(object?.metadata.labels).toEqual({
      'cloud-manager.kyma-project.io/subscription': 'demo-account',
      'cloud-manager.kyma-project.io/provider': 'aws',
    });
    expect(progressOf({ metadata: object?.metadata ?? {}, status: object?.status ?? {} })).toBe('Current');
    expect((await environment.find(subscriptionKind, 'demo-account'))?.metadata.labels).toEqual({
      'cloud-manager.kyma-project.io/provider': 'aws',
    });
  });

  it('follows a change of its blocks', async () => {
    await applied(subscription, network);
    await environment.apply(changed(network, 'spec.cidrBlocks', ['10.20.0.0/16', '10.40.0.0/20']));
    await environment.untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await parts()).blocks).toEqual(['10.20.0.0/16', '10.40.0.0/20']);
  });

  it('is woken by the annotation that names a VPC, and takes none over that another VpcNetwork has', async () => {
    await applied(subscription, network);
    const id = (await parts()).vpcs[0] ?? '';
    const second = { ...network, metadata: { ...network.metadata, name: 'second' } };
    const named = changed(second, 'spec.vpcNetworkName', NAME);
    await environment.apply(named);
    await environment.settle();
    expect(await readyOf(vpcNetworkKind, 'second')).toMatchObject({ reason: 'NameTaken' });
    const annotations = { 'cloud-manager.kyma-project.io/adopt': id };
    await environment.apply({ ...named, metadata: { ...named.metadata, annotations } } as Manifest);
    await environment.settle();
    expect((await readyOf(vpcNetworkKind, 'second'))?.message).toContain('is tagged as that of');
  });

  it('goes together with all that stands in it, in whatever order they are deleted', async () => {
    await environment.apply(scope, range);
    await environment.settle();
    expect(await readyOf(scopeKind, 'demo')).toMatchObject({ reason: 'VpcNotFound' });
    await applied(subscription, network);
    // The Scope is woken when its VPC is there, long before it would look again by itself.
    await environment.untilReady(scopeKind, 'demo', 1_000);
    await environment.untilReady(ipRangeKind, 'demo-range');
    expect((await parts()).blocks).toEqual(['10.20.0.0/16', '10.30.0.0/20', '10.50.0.0/20']);
    await environment.delete(subscription, network);
    await environment.settle();
    expect((await readyOf(vpcNetworkKind, 'demo-vpc'))?.message).toMatch(
      /^Can not be deleted while used by .*Scope: \[.*\/demo\], .*IpRange: \[.*\/demo-range\]/,
    );
    expect((await readyOf(subscriptionKind, 'demo-account'))?.message).toMatch(/VpcNetwork: \[.*\/demo-vpc\]$/);
    await environment.delete(scope, range);
    await environment.untilGone(subscriptionKind, 'demo-account');
    expect(await vpcPartsIn(environment.aws.ec2())).toEqual(before);
  });

  it.each([
    { operation: 'CreateVpc', when: 'before' },
    { operation: 'CreateVpc', when: 'after' },
    { operation: 'CreateInternetGateway', when: 'after' },
    { operation: 'CreateDhcpOptions', when: 'after' },
    { operation: 'AssociateVpcCidrBlock', when: 'after' },
    { operation: 'DeleteVpc', when: 'after' },
  ] as const)('is made and taken down also when the operator dies $when $operation', async ({ operation, when }) => {
    let isDead = false;
    environment.aws.faults.intercept((call) => {
      if (isDead || call.operation !== operation) return undefined;
      isDead = true;
      environment.killOperator();
      return { drop: true, when };
    });
    await environment.apply(subscription, network);
    await environment.untilReady(vpcNetworkKind, 'demo-vpc');
    const { vpcs, gateways, dhcpOptions, groups, blocks } = await parts();
    expect([vpcs, gateways, dhcpOptions, groups].map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    expect(blocks).toEqual(['10.20.0.0/16', '10.30.0.0/20']);
    await environment.delete(network);
    await environment.untilGone(vpcNetworkKind, 'demo-vpc');
    expect(await vpcPartsIn(environment.aws.ec2())).toEqual(before);
    expect(isDead).toBe(true);
  });
});
