import {
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';
import { findCondition } from '../../../kube/conditions.ts';
import type { WorldOptions } from '../../../sandbox/aws/world-options-schema.ts';
import { tagsFor } from './tags.ts';

let world: NetworkWorld;

afterEach(() => world.stop());

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startNetworkWorld(options);
  world.cluster.put(aSubscription());
  world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] } }));
}

const parts = () => vpcPartsIn(world.ec2, 'kyma-default-net');
const readyNow = () => findCondition(world.vpcNetwork()?.status?.conditions, 'Ready');

const asOurs = (ResourceType: ResourceType) => {
  const Tags = Object.entries(tagsFor(aVpcNetwork(), 'kyma-default-net')).map(([Key, Value]) => ({ Key, Value }));
  return { TagSpecifications: [{ ResourceType, Tags }] };
};

const anotherVpc = async (): Promise<string> => {
  const { Vpc } = await world.ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16', ...asOurs('vpc') }));
  world.aws.clock.advance(5_000);
  return Vpc?.VpcId ?? '';
};

const exactlyOne = async (): Promise<void> => {
  const { vpcs, gateways, attachedTo, dhcpOptions, usedDhcpOptions, groups } = await parts();
  expect([vpcs, gateways, dhcpOptions, groups].map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  expect({ attachedTo, usedDhcpOptions }).toEqual({ attachedTo: vpcs, usedDhcpOptions: dhcpOptions });
};

describe('what was made twice', () => {
  it.each(['CreateVpc', 'CreateInternetGateway', 'CreateDhcpOptions'])(
    'because AWS did not answer %s, nor showed what it had made: one of them goes before the VpcNetwork is ready',
    async (operation) => {
      // Far longer than what is not shown is waited for.
      await start({ durationsSeconds: { 'ec2.resource.invisible': 90 } });
      world.aws.faults.add({ service: 'ec2', operation, when: 'after', drop: true });
      const seen: string[] = [];
      let most = 0;
      for (let pass = 0; pass < 120 && readyNow()?.status !== 'True'; pass += 1) {
        const stop = await world.checkVpcNetwork();
        seen.push(...world.takeCalls());
        const now = await parts();
        world.takeCalls();
        most = Math.max(most, now.vpcs.length, now.gateways.length, now.dhcpOptions.length);
        world.aws.clock.advance(stop?.kind === 'stopWithRequeueDelay' ? stop.delayMs : 1_000);
      }
      expect(readyNow()).toMatchObject({ status: 'True', reason: 'Provisioned' });
      expect(seen.filter((call) => call === operation)).toHaveLength(2);
      expect(most).toBe(2);
      world.aws.clock.advance(90_000);
      await exactlyOne();
    },
  );

  it('is not made while AWS may still show what it was asked for', async () => {
    await start({ durationsSeconds: { 'ec2.resource.invisible': 20 } });
    world.aws.faults.add({ service: 'ec2', operation: 'CreateVpc', when: 'after', drop: true });
    await world.settleVpcNetwork();
    expect(world.takeCalls().filter((call) => call === 'CreateVpc')).toHaveLength(1);
    expect(readyNow()?.status).toBe('True');
    await exactlyOne();
  });

  it('by another process, with a gateway at it, goes also when it shows long after', async () => {
    await start();
    await world.settleVpcNetwork();
    const kept = world.vpcNetwork()?.status?.identifiers;
    const duplicate = await anotherVpc();
    await world.ec2.send(new CreateInternetGatewayCommand(asOurs('internet-gateway')));
    world.aws.clock.advance(600_000);
    await world.settleVpcNetwork();
    expect(readyNow()?.status).toBe('True');
    expect(world.vpcNetwork()?.status?.identifiers).toEqual(kept);
    expect((await vpcPartsIn(world.ec2)).vpcs).not.toContain(duplicate);
    await exactlyOne();
  });

  it('by another process that recorded its gateway, while ours is the one at the VPC: the other one goes', async () => {
    await start();
    await world.settleVpcNetwork();
    const { identifiers } = world.vpcNetwork()?.status ?? {};
    const { InternetGateway } = await world.ec2.send(new CreateInternetGatewayCommand(asOurs('internet-gateway')));
    const internetGateway = InternetGateway?.InternetGatewayId ?? '';
    world.cluster.setStatus(vpcNetworkKind, 'net', { identifiers: { ...identifiers, internetGateway } });
    world.aws.clock.advance(600_000);
    expect((await world.settleVpcNetwork())?.status).toMatchObject({ state: 'Ready', identifiers });
    await exactlyOne();
  });

  it('stays when somebody has begun to use it, and is named until nobody does', async () => {
    await start();
    await world.settleVpcNetwork();
    const duplicate = await anotherVpc();
    const { Subnet } = await world.ec2.send(new CreateSubnetCommand({ VpcId: duplicate, CidrBlock: '10.20.0.0/24' }));
    world.aws.clock.advance(600_000);
    await world.settleVpcNetwork('net', 2);
    expect(readyNow()).toMatchObject({ status: 'False', reason: 'ProviderError' });
    expect(readyNow()?.message).toContain(`The VPC ${duplicate} is tagged as that of the VpcNetwork beside vpc-`);
    expect(readyNow()?.message).toContain(`used by subnet ${Subnet?.SubnetId}`);
    await world.ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    expect((await world.settleVpcNetwork())?.status?.state).toBe('Ready');
    await exactlyOne();
  });

  it('goes with the VpcNetwork', async () => {
    await start();
    const before = await vpcPartsIn(world.ec2);
    await world.settleVpcNetwork();
    await anotherVpc();
    world.cluster.remove(vpcNetworkKind, 'net');
    expect(await world.settleVpcNetwork()).toBeUndefined();
    expect(await vpcPartsIn(world.ec2)).toEqual(before);
  });
});
