import { describe, expect, it } from 'vitest';
import { ipRangeKind, networkKind, scopeKind } from '../../src/api/index.ts';
import {
  aNetworkManifest,
  anIpRangeManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { type Made, SomebodyInAws } from '../support/somebody-in-aws.ts';
import { networkPartsOf } from '../support/vpc-parts.ts';

/* What an IpRange says when it cannot be had, that nothing is changed for it, and that it comes to be when it can. */

const shared = SharedEnvironment.start({}, networkPartsOf);
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);

type Undo = () => Promise<unknown>;

const scope = aScopeManifest();
const withCidr = (cidr: string, name?: string): Manifest => changed(anIpRangeManifest(name), 'spec.cidr', cidr);
const inScope = (path: string, value: unknown): Manifest => changed(scope, `spec.scope.aws.network.${path}`, value);
const zones = (...letters: string[]) => letters.map((letter) => ({ name: `eu-central-1${letter}` }));

async function addBlocks(...cidrs: readonly string[]): Promise<Undo> {
  const { vpcId } = await somebody.demoNetwork();
  const blocks: Made[] = [];
  for (const cidr of cidrs) blocks.push(await somebody.addBlock(vpcId, cidr));
  return async () => {
    for (const { remove } of blocks) await remove();
  };
}

async function applied(manifest: Manifest): Promise<void> {
  await environment().apply(manifest);
}

interface Obstacle {
  readonly what: string;
  readonly cidr: string;
  /** Puts it in the way; gives how to take it away. */
  readonly put: () => Promise<Undo>;
  readonly reason: string;
  readonly message: RegExp;
}

describe('an IpRange that cannot be had', () => {
  it.each<Obstacle>([
    {
      what: 'the VPC of a peering',
      cidr: '10.181.4.0/22',
      put: async () => (await somebody.addPeer('10.181.0.0/20')).remove,
      reason: 'CidrOverlap',
      message: /^CIDR 10\.181\.4\.0\/22 overlaps with VPC vpc-\w+, which is peered by pcx-\w+, 10\.181\.0\.0\/20$/,
    },
    {
      what: 'a route',
      cidr: '10.181.4.0/22',
      put: async () => (await somebody.addRoute('10.181.5.0/24')).remove,
      reason: 'CidrOverlap',
      message: /^CIDR 10\.181\.4\.0\/22 holds a route in rtb-\w+ to 10\.181\.5\.0\/24: AWS adds no block that /,
    },
    {
      what: 'another IpRange',
      cidr: '10.181.4.0/22',
      put: async () => {
        await applied(withCidr('10.181.0.0/20', 'other'));
        await environment().untilReady(ipRangeKind, 'other');
        return () => environment().delete(anIpRangeManifest('other'));
      },
      reason: 'CidrOverlap',
      message: /^CIDR 10\.181\.4\.0\/22 overlaps with the VPC block 10\.181\.0\.0\/20$/,
    },
    {
      what: 'the nodes',
      cidr: '10.181.4.0/22',
      put: async () => {
        await applied(inScope('nodes', '10.181.0.0/16'));
        return () => applied(scope);
      },
      reason: 'CidrOverlap',
      message: /^CIDR 10\.181\.4\.0\/22 overlaps with the nodes range 10\.181\.0\.0\/16$/,
    },
    {
      what: 'the quota of blocks',
      cidr: '10.181.4.0/22',
      put: () => addBlocks('10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24', '10.4.0.0/24'),
      reason: 'FailedExtendingVpcAddressSpace',
      message: /^VPC vpc-\w+ has 5 blocks, and the quota .* is 5: free one, or have AWS raise the quota and tell /,
    },
    {
      what: 'the number of zones',
      cidr: '10.181.4.0/27',
      put: async () => () => applied(inScope('zones', zones('a', 'b'))),
      reason: 'CidrCanNotSplit',
      message: /^CIDR 10\.181\.4\.0\/27 can not be split to 3 subnets of \/28 or larger$/,
    },
  ])('because of $what says so, changes nothing, and comes when that is out of the way', async (obstacle) => {
    const { cidr, put, reason, message } = obstacle;
    await applied(scope);
    await environment().untilReady(scopeKind, 'demo');
    const takeAway = await put();
    shared.takeWrites();
    await applied(withCidr(cidr));
    const seen = await shared.shown(ipRangeKind, 'demo-range', reason);
    expect(seen).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    expect(shared.takeWrites()).toEqual([]);
    await takeAway();
    await environment().untilReady(ipRangeKind, 'demo-range');
    expect((await environment().find(ipRangeKind, 'demo-range'))?.status?.cidr).toBe(cidr);
  });

  it.each([
    {
      cidr: '192.168.0.0/22',
      reason: 'InvalidCidr',
      message: /^CIDR 192\.168\.0\.0\/22 can not be used: AWS does not add a block of /,
    },
    {
      cidr: '10.250.2.0/24',
      reason: 'CidrOverlap',
      message: /^CIDR 10\.250\.2\.0\/24 overlaps with the VPC block 10\.250\.0\.0\/22$/,
    },
    {
      cidr: '10.96.4.0/22',
      reason: 'CidrOverlap',
      message: /^CIDR 10\.96\.4\.0\/22 overlaps with the pods range 10\.96\.0\.0\/13$/,
    },
  ])('in this VPC at all ($reason of $cidr) goes, and leaves its name to another one', async (refusal) => {
    const { cidr, reason, message } = refusal;
    await environment().apply(scope, withCidr(cidr));
    const seen = await shared.shown(ipRangeKind, 'demo-range', reason);
    expect(seen).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    await environment().delete(withCidr(cidr));
    await environment().untilGone(ipRangeKind, 'demo-range');
    expect(shared.takeWrites()).toEqual([]);
    await applied(withCidr('10.181.0.0/22'));
    await environment().untilReady(ipRangeKind, 'demo-range');
  });

  it('because AWS could not add its block is told in the words of AWS, and tried again', async () => {
    const failing = (count: number) => ({ quotas: { 'ec2.failingCidrAssociations': count } });
    shared.changeRules(failing(1), failing(0));
    await environment().apply(scope, anIpRangeManifest());
    const seen = await shared.shown(ipRangeKind, 'demo-range', 'CidrAssociationFailed');
    expect(seen).toMatchObject({
      ...STALLED,
      message: expect.stringContaining('10.250.4.0/22 status state is failed: The CIDR block could not be associated.'),
    });
    await environment().untilReady(ipRangeKind, 'demo-range');
  });

  it('where somebody else has a subnet is told, and comes when that is gone', async () => {
    const undo = await addBlocks('10.181.0.0/22');
    shared.whenEmpty(undo);
    const { vpcId } = await somebody.demoNetwork();
    const { id, remove } = await somebody.addSubnet(vpcId, '10.181.0.0/24');
    await environment().apply(scope, withCidr('10.181.0.0/22'));
    expect(await shared.shown(ipRangeKind, 'demo-range', 'CidrOverlap')).toMatchObject({
      ...STALLED,
      message: `Range 10.181.0.0/24 overlaps with existing subnet ${id} with cidr 10.181.0.0/24`,
    });
    expect(shared.takeWrites()).toEqual([]);
    await remove();
    await environment().untilReady(ipRangeKind, 'demo-range');
  });
});

