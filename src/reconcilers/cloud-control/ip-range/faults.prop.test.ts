import { DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { aFault, aLostWrite, type FaultStep, type LostWriteStep, planFault } from '../../../../test/support/faults.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { type Scope, scopeKind } from '../../../api/cloud-control/v1beta1/scope.ts';
import { findCondition } from '../../../kube/conditions.ts';

/** What may happen to an IpRange between two of its passes. */
type Step =
  | FaultStep
  | LostWriteStep
  | { readonly kind: 'pass' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'subnetDeleted' }
  | { readonly kind: 'zones'; readonly letters: readonly string[] };

const OPERATIONS = [
  'DescribeVpcs',
  'DescribeSubnets',
  'AssociateVpcCidrBlock',
  'DisassociateVpcCidrBlock',
  'CreateSubnet',
  'DeleteSubnet',
];
const ERRORS = ['RequestLimitExceeded', 'InternalError', 'UnauthorizedOperation', 'DependencyViolation', undefined];

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'pass' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'subnetDeleted' } as const) },
  { weight: 1, arbitrary: aLostWrite },
  { weight: 4, arbitrary: aFault(OPERATIONS, ERRORS) },
);

const aHistory = fc.array(aStep, { maxLength: 15 });

/** Zones come and go, three of four at a time, so that the range always has four parts, and room in the end. */
const aChangeOfZones: fc.Arbitrary<Step> = fc
  .shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 3, maxLength: 3 })
  .map((letters) => ({ kind: 'zones', letters }));

const aHistoryOfZones = fc.array(fc.oneof({ weight: 3, arbitrary: aStep }, { weight: 1, arbitrary: aChangeOfZones }), {
  maxLength: 20,
});

function withZones(letters: readonly string[]): Scope {
  const { spec } = aScope();
  const { aws } = spec.scope;
  const zones = letters.map((letter) => ({ name: `eu-central-1${letter}` }));
  return aScope({ spec: { ...spec, scope: { aws: { ...aws, network: { ...aws.network, zones } } } } });
}

async function take(world: NetworkWorld, step: Step): Promise<void> {
  switch (step.kind) {
    case 'fault':
      return planFault(world.aws, step);
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
    case 'zones': {
      const known = world.cluster.find(scopeKind, 'demo');
      return world.cluster.put({ ...withZones(step.letters), ...(known && { metadata: known.metadata }) });
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
    const message = findCondition(object?.status?.conditions, 'Ready')?.message;
    if (object === undefined || message === 'Ready') return;
    // Looks at what is kept come as seldom as at rest, and a pass is to follow each.
    world.aws.clock.advance(600_000);
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
  });

  it('ends with a subnet in each zone that there is by then, and none in others', async () => {
    const regions = [{ name: 'eu-central-1', zones: ['a', 'b', 'c', 'd'] }];
    await fc.assert(
      fc.asyncProperty(aHistoryOfZones, aChangeOfZones, async (history, last) => {
        const world = await startNetworkWorld({ regions });
        try {
          await world.useScope(withZones(['a', 'b', 'c']));
          world.cluster.put(anIpRange());
          for (const step of [...history, last]) await take(world, step);
          await settle(world);
          const { subnets } = await inAws(world);
          const letters = last.kind === 'zones' ? last.letters : [];
          expect(subnets.map((text) => text.split(' ')[0])).toEqual(
            letters.map((one) => `eu-central-1${one}`).toSorted(),
          );
          const told = world.ipRange()?.status?.subnets?.map(({ zone, range }) => `${zone} ${range}`);
          expect(told?.toSorted()).toEqual(subnets);
          world.cluster.remove(ipRangeKind, 'range');
          await settle(world);
          expect(await inAws(world)).toEqual({ subnets: [], blocks: ['10.250.0.0/22'] });
        } finally {
          await world.stop();
        }
      }),
      { numRuns: 25 },
    );
  });
});
