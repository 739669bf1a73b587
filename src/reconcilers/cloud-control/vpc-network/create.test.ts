import { DescribeDhcpOptionsCommand, DescribeSecurityGroupsCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCondition, aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { isDnsOn, vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import type { VpcNetwork } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aSubscription());
});

afterEach(() => world.stop());

const NAME = 'kyma-default-net';

const readyOf = (object: VpcNetwork | undefined) => findCondition(object?.status?.conditions, 'Ready');

async function made(spec: Partial<VpcNetwork['spec']> = {}): Promise<VpcNetwork | undefined> {
  world.cluster.put(aVpcNetwork({ spec }));
  return world.settleVpcNetwork();
}

describe('a VpcNetwork that is made', () => {
  it('becomes ready with a VPC, and with all that belongs to it, in at most 20 calls', async () => {
    const object = await made({ cidrBlocks: ['10.20.0.0/16', '10.30.0.0/20'] });
    expect(world.takeCalls().length).toBeLessThanOrEqual(20);
    const parts = await vpcPartsIn(world.ec2, NAME);
    const [vpc = '', gateway, dhcpOptions, securityGroup] = [
      parts.vpcs,
      parts.gateways,
      parts.dhcpOptions,
      parts.groups,
    ].map(([id]) => id);
    expect(parts).toEqual({
      vpcs: [vpc],
      blocks: ['10.20.0.0/16', '10.30.0.0/20'],
      gateways: [gateway],
      attachedTo: [vpc],
      dhcpOptions: [dhcpOptions],
      usedDhcpOptions: [dhcpOptions],
      groups: [securityGroup],
    });
    expect(await isDnsOn(world.ec2, vpc)).toBe(true);
    expect(object?.status).toMatchObject({
      state: 'Ready',
      cidrBlocks: ['10.20.0.0/16', '10.30.0.0/20'],
      identifiers: { name: NAME, vpc, internetGateway: gateway, dhcpOptions, securityGroup },
      blocks: [{ cidr: '10.30.0.0/20', associationId: expect.stringMatching(/^vpc-cidr-assoc-/) }],
    });
    expect(object?.status).not.toHaveProperty('creating');
    expect(readyOf(object)).toMatchObject({ status: 'True', reason: 'Provisioned' });
  });

  it('bears its finalizer, and labels of its Subscription and provider', async () => {
    expect((await made())?.metadata).toMatchObject({
      finalizers: [FINALIZER],
      labels: {
        'cloud-manager.kyma-project.io/subscription': 'account',
        'cloud-manager.kyma-project.io/provider': 'aws',
      },
    });
  });

  it('D17: tags all of it with whose it is', async () => {
    await made();
    const { Tags = [] } = await world.ec2.send(new DescribeTagsCommand({}));
    const byId = Map.groupBy(Tags, ({ ResourceId }) => ResourceId);
    const { vpcs, gateways, dhcpOptions, groups } = await vpcPartsIn(world.ec2, NAME);
    for (const id of [...vpcs, ...gateways, ...dhcpOptions, ...groups]) {
      expect(Object.fromEntries((byId.get(id) ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
        Name: NAME,
        'cloud-manager.kyma-project.io/name': 'kcp-system/net',
        'cloud-manager.kyma-project.io/subscription': 'account',
        'cloud-manager.kyma-project.io/kind': 'VpcNetwork',
      });
    }
  });

  it('gets DHCP options of the region, and a security group that lets nothing in', async () => {
    await made();
    const filters = { Filters: [{ Name: 'tag:Name', Values: [NAME] }] };
    const { DhcpOptions = [] } = await world.ec2.send(new DescribeDhcpOptionsCommand(filters));
    expect(DhcpOptions[0]?.DhcpConfigurations).toEqual([
      { Key: 'domain-name', Values: [{ Value: 'eu-central-1.compute.internal' }] },
      { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
    ]);
    const { SecurityGroups = [] } = await world.ec2.send(new DescribeSecurityGroupsCommand(filters));
    expect(SecurityGroups).toMatchObject([{ GroupName: NAME, IpPermissions: [] }]);
  });

  it('D18: tells its blocks by their first addresses, sorted, and has them only once', async () => {
    const object = await made({ cidrBlocks: ['10.20.30.40/16', '10.9.8.7/24'] });
    expect(object?.status?.cidrBlocks).toEqual(['10.9.8.0/24', '10.20.0.0/16']);
    world.takeCalls();
    world.restartVpcNetworks();
    await world.settleVpcNetwork();
    expect(world.takeCalls().filter((call) => !call.startsWith('Describe'))).toEqual([]);
    expect((await vpcPartsIn(world.ec2, NAME)).blocks).toEqual(['10.20.0.0/16', '10.9.8.0/24']);
  });

  it('is checked whole in at most 6 calls, and looked at in 2; nothing is written then', async () => {
    const before = await made();
    world.takeCalls();
    world.restartVpcNetworks();
    await world.settleVpcNetwork();
    expect(world.takeCalls().length).toBeLessThanOrEqual(6);
    const writes = world.cluster.writes.length;
    world.aws.clock.advance(600_000);
    await world.settleVpcNetwork();
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeInternetGateways']);
    expect(world.vpcNetwork()).toEqual(before);
    expect(world.cluster.writes.length).toBe(writes);
  });

  it('writes what it is going to make before AWS is asked for it', async () => {
    world.cluster.put(aVpcNetwork());
    world.aws.faults.add({ service: 'ec2', operation: 'CreateVpc', drop: true });
    await world.checkVpcNetwork();
    expect(world.vpcNetwork()?.status).toMatchObject({ creating: ['vpc'], identifiers: { name: NAME } });
  });

  it('takes the name that it is given', async () => {
    await made({ vpcNetworkName: 'my network' });
    expect((await vpcPartsIn(world.ec2, 'my network')).vpcs).toHaveLength(1);
  });
});

describe('a VpcNetwork without a Subscription that can be used', () => {
  it.each([
    { subscriptions: [], reason: 'MissingDependency', message: 'Subscription kcp-system/account does not exist' },
    {
      subscriptions: [aSubscription({ status: { conditions: [aCondition({ status: 'False' })] } })],
      reason: 'WaitingDependency',
      message: 'Subscription kcp-system/account is not ready',
    },
  ])('says that it waits for it: $message', async ({ subscriptions, reason, message }) => {
    const other = await startNetworkWorld();
    try {
      for (const subscription of subscriptions) other.cluster.put(subscription);
      other.cluster.put(aVpcNetwork());
      expect(await other.checkVpcNetwork()).toMatchObject({ kind: 'stopAndForget' });
      expect(readyOf(other.vpcNetwork())).toMatchObject({ status: 'False', reason, message });
      expect(other.takeCalls()).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

describe('a VpcNetwork that cannot be made', () => {
  it.each([
    { cidrBlocks: ['10.20.0.0/16', 'nonsense'], reason: 'InvalidCidr', message: 'Invalid CIDR blocks [nonsense]' },
    {
      cidrBlocks: ['10.20.0.0/16', '10.20.5.0/24', '10.30.0.0/24'],
      reason: 'CidrOverlap',
      message: 'Overlapping CIDR blocks [10.20.0.0/16 10.20.5.0/24]',
    },
    {
      cidrBlocks: [0, 1, 2, 3, 4, 5].map((i) => `10.2${i}.0.0/16`),
      reason: 'InvalidCidr',
      message: '6 CIDR blocks are asked for, and a VPC may have 5',
    },
    {
      cidrBlocks: ['10.20.0.0/16', '172.16.0.0/22'],
      reason: 'InvalidCidr',
      message: 'CIDR 172.16.0.0/22 can not be used: AWS does not add a block of 172.16.0.0/12',
    },
  ])('says why before anything is made: $message', async ({ cidrBlocks, reason, message }) => {
    const before = await vpcPartsIn(world.ec2);
    const object = await made({ cidrBlocks });
    expect(object?.status?.state).toBe('Error');
    expect(readyOf(object)).toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('D17: does not touch a VPC of somebody else that has its name, and says what to do', async () => {
    const theirs = await world.addVpc(NAME, '10.77.0.0/16');
    const before = await vpcPartsIn(world.ec2);
    const object = await made();
    expect(readyOf(object)).toMatchObject({ reason: 'NameTaken' });
    expect(readyOf(object)?.message).toMatch(
      new RegExp(
        `^VPC ${theirs} of the name ${NAME} .* annotate the VpcNetwork with cloud-manager.*/adopt=${theirs} to take it over \\(it is then deleted together with the VpcNetwork\\)`,
      ),
    );
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('shows what AWS refuses with its code, and goes on by itself when AWS does not any more', async () => {
    world.aws.faults.add({ service: 'ec2', operation: 'CreateVpc', error: 'VpcLimitExceeded' });
    world.cluster.put(aVpcNetwork());
    expect(await world.checkVpcNetwork()).toMatchObject({ delayMs: 60_000 });
    expect(readyOf(world.vpcNetwork())).toMatchObject({
      reason: 'ProviderError',
      message: expect.stringContaining('(CreateVpc: VpcLimitExceeded)'),
    });
    expect(world.vpcNetwork()?.status?.creating).toBeUndefined();
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
  });
});
