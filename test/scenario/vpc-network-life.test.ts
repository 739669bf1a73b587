import {
  AssociateDhcpOptionsCommand,
  DeleteDhcpOptionsCommand,
  DeleteSecurityGroupCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ipRangeKind, subscriptionKind, vpcNetworkKind, type VpcNetworkStatus } from '../../src/api/index.ts';
import {
  anIpRangeManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { SharedEnvironment, STALLED } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { isDnsOn, vpcPartsIn } from '../support/vpc-parts.ts';

/* VpcNetworks that are there: what their blocks may become, what somebody does to them in AWS, and how they go. */

const MINUTE_MS = 60_000;
const NAME = 'kyma-default-demo-vpc';
const shared = SharedEnvironment.start({ flags: { fullCheckInterval: '30m' } }, ({ aws }) => vpcPartsIn(aws.ec2()));
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);
const ec2 = () => somebody.ec2;
const parts = () => vpcPartsIn(ec2(), NAME);

const account = aSubscriptionManifest();
const withBlocks = (...cidrBlocks: readonly string[]): Manifest =>
  changed(aVpcNetworkManifest(), 'spec.cidrBlocks', cidrBlocks);
const network = withBlocks('10.20.0.0/16', '10.30.0.0/20');

/** The VpcNetwork as it is when it is Ready, and what it has in AWS. */
async function made(manifest = network): Promise<Required<NonNullable<VpcNetworkStatus['identifiers']>>> {
  await environment().apply(account, manifest);
  await environment().untilReady(vpcNetworkKind, 'demo-vpc');
  shared.takeWrites();
  const { identifiers = {} } = (await environment().find(vpcNetworkKind, 'demo-vpc'))?.status ?? {};
  const none = { name: '', vpc: '', internetGateway: '', dhcpOptions: '', securityGroup: '' };
  return { ...none, router: '', resourceGroup: '', ...identifiers };
}

describe('a change of the blocks', () => {
  it('leaves those alone that an IpRange or somebody else has added', async () => {
    const { vpc } = await made();
    const inIt = changed(aScopeManifest(), 'spec.scope.aws.vpcNetwork', NAME);
    await environment().apply(
      changed(inIt, 'spec.scope.aws.network.nodes', '10.20.0.0/20'),
      changed(anIpRangeManifest(), 'spec.cidr', '10.50.0.0/20'),
    );
    await environment().untilReady(ipRangeKind, 'demo-range');
    await somebody.addBlock(vpc, '10.60.0.0/24');
    await environment().apply(withBlocks('10.20.0.0/16', '10.40.0.0/20'));
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await parts()).blocks).toEqual(['10.20.0.0/16', '10.40.0.0/20', '10.50.0.0/20', '10.60.0.0/24']);
  });

  it.each([
    {
      cidrBlocks: ['10.30.0.0/20'],
      reason: 'InvalidCidr',
      message: /^The primary block 10\.20\.0\.0\/16 of VPC vpc-\w+ must be among cidrBlocks/,
    },
    {
      cidrBlocks: ['10.20.0.0/16', '10.60.0.0/20'],
      reason: 'CidrOverlap',
      message: /^CIDR 10\.60\.0\.0\/20 overlaps with the VPC block 10\.60\.0\.0\/24$/,
    },
    {
      cidrBlocks: ['10.20.0.0/16', '10.30.0.0/20', '10.31.0.0/20', '10.32.0.0/20', '10.33.0.0/20'],
      reason: 'InvalidCidr',
      message: /^5 CIDR blocks are asked for beside 1 of others, and a VPC may have 5; .* --blocks-per-vpc$/,
    },
  ])('that AWS would refuse ($reason) changes nothing until it is taken back: $cidrBlocks', async (refusal) => {
    const { cidrBlocks, reason, message } = refusal;
    const { vpc } = await made();
    await somebody.addBlock(vpc, '10.60.0.0/24');
    await environment().apply(withBlocks(...cidrBlocks));
    const seen = await shared.shown(vpcNetworkKind, 'demo-vpc', reason);
    expect(seen).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    expect(shared.takeWrites()).toEqual([]);
    await environment().apply(network);
    await environment().untilReady(vpcNetworkKind, 'demo-vpc', MINUTE_MS);
    expect((await parts()).blocks).toEqual(['10.20.0.0/16', '10.30.0.0/20', '10.60.0.0/24']);
  });

  it('waits with a block that is to go while a subnet lies in it, which is named', async () => {
    const { vpc } = await made();
    const { id, remove } = await somebody.addSubnet(vpc, '10.30.1.0/24');
    await environment().apply(withBlocks('10.20.0.0/16'));
    const reason = 'FailedDisassociatingVpcAddressSpace';
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', reason)).toMatchObject({
      state: 'Warning',
      progress: 'Failed',
      message: expect.stringContaining(`used by subnet ${id} (10.30.1.0/24); it goes on when they let go`),
    });
    await remove();
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await parts()).blocks).toEqual(['10.20.0.0/16']);
  });
});

