import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Ec2Client,
  type IngressRule,
  isAlreadyExists,
  isInUse,
  isNotFound,
  NotFoundError,
} from '../../src/aws/index.ts';
import { type ContractAws, startContractAws } from '../support/aws-clients.ts';

let world: ContractAws;
let ec2: Ec2Client;
let vpcId: string;

beforeEach(async () => {
  world = await startContractAws();
  ec2 = world.aws.ec2(world.target, world.call());
  const [vpc] = await ec2.findVpcsByName('shoot--sandbox--demo');
  vpcId = vpc?.id ?? 'the demo VPC is missing';
});

afterEach(() => world.stop());

const fromPods: IngressRule = {
  protocol: 'tcp',
  fromPort: 6379,
  toPort: 6379,
  source: { kind: 'cidr', cidr: '100.64.0.0/12' },
  description: undefined,
};

describe('VPCs', () => {
  it('are found by their name, exactly', async () => {
    expect(await ec2.findVpcsByName('shoot--sandbox--*')).toEqual([]);
    expect(await ec2.findVpcsByName('shoot--sandbox--demo')).toMatchObject([
      { cidr: '10.250.0.0/22', isDefault: false },
    ]);
  });

  it('take another block and give it back', async () => {
    const block = await ec2.associateCidrBlock(vpcId, '10.250.4.0/22');
    expect(block).toMatchObject({ cidr: '10.250.4.0/22', state: 'associating' });
    const { cidrBlocks } = await ec2.describeVpc(vpcId);
    expect(cidrBlocks).toContainEqual({ ...block, state: 'associated' });
    await ec2.disassociateCidrBlock(block.associationId);
    const after = await ec2.describeVpc(vpcId);
    expect(after.cidrBlocks.filter(({ state }) => state === 'associated').map(({ cidr }) => cidr)).toEqual([
      '10.250.0.0/22',
    ]);
  });

  it('that do not exist say so, with their id', async () => {
    await expect(ec2.describeVpc('vpc-00000000000000000')).rejects.toMatchObject({
      name: 'NotFoundError',
      resource: 'VPC',
      id: 'vpc-00000000000000000',
    });
    await expect(ec2.disassociateCidrBlock('vpc-cidr-assoc-00000000000000000')).rejects.toSatisfy(isNotFound);
  });
});

