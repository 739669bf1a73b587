import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { isDnsOn, vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { type VpcNetwork, vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { ADOPT_ANNOTATION } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;
let theirs: string;

beforeEach(async () => {
  world = await startNetworkWorld();
  world.cluster.put(aSubscription());
  theirs = await world.addVpc('kyma-default-net', '10.20.0.0/16');
});

afterEach(() => world.stop());

async function adopt(id: string, spec: Partial<VpcNetwork['spec']> = {}): Promise<VpcNetwork | undefined> {
  world.cluster.put(aVpcNetwork({ metadata: { annotations: { [ADOPT_ANNOTATION]: id } }, spec }));
  return world.settleVpcNetwork();
}

async function addGateway(): Promise<string> {
  const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  await world.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: theirs }));
  return InternetGatewayId;
}

async function addGroup(): Promise<string> {
  const request = { VpcId: theirs, GroupName: 'kyma-default-net', Description: 'of an earlier release' };
  return (await world.ec2.send(new CreateSecurityGroupCommand(request))).GroupId ?? '';
}

const tagAs = (id: string, name: string) => {
  const tags = { 'cloud-manager.kyma-project.io/name': name, 'cloud-manager.kyma-project.io/subscription': 'account' };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
};

const readyOf = (object: VpcNetwork | undefined) => findCondition(object?.status?.conditions, 'Ready');

describe('a VPC that a VpcNetwork is to take over', () => {
  it('is its own from then on, with the gateway and the group that it has', async () => {
    const [gateway, group] = [await addGateway(), await addGroup()];
    const object = await adopt(theirs, { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] });
    expect(object?.status).toMatchObject({
      state: 'Ready',
      identifiers: { vpc: theirs, internetGateway: gateway, securityGroup: group },
    });
    expect(await vpcPartsIn(world.ec2, 'kyma-default-net')).toMatchObject({
      vpcs: [theirs],
      blocks: ['10.20.0.0/16', '10.30.0.0/16'],
      gateways: [gateway],
      attachedTo: [theirs],
      groups: [group],
    });
    expect(await isDnsOn(world.ec2, theirs)).toBe(true);
    expect(world.news[0]).toEqual({ type: 'Normal', reason: 'Adopted', message: `The VPC ${theirs} was taken over` });
  });

  it('goes with it, also when the annotation was taken away', async () => {
    const before = await vpcPartsIn(world.ec2);
    await addGateway();
    const object = await adopt(theirs);
    world.cluster.put({ ...object, metadata: { ...object?.metadata, annotations: {} } } as VpcNetwork);
    world.cluster.remove(vpcNetworkKind, 'net');
    expect(await world.settleVpcNetwork()).toBeUndefined();
    const after = await vpcPartsIn(world.ec2);
    expect(after.gateways).toEqual(before.gateways);
    expect(after.vpcs).toEqual(before.vpcs.filter((id) => id !== theirs));
  });

  it('also when AWS was cut off in the middle of it', async () => {
    const gateway = await addGateway();
    world.aws.faults.add({ service: 'ec2', operation: 'CreateTags', when: 'after', drop: true });
    expect((await adopt(theirs))?.status).toMatchObject({
      state: 'Ready',
      identifiers: { vpc: theirs, internetGateway: gateway },
    });
  });

  it('becomes that of one when two want it at once, and nothing of the other one stays in it', async () => {
    const before = await vpcPartsIn(world.ec2);
    const names = ['first', 'second'];
    for (const name of names) {
      world.cluster.put(aVpcNetwork({ metadata: { name, annotations: { [ADOPT_ANNOTATION]: theirs } } }));
    }
    await Promise.all(names.map((name) => world.checkVpcNetwork(name)));
    world.aws.clock.advance(5_000);
    const states = [];
    for (const name of names) states.push((await world.settleVpcNetwork(name, 8))?.status?.state);
    expect(new Set(states)).toEqual(new Set(['Ready', 'Error']));
    for (const name of names) {
      world.cluster.remove(vpcNetworkKind, name);
      expect(await world.settleVpcNetwork(name)).toBeUndefined();
    }
    expect(await vpcPartsIn(world.ec2)).toMatchObject({
      vpcs: before.vpcs.filter((id) => id !== theirs),
      gateways: before.gateways,
      dhcpOptions: before.dhcpOptions,
    });
  });

  it("is left alone when it is somebody else's, and says whose", async () => {
    await tagAs(theirs, 'kcp-system/other');
    expect(readyOf(await adopt(theirs))).toMatchObject({
      reason: 'ValidationFailed',
      message: `VPC ${theirs} is tagged as that of kcp-system/other`,
    });
    expect((await vpcPartsIn(world.ec2)).vpcs).toContain(theirs);
  });

  it('has to exist', async () => {
    expect(readyOf(await adopt('vpc-0123456789abcdef0'))).toMatchObject({
      reason: 'VpcNotFound',
      message: expect.stringMatching(/^VPC vpc-0123456789abcdef0 .* does not exist in account 123456789012/),
    });
  });

  it('has to have its primary block among those that are asked', async () => {
    const object = await adopt(theirs, { cidrBlocks: ['10.30.0.0/16'] });
    expect(readyOf(object)).toMatchObject({ reason: 'InvalidCidr' });
    expect((await vpcPartsIn(world.ec2, 'kyma-default-net')).dhcpOptions).toEqual([]);
  });

  it("keeps a gateway that is another VpcNetwork's, and says so", async () => {
    const gateway = await addGateway();
    await tagAs(gateway, 'kcp-system/other');
    expect(readyOf(await adopt(theirs))?.message).toContain(`attached the internet gateway ${gateway}`);
  });
});

describe('a VPC that somebody has tagged as that of another', () => {
  it('is not made a second time, and not deleted', async () => {
    await adopt(theirs);
    await tagAs(theirs, 'kcp-system/other');
    world.aws.clock.advance(600_000);
    const object = await world.settleVpcNetwork();
    expect(readyOf(object)).toMatchObject({
      reason: 'NameTaken',
      message: `Somebody has tagged VPC ${theirs} as that of kcp-system/other: put its tags right, and it is used again`,
    });
    await world.ec2.send(
      new DeleteTagsCommand({ Resources: [theirs], Tags: [{ Key: 'cloud-manager.kyma-project.io/name' }] }),
    );
    world.aws.clock.advance(600_000);
    expect((await world.settleVpcNetwork())?.status).toMatchObject({ state: 'Ready', identifiers: { vpc: theirs } });
  });
});