describe('what somebody does to it in AWS', () => {
  it('is put right, whatever of it is off or gone', async () => {
    const { vpc: VpcId, internetGateway, dhcpOptions: DhcpOptionsId, securityGroup: GroupId } = await made();
    await ec2().send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: false } }));
    await ec2().send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: false } }));
    await somebody.removeInternetGateway(internetGateway, VpcId);
    await ec2().send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId: 'default' }));
    await ec2().send(new DeleteDhcpOptionsCommand({ DhcpOptionsId }));
    await ec2().send(new DeleteSecurityGroupCommand({ GroupId }));
    await environment().advance(41 * MINUTE_MS);
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    const { vpcs, gateways, attachedTo, dhcpOptions, usedDhcpOptions, groups } = await parts();
    expect({ vpcs, attachedTo }).toEqual({ vpcs: [VpcId], attachedTo: [VpcId] });
    expect([gateways, dhcpOptions, groups].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(usedDhcpOptions).toEqual(dhcpOptions);
    expect(await isDnsOn(ec2(), VpcId)).toBe(true);
  });

  it('is named and left alone where it stands in the place of ours', async () => {
    const ids = await made();
    await somebody.removeInternetGateway(ids.internetGateway, ids.vpc);
    const { id: theirs, remove } = await somebody.addInternetGateway(ids.vpc);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'ProviderError')).toMatchObject({
      ...STALLED,
      message: `Somebody else has attached the internet gateway ${theirs} to VPC ${ids.vpc}: detach it, and one of the VpcNetwork is attached`,
    });
    expect((await vpcPartsIn(ec2())).attachedTo).toContain(ids.vpc);
    await remove();
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await parts()).attachedTo).toEqual([ids.vpc]);
  });
});

describe('what AWS makes and does not show for long', () => {
  it('is there once when the VpcNetwork is Ready, though no answer came, and it was made twice', async () => {
    const rules = (seconds: number) => ({ durationsSeconds: { 'ec2.resource.invisible': seconds } });
    // Longer than what is not shown is waited for: another one is made, and the first one turns up after it.
    shared.changeRules(rules(90), rules(0));
    const operations = ['CreateVpc', 'CreateInternetGateway', 'CreateDhcpOptions'];
    for (const operation of operations) {
      environment().aws.faults.add({ service: 'ec2', operation, when: 'after', drop: true });
    }
    await environment().apply(account, network);
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    const writes = shared.takeWrites();
    for (const operation of operations) expect(writes.filter((write) => write === operation)).toHaveLength(2);
    await environment().advance(2 * MINUTE_MS);
    const { vpcs, gateways, dhcpOptions, groups, attachedTo } = await parts();
    expect([vpcs, gateways, dhcpOptions, groups].map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    expect(attachedTo).toEqual(vpcs);
    expect(await shared.status(vpcNetworkKind, 'demo-vpc')).toMatchObject({ state: 'Ready', progress: 'Current' });
  });
});

describe('the deletion', () => {
  it('waits for its users in Kubernetes, then for what AWS still has in it, takes nothing apart, and ends', async () => {
    const { vpc } = await made();
    const range = changed(
      changed(anIpRangeManifest(), 'spec.vpcNetwork', { name: 'demo-vpc' }),
      'spec.cidr',
      '10.50.0.0/20',
    );
    await environment().apply(aScopeManifest(), range);
    await environment().untilReady(ipRangeKind, 'demo-range');
    const { id, remove } = await somebody.addSubnet(vpc, '10.20.1.0/24');
    const before = await parts();
    await environment().delete(network, account);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'DeleteWhileUsed')).toMatchObject({
      state: 'Warning',
      progress: 'Terminating',
      message: expect.stringMatching(/^Can not be deleted while used by IpRange: \[.*\/demo-range\]$/),
    });
    expect(await shared.status(subscriptionKind, 'demo-account')).toMatchObject({
      state: 'Warning',
      message: expect.stringMatching(/^Can not be deleted while used by VpcNetwork: \[.*\/demo-vpc\]$/),
    });
    await environment().delete(range);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'Deleting')).toMatchObject({
      state: 'Deleting',
      progress: 'Terminating',
      message: `waiting until nothing uses VPC ${vpc} any more; it is used by subnet ${id} (10.20.1.0/24); it goes on when they let go`,
    });
    await environment().advance(20 * MINUTE_MS);
    const blocks = before.blocks.filter((block) => block !== '10.50.0.0/20');
    expect(await parts()).toEqual({ ...before, blocks });
    await remove();
    // It is asked for ever less often, but not less than that.
    await environment().untilGone(subscriptionKind, 'demo-account', 15 * MINUTE_MS);
  });
});

describe('a VpcNetwork of type gardener', () => {
  it('says what is missing until somebody has made it, and leaves it to them when it goes', async () => {
    const observed = changed(changed(aVpcNetworkManifest(), 'spec.type', 'gardener'), 'spec.vpcNetworkName', 'theirs');
    await environment().apply(account, observed);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'ProviderError')).toMatchObject({
      ...STALLED,
      message: 'VPC not found: there is none of the name theirs',
    });
    const { id: VpcId, remove: removeVpc } = await somebody.addVpc('10.20.0.0/16', 'theirs');
    const message = `Internet gateway not found: none is attached to VPC ${VpcId}`;
    const isTold = async () => (await shared.status(vpcNetworkKind, 'demo-vpc')).message === message;
    await environment().until(isTold, { limitMs: 15 * MINUTE_MS });
    const gateway = await somebody.addInternetGateway(VpcId);
    await environment().untilReady(vpcNetworkKind, 'demo-vpc', 15 * MINUTE_MS);
    expect(await shared.status(vpcNetworkKind, 'demo-vpc')).toMatchObject({ state: 'Ready', progress: 'Current' });
    await environment().delete(observed);
    await environment().untilGone(vpcNetworkKind, 'demo-vpc');
    expect(shared.takeWrites()).toEqual([]);
    expect(await vpcPartsIn(ec2(), 'theirs')).toMatchObject({ vpcs: [VpcId], blocks: ['10.20.0.0/16'] });
    await gateway.remove();
    await removeVpc();
  });
});
