import { DeleteVpcCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { subscriptionKind, vpcNetworkKind } from '../../src/api/index.ts';
import { ADOPT_ANNOTATION } from '../../src/api/names.ts';
import { aSubscriptionManifest, aVpcNetworkManifest, changed, type Manifest } from '../support/manifests.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { vpcPartsIn } from '../support/vpc-parts.ts';

/* What a VpcNetwork and its Subscription say when they cannot be had as asked, and that they come to be when they can. */

const shared = SharedEnvironment.start({}, ({ aws }) => vpcPartsIn(aws.ec2()));
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);
const ec2 = () => somebody.ec2;

const NAME = 'kyma-default-demo-vpc';
const account = aSubscriptionManifest();
const network = aVpcNetworkManifest();
const withBlocks = (...cidrBlocks: readonly string[]): Manifest => changed(network, 'spec.cidrBlocks', cidrBlocks);
const adopting = (id: string): Manifest =>
  ({ ...network, metadata: { ...network.metadata, annotations: { [ADOPT_ANNOTATION]: id } } }) as Manifest;
const tooMany = [1, 2, 3, 4, 5, 6].map((index) => `10.${index}.0.0/16`);

/** A VPC of somebody else, until the test is over. */
async function addVpc(name: string, cidr: string): Promise<string> {
  const { id } = await somebody.addVpc(cidr, name);
  shared.whenEmpty(() => deleteVpc(id));
  return id;
}

async function deleteVpc(VpcId: string): Promise<void> {
  const { vpcs } = await vpcPartsIn(ec2());
  if (vpcs.includes(VpcId)) await ec2().send(new DeleteVpcCommand({ VpcId }));
}

describe('a VpcNetwork that asks for what no VPC can have', () => {
  it.each([
    {
      cidrBlocks: ['10.20.0.0/16', '10.20.128.0/20'],
      reason: 'CidrOverlap',
      message: 'Overlapping CIDR blocks [10.20.0.0/16 10.20.128.0/20]',
    },
    {
      cidrBlocks: tooMany,
      reason: 'InvalidCidr',
      message: expect.stringMatching(/^6 CIDR blocks are asked for, and a VPC may have 5; .* --blocks-per-vpc$/),
    },
    {
      cidrBlocks: ['10.20.0.0/16', '192.168.0.0/20'],
      reason: 'InvalidCidr',
      message: expect.stringMatching(/^CIDR 192\.168\.0\.0\/20 can not be used: AWS does not add a block of /),
    },
  ])('says so, changes nothing, and takes a better specification: $cidrBlocks', async ({ cidrBlocks, ...said }) => {
    await environment().apply(account, withBlocks(...cidrBlocks));
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', said.reason)).toEqual({ ...STALLED, ...said });
    expect(shared.takeWrites()).toEqual([]);
    await environment().apply(withBlocks('10.20.30.40/16'));
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    // Host bits are dropped.
    expect((await environment().find(vpcNetworkKind, 'demo-vpc'))?.status?.cidrBlocks).toEqual(['10.20.0.0/16']);
  });
});

describe('a VpcNetwork whose name another VPC has', () => {
  it('names that VPC and leaves it alone, and makes its own when that is gone', async () => {
    const theirs = await addVpc(NAME, '10.20.0.0/16');
    await environment().apply(account, network);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'NameTaken')).toMatchObject({
      ...STALLED,
      message: `VPC ${theirs} of the name ${NAME} is not that of VpcNetwork demo-vpc: annotate the VpcNetwork with ${ADOPT_ANNOTATION}=${theirs} to take it over (it is then deleted together with the VpcNetwork), or make one of another name`,
    });
    expect(shared.takeWrites()).toEqual([]);
    await deleteVpc(theirs);
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await vpcPartsIn(ec2(), NAME)).vpcs).not.toContain(theirs);
  });

  it('takes it over when an annotation says so, and then deletes it like its own', async () => {
    const theirs = await addVpc(NAME, '10.20.0.0/16');
    await environment().apply(account, network);
    await shared.shown(vpcNetworkKind, 'demo-vpc', 'NameTaken');
    await environment().apply(adopting(theirs));
    await environment().untilReady(vpcNetworkKind, 'demo-vpc', 60_000);
    expect(await vpcPartsIn(ec2(), NAME)).toMatchObject({ vpcs: [theirs], attachedTo: [theirs] });
    await environment().delete(network);
    await environment().untilGone(vpcNetworkKind, 'demo-vpc');
    expect((await vpcPartsIn(ec2())).vpcs).not.toContain(theirs);
  });
});

describe('a VpcNetwork that is to take over', () => {
  const anotherVpc = () => addVpc('theirs', '10.21.0.0/16');

  it.each([
    {
      named: async () => 'vpc-0123456789abcdef0',
      reason: 'VpcNotFound',
      message:
        / does not exist in account 123456789012 and region eu-central-1: correct the annotation, or take it away /,
    },
    {
      named: anotherVpc,
      reason: 'InvalidCidr',
      message: /^The primary block 10\.21\.0\.0\/16 of VPC vpc-\w+ must be among cidrBlocks/,
    },
  ])('a VPC that it cannot ($reason) says so, and touches neither that nor another one', async (refusal) => {
    const { named, reason, message } = refusal;
    await environment().apply(account, adopting(await named()));
    const seen = await shared.shown(vpcNetworkKind, 'demo-vpc', reason);
    expect(seen).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    expect(shared.takeWrites()).toEqual([]);
    const right = await addVpc('right', '10.20.0.0/16');
    await environment().apply(adopting(right));
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    expect((await vpcPartsIn(ec2(), NAME)).vpcs).toEqual([right]);
  });
});

describe('a VpcNetwork and its Subscription', () => {
  it('waits for it, and says whether it is missing or cannot be used', async () => {
    await environment().apply(network);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'MissingDependency')).toMatchObject({
      ...WAITING,
      message: expect.stringMatching(/^Subscription .*\/demo-account does not exist$/),
    });
    // An account whose role was never taken on: nothing is remembered of it.
    const allow = shared.failing(({ operation }) =>
      operation === 'AssumeRole' ? { error: { code: 'AccessDenied', httpStatus: 403 } } : undefined,
    );
    await environment().apply(changed(account, 'spec.details.aws.account', '222222222222'));
    expect(await shared.shown(subscriptionKind, 'demo-account', 'InvalidBinding')).toMatchObject({
      ...STALLED,
      message: expect.stringContaining('(AssumeRole: AccessDenied)'),
    });
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'WaitingDependency')).toMatchObject({
      ...WAITING,
      message: expect.stringMatching(/^Subscription .*\/demo-account is not ready: InvalidBinding$/),
    });
    expect(shared.takeWrites()).toEqual([]);
    allow();
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
  });

  it('says what AWS refuses, by its code, and comes to be when AWS does not any more', async () => {
    const allow = shared.failing(({ operation }) =>
      operation === 'CreateVpc' ? { error: 'VpcLimitExceeded' } : undefined,
    );
    await environment().apply(account, network);
    expect(await shared.shown(vpcNetworkKind, 'demo-vpc', 'ProviderError')).toMatchObject({
      ...STALLED,
      message: expect.stringContaining('(CreateVpc: VpcLimitExceeded)'),
    });
    allow();
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
  });
});
