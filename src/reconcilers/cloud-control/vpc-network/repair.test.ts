import {
  AssociateDhcpOptionsCommand,
  AttachInternetGatewayCommand,
  CreateDhcpOptionsCommand,
  CreateInternetGatewayCommand,
  DeleteDhcpOptionsCommand,
  DeleteInternetGatewayCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DetachInternetGatewayCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { isDnsOn, vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;
let ids: Record<'vpc' | 'internetGateway' | 'dhcpOptions' | 'securityGroup', string>;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aSubscription());
  world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] } }));
  const {
    vpc = '',
    internetGateway = '',
    dhcpOptions = '',
    securityGroup = '',
  } = (await world.settleVpcNetwork())?.status?.identifiers ?? {};
  ids = { vpc, internetGateway, dhcpOptions, securityGroup };
  world.takeCalls();
});

afterEach(() => world.stop());

const FULL_CHECK_MS = 6 * 3_600_000;
const LOOK_MS = 600_000;

/** What is found after this time, by looks and full checks. */
async function after(ms: number): Promise<void> {
  world.aws.clock.advance(ms);
  await world.settleVpcNetwork();
}

const parts = () => vpcPartsIn(world.ec2, 'kyma-default-net');
const messages = () => world.news.map(({ message }) => message);
const readyNow = () => findCondition(world.vpcNetwork()?.status?.conditions, 'Ready');

const detach = () =>
  world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: ids.internetGateway, VpcId: ids.vpc }));

const otherOptions = async (): Promise<string> => {
  const DhcpConfigurations = [{ Key: 'domain-name', Values: ['theirs'] }];
  const { DhcpOptions } = await world.ec2.send(new CreateDhcpOptionsCommand({ DhcpConfigurations }));
  const DhcpOptionsId = DhcpOptions?.DhcpOptionsId ?? '';
  await world.ec2.send(new AssociateDhcpOptionsCommand({ DhcpOptionsId, VpcId: ids.vpc }));
  return DhcpOptionsId;
};

const otherGateway = async (): Promise<string> => {
  const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand({}));
  return InternetGateway?.InternetGatewayId ?? '';
};

