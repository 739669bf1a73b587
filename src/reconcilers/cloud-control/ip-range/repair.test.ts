import {
  CreateTagsCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DisassociateVpcCidrBlockCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type IpRange, ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  await world.useScope(aScope({ status: {} }));
});

afterEach(() => world.stop());

const zonesOf = (object: IpRange | undefined) => object?.status?.subnets?.map(({ zone, range }) => `${zone} ${range}`);

const messageOf = (object: IpRange | undefined) => findCondition(object?.status?.conditions, 'Ready')?.message;

describe('a failure midway', () => {
  it('D2, D13: leaves what was made, and the next pass makes the rest in the same places', async () => {
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    world.aws.clock.advance(5_000);
    world.aws.faults.add({ service: 'ec2', operation: 'CreateSubnet', error: 'SubnetLimitExceeded', count: 2 });
    await world.checkIpRange();
    expect(world.ipRange()?.status?.subnets).toHaveLength(1);
    expect(messageOf(world.ipRange())).toContain('SubnetLimitExceeded');
    expect(zonesOf(await world.settleIpRange())).toEqual([
      'eu-central-1a 10.250.4.0/24',
      'eu-central-1b 10.250.5.0/24',
      'eu-central-1c 10.250.6.0/24',
    ]);
  });

  it.each(['AssociateVpcCidrBlock', 'CreateSubnet', 'DescribeVpcs', 'DescribeSubnets'])(
    'that loses the answer of %s leaves nothing twice',
    async (operation) => {
      world.aws.faults.add({ service: 'ec2', operation, when: 'after', drop: true, count: 4 });
      world.cluster.put(anIpRange());
      const object = await world.settleIpRange();
      expect(object?.status).toMatchObject({ state: 'Ready', addressSpaceCreated: true });
      expect(await world.blocks()).toHaveLength(2);
      expect((await world.subnets()).filter(({ CidrBlock }) => CidrBlock?.startsWith('10.250.4.'))).toHaveLength(1);
    },
  );
});

describe('what AWS does not tell at once', () => {
  it('is no Error: a subnet that exists before its list shows it', async () => {
    world.cluster.put(anIpRange());
    await world.checkIpRange();
    world.aws.clock.advance(5_000);
    world.aws.faults.add({ service: 'ec2', operation: 'CreateSubnet', error: 'InvalidSubnet.Conflict' });
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 2_000 });
    expect(world.ipRange()?.status?.state).toBe('Processing');
    expect(messageOf(world.ipRange())).toMatch(/it has subnets that it does not list yet: 10\.250\.\d\.0\/24$/);
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('is looked for again: a block that was associated, before it is made anew', async () => {
    const status = { cidr: '10.250.4.0/22', addressSpaceId: 'vpc-cidr-assoc-0', addressSpaceCreated: true };
    world.cluster.put(anIpRange({ status: { ...status, vpcId: world.vpcId } }));
    await world.checkIpRange();
    expect(world.takeCalls()).not.toContain('AssociateVpcCidrBlock');
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
    expect(await world.blocks()).toHaveLength(2);
  });
});

