import { DeleteVpcCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aCondition,
  anIpRange,
  aNetwork,
  aScope,
  aSubscription,
  aVpcNetwork,
} from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { networkKind } from '../../../api/cloud-control/v1beta1/network.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

beforeEach(async () => {
  world = await startNetworkWorld();
  await world.useScope(aScope({ status: {} }));
});

afterEach(() => world.stop());

const readyOf = (name = 'range') => findCondition(world.ipRange(name)?.status?.conditions, 'Ready');

const inTheirs = (name = 'range', cidr?: string) =>
  anIpRange({ metadata: { name }, spec: { network: { name: 'theirs' }, ...(cidr !== undefined && { cidr }) } });

/** A Network for a VPC of its own in the account and region of the Scope. */
async function useNetwork(reference: object = {}): Promise<string> {
  const vpcId = await world.addVpc('theirs', '10.9.0.0/22');
  const aws = { region: 'eu-central-1', networkName: 'theirs', ...reference };
  world.cluster.put(aNetwork({ spec: { network: { reference: { aws } } } }));
  await world.checkNetwork('theirs');
  world.takeCalls();
  return vpcId;
}

describe('the VPC of an IpRange', () => {
  it('is that of its Scope when it names none', async () => {
    world.cluster.put(anIpRange());
    expect((await world.settleIpRange())?.status?.vpcId).toBe(world.vpcId);
  });

  it('is that of the Network that it names, found by its name', async () => {
    const vpcId = await useNetwork();
    world.cluster.put(inTheirs());
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', vpcId });
  });

  it('is that of the Network that it names, found by its id', async () => {
    const vpcId = await useNetwork({ networkName: '', vpcId: world.vpcId });
    world.cluster.put(inTheirs());
    expect((await world.settleIpRange())?.status?.vpcId).toBe(world.vpcId);
    expect(vpcId).not.toBe(world.vpcId);
  });

  it('is that of the VpcNetwork that it names, wherever its Scope is', async () => {
    const vpc = await world.addVpc('made', '10.9.0.0/22');
    world.cluster.put(aSubscription());
    world.cluster.put(aVpcNetwork({ status: { ...ready(), identifiers: { vpc } } }));
    world.cluster.put(anIpRange({ spec: { vpcNetwork: { name: 'net' } } }));
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', vpcId: vpc });
  });

  it('is waited for when the VpcNetwork does not find it any more, and the IpRange is not ready meanwhile', async () => {
    const vpc = await world.addVpc('made', '10.9.0.0/22');
    world.cluster.put(aSubscription());
    world.cluster.put(aVpcNetwork({ status: { ...ready(), identifiers: { vpc } } }));
    world.cluster.put(anIpRange({ spec: { vpcNetwork: { name: 'net' } } }));
    await world.settleIpRange();
    world.cluster.put(aVpcNetwork({ status: { state: 'Error' } }));
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(readyOf()).toMatchObject({ reason: 'WaitingDependency', message: 'VpcNetwork kcp-system/net has no VPC' });
    world.cluster.put(aVpcNetwork({ status: { ...ready(), identifiers: { vpc } } }));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
  });

  it('is not guessed between two of one name', async () => {
    await useNetwork();
    await world.addVpc('theirs', '10.10.0.0/22');
    world.cluster.put(inTheirs());
    await world.checkIpRange();
    expect(readyOf()).toMatchObject({ reason: 'ValidationFailed' });
    expect(readyOf()?.message).toMatch(/^2 VPCs have the name theirs in account .*: vpc-\w+, vpc-\w+; give the id/);
  });

  it('costs no more calls than that of the Scope', async () => {
    await useNetwork();
    world.cluster.put(inTheirs());
    await world.settleIpRange();
    world.takeCalls();
    await world.checkIpRange();
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeSubnets']);
  });
});

const ready = () => ({ state: 'Ready', conditions: [aCondition()], observedGeneration: 1 }) as const;

describe('an IpRange waits', () => {
  it.each([
    {
      spec: { network: { name: 'nowhere' } },
      reason: 'MissingDependency',
      message: 'Network kcp-system/nowhere does not exist',
    },
    {
      spec: { network: { name: 'theirs' } },
      reason: 'WaitingDependency',
      message: 'Network kcp-system/theirs is not ready',
    },
    {
      spec: { vpcNetwork: { name: 'nowhere' } },
      reason: 'MissingDependency',
      message: 'VpcNetwork kcp-system/nowhere does not exist',
    },
    {
      spec: { vpcNetwork: { name: 'net' } },
      reason: 'WaitingDependency',
      message: 'VpcNetwork kcp-system/net is not ready',
    },
  ])('and says for whom, without a call to AWS: $message', async ({ spec, reason, message }) => {
    world.cluster.put(aNetwork());
    world.cluster.put(aVpcNetwork());
    world.cluster.put(anIpRange({ spec }));
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.ipRange()?.status?.state).toBe('Processing');
    expect(readyOf()).toMatchObject({ reason, message });
    expect(world.takeCalls()).toEqual([]);
  });

  it('for the Subscription of its VpcNetwork, which says whose account that is', async () => {
    world.cluster.put(aVpcNetwork({ status: { ...ready(), identifiers: { vpc: world.vpcId } } }));
    world.cluster.put(anIpRange({ spec: { vpcNetwork: { name: 'net' } } }));
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    const message = 'Subscription kcp-system/account of VpcNetwork kcp-system/net does not exist';
    expect(readyOf()).toMatchObject({ reason: 'WaitingDependency', message });
  });

  it('for the Network of its Scope, unless it is ready already', async () => {
    world.cluster.put(anIpRange());
    await world.settleIpRange();
    world.cluster.hide(networkKind, 'demo--kyma');
    const before = world.ipRange();
    world.takeCalls();
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(world.ipRange()).toEqual(before);
    world.cluster.put(anIpRange({ metadata: { name: 'new' } }));
    await world.checkIpRange('new');
    expect(readyOf('new')?.message).toBe('Network kcp-system/demo--kyma does not exist');
    expect(world.takeCalls()).toEqual([]);
  });
});

