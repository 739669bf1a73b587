import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AssociateVpcCidrBlockCommand } from '@aws-sdk/client-ec2';
import { anIpRange, aScope } from '../../../../test/support/cloud-control.ts';
import { type NetworkWorld, startNetworkWorld } from '../../../../test/support/network-world.ts';
import { aPass } from '../../../../test/support/pass.ts';
import { createMemoryCluster } from '../../../../test/support/memory-cluster.ts';
import type { CidrBlock, Vpc } from '../../../aws/ec2/vpc.ts';
import { ipRangeKind } from '../../../api/cloud-control/v1beta1/ip-range.ts';
import { FINALIZER } from '../../../api/names.ts';
import { cidrOf } from '../../../util/cidr.ts';
import { deleteAddressSpace, ensureAddressSpace } from './address-space.ts';
import { createIpRangeState, type Facts, type RangeState } from './state.ts';

const CIDR = '10.181.0.0/22';

const STATES = ['associating', 'associated', 'disassociating', 'disassociated', 'failing', 'failed'] as const;

/** A pass that has come to a VPC in which the range is a block in this state; `calls` is what it asks of AWS then. */
function arrange(blockState: CidrBlock['state'], known: Partial<Facts>) {
  const calls: string[] = [];
  const block = { associationId: 'assoc-1', cidr: CIDR, state: blockState, stateMessage: 'why' };
  const vpc: Vpc = {
    id: 'vpc-1',
    state: 'available',
    cidr: '10.250.0.0/22',
    cidrBlocks: [block],
    dhcpOptionsId: undefined,
    isDefault: false,
    ownerId: undefined,
    tags: {},
  };
  const object = anIpRange({ status: { cidr: CIDR, vpcId: 'vpc-1' } });
  const cluster = createMemoryCluster({});
  cluster.put(object);
  const ec2 = {
    associateCidrBlock: async () => {
      calls.push('associate');
      return { ...block, associationId: 'assoc-2', state: 'associating' };
    },
    disassociateCidrBlock: async (id: string) => {
      calls.push(`disassociate ${id}`);
      return { ...block, state: 'disassociating' };
    },
  };
  const state = createIpRangeState(object, cluster);
  Object.assign(state.facts, known);
  // The actions look at no more than this.
  const inVpc = Object.assign(state, { vpc, ec2, range: cidrOf(CIDR) }) as unknown as RangeState;
  return { state: inVpc, calls };
}

const OWN = { addressSpaceId: 'assoc-1', addressSpaceCreated: true };

describe('a block of the range, when the IpRange is made', () => {
  const WAIT = { asks: [], finding: 'Processing' };
  const USE = { asks: [], finding: undefined };
  const MAKE = { asks: ['associate'], finding: 'Processing' };
  const TELL = { asks: [], finding: 'Error' };

  it.each([
    { state: 'associating', own: WAIT, other: WAIT },
    { state: 'associated', own: USE, other: USE },
    { state: 'disassociating', own: WAIT, other: WAIT },
    { state: 'disassociated', own: MAKE, other: MAKE },
    { state: 'failing', own: WAIT, other: WAIT },
    { state: 'failed', own: TELL, other: MAKE },
  ])('that is $state leads to $own.finding when it is its own, to $other.finding else', async (row) => {
    for (const whose of ['own', 'other'] as const) {
      const { state, calls } = arrange(row.state, whose === 'own' ? OWN : {});
      const outcome = await ensureAddressSpace(state, aPass());
      const { asks, finding } = row[whose];
      expect(calls).toEqual(asks);
      expect(state.finding?.state).toBe(finding);
      expect(outcome.kind).toBe(finding === undefined ? 'next' : 'stopWithRequeueDelay');
    }
  });

  it.each([
    { known: OWN, created: true },
    { known: {}, created: false },
  ])('that is used is its own as before: $created', async ({ known, created }) => {
    const { state } = arrange('associated', known);
    await ensureAddressSpace(state, aPass());
    expect(state.facts).toMatchObject({ addressSpaceId: 'assoc-1', addressSpaceCreated: created });
  });
});

describe('a block of the range, when the IpRange goes', () => {
  const outcomes = {
    associating: 'waits',
    associated: 'takes it out',
    disassociating: 'waits',
    disassociated: 'is done',
    failing: 'waits',
    failed: 'is done',
  } as const;

  it.each(STATES)('that is %s and its own', async (blockState) => {
    const { state, calls } = arrange(blockState, OWN);
    const outcome = await deleteAddressSpace()(state, aPass());
    expect(calls).toEqual(outcomes[blockState] === 'takes it out' ? ['disassociate assoc-1'] : []);
    expect(outcome.kind).toBe(outcomes[blockState] === 'is done' ? 'next' : 'stopWithRequeueDelay');
  });

  it.each(STATES)('that is %s and was there before stays', async (blockState) => {
    const { state, calls } = arrange(blockState, { addressSpaceId: 'assoc-1', addressSpaceCreated: false });
    expect(await deleteAddressSpace()(state, aPass())).toMatchObject({ kind: 'next' });
    expect(calls).toEqual([]);
  });
});

describe('a block that somebody makes', () => {
  let world: NetworkWorld;

  beforeEach(async () => {
    world = await startNetworkWorld();
    await world.useScope(aScope({ status: {} }));
  });

  afterEach(() => world.stop());

  const makeBlock = async () => {
    await world.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: world.vpcId, CidrBlock: CIDR }));
    world.aws.clock.advance(60_000);
  };

  it('is not taken for its own by an IpRange whose intent came to nothing long ago', async () => {
    // A process died over it, and another IpRange has the range by now, so that nothing is tried.
    const { vpcId } = world;
    const status = { cidr: CIDR, vpcId, addressSpaceCreated: true };
    world.cluster.put(anIpRange({ metadata: { finalizers: [FINALIZER] }, spec: { cidr: CIDR }, status }));
    const other = { cidr: CIDR, vpcId, addressSpaceId: 'theirs' };
    world.cluster.put(anIpRange({ metadata: { name: 'other' }, status: other }));
    await world.checkIpRange();
    expect(world.ipRange()?.status?.addressSpaceCreated).toBe(true);
    world.aws.clock.advance(600_000);
    await world.checkIpRange();
    expect(world.ipRange()?.status?.addressSpaceCreated).toBeUndefined();
    await makeBlock();
    world.cluster.remove(ipRangeKind, 'other');
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', addressSpaceCreated: false });
    world.cluster.remove(ipRangeKind, 'range');
    expect(await world.settleIpRange()).toBeUndefined();
    expect(await world.blocks()).toHaveLength(2);
  });

  it('counts as its own while an answer of AWS is still open', async () => {
    world.aws.faults.add({ service: 'ec2', operation: 'AssociateVpcCidrBlock', when: 'before', drop: true });
    world.cluster.put(anIpRange({ spec: { cidr: CIDR } }));
    await world.checkIpRange();
    await makeBlock();
    expect((await world.settleIpRange())?.status).toMatchObject({ state: 'Ready', addressSpaceCreated: true });
  });
});