describe('subnets', () => {
  it('are created with tags, listed and deleted', async () => {
    await ec2.associateCidrBlock(vpcId, '10.250.4.0/22');
    const tags = { Name: 'range-0', owner: 'me' };
    const created = await ec2.createSubnet({ vpcId, cidr: '10.250.4.0/24', zone: 'eu-central-1b', tags });
    expect(created).toMatchObject({ vpcId, cidr: '10.250.4.0/24', zone: 'eu-central-1b', tags });
    expect(await ec2.describeSubnets(vpcId)).toContainEqual({ ...created, state: 'available' });
    await ec2.deleteSubnet(created.id);
    await expect(ec2.deleteSubnet(created.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('of an absent VPC are none', async () => {
    expect(await ec2.describeSubnets('vpc-00000000000000000')).toEqual([]);
  });

  it('cannot collide', async () => {
    const request = { vpcId, cidr: '10.250.0.0/24', zone: 'eu-central-1a', tags: {} };
    await expect(ec2.createSubnet(request)).rejects.toMatchObject({
      kind: 'invalid-input',
      code: 'InvalidSubnet.Conflict',
    });
  });
});

describe('security groups', () => {
  const aGroup = (name = 'cm-test'): Promise<string> =>
    ec2.createSecurityGroup({ vpcId, name, description: 'for tests', tags: { Name: name } });

  it('are created, found by name and by id, and deleted', async () => {
    const id = await aGroup();
    expect(await ec2.describeSecurityGroup(id)).toEqual({
      id,
      name: 'cm-test',
      description: 'for tests',
      vpcId,
      ingress: [],
      tags: { Name: 'cm-test' },
    });
    expect(await ec2.findSecurityGroups({ vpcId, name: 'cm-test' })).toMatchObject([{ id }]);
    await ec2.deleteSecurityGroup(id);
    expect(await ec2.findSecurityGroups({ vpcId, name: 'cm-test' })).toEqual([]);
    await expect(ec2.describeSecurityGroup(id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(ec2.deleteSecurityGroup(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('have a name once in a VPC', async () => {
    await aGroup();
    await expect(aGroup()).rejects.toSatisfy(isAlreadyExists);
  });

  it('take rules and give them back, each with one source', async () => {
    const id = await aGroup();
    const fromNodes = { ...fromPods, source: { kind: 'cidr', cidr: '10.250.0.0/22' } } as const;
    await ec2.authorizeIngress(id, [fromPods, fromNodes]);
    const both = (await ec2.describeSecurityGroup(id)).ingress;
    expect(both).toHaveLength(2);
    expect(both).toEqual(expect.arrayContaining([fromPods, fromNodes]));
    await expect(ec2.authorizeIngress(id, [fromPods])).rejects.toSatisfy(isAlreadyExists);
    await ec2.revokeIngress(id, [fromPods]);
    expect((await ec2.describeSecurityGroup(id)).ingress).toEqual([fromNodes]);
    await expect(ec2.revokeIngress(id, [fromPods])).rejects.toSatisfy(isNotFound);
  });

  it('of other groups are a source as well, and keep the deletion waiting', async () => {
    const clients = await aGroup('clients');
    const servers = await aGroup('servers');
    const rule = { ...fromPods, source: { kind: 'security-group', groupId: clients, ownerId: undefined } } as const;
    await ec2.authorizeIngress(servers, [rule]);
    const [seen] = (await ec2.describeSecurityGroup(servers)).ingress;
    expect(seen?.source).toMatchObject({ kind: 'security-group', groupId: clients });
    await expect(ec2.deleteSecurityGroup(clients)).rejects.toSatisfy(isInUse);
    const holder = { kind: 'security group', id: servers, description: 'servers' };
    expect(await ec2.findSecurityGroupHolders(clients)).toEqual([holder]);
    expect(await ec2.findSecurityGroupHolders(servers)).toEqual([]);
  });

  it('are read by one request, however many are asked about in one moment', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(aGroup));
    world.simulator.journal.clear();
    const found = await Promise.all(ids.map((id) => ec2.describeSecurityGroup(id)));
    expect(found.map(({ id }) => id)).toEqual(ids);
    const byName = await Promise.all(['a', 'c', 'none'].map((name) => ec2.findSecurityGroups({ vpcId, name })));
    expect(byName.map((groups) => groups.map(({ name }) => name))).toEqual([['a'], ['c'], []]);
    expect(world.operations()).toEqual(['DescribeSecurityGroups', 'DescribeSecurityGroups']);
  });

  it('that are absent among others are confirmed to be', async () => {
    const ids = [await aGroup('a'), 'sg-00000000000000000', await aGroup('b')];
    const answers = await Promise.allSettled(ids.map((id) => ec2.describeSecurityGroup(id)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: { name: 'NotFoundError', id: 'sg-00000000000000000' } });
  });
});

describe('tags', () => {
  it('are added and overwritten, and others stay', async () => {
    const id = await ec2.createSecurityGroup({ vpcId, name: 'x', description: 'x', tags: { a: '1', b: '2' } });
    await ec2.createTags([id], { b: '3', c: '4' });
    expect((await ec2.describeSecurityGroup(id)).tags).toEqual({ a: '1', b: '3', c: '4' });
  });

  it('of many resources are read together', async () => {
    const id = await ec2.createSecurityGroup({ vpcId, name: 'x', description: 'x', tags: { mark: 'yes' } });
    const tagging = world.aws.tagging(world.target, world.call());
    const found = await tagging.listTags({
      resourceTypes: ['ec2:security-group'],
      tagFilters: [{ key: 'mark', values: ['yes'] }],
    });
    expect([...found]).toEqual([[expect.stringContaining(id) as unknown, { mark: 'yes' }]]);
  });

  it('of resources with different names take a request for twenty names, however many the last time took', async () => {
    const tagging = world.aws.tagging(world.target, world.call());
    const costOf = async (count: number): Promise<number> => {
      world.simulator.journal.clear();
      const names = Array.from({ length: count }, (_, index) => `name-${index}`);
      const query = (name: string) => ({ resourceTypes: [], tagFilters: [{ key: 'name', values: [name] }] });
      await Promise.all(names.map((name) => tagging.listTags(query(name))));
      return world.operations().length;
    };
    expect([await costOf(41), await costOf(3), await costOf(1)]).toEqual([3, 1, 1]);
  });
});
