import { beforeEach, describe, expect, it } from 'vitest';
import { ipRangeKind, scopeKind, userIpRangeKind } from '../../src/api/index.ts';
import { ANNOTATIONS, USER_LABELS } from '../../src/api/names.ts';
import { mergePatch } from '../../src/kube/index.ts';
import { aScopeManifest, changed, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { anAwsRedisInstanceManifest, aUserIpRangeManifest } from '../support/user-manifests.ts';
import { UserObjects } from '../support/user-objects.ts';
import { networkPartsOf, subnetsIn, vpcPartsIn } from '../support/vpc-parts.ts';

/* What a user sees of an IpRange, in every state of it, and what AWS has for it then. */

const shared = SharedEnvironment.start({ flags: { ipRangesPerCluster: '2' } }, networkPartsOf);
const users = new UserObjects(shared);
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);

const DAY_MS = 24 * 3_600_000;
const scope = aScopeManifest();
const range = aUserIpRangeManifest();
const withCidr = (cidr: string, of = range): Manifest => changed(of, 'spec.cidr', cidr);
const scopeWith = (path: string, value: unknown): Manifest => changed(scope, `spec.scope.aws.network.${path}`, value);

const cidrOf = async ({ metadata: { name } }: Manifest) =>
  (await environment().find(userIpRangeKind, name))?.status?.cidr;

/** In place of one of its name for which AWS has nothing. */
async function makeAnew(manifest: Manifest): Promise<void> {
  await environment().delete(manifest);
  await users.untilGone(manifest);
  expect(shared.takeWrites()).toEqual([]);
  await users.apply(manifest);
  await users.untilReady(manifest);
}

interface Obstacle {
  readonly what: string;
  readonly cidr: string;
  /** Puts it in the way; gives how to take it away. */
  readonly put: () => Promise<() => Promise<unknown>>;
  readonly reason: string;
  readonly message: RegExp;
}

