import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteVpcCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { FINALIZER } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aSubscription());
  const cidrBlocks = ['10.60.1.9/24'];
  world.cluster.put(aVpcNetwork({ spec: { type: 'gardener', vpcNetworkName: 'shoot--x--y', cidrBlocks } }));
});

afterEach(() => world.stop());

const readyNow = () => findCondition(world.vpcNetwork()?.status?.conditions, 'Ready');

async function addGateway(VpcId: string): Promise<string> {
  const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

describe('a VpcNetwork of type gardener', () => {
  it('is ready when somebody has made the VPC and its internet gateway, and says what is missing until then', async () => {
    expect(await world.checkVpcNetwork()).toMatchObject({ delayMs: 60_000 });
    expect(readyNow()).toMatchObject({ status: 'False', reason: 'ProviderError' });
    expect(readyNow()?.message).toMatch(/^VPC not found: there is none of the name shoot--x--y$/);
    const vpc = await world.addVpc('shoot--x--y', '10.60.0.0/16');
    await world.checkVpcNetwork();
    expect(readyNow()?.message).toMatch(/^Internet gateway not found: none is attached to VPC vpc-/);
    const internetGateway = await addGateway(vpc);
    world.takeCalls();
    await world.settleVpcNetwork();
    expect(readyNow()).toMatchObject({ status: 'True', reason: 'Provisioned' });
    expect(world.vpcNetwork()).toMatchObject({
      metadata: { finalizers: [FINALIZER] },
      status: { identifiers: { name: 'shoot--x--y', vpc, internetGateway }, cidrBlocks: ['10.60.1.0/24'] },
    });
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeInternetGateways']);
  });

  it('tells only those of its blocks that the VPC has, and names the others', async () => {
    const vpc = await world.addVpc('shoot--x--y', '10.70.0.0/16');
    await addGateway(vpc);
    expect((await world.settleVpcNetwork())?.status).toMatchObject({ state: 'Ready', cidrBlocks: [] });
    expect(readyNow()).toMatchObject({
      status: 'True',
      reason: 'Provisioned',
      message: `Provisioned, but VPC ${vpc} lacks 10.60.1.0/24: whoever looks after it has to add what is missing`,
    });
  });

  it('D24: is looked at again, and sees what became of it', async () => {
    const vpc = await world.addVpc('shoot--x--y', '10.60.0.0/16');
    const gateway = await addGateway(vpc);
    await world.settleVpcNetwork();
    await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpc }));
    world.aws.clock.advance(600_000);
    await world.checkVpcNetwork();
    expect(readyNow()?.message).toContain('Internet gateway not found');
    expect(world.vpcNetwork()?.status?.identifiers).toEqual({ name: 'shoot--x--y', vpc });
    await world.ec2.send(new DeleteVpcCommand({ VpcId: vpc }));
    await world.checkVpcNetwork();
    expect(world.vpcNetwork()?.status?.identifiers).toEqual({ name: 'shoot--x--y' });
  });

  it('does not guess between VPCs of one name', async () => {
    await world.addVpc('shoot--x--y', '10.60.0.0/16');
    await world.addVpc('shoot--x--y', '10.61.0.0/16');
    await world.checkVpcNetwork();
    expect(readyNow()?.message).toMatch(/^2 VPCs have the name shoot--x--y: vpc-\w+, vpc-\w+;/);
  });

  it('goes without a question to AWS, and leaves everything as it is', async () => {
    await addGateway(await world.addVpc('shoot--x--y', '10.60.0.0/16'));
    await world.settleVpcNetwork();
    const before = await vpcPartsIn(world.ec2);
    world.takeCalls();
    // There is no request of an earlier process to wait for either.
    world.restartVpcNetworks();
    world.cluster.remove(vpcNetworkKind, 'net');
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect(world.takeCalls()).toEqual([]);
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });
});