describe('a VPC that is not where the Scope is', () => {
  it.each([
    {
      aws: { awsAccountId: '210987654321', region: 'eu-central-1' },
      where: 'AWS account 210987654321, region eu-central-1',
    },
    { aws: { region: 'eu-west-1' }, where: 'AWS account 123456789012, region eu-west-1' },
  ])('is refused, of a Network in $where', async ({ aws, where }) => {
    await useNetwork(aws);
    world.cluster.put(inTheirs());
    expect(await world.checkIpRange()).toMatchObject({ kind: 'stopAndForget' });
    expect(findCondition(world.ipRange()?.status?.conditions, 'Error')).toMatchObject({
      reason: 'ReasonInvalidDependency',
      message: `Network kcp-system/theirs is in ${where}, but the Scope in account 123456789012, region eu-central-1: name one that is where the Scope is`,
    });
    expect(world.takeCalls()).toEqual([]);
  });

  it('is refused, of a VpcNetwork in another account', async () => {
    world.cluster.put(aSubscription({ spec: { details: { aws: { account: '210987654321' } } } }));
    world.cluster.put(aVpcNetwork({ status: { ...ready(), identifiers: { vpc: 'vpc-0fedcba9876543210' } } }));
    world.cluster.put(anIpRange({ spec: { vpcNetwork: { name: 'net' } } }));
    await world.checkIpRange();
    expect(readyOf()).toMatchObject({ reason: 'ReasonInvalidDependency' });
    expect(readyOf()?.message).toMatch(
      /^VpcNetwork kcp-system\/net is in AWS account 210987654321, region eu-central-1/,
    );
  });
});

describe('several IpRanges of one VPC', () => {
  it('D1: get ranges of their own also when they name it by different Networks, and go one by one', async () => {
    await useNetwork({ networkName: '', vpcId: world.vpcId });
    world.cluster.put(anIpRange());
    world.cluster.put(inTheirs('other'));
    await Promise.all([world.checkIpRange(), world.checkIpRange('other')]);
    await world.settleIpRange();
    await world.settleIpRange('other');
    const cidrs = ['range', 'other'].map((name) => world.ipRange(name)?.status?.cidr);
    expect(new Set(cidrs)).toEqual(new Set(['10.250.4.0/22', '10.250.8.0/22']));
    const kept = world.ipRange('other')?.status;
    world.cluster.remove(ipRangeKind, 'range');
    await world.settleIpRange();
    await world.settleIpRange('other');
    expect(world.ipRange('other')?.status).toEqual(kept);
    expect(await world.blocks()).toHaveLength(2);
  });

  it('keep clear of blocks that a VpcNetwork has yet to add to the VPC', async () => {
    const spec = { cidrBlocks: ['10.250.0.0/22', '10.250.4.0/22'] };
    world.cluster.put(aVpcNetwork({ spec, status: { identifiers: { vpc: world.vpcId } } }));
    world.cluster.put(anIpRange());
    expect((await world.settleIpRange())?.status?.cidr).toBe('10.250.8.0/22');
    world.cluster.put(anIpRange({ metadata: { name: 'given' }, spec: { cidr: '10.250.4.0/23' } }));
    await world.checkIpRange('given');
    expect(readyOf('given')?.message).toBe('CIDR 10.250.4.0/23 overlaps with VpcNetwork kcp-system/net 10.250.4.0/22');
  });

  it('may be given the same range in different VPCs', async () => {
    await useNetwork();
    world.cluster.put(anIpRange({ spec: { cidr: '10.181.0.0/22' } }));
    world.cluster.put(inTheirs('other', '10.181.0.0/22'));
    expect((await world.settleIpRange())?.status?.state).toBe('Ready');
    expect((await world.settleIpRange('other'))?.status?.state).toBe('Ready');
  });
});

describe('the deletion of an IpRange', () => {
  it.each(['its Network', 'the VPC of its Scope'])('D4: goes on without %s', async (what) => {
    const vpcId = await useNetwork();
    world.cluster.put(inTheirs());
    await world.settleIpRange();
    if (what === 'its Network') world.cluster.hide(networkKind, 'theirs');
    else {
      const scope = world.cluster.find(scopeKind, 'demo') ?? aScope();
      const lost = { ...scope, status: { ...scope.status, vpcId: undefined } };
      world.cluster.put(lost);
    }
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    await world.ec2.send(new DeleteVpcCommand({ VpcId: vpcId }));
  });
});
