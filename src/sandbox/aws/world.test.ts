import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../util/log.ts';
import { VirtualClock } from '../../util/virtual-clock.ts';
import { LifeCycleClock } from './life-cycle-clock.ts';
import { defineState, type Partition, type ServiceDefinition } from './service.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world-options-schema.ts';

const ACCOUNT = '123456789012';

const notes = defineState<string[]>({ name: 'notes', create: ({ region }) => [region], dump: (state) => state });
const hidden = defineState<string[]>({ name: 'hidden', create: () => ['x'], dump: (state) => state });

let forgotten: string[];

const service: ServiceDefinition = {
  name: 'ec2',
  protocol: 'ec2Query',
  apiVersion: '2016-11-15',
  operations: {},
  throttling: { code: '', message: '', bucketOf: (name) => ({ name, burst: 1, perSecond: 1 }) },
  slots: [notes],
  quotas: { 'ec2.vpcsPerRegion': 5 },
  durationsSeconds: { 'ec2.subnet.pending': 2 },
  forget: ({ account, region }) => forgotten.push(`${account}/${region}`),
};

beforeEach(() => {
  forgotten = [];
});

function aWorld(options: WorldOptions = { accounts: [{ id: ACCOUNT }] }): World {
  const clock = new VirtualClock();
  const lifeCycleClock = new LifeCycleClock(clock, 1);
  return new World({ options, services: [service], clock, lifeCycleClock, log: silentLogger });
}

function partitionOf(world: World, region = 'eu-central-1'): Partition {
  const partition = world.partition(ACCOUNT, region);
  if (!partition) throw new Error('The world has no such partition');
  return partition;
}

describe('a partition', () => {
  it('keeps what a service remembers of it, apart from other regions', () => {
    const world = aWorld();
    partitionOf(world).get(notes).push('here');
    expect(partitionOf(world).get(notes)).toEqual(['eu-central-1', 'here']);
    expect(partitionOf(world, 'us-east-1').get(notes)).toEqual(['us-east-1']);
  });

  it('exists only for accounts and regions of the world', () => {
    const world = aWorld({ regions: [{ name: 'eu-west-1', zones: ['b', 'c'] }] });
    expect(world.partition(ACCOUNT, 'eu-central-1')).toBeUndefined();
    expect(world.partition('210987654321', 'eu-west-1')).toBeUndefined();
    expect(partitionOf(world, 'eu-west-1').settings.zones).toEqual(['eu-west-1b', 'eu-west-1c']);
  });

  it('leads to its siblings', () => {
    const world = aWorld({ accounts: [{ id: ACCOUNT }, { id: '210987654321' }] });
    const sibling = partitionOf(world).sibling('210987654321', 'us-east-1');
    expect(sibling).toBe(world.partition('210987654321', 'us-east-1'));
  });

  it('has numbers of the services, with the overrides of the world', () => {
    const partition = partitionOf(aWorld({ quotas: { 'ec2.vpcsPerRegion': 7 } }));
    expect(partition.quota('ec2.vpcsPerRegion')).toBe(7);
    expect(partition.durationMs('ec2.subnet.pending')).toBe(2_000);
    expect(() => partition.quota('ec2.moons')).toThrow('No service of the simulator declares the quota ec2.moons');
  });
});

describe('the options', () => {
  it('are refused for numbers that no service declares, with those that there are', () => {
    const start = (): World => aWorld({ durationsSeconds: { 'ec2.subnet.pendin': 1 } });
    expect(start).toThrow('durationsSeconds.ec2.subnet.pendin: unknown name; known are ec2.subnet.pending');
  });

  it.each([
    { defaultVpc: undefined, expected: { cidrBlock: '172.31.0.0/16' }, reason: 'the one of AWS when nothing is said' },
    { defaultVpc: false, expected: undefined, reason: 'none when it is not wanted' },
    { defaultVpc: { cidrBlock: '10.0.0.0/16' }, expected: { cidrBlock: '10.0.0.0/16' }, reason: 'one of its own' },
  ])('give an account a default VPC: $reason', ({ defaultVpc, expected }) => {
    const world = aWorld({ accounts: [{ id: ACCOUNT, ...(defaultVpc !== undefined && { defaultVpc }) }] });
    expect(partitionOf(world).settings.defaultVpc).toEqual(expected);
  });

  it('give the same ids in the same order for the same seed, and others for another', () => {
    const idsOf = (options: WorldOptions): string[] => {
      const { ids } = partitionOf(aWorld(options));
      return [ids.ec2('vpc'), ids.ec2('vpc'), ids.uuid()];
    };
    expect(idsOf({})).toEqual(idsOf({ seed: 1 }));
    expect(idsOf({})).not.toEqual(idsOf({ seed: 2 }));
    expect(idsOf({})[0]).toMatch(/^vpc-0[0-9a-f]{16}$/);
  });
});

describe('a VPC of the options', () => {
  it('lets its account and region be there from the beginning, and again after a reset', () => {
    const vpcs = [{ region: 'us-east-1', cidrBlock: '10.1.0.0/16' }];
    const world = aWorld({ accounts: [{ id: ACCOUNT }, { id: '210987654321', vpcs }] });
    const places = { [ACCOUNT]: { 'eu-central-1': {} }, '210987654321': { 'us-east-1': {} } };
    expect(world.dump()).toMatchObject(places);
    expect(world.partition('210987654321', 'us-east-1')?.settings.vpcs).toEqual(vpcs);
    expect(world.partition('210987654321', 'eu-west-1')?.settings.vpcs).toEqual([]);
    world.reset();
    expect(world.dump()).toMatchObject(places);
  });
});

describe('the dump', () => {
  it('shows the slots that services declare, and no others', () => {
    const world = aWorld();
    partitionOf(world).get(notes);
    partitionOf(world).get(hidden);
    expect(world.dump()).toEqual({ [ACCOUNT]: { 'eu-central-1': { notes: ['eu-central-1'] } } });
  });
});

describe('a reset', () => {
  it('forgets state and changed rules, and lets services end what lives outside', () => {
    const world = aWorld();
    partitionOf(world).get(notes).push('here');
    world.changeRules({ quotas: { 'ec2.vpcsPerRegion': 0 }, deniedActions: { arn: ['*'] } });
    world.reset();
    expect(forgotten).toEqual([`${ACCOUNT}/eu-central-1`]);
    expect(partitionOf(world).get(notes)).toEqual(['eu-central-1']);
    expect(partitionOf(world).quota('ec2.vpcsPerRegion')).toBe(5);
    expect(world.permissions('arn').denied).toEqual([]);
  });

  it('changes nothing of the rules when one of several names is unknown', () => {
    const world = aWorld();
    const change = (): void => world.changeRules({ quotas: { 'ec2.vpcsPerRegion': 0, moons: 1 } });
    expect(change).toThrow('quotas.moons: unknown name');
    expect(partitionOf(world).quota('ec2.vpcsPerRegion')).toBe(5);
  });
});
