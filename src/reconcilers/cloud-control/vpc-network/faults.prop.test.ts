import { DetachInternetGatewayCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aSubscription, aVpcNetwork } from '../../../../test/support/cloud-control.ts';
import { aFault, aLostWrite, type FaultStep, type LostWriteStep, planFault } from '../../../../test/support/faults.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { type VpcParts, vpcPartsIn } from '../../../../test/support/vpc-parts.ts';
import { isBeingDeleted } from '../../../kube/resource.ts';
import { vpcNetworkKind } from '../../../api/cloud-control/v1beta1/vpc-network.ts';

/** What may happen to a VpcNetwork between two of its passes. */
type Step = FaultStep | LostWriteStep | { readonly kind: 'pass' | 'wait' | 'restart' | 'detached' };

const OPERATIONS = [
  'DescribeVpcs',
  'CreateVpc',
  'ModifyVpcAttribute',
  'DescribeInternetGateways',
  'CreateInternetGateway',
  'AttachInternetGateway',
  'DetachInternetGateway',
  'DeleteInternetGateway',
  'CreateDhcpOptions',
  'AssociateDhcpOptions',
  'DeleteDhcpOptions',
  'CreateSecurityGroup',
  'DeleteSecurityGroup',
  'AssociateVpcCidrBlock',
  'DeleteVpc',
];
const ERRORS = ['RequestLimitExceeded', 'InternalError', 'UnauthorizedOperation', 'DependencyViolation', undefined];

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Step>({ kind: 'pass' }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ kind: 'wait' }, { kind: 'restart' }, { kind: 'detached' }) },
  { weight: 1, arbitrary: aLostWrite },
  { weight: 5, arbitrary: aFault(OPERATIONS, ERRORS) },
);

const aHistory = fc.array(aStep, { maxLength: 15 });

async function take(world: NetworkWorld, step: Step): Promise<void> {
  switch (step.kind) {
    case 'fault':
      return planFault(world.aws, step);
    case 'lostWrite':
      return world.cluster.failNextWrite(step.when);
    case 'wait':
      return world.aws.clock.advance(5_000);
    case 'restart':
      return world.restartVpcNetworks();
    case 'detached': {
      const { internetGateway: InternetGatewayId, vpc: VpcId } = world.vpcNetwork()?.status?.identifiers ?? {};
      // One that is not there or not attached yet cannot be detached, and the simulator says so.
      await world.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })).catch(() => undefined);
      return;
    }
    case 'pass':
      // A pass that throws is tried again by the controller; so it is here.
      await world.checkVpcNetwork().catch(() => undefined);
  }
}

/** Passes until all is quiet, whatever faults still wait. */
async function settle(world: NetworkWorld): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    const object = await world.settleVpcNetwork().catch(() => world.vpcNetwork());
    if (object === undefined || (object.status?.state === 'Ready' && !isBeingDeleted(object))) return;
  }
}

async function inAws(world: NetworkWorld, name?: string): Promise<VpcParts> {
  // A fault planned last may have met nobody, and must not meet the questions here.
  world.aws.faults.clear();
  return vpcPartsIn(world.ec2, name);
}

describe('a VpcNetwork, whatever goes wrong on the way', () => {
  it('ends with exactly one of each part, and after its deletion with nothing', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, aHistory, fc.constantFrom(0, 8), async (creation, deletion, invisibleSeconds) => {
        const world = await startNetworkWorld({ durationsSeconds: { 'ec2.resource.invisible': invisibleSeconds } });
        try {
          // By now the VPC that the account begins with shows.
          world.aws.clock.advance(8_000);
          const before = await inAws(world);
          world.cluster.put(aSubscription());
          world.cluster.put(aVpcNetwork({ spec: { cidrBlocks: ['10.20.0.0/16', '10.30.0.0/16'] } }));
          for (const step of creation) await take(world, step);
          await settle(world);
          // Somebody may have detached the gateway last of all: the next look puts that right.
          world.aws.clock.advance(600_000);
          await settle(world);
          world.aws.clock.advance(8_000);
          const parts = await inAws(world, 'kyma-default-net');
          expect({ ...parts, groups: parts.groups.length, vpcs: parts.vpcs.length }).toEqual({
            vpcs: 1,
            blocks: ['10.20.0.0/16', '10.30.0.0/16'],
            gateways: [world.vpcNetwork()?.status?.identifiers?.internetGateway],
            attachedTo: parts.vpcs,
            dhcpOptions: [world.vpcNetwork()?.status?.identifiers?.dhcpOptions],
            usedDhcpOptions: parts.dhcpOptions,
            groups: 1,
          });
          world.cluster.remove(vpcNetworkKind, 'net');
          for (const step of deletion) await take(world, step);
          await settle(world);
          expect(world.vpcNetwork()).toBeUndefined();
          expect(await inAws(world)).toEqual(before);
        } finally {
          await world.stop();
        }
      }),
      { numRuns: 25 },
    );
  });
});