describe('an IpRange that gets no range of its own choice', () => {
  it('gets the first one that is free of all that a given one must not meet', async () => {
    shared.whenEmpty((await somebody.addPeer('10.250.4.0/22')).remove);
    shared.afterwards((await somebody.addRoute('10.250.9.0/24')).remove);
    await environment().apply(scope, withCidr('10.250.12.0/22', 'other'), withCidr('10.250.16.0/27', 'refused'));
    await shared.shown(ipRangeKind, 'refused', 'CidrCanNotSplit');
    await applied(anIpRangeManifest());
    await environment().untilReady(ipRangeKind, 'demo-range');
    expect((await environment().find(ipRangeKind, 'demo-range'))?.status?.cidr).toBe('10.250.20.0/22');
  });
});

describe('an IpRange and what names its VPC', () => {
  it('waits for a Network that is missing or not ready, and says so', async () => {
    const named = changed(anIpRangeManifest(), 'spec.network', { name: 'demo-network' });
    const { vpcId } = await somebody.demoNetwork();
    const aws = { region: 'eu-central-1', vpcId };
    const network = changed(aNetworkManifest(), 'spec.network.reference', { aws });
    await environment().apply(scope, named);
    expect(await shared.shown(ipRangeKind, 'demo-range', 'MissingDependency')).toMatchObject({
      ...WAITING,
      message: expect.stringMatching(/^Network .*\/demo-network does not exist$/),
    });
    await applied(changed(network, 'spec.scope', { name: 'later' }));
    expect(await shared.shown(networkKind, 'demo-network', 'ScopeNoFound')).toMatchObject({ state: 'Error' });
    expect(await shared.shown(ipRangeKind, 'demo-range', 'WaitingDependency')).toMatchObject({
      ...WAITING,
      message: expect.stringMatching(/^Network .*\/demo-network is not ready: ScopeNoFound$/),
    });
    expect(shared.takeWrites()).toEqual([]);
    await applied(aScopeManifest('later'));
    await environment().untilReady(ipRangeKind, 'demo-range');
  });

  it('waits for a VpcNetwork in the same way', async () => {
    const named = changed(anIpRangeManifest(), 'spec.vpcNetwork', { name: 'demo-vpc' });
    await environment().apply(scope, named);
    expect(await shared.shown(ipRangeKind, 'demo-range', 'MissingDependency')).toMatchObject({
      ...WAITING,
      message: expect.stringMatching(/^VpcNetwork .*\/demo-vpc does not exist$/),
    });
    await applied(aVpcNetworkManifest());
    expect(await shared.shown(ipRangeKind, 'demo-range', 'WaitingDependency')).toMatchObject(WAITING);
    await applied(aSubscriptionManifest());
    await environment().untilReady(ipRangeKind, 'demo-range');
  });

  it('is not made where the Scope is not', async () => {
    const named = changed(anIpRangeManifest(), 'spec.network', { name: 'demo-network' });
    await environment().apply(scope, aNetworkManifest(), named);
    expect(await shared.shown(ipRangeKind, 'demo-range', 'ReasonInvalidDependency')).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(
        /^Network .*\/demo-network is in AWS account 210987654321, region eu-west-1, but the Scope in account 123456789012, region eu-central-1: name one that is where the Scope is$/,
      ),
    });
    expect(shared.takeWrites()).toEqual([]);
  });
});