describe('what somebody changed is put right', () => {
  it('at the next look: an internet gateway that was detached', async () => {
    await detach();
    await after(LOOK_MS);
    expect((await parts()).attachedTo).toEqual([ids.vpc]);
    expect(messages()).toEqual([
      `The internet gateway ${ids.internetGateway} was not attached to the VPC and is again`,
    ]);
    expect(readyNow()?.status).toBe('True');
  });

  it('at the next look: an internet gateway that was deleted', async () => {
    await detach();
    await world.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: ids.internetGateway }));
    await after(LOOK_MS);
    const { gateways, attachedTo } = await parts();
    expect(attachedTo).toEqual([ids.vpc]);
    expect(gateways).not.toContain(ids.internetGateway);
    expect(world.vpcNetwork()?.status?.identifiers?.internetGateway).toBe(gateways[0]);
    expect(messages()[0]).toMatch(/^The internet gateway igw-\w+ was gone, and igw-\w+ was made in its place$/);
  });

  it('at the next look: other DHCP options, which are left to who made them', async () => {
    const theirs = await otherOptions();
    await after(LOOK_MS);
    expect((await parts()).usedDhcpOptions).toEqual([ids.dhcpOptions]);
    expect((await vpcPartsIn(world.ec2)).dhcpOptions).toContain(theirs);
    expect(messages()).toEqual([`The VPC had other DHCP options and has ${ids.dhcpOptions} again`]);
  });

  it('DHCP options that were deleted', async () => {
    await otherOptions();
    await world.ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: ids.dhcpOptions }));
    await after(LOOK_MS);
    const { dhcpOptions, usedDhcpOptions } = await parts();
    expect(dhcpOptions).toHaveLength(1);
    expect(usedDhcpOptions).toEqual(dhcpOptions);
    expect(dhcpOptions).not.toContain(ids.dhcpOptions);
  });

  it('at the next look: tags of the VPC and its gateway, also when all of them were taken away', async () => {
    await world.ec2.send(new DeleteTagsCommand({ Resources: [ids.vpc, ids.internetGateway] }));
    await after(LOOK_MS);
    expect(await parts()).toMatchObject({ vpcs: [ids.vpc], gateways: [ids.internetGateway] });
    expect(messages()).toEqual([`Tags of ${ids.vpc}, ${ids.internetGateway} were missing and are there again`]);
  });

  it('at the next full check: tags of the DHCP options and the security group', async () => {
    await world.ec2.send(new DeleteTagsCommand({ Resources: [ids.dhcpOptions, ids.securityGroup] }));
    await after(FULL_CHECK_MS);
    expect(await parts()).toMatchObject({ dhcpOptions: [ids.dhcpOptions], groups: [ids.securityGroup] });
  });

  it.each([{ EnableDnsSupport: { Value: false } }, { EnableDnsHostnames: { Value: false } }])(
    'D20: at the next full check: $EnableDnsSupport $EnableDnsHostnames',
    async (attribute) => {
      await world.ec2.send(new ModifyVpcAttributeCommand({ VpcId: ids.vpc, ...attribute }));
      await after(FULL_CHECK_MS);
      expect(await isDnsOn(world.ec2, ids.vpc)).toBe(true);
      expect(messages()[0]).toMatch(/^dns\w+ of the VPC was off and is on again$/);
    },
  );

  it('D23: at the next full check: a security group that was deleted', async () => {
    await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids.securityGroup }));
    await after(FULL_CHECK_MS);
    const { groups } = await parts();
    expect(groups).toHaveLength(1);
    expect(world.vpcNetwork()?.status?.identifiers?.securityGroup).toBe(groups[0]);
  });

  it('at the next look: a status that does not have what the full check found, because its writes were lost', async () => {
    const before = world.vpcNetwork()?.status ?? {};
    await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids.securityGroup }));
    await after(FULL_CHECK_MS);
    world.cluster.setStatus(vpcNetworkKind, 'net', before);
    await after(LOOK_MS);
    const { groups } = await parts();
    expect(world.vpcNetwork()?.status?.identifiers?.securityGroup).toBe(groups[0]);
    world.takeCalls();
    await after(LOOK_MS);
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeInternetGateways']);
  });

  it('at the next look: the VPC itself, with everything', async () => {
    await detach();
    await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids.securityGroup }));
    await world.ec2.send(new DeleteVpcCommand({ VpcId: ids.vpc }));
    world.aws.clock.advance(LOOK_MS);
    await world.checkVpcNetwork();
    // AWS does not always show what it has: that it shows nothing once is no reason to make another VPC.
    expect(world.takeCalls()).not.toContain('CreateVpc');
    expect(readyNow()).toMatchObject({
      status: 'False',
      message: `waiting for AWS: it does not show the VPC ${ids.vpc}`,
    });
    await world.settleVpcNetwork();
    const now = await parts();
    expect(now).toMatchObject({
      blocks: ['10.20.0.0/16', '10.30.0.0/16'],
      attachedTo: now.vpcs,
      gateways: [ids.internetGateway],
      usedDhcpOptions: [ids.dhcpOptions],
    });
    expect(now.groups).toHaveLength(1);
    expect(now.vpcs).not.toEqual([ids.vpc]);
    expect(await isDnsOn(world.ec2, now.vpcs[0] ?? '')).toBe(true);
    expect(messages()[0]).toMatch(/^The VPC vpc-\w+ was gone, and vpc-\w+ was made in its place$/);
  });
});

describe('what somebody else has put in the place of ours is left alone, and named', () => {
  it('an internet gateway at the VPC', async () => {
    await detach();
    const InternetGatewayId = await otherGateway();
    await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: ids.vpc }));
    await after(LOOK_MS);
    expect(readyNow()).toMatchObject({ status: 'False', reason: 'ProviderError' });
    expect(readyNow()?.message).toContain(`Somebody else has attached the internet gateway ${InternetGatewayId}`);
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: ids.vpc }));
    await after(60_000);
    expect(readyNow()?.status).toBe('True');
    expect((await vpcPartsIn(world.ec2)).gateways).toContain(InternetGatewayId);
  });

  it('our internet gateway at another VPC', async () => {
    await detach();
    const VpcId = await world.addVpc('theirs', '10.99.0.0/16');
    await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: ids.internetGateway, VpcId }));
    await after(LOOK_MS);
    expect(readyNow()?.message).toContain(`attached the internet gateway ${ids.internetGateway} to VPC ${VpcId}`);
  });
});