describe('an IpRange at rest', () => {
  const settleAndForget = async (): Promise<IpRange | undefined> => {
    world.cluster.put(anIpRange());
    const object = await world.settleIpRange();
    world.takeCalls();
    return object;
  };

  it('is looked at with two calls and nothing is written', async () => {
    const before = await settleAndForget();
    const writes = world.cluster.writes.length;
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopWithRequeueDelay', delayMs: 600_000 });
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeSubnets']);
    expect(world.cluster.writes.length).toBe(writes);
    expect(world.ipRange()?.status).toEqual(before?.status);
  });

  it('makes a subnet again that somebody deleted, where it was', async () => {
    const before = await settleAndForget();
    const SubnetId = before?.status?.subnets?.[0]?.id;
    await world.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    const after = await world.settleIpRange();
    expect(zonesOf(after)).toEqual(zonesOf(before));
    expect(after?.status?.subnets?.[0]?.id).not.toBe(SubnetId);
  });

  it('makes its block again that somebody took out of the VPC', async () => {
    const before = await settleAndForget();
    for (const { id } of before?.status?.subnets ?? []) {
      await world.ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
    }
    const AssociationId = before?.status?.addressSpaceId;
    await world.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
    const after = await world.settleIpRange();
    expect(after?.status).toMatchObject({ state: 'Ready', addressSpaceCreated: true });
    expect(after?.status?.addressSpaceId).not.toBe(AssociationId);
    expect(zonesOf(after)).toEqual(zonesOf(before));
    const told = ['block 10.250.4.0/22', 'zone eu-central-1a', 'zone eu-central-1b', 'zone eu-central-1c'];
    const repair = (what: string) => ({ reason: 'Repaired', message: expect.stringContaining(what) });
    expect(world.news).toHaveLength(told.length);
    expect(world.news).toEqual(expect.arrayContaining(told.map((what) => expect.objectContaining(repair(what)))));
  });

  it('gives back tags that somebody took away, and still knows its subnets', async () => {
    const before = await settleAndForget();
    const id = before?.status?.subnets?.[0]?.id ?? '';
    const Tags = [{ Key: 'cloud-manager.kyma-project.io/name' }, { Key: 'cloud-manager.kyma-project.io/iprange' }];
    await world.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
    const after = await world.settleIpRange();
    expect(after?.status).toEqual(before?.status);
    const tags = (await world.subnets()).find(({ SubnetId }) => SubnetId === id)?.Tags;
    expect(tags).toContainEqual({ Key: 'cloud-manager.kyma-project.io/name', Value: 'kcp-system/range' });
    const message = `Tags of the subnet ${id} were missing and are there again`;
    expect(world.news).toEqual([{ type: 'Normal', reason: 'Repaired', message }]);
  });

  it('does not take a subnet that only bears the tag of the kind', async () => {
    const before = await settleAndForget();
    const foreign = (await world.subnets()).find(({ CidrBlock }) => CidrBlock?.startsWith('10.250.0.'));
    const Tags = [{ Key: 'cloud-manager.kyma-project.io/iprange', Value: '1' }];
    await world.ec2.send(new CreateTagsCommand({ Resources: [foreign?.SubnetId ?? ''], Tags }));
    expect(zonesOf(await world.settleIpRange())).toEqual(zonesOf(before));
  });

  it('finds its range again when it comes from a backup, without a status', async () => {
    const { metadata } = world.ipRange() ?? {};
    world.cluster.put(anIpRange({ metadata: { ...metadata, uid: 'another' } }));
    const object = await world.settleIpRange();
    expect(object?.status).toMatchObject({ state: 'Ready', cidr: '10.250.4.0/22' });
    expect(zonesOf(object)?.[0]).toBe('eu-central-1a 10.250.4.0/24');
    expect(await world.blocks()).toHaveLength(2);
  });

  it('finds its range again, and takes it out in the end, when it was lost and is made anew', async () => {
    await settleAndForget();
    world.cluster.put(anIpRange({ metadata: { uid: 'another' } }));
    const object = await world.settleIpRange();
    expect(object?.status).toMatchObject({ state: 'Ready', cidr: '10.250.4.0/22', addressSpaceCreated: true });
    expect(world.takeCalls()).not.toContain('CreateSubnet');
    world.cluster.remove(ipRangeKind, 'range');
    await world.settleIpRange();
    expect([world.ipRange(), (await world.blocks()).length]).toEqual([undefined, 1]);
  });

  it('stays ready while AWS throttles', async () => {
    const before = await settleAndForget();
    world.aws.faults.add({ service: 'ec2', operation: 'DescribeVpcs', error: 'RequestLimitExceeded', count: 100 });
    await world.checkIpRange();
    expect(world.ipRange()?.status).toEqual(before?.status);
  });

  it('stays where it is when its Scope comes to mean another VPC, whose Network waits for it', async () => {
    const { spec } = aScope();
    const before = await settleAndForget();
    const vpcNetwork = 'elsewhere';
    await world.addVpc(vpcNetwork, '10.9.0.0/22');
    await world.useScope(aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, vpcNetwork } } }, status: {} }));
    await world.checkIpRange();
    expect(world.ipRange()?.status).toEqual(before?.status);
  });

  it('says so when its VPC was replaced by another one of its name', async () => {
    const { spec } = aScope();
    const vpcNetwork = 'replaced';
    const VpcId = await world.addVpc(vpcNetwork, '10.9.0.0/22');
    const scope = aScope({ spec: { ...spec, scope: { aws: { ...spec.scope.aws, vpcNetwork } } }, status: {} });
    await world.useScope(scope);
    const before = await settleAndForget();
    for (const { id } of before?.status?.subnets ?? []) {
      await world.ec2.send(new DeleteSubnetCommand({ SubnetId: id }));
    }
    await world.ec2.send(new DeleteVpcCommand({ VpcId }));
    const again = await world.addVpc(vpcNetwork, '10.9.0.0/22');
    await world.useScope(scope);
    await world.checkIpRange();
    expect(findCondition(world.ipRange()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ShootAndVpcMismatch',
      message: `the range stands in VPC ${VpcId}, but Network kcp-system/demo--kyma is VPC ${again} now`,
    });
  });
});
