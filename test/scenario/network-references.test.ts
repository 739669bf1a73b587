import { describe, expect, it } from 'vitest';
import { ipRangeKind, networkKind, type Scope, scopeKind, vpcNetworkKind } from '../../src/api/index.ts';
import { eventKind } from '../../src/kube/index.ts';
import {
  aNetworkManifest,
  anIpRangeManifest,
  aScopeManifest,
  aSubscriptionManifest,
  aVpcNetworkManifest,
  aVpcPeeringManifest,
  changed,
  type Manifest,
} from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { networkPartsOf } from '../support/vpc-parts.ts';

/* Scopes and Networks: how they are referred to, held and let go, and what a Scope tells of its VPC. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const shared = SharedEnvironment.start({}, networkPartsOf);
const environment = () => shared.environment;
const somebody = new SomebodyInAws(environment);

const scope = aScopeManifest();
const withVpc = (name: string): Manifest => changed(scope, 'spec.scope.aws.vpcNetwork', name);

describe('a Network', () => {
  it('that would have to be made is refused by Kubernetes already, which says what to write', async () => {
    const managed = changed(aNetworkManifest(), 'spec.network', { managed: {} });
    await expect(environment().apply(managed)).rejects.toThrow(
      'managed must not be given, because AWS has no such networks; say with reference.aws which VPC it is.',
    );
  });

  const theirs = aNetworkManifest();
  const used = changed(aNetworkManifest('used'), 'spec.network.reference.aws', {
    region: 'eu-central-1',
    networkName: 'shoot--sandbox--demo',
  });

  it.each<{ readonly by: string; readonly user: Manifest }>([
    { by: 'IpRange: \\[.*/demo-range\\]', user: changed(anIpRangeManifest(), 'spec.network', { name: 'used' }) },
    {
      by: 'VpcPeering: \\[.*/demo-peering\\]',
      user: changed(aVpcPeeringManifest(), 'spec.details.localNetwork', { name: 'used' }),
    },
    {
      by: 'VpcPeering: \\[.*/demo-peering\\]',
      user: changed(aVpcPeeringManifest(), 'spec.details', {
        localNetwork: { name: 'demo-network' },
        remoteNetwork: { name: 'used' },
      }),
    },
  ])('is kept while it is used by $by, and goes by itself then', async ({ by, user }) => {
    await environment().apply(scope, theirs, used, user);
    await environment().untilReady(networkKind, 'used');
    await environment().delete(used);
    expect(await shared.shown(networkKind, 'used', 'DeleteWhileUsed')).toMatchObject({
      state: 'Warning',
      progress: 'Terminating',
      message: expect.stringMatching(new RegExp(`^Can not be deleted while used by ${by}$`)),
    });
    await environment().advance(MINUTE_MS);
    expect(await environment().find(networkKind, 'used')).toBeDefined();
    await environment().delete(user);
    await environment().untilGone(networkKind, 'used', 5 * MINUTE_MS);
  });

  it('of a Scope that is not there waits for it; that of the cluster itself goes instead', async () => {
    const orphan = changed(used, 'metadata.name', 'orphan');
    await environment().apply(used, changed(orphan, 'spec.type', 'kyma'));
    expect(await shared.shown(networkKind, 'used', 'ScopeNoFound')).toMatchObject({
      state: 'Error',
      progress: 'InProgress',
      message: expect.stringMatching(/^Scope .*\/demo does not exist$/),
    });
    await environment().untilGone(networkKind, 'orphan', MINUTE_MS);
    await environment().apply(scope);
    await environment().untilReady(networkKind, 'used');
  });
});

