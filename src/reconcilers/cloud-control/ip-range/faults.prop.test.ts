import { DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';

/** What may happen to an IpRange between two of its passes. */
type Step =
  | { readonly kind: 'fault'; readonly operation: string; readonly when: 'before' | 'after'; readonly error?: string }
  | { readonly kind: 'lostWrite'; readonly when: 'before' | 'after' }
  | { readonly kind: 'pass' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'subnetDeleted' };

const OPERATIONS = [
  'DescribeVpcs',
  'DescribeSubnets',
  'AssociateVpcCidrBlock',
  'DisassociateVpcCidrBlock',
  'CreateSubnet',
  'DeleteSubnet',
];
const ERRORS = ['RequestLimitExceeded', 'InternalError', 'UnauthorizedOperation', 'DependencyViolation', undefined];

const aMoment = fc.constantFrom('before' as const, 'after' as const);

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'pass' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'subnetDeleted' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lostWrite' as const), when: fc.constantFrom('before', 'after') }),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...OPERATIONS), aMoment, fc.constantFrom(...ERRORS))
      .map(([operation, when, error]) => ({
        kind: 'fault' as const,
        operation,
        when,
        ...(error !== undefined && { error }),
      })),
  },
);

const aHistory = fc.array(aStep, { maxLength: 15 });

async function take(world: NetworkWorld, step: Step): Promise<void> {
  switch (step.kind) {
    case 'fault': {
      const { operation, when, error } = step;
      world.aws.faults.add({ service: 'ec2', operation, when, ...(error === undefined ? { drop: true } : { error }) });
      return;
    }
    case 'lostWrite':
      return world.cluster.failNextWrite(step.when);
    case 'wait':
      return world.aws.clock.advance(5_000);
    case 'subnetDeleted': {
      const id = world.ipRange()?.status?.subnets?.[0]?.id;
      // One that is gone by now was deleted before, and the simulator says so.
      if (id !== undefined) await world.ec2.send(new DeleteSubnetCommand({ SubnetId: id })).catch(() => undefined);
      return;
    }
    case 'pass':
      // A pass that throws is tried again by the controller; so it is here.
      await world.checkIpRange().catch(() => undefined);
  }
}

/** Passes until all is quiet, whatever faults still wait. */
async function settle(world: NetworkWorld): Promise<void> {
  for (let i = 0; i < 20; i += 1) {
    const object = await world.settleIpRange().catch(() => world.ipRange());
    if (object === undefined || object.status?.state === 'Ready') return;
  }
}

async function inAws(
  world: NetworkWorld,
): Promise<{ readonly subnets: readonly string[]; readonly blocks: readonly string[] }> {
  // A fault planned last may have met nobody, and must not meet the questions here.
  world.aws.faults.clear();
  const subnets = (await world.subnets()).map(({ AvailabilityZone: zone, CidrBlock }) => `${zone} ${CidrBlock}`);
  const blocks = (await world.blocks()).map(({ CidrBlock }) => CidrBlock ?? '');
  return { subnets: subnets.filter((text) => !/ 10\.250\.[0-3]\./.test(text)).toSorted(), blocks };
}

describe('an IpRange, whatever goes wrong on the way', () => {
  it('ends with exactly its block and a subnet in each zone, and after its deletion with nothing', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, aHistory, async (creation, deletion) => {
        const world = await startNetworkWorld();
        try {
          await world.useScope(aScope({ status: {} }));
          world.cluster.put(anIpRange());
          for (const step of creation) await take(world, step);
          await settle(world);
          expect(await inAws(world)).toEqual({
            subnets: ['eu-central-1a 10.250.4.0/24', 'eu-central-1b 10.250.5.0/24', 'eu-central-1c 10.250.6.0/24'],
            blocks: ['10.250.0.0/22', '10.250.4.0/22'],
          });
          world.cluster.remove(ipRangeKind, 'range');
          for (const step of deletion) await take(world, step);
          await settle(world);
          expect(world.ipRange()).toBeUndefined();
          expect(await inAws(world)).toEqual({ subnets: [], blocks: ['10.250.0.0/22'] });
        } finally {
          await world.stop();
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