describe('an IpRange of a user', () => {
  beforeEach(() => environment().apply(scope));

  it.each([
    { cidr: '10.181.4.0/22', subnets: ['10.181.4.0/24', '10.181.5.0/24', '10.181.6.0/24'], reason: 'it is given' },
    { cidr: undefined, subnets: ['10.250.4.0/24', '10.250.5.0/24', '10.250.6.0/24'], reason: 'a free one is found' },
    { cidr: '', subnets: ['10.250.4.0/24', '10.250.5.0/24', '10.250.6.0/24'], reason: 'empty is as none' },
  ])('($cidr) is a block of the VPC with a subnet in each zone: $reason', async ({ cidr, subnets }) => {
    const manifest = cidr === undefined ? range : withCidr(cidr);
    await users.apply(manifest);
    await users.untilReady(manifest);
    const found = await environment().find(userIpRangeKind, range.metadata.name);
    const block = subnets[0]?.replace('/24', '/22');
    expect(found?.status).toMatchObject({ state: 'Ready', cidr: block });
    expect(found?.metadata.labels).toMatchObject({ [USER_LABELS.id]: found?.status?.id });
    const zones = ['a', 'b', 'c'].map((letter, at) => `${subnets[at]} eu-central-1${letter}`);
    expect(await subnetsIn(environment().aws.ec2())).toEqual(expect.arrayContaining(zones));
    expect((await vpcPartsIn(environment().aws.ec2())).blocks).toContain(block);
  });

  it.each<Obstacle>([
    {
      what: 'a route that is in its way',
      cidr: '10.181.4.0/22',
      put: async () => (await somebody.addRoute('10.181.5.0/24')).remove,
      reason: 'CidrOverlap',
      message: /^CIDR 10\.181\.4\.0\/22 holds a route in rtb-\w+ to 10\.181\.5\.0\/24/,
    },
    {
      what: 'more zones than it has parts',
      cidr: '10.181.4.0/27',
      put: async () => () =>
        environment().apply(
          scopeWith(
            'zones',
            ['a', 'b'].map((letter) => ({ name: `eu-central-1${letter}` })),
          ),
        ),
      reason: 'CidrCanNotSplit',
      message: /^CIDR 10\.181\.4\.0\/27 can not be split to 3 subnets of \/28 or larger$/,
    },
    {
      what: 'a quota of AWS',
      cidr: '10.181.4.0/22',
      put: async () => {
        const end = shared.failing(({ operation }) =>
          operation === 'CreateSubnet' ? { error: 'SubnetLimitExceeded' } : undefined,
        );
        return async () => end();
      },
      reason: 'CloudProviderError',
      message: /\(CreateSubnet: SubnetLimitExceeded\)/,
    },
  ])('says what the control plane says of $what, and is Ready when that is out of the way', async (obstacle) => {
    const { cidr, put, reason, message } = obstacle;
    const manifest = withCidr(cidr);
    const takeAway = await put();
    await users.apply(manifest);
    expect(await users.shown(manifest, reason)).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    expect(await users.condition(manifest, 'Error')).toMatchObject({ reason });
    await takeAway();
    await users.untilReady(manifest);
    await environment().apply(scope);
  });

  it('of addresses that another one has is refused, and made when that is gone', async () => {
    const [first, second] = [withCidr('10.181.0.0/20'), withCidr('10.181.4.0/22', aUserIpRangeManifest('second'))];
    await environment().apply(first);
    await users.untilReady(first);
    await users.apply(second);
    expect(await users.shown(second, 'CidrOverlap')).toMatchObject({
      ...STALLED,
      message: `CIDR 10.181.4.0/22 overlaps with 10.181.0.0/20 of IpRange ${first.metadata.name}: delete one of them, and make it anew with another CIDR`,
    });
    expect(await users.counterpart(ipRangeKind, second)).toBeUndefined();
    await environment().delete(first);
    await users.untilReady(second);
  });

  it('beyond what a cluster may have is refused, and made when another one is gone', async () => {
    const [first, second, third] = ['first', 'second', 'third'].map((name) => aUserIpRangeManifest(name));
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are three');
    await environment().apply(first);
    await users.untilReady(first);
    await users.apply(second);
    await users.untilReady(second);
    await users.apply(third);
    expect(await users.shown(third, 'QuotaExceeded')).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(/^The cluster may have 2 IpRanges, and .*first, .*second come first: delete /),
    });
    expect(await users.condition(third, 'QuotaExceeded')).toMatchObject({ reason: 'QuotaExceeded' });
    await environment().delete(first);
    await users.untilReady(third);
  });

  it.each([
    { cidr: '10.181.4.0/30', message: /\/16 to \/28, because AWS takes no other block\.$/ },
    { cidr: '8.8.0.0/16', message: /must lie within a private range: 10\.0\.0\.0\/8, / },
    {
      cidr: '192.168.4.0/22',
      message: /^CIDR 192\.168\.4\.0\/22 can not be used: AWS does not add a block of 192\.168\.0\.0\/16 /,
    },
  ])(
    'of addresses that cannot be used ($cidr) says which can, goes, and is made without',
    async ({ cidr, message }) => {
      const manifest = withCidr(cidr);
      await users.apply(manifest);
      expect(await users.shown(manifest, 'InvalidCidr')).toMatchObject({
        ...STALLED,
        message: expect.stringMatching(message),
      });
      expect(await users.condition(manifest, 'Error')).toMatchObject({ reason: 'InvalidCidr' });
      await makeAnew(range);
      expect(await cidrOf(range)).toBe('10.250.4.0/22');
    },
  );

  it('for which no range is free says so, goes, and is made with one that the operators name', async () => {
    for (const wide of ['10.0.0.0/8', '100.64.0.0/10']) shared.afterwards((await somebody.addRoute(wide)).remove);
    await users.apply(range);
    expect(await users.shown(range, 'CidrAllocationFailed')).toMatchObject({
      ...STALLED,
      message:
        'Unable to allocate CIDR: no free range was found; delete the IpRange, after what waits for it, and make it anew with spec.cidr',
    });
    expect(await users.condition(range, 'Error')).toMatchObject({ reason: 'CidrAllocationFailed' });
    const given = withCidr('10.181.4.0/22');
    await makeAnew(given);
    expect(await cidrOf(given)).toBe('10.181.4.0/22');
  });

  it('in place of one with another range says so, has that one until it goes, and is made with its own then', async () => {
    const [former, manifest] = [withCidr('10.181.4.0/22'), withCidr('10.182.4.0/22')];
    await users.apply(former);
    await users.untilReady(former);
    shared.takeWrites();
    await users.replaceByForce(manifest);
    expect(await users.shown(manifest, 'CidrCanNotBeChanged')).toMatchObject({
      ...STALLED,
      message:
        'The range is 10.181.4.0/22, and 10.182.4.0/22 is asked: a range cannot be changed; delete the IpRange and make it anew',
    });
    expect(await users.condition(manifest, 'Error')).toMatchObject({ reason: 'CidrCanNotBeChanged' });
    expect(await cidrOf(manifest)).toBe('10.181.4.0/22');
    expect(shared.takeWrites()).toEqual([]);
    await environment().delete(manifest);
    await users.untilGone(manifest);
    await users.apply(manifest);
    await users.untilReady(manifest);
    const { blocks } = await vpcPartsIn(environment().aws.ec2());
    expect(blocks).toContain('10.182.4.0/22');
    expect(blocks).not.toContain('10.181.4.0/22');
  });

  it('that is in use stays, says by what, and goes when that has gone', async () => {
    const redis = changed(anAwsRedisInstanceManifest(), 'spec.ipRange', { name: range.metadata.name });
    await users.apply(range);
    await environment().apply(redis);
    await users.untilReady(range);
    await environment().delete(range);
    const shown = await users.shown(range, 'DeleteWhileUsed');
    expect(shown.message).toBe(`Can not be deleted while used by AwsRedisInstance: [${NAMESPACE}/demo-instance]`);
    expect(await users.condition(range, 'DeleteWhileUsed')).toMatchObject({ reason: 'DeleteWhileUsed' });
    await environment().delete(redis);
    await environment().untilGone(userIpRangeKind, range.metadata.name);
  });

  it.each([
    { what: 'changed', change: { cidr: '10.182.4.0/22' } },
    { what: 'taken away', change: { cidr: null } },
  ])('has a CIDR that cannot be $what', async ({ change }) => {
    const manifest = withCidr('10.181.4.0/22');
    await users.apply(manifest);
    await expect(
      environment().kube.patch(userIpRangeKind, manifest.metadata, mergePatch({ spec: change })),
    ).rejects.toThrow('CIDR is immutable');
  });
});

