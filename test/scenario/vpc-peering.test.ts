import { CreateRouteTableCommand, DescribeRouteTablesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ipRangeKind, networkKind, scopeKind, vpcPeeringKind } from '../../src/api/index.ts';
import { findCondition } from '../../src/kube/index.ts';
import type { WorldOptions } from '../../src/sandbox/aws/world-options-schema.ts';
import { Environment } from '../support/environment.ts';
import {
  aNetworkManifest,
  anIpRangeManifest,
  aScopeManifest,
  aVpcPeeringManifest,
  changed,
} from '../support/manifests.ts';

const MINUTE_MS = 60_000;
const PARTNER = '222222222222';
const PARTNER_KEY = { accessKeyId: 'AKIAPARTNER', secretAccessKey: 'partner' };

const role = (name: string) => ({ name, trusts: [{ principal: 'arn:aws:iam::123456789012:root' }] });
const world: WorldOptions = {
  accounts: [
    { id: '123456789012', roles: [role('CloudManagerRole'), role('Peering')] },
    {
      id: PARTNER,
      roles: [role('Peering')],
      accessKeys: [PARTNER_KEY],
      defaultVpc: false,
      vpcs: [{ region: 'eu-west-1', cidrBlock: '10.180.0.0/22', tags: { Name: 'partner', demo: '' } }],
    },
  ],
};

let environment: Environment;
beforeEach(async () => {
  environment = await Environment.start({ world, flags: { awsPeeringRoleName: 'Peering' } });
});
afterEach(() => environment.stop());

const partner = () => environment.aws.ec2({ region: 'eu-west-1', credentials: PARTNER_KEY });

/** The Network by the name of its VPC. */
const theirs = changed(aNetworkManifest(), 'spec.network.reference.aws', {
  awsAccountId: PARTNER,
  region: 'eu-west-1',
  networkName: 'partner',
});
const peering = aVpcPeeringManifest();
const clearing = changed(peering, 'spec.details.deleteRemotePeering', true);

async function remoteRoutes(): Promise<readonly string[]> {
  const { RouteTables = [] } = await partner().send(new DescribeRouteTablesCommand({}));
  return RouteTables.flatMap(({ Routes = [] }) => Routes)
    .filter(({ GatewayId }) => GatewayId !== 'local')
    .map(({ DestinationCidrBlock, State }) => `${DestinationCidrBlock} ${State}`)
    .toSorted();
}

const readyReason = async (): Promise<string | undefined> =>
  findCondition((await environment.find(vpcPeeringKind, 'demo-peering'))?.status?.conditions, 'Ready')?.reason;

it('waits for whatever is missing, in any order, and is told when it comes', async () => {
  await environment.apply(peering);
  await environment.settle();
  expect(await readyReason()).toBe('ScopeNoFound');
  await environment.apply(aScopeManifest());
  await environment.untilReady(networkKind, 'demo--kyma');
  await environment.settle();
  expect(await readyReason()).toBe('MissingDependency');
  environment.takeCalls();
  await environment.apply(theirs);
  const readyMs = await environment.untilReady(vpcPeeringKind, 'demo-peering');
  expect(readyMs).toBeLessThanOrEqual(MINUTE_MS);
  expect((await environment.find(vpcPeeringKind, 'demo-peering'))?.status?.state).toBe('active');
  expect(await remoteRoutes()).toEqual(['10.250.0.0/22 active']);
});

it('leads the remote VPC to the block of a new IpRange soon, and to what others change at the next look', async () => {
  await environment.apply(aScopeManifest(), theirs, peering);
  await environment.untilReady(vpcPeeringKind, 'demo-peering');
  await environment.apply(anIpRangeManifest());
  await environment.untilReady(ipRangeKind, 'demo-range');
  await environment.settle();
  expect(await remoteRoutes()).toEqual(['10.250.0.0/22 active', '10.250.4.0/22 active']);

  const { Vpcs = [] } = await partner().send(new DescribeVpcsCommand({}));
  await partner().send(new CreateRouteTableCommand({ VpcId: Vpcs[0]?.VpcId }));
  await environment.advance(11 * MINUTE_MS);
  expect(await remoteRoutes()).toHaveLength(4);
});

it('keeps its Scope and Networks until it is gone, and all of it goes in whatever order', async () => {
  await environment.apply(aScopeManifest(), theirs, clearing);
  await environment.untilReady(vpcPeeringKind, 'demo-peering');
  await environment.delete(aScopeManifest(), theirs);
  await environment.settle();
  const held = { type: 'DeleteWhileUsed', message: expect.stringContaining('demo-peering') };
  const network = await environment.find(networkKind, 'demo-network');
  const scope = await environment.find(scopeKind, 'demo');
  for (const object of [network, scope])
    expect(object?.status?.conditions).toContainEqual(expect.objectContaining(held));

  await environment.delete(clearing);
  await environment.untilGone(vpcPeeringKind, 'demo-peering');
  await environment.untilGone(networkKind, 'demo-network');
  await environment.untilGone(scopeKind, 'demo');
  expect(await remoteRoutes()).toEqual([]);
});

it('goes on where a dead operator stopped', async () => {
  await environment.apply(aScopeManifest(), theirs);
  await environment.untilReady(networkKind, 'demo--kyma');
  const end = environment.aws.faults.intercept(({ operation }) => {
    if (operation !== 'CreateVpcPeeringConnection') return undefined;
    environment.killOperator();
    return { drop: true, when: 'after' };
  });
  await environment.apply(peering);
  await environment.until(() => !environment.isOperatorAlive);
  end();
  await environment.untilReady(vpcPeeringKind, 'demo-peering');
  expect(environment.takeCalls().filter((call) => call === 'CreateVpcPeeringConnection')).toHaveLength(1);
});
