import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aNetwork, aScope, aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type VpcParts, vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { subscriptionKind } from '../../../api/cloud-control/v1beta1/subscription.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;
let before: VpcParts;

beforeEach(async () => {
  world = await startNetworkWorld();
  before = await vpcPartsIn(world.ec2);
  world.cluster.put(aSubscription());
  world.takeCalls();
});

afterEach(() => world.stop());

async function made(): Promise<NonNullable<NonNullable<VpcNetwork['status']>['identifiers']>> {
  world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] } }));
  const object = await world.settleVpcNetwork();
  world.takeCalls();
  return object?.status?.identifiers ?? {};
}

async function deleted(): Promise<VpcNetwork | undefined> {
  world.cluster.remove(vpcNetworkKind, 'net');
  return world.settleVpcNetwork();
}

const readyNow = () => findCondition(world.vpcNetwork()?.status?.conditions, 'Ready');

describe('a VpcNetwork that is deleted', () => {
  it('goes with all that belongs to it, and with nothing else', async () => {
    await made();
    expect(await deleted()).toBeUndefined();
    expect(world.takeCalls().length).toBeLessThanOrEqual(18);
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('leaves nothing behind when its Subscription was made anew for another account: it waits for the one that was', async () => {
    await made();
    world.cluster.put(aSubscription({ spec: { details: { aws: { account: '999999999999' } } } }));
    expect(await world.checkVpcNetwork()).toMatchObject({ kind: 'stopAndForget' });
    expect((await deleted())?.metadata.finalizers).toHaveLength(1);
    expect(readyNow()).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: expect.stringContaining(
        'The VPC stands in AWS account 123456789012, region eu-central-1, but Subscription',
      ),
    });
    expect(world.takeCalls()).toEqual([]);
    world.cluster.put(aSubscription());
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('waits for a gateway that was made again a moment ago, and that AWS does not show yet', async () => {
    const { vpc: VpcId, internetGateway: InternetGatewayId } = await made();
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await world.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': 60 } });
    for (let pass = 0; pass < 30 && !world.takeCalls().includes('CreateInternetGateway'); pass += 1) {
      world.aws.clock.advance(60_000);
      await world.checkVpcNetwork();
    }
    expect(await deleted()).toBeUndefined();
    world.aws.clock.advance(60_000);
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('leaves nothing when AWS does not show any more what it has shown as made', async () => {
    await made();
    expect(world.vpcNetwork()?.status?.state).toBe('Ready');
    world.aws.world.changeRules({ durationsSeconds: { 'ec2.resource.invisible': 60 } });
    expect(await deleted()).toBeUndefined();
    world.aws.clock.advance(60_000);
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('goes at once when nothing was ever made', async () => {
    await world.addVpc('kyma-default-net', '10.20.0.0/16');
    before = await vpcPartsIn(world.ec2);
    await made();
    expect(await deleted()).toBeUndefined();
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('goes at once when AWS does not have its region', async () => {
    world.cluster.put(aVpcNetwork({ spec: { region: 'eu-central-9' } }));
    await world.settleVpcNetwork('net', 2);
    expect(readyNow()).toMatchObject({ reason: 'ProviderError' });
    expect(await deleted()).toBeUndefined();
  });

  it('goes without waiting as soon as the last one that stands in it is gone', async () => {
    const { vpc } = await made();
    world.cluster.put(aScope({ status: { vpcId: vpc ?? '' } }));
    world.cluster.remove(vpcNetworkKind, 'net');
    await world.checkVpcNetwork();
    expect(readyNow()).toMatchObject({ reason: 'DeleteWhileUsed' });
    world.cluster.remove(scopeKind, 'demo');
    const startMs = world.aws.clock.monotonicMs();
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect(world.aws.clock.monotonicMs() - startMs).toBeLessThan(60_000);
  });

  it('goes also when its Subscription was never there', async () => {
    world.cluster.put(aVpcNetwork({ metadata: { finalizers: ['cloud-manager.kyma-project.io/deletion-hook'] } }));
    world.cluster.put({ ...aSubscription(), metadata: { ...aSubscription().metadata, name: 'other' } });
    world.cluster.put(aVpcNetwork({ spec: { subscription: 'nowhere' } }));
    await world.checkVpcNetwork();
    expect(await deleted()).toBeUndefined();
  });

  it('waits for its Subscription when there is something to take down', async () => {
    await made();
    const subscription = aSubscription();
    world.cluster.remove(subscriptionKind, 'account');
    world.cluster.remove(vpcNetworkKind, 'net');
    await world.checkVpcNetwork();
    expect(readyNow()).toMatchObject({ reason: 'MissingDependency' });
    world.cluster.put(subscription);
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it('goes when somebody has deleted the VPC already', async () => {
    const { vpc: VpcId, internetGateway: InternetGatewayId, securityGroup: GroupId } = await made();
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await world.ec2.send(new DeleteVpcCommand({ VpcId }));
    expect(await deleted()).toBeUndefined();
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });

  it.each(['CreateVpc', 'CreateInternetGateway', 'CreateDhcpOptions', 'CreateSecurityGroup', 'AssociateVpcCidrBlock'])(
    'takes down also what %s made, whose answer was lost',
    async (operation) => {
      world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] } }));
      world.aws.faults.add({ service: 'ec2', operation, when: 'after', drop: true });
      await world.settleVpcNetwork('net', operation === 'CreateVpc' ? 1 : 2);
      expect(await deleted()).toBeUndefined();
      expect(await vpcPartsIn(world.ec2)).toEqual(before);
    },
  );

  it('stays while AWS does not let us see what is left', async () => {
    await made();
    world.aws.faults.add({ service: 'ec2', operation: 'DescribeRouteTables', error: 'UnauthorizedOperation' });
    world.cluster.remove(vpcNetworkKind, 'net');
    await world.checkVpcNetwork();
    expect(readyNow()).toMatchObject({ reason: 'ProviderError' });
    expect((await vpcPartsIn(world.ec2, 'kyma-default-net')).attachedTo).toHaveLength(1);
    expect(await world.settleVpcNetwork()).toBeUndefined();
  });
});

interface Holder {
  readonly what: RegExp;
  readonly add: (VpcId: string) => Promise<() => Promise<unknown>>;
}

const holders: readonly Holder[] = [
  {
    what: /by subnet subnet-\w+ \(10\.20\.1\.0\/24\);/,
    add: async (VpcId) => {
      const { Subnet } = await world.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.20.1.0/24' }));
      return () => world.ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    },
  },
  {
    what: /by security group sg-\w+ \(theirs\);/,
    add: async (VpcId) => {
      const request = { VpcId, GroupName: 'theirs', Description: 'theirs' };
      const { GroupId } = await world.ec2.send(new CreateSecurityGroupCommand(request));
      return () => world.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    },
  },
  {
    what: /by route table rtb-\w+;/,
    add: async (VpcId) => {
      const { RouteTable } = await world.ec2.send(new CreateRouteTableCommand({ VpcId }));
      return () => world.ec2.send(new DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId }));
    },
  },
  {
    what: /by VPC peering pcx-\w+ \(pending-acceptance\);/,
    add: async (VpcId) => {
      const request = { VpcId, PeerVpcId: world.vpcId };
      const { VpcPeeringConnection } = await world.ec2.send(new CreateVpcPeeringConnectionCommand(request));
      world.aws.clock.advance(5_000);
      const VpcPeeringConnectionId = VpcPeeringConnection?.VpcPeeringConnectionId;
      return () => world.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    },
  },
];

describe('D22: the deletion of a VPC that is used', () => {
  it.each(holders)(
    'touches nothing, names who uses it, and goes on when they are gone: $what',
    async ({ what, add }) => {
      const { vpc = '' } = await made();
      const remove = await add(vpc);
      const used = await vpcPartsIn(world.ec2);
      world.cluster.remove(vpcNetworkKind, 'net');
      await world.settleVpcNetwork('net', 3);
      expect(world.vpcNetwork()?.status?.state).toBe('Deleting');
      expect(readyNow()?.message).toMatch(/^waiting until nothing uses VPC vpc-\w+ any more; it is used by /);
      expect(readyNow()?.message).toMatch(what);
      expect(await vpcPartsIn(world.ec2)).toEqual(used);
      await remove();
      expect(await world.settleVpcNetwork()).toBeUndefined();
      expect(await vpcPartsIn(world.ec2)).toEqual(before);
    },
  );

  it('leaves an internet gateway of somebody else at the VPC, and names it', async () => {
    const { vpc: VpcId, internetGateway } = await made();
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: internetGateway, VpcId }));
    const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    world.cluster.remove(vpcNetworkKind, 'net');
    await world.checkVpcNetwork();
    expect(readyNow()?.message).toContain(`used by internet gateway ${InternetGatewayId}`);
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect((await vpcPartsIn(world.ec2)).gateways).toContain(InternetGatewayId);
  });

  it('waits while something holds it that AWS alone knows of', async () => {
    await made();
    world.aws.faults.add({ service: 'ec2', operation: 'DeleteVpc', error: 'DependencyViolation' });
    world.cluster.remove(vpcNetworkKind, 'net');
    expect(await world.checkVpcNetwork()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 15_000 });
    expect(readyNow()?.message).toContain('it is used by something that is not looked for');
    expect(await world.settleVpcNetwork()).toBeUndefined();
  });
});