it('an IpRange waits while there are several Scopes, until there is one', async () => {
  const surplus = aScopeManifest('another');
  await environment().apply(scope);
  await users.apply(range);
  await users.untilReady(range);
  await environment().apply(surplus);
  expect(await users.shown(range, 'MissingScope')).toMatchObject(WAITING);
  await environment().delete(surplus);
  await users.untilReady(range);
});

it('what was made for another cluster stays when its Scope is served as that of this one by mistake', async () => {
  const recordedWith = (uid: string | null) =>
    environment().kube.patch(
      scopeKind,
      { ...scope.metadata, namespace: NAMESPACE },
      mergePatch({ metadata: { annotations: { [ANNOTATIONS.clusterUid]: uid } } }),
    );
  await environment().apply(scope);
  await users.apply(range);
  await users.untilReady(range);
  const made = async () => (await environment().kube.list(ipRangeKind, { namespace: NAMESPACE })).items;
  await recordedWith('of-another');
  expect(await users.shown(range, 'MissingScope')).toMatchObject(WAITING);
  await environment().stopOperator();
  await users.deleteByForce(range);
  await environment().startOperator();
  await environment().advance(DAY_MS);
  expect(await made()).toHaveLength(1);
  await recordedWith(null);
  await environment().until(async () => (await made()).length === 0);
});

it('an IpRange waits for the Scope of its cluster, and for the network of that', async () => {
  await users.apply(range);
  await environment().settle();
  expect(await users.shown(range, 'MissingScope')).toMatchObject(WAITING);
  const gone = shared.failing(({ operation }) =>
    operation === 'DescribeVpcs' ? { error: { code: 'UnauthorizedOperation', httpStatus: 403 } } : undefined,
  );
  await environment().apply(scope);
  await environment().settle();
  expect(await users.shown(range, 'WaitingDependency')).toMatchObject(WAITING);
  gone();
  await users.untilReady(range);
});