describe('a Scope', () => {
  const exposed = async (): Promise<NonNullable<Scope['status']>['exposedData']> =>
    (await environment().find(scopeKind, 'demo'))?.status?.exposedData;

  it('tells the public addresses of its VPC, follows them each hour, and keeps them when AWS says no', async () => {
    await environment().apply(scope);
    await environment().untilReady(scopeKind, 'demo');
    const before = await exposed();
    expect(before?.natGatewayIps).toHaveLength(1);
    const { remove } = await somebody.addNatGateway(await somebody.demoSubnet());
    await environment().advance(HOUR_MS + 11 * MINUTE_MS);
    const both = await exposed();
    expect(both?.natGatewayIps).toHaveLength(2);
    const allow = shared.failing(({ operation }) =>
      operation === 'DescribeNatGateways' ? { error: { code: 'UnauthorizedOperation', httpStatus: 403 } } : undefined,
    );
    await remove();
    await environment().advance(HOUR_MS + 11 * MINUTE_MS);
    expect(await exposed()).toEqual(both);
    expect(await shared.status(scopeKind, 'demo')).toMatchObject({ state: 'Ready', progress: 'Current' });
    const events = (await environment().kube.list(eventKind, { namespace: NAMESPACE })).items;
    expect(events.map(({ reason }) => reason)).toContain('ExposedDataNotRead');
    allow();
    await environment().advance(11 * MINUTE_MS);
    expect((await exposed())?.natGatewayIps).toEqual(before?.natGatewayIps);
  });

  it('waits for the VPC that a VpcNetwork makes, and so do those in it', async () => {
    const inside = changed(withVpc('kyma-default-demo-vpc'), 'spec.scope.aws.network.nodes', '10.20.0.0/20');
    const range = changed(anIpRangeManifest(), 'spec.cidr', '10.50.0.0/20');
    await environment().apply(inside, range);
    expect(await shared.shown(scopeKind, 'demo', 'VpcNotFound')).toMatchObject({
      ...STALLED,
      message: expect.stringContaining('kyma-default-demo-vpc'),
    });
    expect(await shared.status(ipRangeKind, 'demo-range')).toMatchObject(WAITING);
    await environment().apply(aSubscriptionManifest(), aVpcNetworkManifest());
    await environment().untilReady(vpcNetworkKind, 'demo-vpc');
    // Its own retry would come after a minute.
    await environment().untilReady(scopeKind, 'demo', 1_000);
    await environment().untilReady(ipRangeKind, 'demo-range', MINUTE_MS);
    const vpc = (await environment().find(vpcNetworkKind, 'demo-vpc'))?.status?.identifiers?.vpc;
    expect((await environment().find(scopeKind, 'demo'))?.status?.vpcId).toBe(vpc);
  });

  it('does not guess between two VPCs of its name, and goes on when there is one', async () => {
    const one = await somebody.addVpc('10.9.0.0/22', 'twin');
    const two = await somebody.addVpc('10.10.0.0/22', 'twin');
    shared.whenEmpty(one.remove);
    await environment().apply(withVpc('twin'));
    expect(await shared.shown(scopeKind, 'demo', 'ValidationFailed')).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(
        /^2 VPCs have the name twin in account \d+, region eu-central-1: vpc-\w+, vpc-\w+; give the id of one in scope\.aws\./,
      ),
    });
    await two.remove();
    await environment().untilReady(scopeKind, 'demo', 20 * MINUTE_MS);
    expect((await environment().find(networkKind, 'demo--kyma'))?.status?.network?.aws?.vpcId).toBe(one.id);
  });

  it('that comes to mean another VPC keeps its Network while that is used, and has another one then', async () => {
    const { id, remove } = await somebody.addVpc('10.9.0.0/22', 'elsewhere');
    shared.whenEmpty(remove);
    await environment().apply(scope, anIpRangeManifest());
    await environment().untilReady(ipRangeKind, 'demo-range');
    await environment().apply(withVpc('elsewhere'));
    expect(await shared.shown(scopeKind, 'demo', 'ReasonInvalidDependency')).toMatchObject({
      state: 'Warning',
      progress: 'Failed',
      message: expect.stringMatching(/; it is made anew when nothing uses the old one any more$/),
    });
    expect(await shared.status(ipRangeKind, 'demo-range')).toMatchObject({ state: 'Ready' });
    await environment().delete(anIpRangeManifest());
    await environment().untilReady(scopeKind, 'demo', 5 * MINUTE_MS);
    await environment().untilReady(networkKind, 'demo--kyma');
    expect((await environment().find(networkKind, 'demo--kyma'))?.status?.network?.aws?.vpcId).toBe(id);
  });
});