describe('a deletion while something of Kubernetes stands in the VPC', () => {
  it('is refused without a call to AWS, and goes on when it is gone', async () => {
    const { vpc: vpcId = '' } = await made();
    world.cluster.put(aScope({ status: { ...aScope().status, vpcId } }));
    world.cluster.put(anIpRange({ status: { vpcId } }));
    world.cluster.put(anIpRange({ metadata: { name: 'elsewhere' }, status: { vpcId: world.vpcId } }));
    world.cluster.put(anIpRange({ metadata: { name: 'waiting' }, spec: { vpcNetwork: { name: 'net' } } }));
    const aws = { awsAccountId: '123456789012', region: 'eu-central-1', vpcId };
    world.cluster.put(aNetwork({ status: { network: { aws } } }));
    world.cluster.put(
      aNetwork({ metadata: { name: 'demo--kyma' }, spec: { type: 'kyma' }, status: { network: { aws } } }),
    );
    world.cluster.remove(vpcNetworkKind, 'net');
    expect(await world.checkVpcNetwork()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.takeCalls()).toEqual([]);
    expect(world.vpcNetwork()?.status?.state).toBe('Warning');
    expect(findCondition(world.vpcNetwork()?.status?.conditions, 'DeleteWhileUsed')?.message).toBe(
      'Can not be deleted while used by Scope: [kcp-system/demo], Network: [kcp-system/theirs], IpRange: [kcp-system/range], IpRange: [kcp-system/waiting]',
    );
    world.cluster.remove(scopeKind, 'demo');
    world.cluster.remove(ipRangeKind, 'range');
    world.cluster.remove(ipRangeKind, 'waiting');
    world.cluster.remove(networkKind, 'theirs');
    expect(await world.settleVpcNetwork()).toBeUndefined();
  });
});
