import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { SCOPE_LABELS } from '../../../api/names.ts';
import { findCondition } from '../../../kube/conditions.ts';

let world: NetworkWorld;

const HOUR_MS = 3_600_000;

beforeEach(async () => {
  world = await startNetworkWorld();
});

afterEach(() => world.stop());

const scopeNow = () => world.cluster.find(scopeKind, 'demo');

const exposed = () => scopeNow()?.status?.exposedData;

/** The NAT gateways that AWS shows, in any state: id and addresses. */
async function gateways() {
  const { NatGateways: all = [] } = await world.ec2.send(new DescribeNatGatewaysCommand({}));
  return all.map(({ NatGatewayId: id = '', NatGatewayAddresses: addresses = [] }) => ({
    id,
    ips: addresses.map(({ PublicIp }) => PublicIp ?? ''),
  }));
}

async function addGateway(): Promise<string> {
  const SubnetId = (await world.subnets())[0]?.SubnetId;
  const { AllocationId } = await world.ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await world.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return NatGateway?.NatGatewayId ?? '';
}

describe('what a Scope tells of its network', () => {
  it('are the public addresses of its NAT gateways, each once, sorted', async () => {
    await addGateway();
    world.aws.clock.advance(600_000);
    await world.useScope(aScope({ status: {} }));
    const ips = (await gateways()).flatMap((one) => one.ips);
    expect(ips).toHaveLength(2);
    expect(exposed()).toEqual({
      readTime: expect.stringMatching(/^2026-\d\d-\d\dT[\d:]{8}Z$/),
      natGatewayIps: ips.sort(),
    });
  });

  it('E6: are those of gateways that are available, not of deleted ones that AWS still shows', async () => {
    const id = await addGateway();
    world.aws.clock.advance(600_000);
    const [kept] = await gateways();
    await world.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
    world.aws.clock.advance(600_000);
    await world.useScope(aScope({ status: {} }));
    expect(await gateways()).toHaveLength(2);
    expect(exposed()?.natGatewayIps).toEqual(kept?.ips);
  });

  it('is read again after an hour, not before', async () => {
    await world.useScope(aScope({ status: {} }));
    const before = exposed();
    world.aws.clock.advance(HOUR_MS - 60_000);
    await world.checkScope();
    expect(world.takeCalls()).toEqual(['DescribeVpcs']);
    world.aws.clock.advance(60_000);
    await world.checkScope();
    expect(world.takeCalls()).toEqual(['DescribeVpcs', 'DescribeNatGateways']);
    const laterMs = Date.parse(exposed()?.readTime ?? '') - Date.parse(before?.readTime ?? '');
    expect(laterMs).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('is not read for a cluster on trial', async () => {
    const labels = { [SCOPE_LABELS.brokerPlanName]: 'trial' };
    world.cluster.put(aScope({ metadata: { labels }, status: {} }));
    await world.checkScope();
    expect(world.takeCalls()).not.toContain('DescribeNatGateways');
    expect(scopeNow()?.status?.state).toBe('Ready');
    expect(exposed()).toBeUndefined();
  });

  it('is read again when the Scope has come to mean another VPC', async () => {
    await world.useScope(aScope({ status: {} }));
    const id = await world.addVpc('elsewhere', '10.9.0.0/22');
    const scope = scopeNow() ?? aScope();
    const { aws } = scope.spec.scope;
    const network = { ...aws.network, vpc: { id } };
    await world.useScope({ ...scope, spec: { ...scope.spec, scope: { aws: { ...aws, network } } } });
    expect(exposed()?.natGatewayIps).toEqual([]);
  });

  it('are never the addresses of a VPC that it no longer means', async () => {
    await world.useScope(aScope({ status: {} }));
    expect(exposed()?.natGatewayIps).toHaveLength(1);
    world.aws.faults.add({
      service: 'ec2',
      operation: 'DescribeNatGateways',
      error: 'UnauthorizedOperation',
      count: 10,
    });
    world.cluster.put(aScope({ status: { ...scopeNow()?.status, vpcId: 'vpc-0fedcba9876543210' } }));
    await world.checkScope();
    expect(exposed()).toBeUndefined();
  });
});

describe('E6: what cannot be read', () => {
  const denied = { service: 'ec2', operation: 'DescribeNatGateways', error: 'UnauthorizedOperation', count: 10 };

  it('takes nothing from the Scope, and an Event tells it', async () => {
    world.aws.faults.add(denied);
    await world.useScope(aScope({ status: {} }));
    expect(scopeNow()?.status?.state).toBe('Ready');
    expect(findCondition(scopeNow()?.status?.conditions, 'Error')).toBeUndefined();
    expect(exposed()).toBeUndefined();
    expect(world.news[0]).toMatchObject({ type: 'Warning', reason: 'ExposedDataNotRead' });
    expect(world.news[0]?.message).toMatch(
      /^The addresses of the NAT gateways could not be read: .*UnauthorizedOperation/,
    );
  });

  it('leaves what was read before, and is read at the next look', async () => {
    await world.useScope(aScope({ status: {} }));
    const before = exposed();
    world.aws.clock.advance(HOUR_MS);
    world.aws.faults.add(denied);
    await world.checkScope();
    expect(exposed()).toEqual(before);
    world.aws.faults.clear();
    world.aws.clock.advance(600_000);
    await world.checkScope();
    expect(exposed()?.readTime).not.toBe(before?.readTime);
  });
});
