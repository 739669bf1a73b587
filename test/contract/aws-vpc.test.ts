import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Ec2Client,
  isAlreadyExists,
  isInUse,
  isInvalidInput,
  isNotFound,
  NotFoundError,
  type PeeringClient,
} from '../../src/aws/index.ts';
import { type ContractAws, startContractAws } from '../support/aws-clients.ts';

/** A network of one's own: the VPC, what its instances are told, and its way out. */
let world: ContractAws;
let ec2: Ec2Client;
let peering: PeeringClient;

const TAGS = { Name: 'mine', owner: 'me' };

beforeEach(async () => {
  world = await startContractAws();
  ec2 = world.aws.ec2(world.target, world.call());
  peering = world.aws.peering(world.target, world.call());
});

afterEach(() => world.stop());

const aVpc = async (): Promise<string> => (await ec2.createVpc({ cidr: '10.20.0.0/16', tags: TAGS })).id;
const demoVpc = async (): Promise<string> => (await ec2.findVpcsByName('shoot--sandbox--demo'))[0]?.id ?? 'missing';

describe('a VPC', () => {
  it('is made, found by all of its tags, and deleted', async () => {
    const { id } = await ec2.createVpc({ cidr: '10.20.0.0/16', tags: TAGS });
    const found = await Promise.all([
      ec2.findVpcsByTags(TAGS),
      ec2.findVpcsByTags({ ...TAGS, owner: 'you' }),
      ec2.findVpcsByTags({ Name: 'mine', other: 'me' }),
    ]);
    expect(found).toMatchObject([[{ id, cidr: '10.20.0.0/16', isDefault: false, tags: TAGS }], [], []]);
    await ec2.deleteVpc(id);
    await expect(ec2.describeVpc(id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(ec2.deleteVpc(id)).rejects.toMatchObject({ name: 'NotFoundError', id });
  });

  it('has attributes that are set one by one', async () => {
    const id = await aVpc();
    expect(await ec2.describeVpcAttributes(id)).toEqual({ dnsSupport: true, dnsHostnames: false });
    await ec2.setVpcAttribute(id, 'dnsHostnames', true);
    expect(await ec2.describeVpcAttributes(id)).toEqual({ dnsSupport: true, dnsHostnames: true });
  });

  it('is not deleted while a subnet lies in it', async () => {
    const vpcId = await aVpc();
    const { id } = await ec2.createSubnet({ vpcId, cidr: '10.20.0.0/24', zone: 'eu-central-1a', tags: {} });
    await expect(ec2.deleteVpc(vpcId)).rejects.toSatisfy(isInUse);
    await ec2.deleteSubnet(id);
    await ec2.deleteVpc(vpcId);
  });

  it('is held by what lies in it and leads from it, not by what came with it', async () => {
    const vpcId = await aVpc();
    expect(await ec2.findVpcHolders(vpcId)).toEqual([]);
    const subnet = await ec2.createSubnet({ vpcId, cidr: '10.20.0.0/24', zone: 'eu-central-1a', tags: {} });
    const group = await ec2.createSecurityGroup({ vpcId, name: 'mine', description: 'mine', tags: {} });
    const gateway = await ec2.createInternetGateway({ tags: TAGS });
    await ec2.attachInternetGateway(gateway.id, vpcId);
    const { accountId: peerAccountId, region: peerRegion } = world.target;
    const request = { vpcId, peerVpcId: await demoVpc(), peerAccountId, peerRegion, tags: {} };
    const { id: peeringId } = await peering.createVpcPeering(request);
    expect(await ec2.findVpcHolders(vpcId)).toEqual([
      { kind: 'subnet', id: subnet.id, description: '10.20.0.0/24' },
      { kind: 'internet gateway', id: gateway.id, description: 'mine' },
      { kind: 'VPC peering', id: peeringId, description: 'pending-acceptance' },
      { kind: 'security group', id: group, description: 'mine' },
    ]);
    await peering.deleteVpcPeering(peeringId);
    const kinds = (await ec2.findVpcHolders(vpcId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['subnet', 'internet gateway', 'security group']);
  });

  it('of a network in use is held by its NAT gateways and route tables', async () => {
    const kinds = (await ec2.findVpcHolders(await demoVpc())).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['subnet', 'NAT gateway', 'internet gateway', 'route table']));
  });
});

describe('an internet gateway', () => {
  it('is made, attached once, found by VPC and tags, detached and deleted', async () => {
    const vpcId = await aVpc();
    const { id } = await ec2.createInternetGateway({ tags: TAGS });
    await ec2.attachInternetGateway(id, vpcId);
    await expect(ec2.attachInternetGateway(id, vpcId)).rejects.toSatisfy(isAlreadyExists);
    await expect(ec2.deleteInternetGateway(id)).rejects.toSatisfy(isInUse);
    await expect(ec2.deleteVpc(vpcId)).rejects.toSatisfy(isInUse);
    const [gateway] = await ec2.describeInternetGatewaysOf(vpcId);
    expect(gateway).toMatchObject({ id, attachments: [{ vpcId, state: 'available' }], tags: TAGS });
    expect(await ec2.findInternetGatewaysByTags(TAGS)).toEqual([gateway]);
    expect(await ec2.describeInternetGateway(id)).toEqual(gateway);
    await ec2.detachInternetGateway(id, vpcId);
    await expect(ec2.detachInternetGateway(id, vpcId)).rejects.toSatisfy(isNotFound);
    await ec2.deleteInternetGateway(id);
    await expect(ec2.deleteInternetGateway(id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(ec2.describeInternetGateway(id)).rejects.toMatchObject({ name: 'NotFoundError', id });
  });

  it('is one at most in a VPC', async () => {
    const { id } = await ec2.createInternetGateway({ tags: {} });
    await expect(ec2.attachInternetGateway(id, await demoVpc())).rejects.toSatisfy(isInvalidInput);
  });
});

describe('DHCP options', () => {
  it('are made, given to a VPC, taken from it and deleted', async () => {
    const vpcId = await aVpc();
    const asked = { domainName: 'mine.internal', domainNameServers: ['10.20.0.2', '10.20.0.3'], tags: TAGS };
    const made = await ec2.createDhcpOptions(asked);
    expect(made).toMatchObject(asked);
    expect(await ec2.describeDhcpOptions(made.id)).toEqual(made);
    expect(await ec2.findDhcpOptionsByTags(TAGS)).toEqual([made]);
    await ec2.associateDhcpOptions(made.id, vpcId);
    expect((await ec2.describeVpc(vpcId)).dhcpOptionsId).toBe(made.id);
    await expect(ec2.deleteDhcpOptions(made.id)).rejects.toSatisfy(isInUse);
    await ec2.associateDhcpOptions('default', vpcId);
    await ec2.deleteDhcpOptions(made.id);
    await expect(ec2.describeDhcpOptions(made.id)).rejects.toMatchObject({ name: 'NotFoundError', id: made.id });
    await expect(ec2.associateDhcpOptions(made.id, vpcId)).rejects.toSatisfy(isNotFound);
  });
});

describe('NAT gateways and route tables', () => {
  it('of several VPCs cost a list each, and a VPC without any has none', async () => {
    const [first, own] = await Promise.all([demoVpc(), aVpc()]);
    world.simulator.journal.clear();
    const [nats, none, tables, main] = await Promise.all([
      ec2.describeNatGateways(first),
      ec2.describeNatGateways(own),
      peering.describeRouteTables(first),
      peering.describeRouteTables(own),
    ]);
    expect([...world.operations()].sort()).toEqual(['DescribeNatGateways', 'DescribeRouteTables']);
    expect(none).toEqual([]);
    expect(nats).toMatchObject([{ vpcId: first, state: 'available', publicIps: [expect.any(String)] }]);
    const local = { destination: '10.20.0.0/16', target: { kind: 'gateway', id: 'local' }, state: 'active' };
    expect(main).toMatchObject([{ vpcId: own, isMain: true, subnetIds: [], routes: [local] }]);
    const ways = tables.flatMap(({ routes }) => routes).flatMap(({ target }) => target?.kind ?? 'unknown');
    expect(new Set(ways)).toEqual(new Set(['gateway', 'nat-gateway']));
  });
});
