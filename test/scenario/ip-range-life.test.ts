import { describe, expect, it } from 'vitest';
import { type IpRange, ipRangeKind, scopeKind } from '../../src/api/index.ts';
import { anIpRangeManifest, aScopeManifest, changed, type Manifest } from '../support/manifests.ts';
import { SharedEnvironment, STALLED } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { networkPartsOf, subnetsIn, vpcPartsIn } from '../support/vpc-parts.ts';

/* IpRanges that are there, or nearly: zones that come and go, several in one VPC, and deletions at any time. */

const MINUTE_MS = 60_000;
const shared = SharedEnvironment.start(
  { world: { regions: [{ name: 'eu-central-1', zones: ['a', 'b', 'c', 'd'] }] } },
  networkPartsOf,
);
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);

const withZones = (...letters: string[]): Manifest => {
  const zones = letters.map((letter) => ({ name: `eu-central-1${letter}` }));
  return changed(aScopeManifest(), 'spec.scope.aws.network.zones', zones);
};
const range = anIpRangeManifest();

async function made(...letters: string[]): Promise<void> {
  await environment().apply(withZones(...letters), range);
  await environment().untilReady(ipRangeKind, 'demo-range');
}

const statusOf = async (name = 'demo-range'): Promise<NonNullable<IpRange['status']>> =>
  (await environment().find(ipRangeKind, name))?.status ?? {};
const zonesOf = async () => (await statusOf()).subnets?.map(({ zone, range: cidr }) => `${zone.slice(-1)} ${cidr}`);
const added = async () => (await subnetsIn(somebody.ec2)).filter((one) => !/^10\.250\.[0-3]\./.test(one));

describe('a zone', () => {
  it('that is added gets the part that is left, and one that is taken out leaves its own to others', async () => {
    await made('a', 'b', 'c');
    await environment().apply(withZones('d', 'a', 'c'));
    await environment().advance(11 * MINUTE_MS);
    expect(await zonesOf()).toEqual(['d 10.250.7.0/24', 'a 10.250.4.0/24', 'c 10.250.6.0/24']);
    expect(await added()).toEqual([
      '10.250.4.0/24 eu-central-1a',
      '10.250.6.0/24 eu-central-1c',
      '10.250.7.0/24 eu-central-1d',
    ]);
    await environment().apply(withZones('d', 'a', 'c', 'b'));
    await environment().advance(MINUTE_MS);
    expect((await zonesOf())?.at(-1)).toBe('b 10.250.5.0/24');
    expect(await shared.status(ipRangeKind, 'demo-range')).toMatchObject({ state: 'Ready', progress: 'Current' });
  });

  it('that has no room is named, and what stands there stays, until there is room', async () => {
    await made('a', 'b');
    const before = await added();
    const b = (await statusOf()).subnets?.find(({ zone }) => zone.endsWith('b'))?.id ?? '';
    const { remove } = await somebody.addNatGateway(b);
    shared.takeWrites();
    await environment().apply(withZones('a', 'c'));
    const seen = await shared.shown(ipRangeKind, 'demo-range', 'ShootAndVpcMismatch');
    expect(seen).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(
        /^CIDR 10\.250\.4\.0\/22 has no room for a subnet in zone eu-central-1c; the subnet subnet-\w+ in zone eu-central-1b, which the Scope no longer has, is still used by network interface eni-\w+ \(.*\); it goes on when they let go$/,
      ),
    });
    expect(await added()).toEqual(before);
    expect(shared.takeWrites()).toEqual([]);
    await remove();
    await environment().untilReady(ipRangeKind, 'demo-range');
    expect(await zonesOf()).toEqual(['a 10.250.4.0/23', 'c 10.250.6.0/23']);
  });
});

describe('several IpRanges of one VPC', () => {
  it('go one by one: what is left of the others is as before', async () => {
    const other = changed(anIpRangeManifest('other'), 'spec.cidr', '10.181.0.0/22');
    await environment().apply(withZones('a', 'b', 'c'), range, other, anIpRangeManifest('third'));
    for (const name of ['demo-range', 'other', 'third']) await environment().untilReady(ipRangeKind, name);
    const before = [await statusOf('other'), await statusOf('third')];
    const { cidr = '' } = await statusOf();
    await environment().delete(range);
    await environment().untilGone(ipRangeKind, 'demo-range');
    await environment().advance(11 * MINUTE_MS);
    expect([await statusOf('other'), await statusOf('third')]).toEqual(before);
    expect(await added()).toHaveLength(6);
    expect((await vpcPartsIn(somebody.ec2)).blocks).not.toContain(cidr);
  });
});

describe('an IpRange that is deleted before it is Ready', () => {
  const pending = (seconds: number) => ({ durationsSeconds: { 'ec2.subnet.pending': seconds } });

  it.each([
    { while: 'its block is associating', message: /^waiting for AWS: the block 10\.250\.4\.0\/22 is associating$/ },
    { while: 'its subnets are pending', message: /^waiting for AWS: subnets .* are pending$/ },
  ])('while $while leaves nothing', async ({ message }) => {
    shared.changeRules(pending(MINUTE_MS), pending(2));
    await environment().apply(withZones('a', 'b', 'c'), range);
    const isSeen = async () => message.test((await shared.status(ipRangeKind, 'demo-range')).message ?? '');
    await environment().until(isSeen);
    expect(await shared.status(ipRangeKind, 'demo-range')).toMatchObject({
      state: 'Processing',
      progress: 'InProgress',
    });
    await environment().delete(range);
    await environment().untilGone(ipRangeKind, 'demo-range', 5 * MINUTE_MS);
    expect(await added()).toEqual([]);
  });

  it('goes with its Scope, in whatever order, also when nobody could ever make it', async () => {
    const { id: vpcId, remove } = await somebody.addVpc('10.9.0.0/22', 'short-lived');
    const short = changed(withZones('a', 'b'), 'spec.scope.aws.vpcNetwork', 'short-lived');
    const refused = changed(anIpRangeManifest('refused'), 'spec.cidr', '10.9.1.0/24');
    await environment().apply(short, refused);
    await shared.shown(ipRangeKind, 'refused', 'CidrOverlap');
    await environment().delete(short);
    expect(await shared.shown(scopeKind, 'demo', 'DeleteWhileUsed')).toMatchObject({
      state: 'Warning',
      message: expect.stringMatching(/^Can not be deleted while used by IpRange: \[.*\/refused\]$/),
    });
    await environment().delete(refused);
    await environment().untilGone(scopeKind, 'demo', MINUTE_MS);
    expect(shared.takeWrites()).toEqual([]);
    expect((await vpcPartsIn(somebody.ec2)).vpcs).toContain(vpcId);
    await remove();
  });
});
