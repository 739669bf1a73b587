import {
  AcceptVpcPeeringConnectionCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  ModifyVpcPeeringConnectionOptionsCommand,
  RejectVpcPeeringConnectionCommand,
  type EC2Client,
  type PeeringConnectionOptionsRequest,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../../test/support/aws-simulator.ts';
import { DEFAULT_ACCESS_KEY } from '../../world-options.ts';
import type { WorldOptions } from '../../world-options-schema.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

const OWN = '111111111111';
const OTHER = '222222222222';
const OTHER_KEY = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other', userName: 'other' };

/** Three VPCs: our own, one of another account in another region, one of another account in our region. */
const WORLD: WorldOptions = {
  accounts: [
    { id: OWN, accessKeys: [DEFAULT_ACCESS_KEY], defaultVpc: false, vpcs: [{ cidrBlock: '10.1.0.0/16' }] },
    {
      id: OTHER,
      accessKeys: [OTHER_KEY],
      defaultVpc: false,
      vpcs: [
        { region: 'eu-west-1', cidrBlock: '10.2.0.0/16' },
        { region: 'eu-central-1', cidrBlock: '10.3.0.0/16' },
      ],
    },
  ],
  regions: [{ name: 'eu-central-1' }, { name: 'eu-west-1' }],
};

interface Side {
  readonly ec2: EC2Client;
  readonly vpcId: string;
  readonly account: string;
  readonly region: string;
}

let aws: TestAws;
let own: Side;
let far: Side;
let near: Side;

async function sideOf(account: string, region: string, cidr: string): Promise<Side> {
  const ec2 = aws.ec2({ region, credentials: account === OWN ? DEFAULT_ACCESS_KEY : OTHER_KEY });
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'cidr', Values: [cidr] }] }));
  return { ec2, vpcId: Vpcs[0]?.VpcId ?? '', account, region };
}

async function start(world: WorldOptions = {}): Promise<void> {
  aws = await startTestAws({ world: { ...WORLD, ...world } });
  own = await sideOf(OWN, 'eu-central-1', '10.1.0.0/16');
  far = await sideOf(OTHER, 'eu-west-1', '10.2.0.0/16');
  near = await sideOf(OTHER, 'eu-central-1', '10.3.0.0/16');
}

async function restart(world: WorldOptions): Promise<void> {
  await aws.stop();
  await start(world);
}

beforeEach(async () => start());
afterEach(async () => aws.stop());

const pair = ({ vpcId }: Side, to: Pick<Side, 'vpcId' | 'account' | 'region'>) => ({
  VpcId: vpcId,
  PeerVpcId: to.vpcId,
  PeerOwnerId: to.account,
  PeerRegion: to.region,
});

async function request(from: Side, to: Pick<Side, 'vpcId' | 'account' | 'region'>): Promise<string> {
  const answer = await from.ec2.send(new CreateVpcPeeringConnectionCommand(pair(from, to)));
  return answer.VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
}

async function pending(from: Side, to: Side): Promise<string> {
  const id = await request(from, to);
  aws.clock.advance(2 * SECOND_MS);
  return id;
}

const accept = (side: Side, VpcPeeringConnectionId: string) =>
  side.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
const reject = (side: Side, VpcPeeringConnectionId: string) =>
  side.ec2.send(new RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
const remove = (side: Side, VpcPeeringConnectionId: string) =>
  side.ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));

async function active(from: Side, to: Side): Promise<string> {
  const id = await pending(from, to);
  await accept(to, id);
  aws.clock.advance(3 * SECOND_MS);
  return id;
}

async function seenBy({ ec2 }: Side): Promise<readonly VpcPeeringConnection[]> {
  return (await ec2.send(new DescribeVpcPeeringConnectionsCommand({}))).VpcPeeringConnections ?? [];
}

async function statesSeenBy(side: Side): Promise<readonly (string | undefined)[]> {
  return (await seenBy(side)).map(({ Status }) => Status?.Code);
}

const refusal = (name: string, message = '') => ({ name, message: expect.stringContaining(message) });

describe('a request to another account', () => {
  it('is seen there once it is pending, becomes active when accepted, and shows the accepter only then', async () => {
    const id = await request(own, far);
    expect(await statesSeenBy(own)).toEqual(['initiating-request']);
    expect(await seenBy(far)).toEqual([]);
    aws.clock.advance(2 * SECOND_MS);
    expect(await seenBy(far)).toMatchObject([
      {
        VpcPeeringConnectionId: id,
        Status: { Code: 'pending-acceptance', Message: `Pending Acceptance by ${OTHER}` },
        RequesterVpcInfo: { OwnerId: OWN, VpcId: own.vpcId, Region: 'eu-central-1', CidrBlock: '10.1.0.0/16' },
        AccepterVpcInfo: { OwnerId: OTHER, VpcId: far.vpcId, Region: 'eu-west-1' },
        ExpirationTime: new Date(aws.clock.now() - 2 * SECOND_MS + 7 * DAY_MS),
      },
    ]);
    expect((await seenBy(own))[0]?.AccepterVpcInfo).not.toHaveProperty('CidrBlock');
    const { VpcPeeringConnection: accepted } = await accept(far, id);
    expect(accepted?.Status).toEqual({ Code: 'provisioning', Message: 'Provisioning' });
    aws.clock.advance(3 * SECOND_MS);
    const [seen] = await seenBy(own);
    expect(seen).toMatchObject({
      Status: { Code: 'active', Message: 'Active' },
      AccepterVpcInfo: {
        CidrBlock: '10.2.0.0/16',
        CidrBlockSet: [{ CidrBlock: '10.2.0.0/16' }],
        PeeringOptions: { AllowDnsResolutionFromRemoteVpc: false },
      },
    });
    expect(seen).not.toHaveProperty('ExpirationTime');
    expect(await statesSeenBy(far)).toEqual(['active']);
  });

  it('shows the blocks that both VPCs have now', async () => {
    await active(own, far);
    await far.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: far.vpcId, CidrBlock: '10.20.0.0/16' }));
    aws.clock.advance(5 * SECOND_MS);
    const [seen] = await seenBy(own);
    expect(seen?.AccepterVpcInfo?.CidrBlockSet).toEqual([{ CidrBlock: '10.2.0.0/16' }, { CidrBlock: '10.20.0.0/16' }]);
  });

  it('is answered with the one that there is when it is made again, until that has ended', async () => {
    const id = await pending(own, far);
    expect(await request(own, far)).toBe(id);
    await accept(far, id);
    expect(await request(own, far)).toBe(id);
    aws.clock.advance(3 * SECOND_MS);
    await remove(own, id);
    expect(await request(own, far)).not.toBe(id);
  });

  it('is not accepted when the opposite one has been', async () => {
    const id = await pending(own, far);
    const opposite = await pending(far, own);
    await accept(far, id);
    await expect(accept(own, opposite)).rejects.toMatchObject(
      refusal(
        'VpcPeeringConnectionAlreadyExists',
        `The vpc peering connection identified by ${opposite} already exists.`,
      ),
    );
  });

  it('is answered by the account and in the region of the VPC that it is for', async () => {
    const id = await pending(own, far);
    await expect(accept(own, id)).rejects.toMatchObject(
      refusal('OperationNotPermitted', `User ${OWN} cannot accept peering ${id}`),
    );
    await expect(reject(own, id)).rejects.toMatchObject(refusal('OperationNotPermitted'));
    await expect(remove(far, id)).rejects.toMatchObject(refusal('OperationNotPermitted'));
    await expect(accept(near, id)).rejects.toMatchObject(refusal('InvalidVpcPeeringConnectionID.NotFound'));
  });

  it.each([
    ['a VPC that is not there', () => ({ ...far, vpcId: 'vpc-0000000000000dead' })],
    ['an account that is not there', () => ({ ...far, account: '333333333333' })],
    ['the wrong region', () => ({ ...far, region: 'eu-central-1' })],
    ['the VPC itself', () => own],
  ])('fails when it is for %s, and is seen for two hours by who made it', async (_what, to) => {
    const id = await request(own, to());
    aws.clock.advance(2 * SECOND_MS);
    expect(await seenBy(own)).toMatchObject([
      {
        Status: {
          Code: 'failed',
          Message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
        },
      },
    ]);
    await expect(remove(own, id)).rejects.toMatchObject(
      refusal(
        'InvalidStateTransition',
        `Invalid state transition for ${id}, attempted to transition from failed to deleting`,
      ),
    );
    expect(await seenBy(far)).toEqual([]);
    aws.clock.advance(2 * HOUR_MS);
    expect(await seenBy(own)).toEqual([]);
  });

  it('fails when the addresses overlap', async () => {
    const { Vpc } = await far.ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.128.0/20' }));
    await request(own, { ...far, vpcId: Vpc?.VpcId ?? '' });
    aws.clock.advance(2 * SECOND_MS);
    expect(await statesSeenBy(own)).toEqual(['failed']);
  });

  it('is refused of a VPC that does not exist, and of none', async () => {
    const create = (input: object) => own.ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId: '', ...input }));
    await expect(create({ VpcId: 'vpc-0', PeerVpcId: far.vpcId })).rejects.toMatchObject(
      refusal('InvalidVpcID.NotFound'),
    );
    await expect(create({ VpcId: own.vpcId })).rejects.toMatchObject(refusal('MissingParameter'));
  });

  it('expires after seven days, and is seen by both for two more', async () => {
    const id = await pending(own, far);
    aws.clock.advance(7 * DAY_MS - SECOND_MS);
    expect(await statesSeenBy(far)).toEqual(['pending-acceptance']);
    aws.clock.advance(SECOND_MS);
    expect([await statesSeenBy(own), await statesSeenBy(far)]).toEqual([['expired'], ['expired']]);
    await expect(accept(far, id)).rejects.toMatchObject(refusal('InvalidStateTransition', 'from expired'));
    aws.clock.advance(2 * DAY_MS);
    expect([await seenBy(own), await seenBy(far)]).toEqual([[], []]);
  });

  it('is rejected, which the requester sees for longer', async () => {
    const id = await pending(own, far);
    await reject(far, id);
    expect(await seenBy(own)).toMatchObject([{ Status: { Code: 'rejected', Message: `Rejected by ${OTHER}` } }]);
    await expect(remove(own, id)).rejects.toMatchObject(refusal('InvalidStateTransition', 'from rejected to deleting'));
    aws.clock.advance(2 * HOUR_MS);
    expect([await statesSeenBy(own), await seenBy(far)]).toEqual([['rejected'], []]);
    aws.clock.advance(2 * DAY_MS);
    expect(await seenBy(own)).toEqual([]);
  });
});

describe('a connection', () => {
  it('between regions takes a while to be deleted, and is seen for longer by the other account', async () => {
    const id = await active(own, far);
    await remove(far, id);
    expect(await statesSeenBy(own)).toEqual(['deleting']);
    aws.clock.advance(10 * SECOND_MS);
    expect(await seenBy(own)).toMatchObject([{ Status: { Code: 'deleted', Message: `Deleted by ${OTHER}` } }]);
    await expect(remove(own, id)).rejects.toMatchObject(refusal('InvalidStateTransition', 'from deleted to deleting'));
    aws.clock.advance(2 * HOUR_MS);
    expect([await statesSeenBy(own), await seenBy(far)]).toEqual([['deleted'], []]);
    await expect(remove(far, id)).rejects.toMatchObject(refusal('InvalidVpcPeeringConnectionID.NotFound'));
  });

  it('within a region is deleted at once', async () => {
    const id = await active(own, near);
    await remove(own, id);
    expect(await statesSeenBy(near)).toEqual(['deleted']);
  });

  it('within an account and region is one thing, which its owner accepts', async () => {
    const { Vpc } = await own.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    const id = await active(own, { ...own, vpcId: Vpc?.VpcId ?? '' });
    expect(await seenBy(own)).toMatchObject([{ VpcPeeringConnectionId: id, Status: { Code: 'active' } }]);
    await remove(own, id);
    aws.clock.advance(2 * HOUR_MS);
    expect(await seenBy(own)).toEqual([]);
  });

  it('has tags of its own on each side', async () => {
    const tags = (Value: string) => [{ Key: 'Name', Value }];
    const TagSpecifications = [{ ResourceType: 'vpc-peering-connection' as const, Tags: tags('own') }];
    await own.ec2.send(new CreateVpcPeeringConnectionCommand({ ...pair(own, far), TagSpecifications }));
    aws.clock.advance(2 * SECOND_MS);
    const [seen] = await seenBy(far);
    expect(seen?.Tags).toEqual([]);
    await far.ec2.send(new CreateTagsCommand({ Resources: [seen?.VpcPeeringConnectionId ?? ''], Tags: tags('far') }));
    expect([(await seenBy(own))[0]?.Tags, (await seenBy(far))[0]?.Tags]).toEqual([tags('own'), tags('far')]);
  });

  it('is new to the accepter when it is pending, however long the requester knows it', async () => {
    await restart({ durationsSeconds: { 'ec2.resource.invisible': 1 } });
    aws.clock.advance(SECOND_MS);
    own = await sideOf(OWN, 'eu-central-1', '10.1.0.0/16');
    far = await sideOf(OTHER, 'eu-west-1', '10.2.0.0/16');
    const id = await pending(own, far);
    expect(await statesSeenBy(own)).toEqual(['pending-acceptance']);
    await expect(accept(far, id)).rejects.toMatchObject(refusal('InvalidVpcPeeringConnectionID.NotFound'));
    aws.clock.advance(SECOND_MS);
    await accept(far, id);
  });

  it('is found by filters, in pages, and not by one that does not exist', async () => {
    const ids = [await active(own, far), await pending(own, near)];
    const find = async (Name: string, value: string) => {
      const Filters = [{ Name, Values: [value] }];
      const { VpcPeeringConnections = [] } = await own.ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters }));
      return VpcPeeringConnections.map(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId);
    };
    expect(await find('status-code', 'active')).toEqual([ids[0]]);
    expect(await find('status-message', 'Pending*')).toEqual([ids[1]]);
    expect(await find('accepter-vpc-info.vpc-id', near.vpcId)).toEqual([ids[1]]);
    expect(await find('accepter-vpc-info.cidr-block', '10.2.0.0/16')).toEqual([ids[0]]);
    expect(await find('accepter-vpc-info.owner-id', OTHER)).toEqual(ids);
    expect(await find('requester-vpc-info.cidr-block', '10.1.0.0/16')).toEqual(ids);
    expect(await find('vpc-peering-connection-id', ids[1] ?? '')).toEqual([ids[1]]);
    expect(await find('expiration-time', '*T*Z')).toEqual([ids[1]]);
    await expect(find('requester-vpc-info.region', 'x')).rejects.toMatchObject(refusal('InvalidParameterValue'));
    await expect(own.ec2.send(new DescribeVpcPeeringConnectionsCommand({ MaxResults: 4 }))).rejects.toMatchObject(
      refusal('InvalidParameterValue'),
    );
  });
});

describe('the options of a connection', () => {
  const modify = (
    { ec2 }: Side,
    VpcPeeringConnectionId: string,
    sides: Partial<Record<'Requester' | 'Accepter', PeeringConnectionOptionsRequest>>,
  ) =>
    ec2.send(
      new ModifyVpcPeeringConnectionOptionsCommand({
        VpcPeeringConnectionId,
        RequesterPeeringConnectionOptions: sides.Requester,
        AccepterPeeringConnectionOptions: sides.Accepter,
      }),
    );
  const dns = { AllowDnsResolutionFromRemoteVpc: true };

  it('are changed by each side for itself, once it is active', async () => {
    const id = await pending(own, near);
    await expect(modify(own, id, { Requester: dns })).rejects.toMatchObject(
      refusal('OperationNotPermitted', `Peering ${id} is not active. Peering options can be added only to active`),
    );
    await accept(near, id);
    aws.clock.advance(3 * SECOND_MS);
    await expect(modify(own, id, { Requester: dns, Accepter: dns })).rejects.toMatchObject(
      refusal('OperationNotPermitted', `User ${OWN} does not have permission to modify the accepter side`),
    );
    expect((await seenBy(own))[0]?.RequesterVpcInfo?.PeeringOptions).toMatchObject({
      AllowDnsResolutionFromRemoteVpc: false,
    });
    const answer = await modify(own, id, { Requester: dns });
    expect(answer.RequesterPeeringConnectionOptions).toMatchObject(dns);
    expect(answer.AccepterPeeringConnectionOptions).toBeUndefined();
    expect((await seenBy(near))[0]?.RequesterVpcInfo?.PeeringOptions).toMatchObject(dns);
  });

  it('between regions are changed in the own region, and know no ClassicLink', async () => {
    const there = { ...own, region: 'eu-west-1', ec2: aws.ec2({ region: 'eu-west-1' }) };
    const { Vpc } = await there.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    const id = await active(own, { ...there, vpcId: Vpc?.VpcId ?? '' });
    await expect(modify(own, id, { Accepter: dns })).rejects.toMatchObject(
      refusal('OperationNotPermitted', "Accepter's VPC Peering connection options cannot be modified for a different"),
    );
    await expect(
      modify(own, id, { Requester: { AllowEgressFromLocalClassicLinkToRemoteVpc: false } }),
    ).rejects.toMatchObject(refusal('OperationNotPermitted', 'not supported for cross-region'));
    await modify(there, id, { Accepter: dns });
  });
});

describe('limits', () => {
  it('hold for requests that wait and for the connections of each VPC', async () => {
    await restart({ quotas: { 'ec2.pendingPeerings': 1, 'ec2.peeringsPerVpc': 1 } });
    const first = await pending(own, far);
    await expect(request(own, near)).rejects.toMatchObject(refusal('PendingVpcPeeringConnectionLimitExceeded'));
    await accept(far, first);
    await expect(request(own, near)).rejects.toMatchObject(refusal('VpcPeeringConnectionsPerVpcLimitExceeded'));
    const opposite = await pending(near, own);
    await expect(accept(own, opposite)).rejects.toMatchObject(refusal('VpcPeeringConnectionsPerVpcLimitExceeded'));
  });

  it('may be set on how many requests go well', async () => {
    await restart({ quotas: { 'ec2.failingPeeringRequests': 1, 'ec2.rejectedPeeringRequests': 1 } });
    for (const _ of [1, 2, 3]) await pending(own, far);
    expect(await statesSeenBy(own)).toEqual(['failed', 'rejected', 'pending-acceptance']);
  });
});

describe('a VPC with peering connections', () => {
  const deleteVpc = ({ ec2, vpcId }: Side) => ec2.send(new DeleteVpcCommand({ VpcId: vpcId }));
  const associate = ({ ec2, vpcId }: Side, CidrBlock: string) =>
    ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock }));

  it('is not deleted, but takes a request of its own with it', async () => {
    const id = await active(own, near);
    await expect(deleteVpc(own)).rejects.toMatchObject(refusal('DependencyViolation'));
    await expect(deleteVpc(near)).rejects.toMatchObject(refusal('DependencyViolation'));
    await remove(own, id);
    await pending(own, near);
    await expect(deleteVpc(near)).rejects.toMatchObject(refusal('DependencyViolation'));
    await deleteVpc(own);
    expect(await statesSeenBy(near)).toEqual(['deleted', 'deleted']);
  });

  it('takes no block that overlaps the one at the other end', async () => {
    await active(own, far);
    await expect(associate(own, '10.2.4.0/24')).rejects.toMatchObject(refusal('InvalidVpc.Range'));
    await associate(own, '10.21.0.0/16');
  });

  it('takes no block while it requests, and lets a request to it fail by one', async () => {
    const id = await pending(own, far);
    await expect(associate(own, '10.21.0.0/16')).rejects.toMatchObject(refusal('OperationNotPermitted'));
    await associate(far, '10.22.0.0/16');
    expect(await statesSeenBy(own)).toEqual(['pending-acceptance']);
    const secondary = await active(near, own);
    await remove(near, secondary);
    await associate(far, '10.1.4.0/24');
    expect(await statesSeenBy(own)).toEqual(expect.arrayContaining(['failed']));
    await expect(accept(far, id)).rejects.toMatchObject(refusal('InvalidVpcPeeringConnectionID.NotFound'));
  });
});

describe('a route', () => {
  const tableOf = async ({ ec2, vpcId }: Side) => {
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    return (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.[0] ?? {};
  };
  const route = async (side: Side, VpcPeeringConnectionId: string, DestinationCidrBlock: string) => {
    const { RouteTableId } = await tableOf(side);
    const input = { RouteTableId, VpcPeeringConnectionId, DestinationCidrBlock };
    return side.ec2.send(new CreateRouteCommand(input));
  };
  const stateOf = async (side: Side, id: string) =>
    (await tableOf(side)).Routes?.find((one) => one.VpcPeeringConnectionId === id)?.State;

  it('through a connection is a blackhole before it is active and after it has ended', async () => {
    const id = await pending(own, far);
    await route(own, id, '10.2.0.0/16');
    expect(await stateOf(own, id)).toBe('blackhole');
    await accept(far, id);
    aws.clock.advance(3 * SECOND_MS);
    await route(far, id, '10.1.0.0/16');
    expect([await stateOf(own, id), await stateOf(far, id)]).toEqual(['active', 'active']);
    await remove(own, id);
    expect([await stateOf(own, id), await stateOf(far, id)]).toEqual(['blackhole', 'blackhole']);
    await expect(route(own, id, '10.22.0.0/16')).rejects.toMatchObject(
      refusal('InvalidVpcPeeringConnectionID.NotFound'),
    );
  });

  it('is not made through the connection of another VPC', async () => {
    const id = await active(own, far);
    const { Vpc } = await own.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    await expect(route({ ...own, vpcId: Vpc?.VpcId ?? '' }, id, '10.2.0.0/16')).rejects.toMatchObject(
      refusal('InvalidParameterValue', `network gateway ${id} belong to different networks`),
    );
    await expect(route(near, id, '10.2.0.0/16')).rejects.toMatchObject(
      refusal('InvalidVpcPeeringConnectionID.NotFound'),
    );
  });
});

describe('with life cycles that run at once', () => {
  it('a request waits for its answer all the same', async () => {
    aws.lifeCycleClock.setSpeed('max');
    const id = await request(own, far);
    expect(await statesSeenBy(far)).toEqual(['pending-acceptance']);
    await accept(far, id);
    expect(await statesSeenBy(own)).toEqual(['active']);
    await remove(own, id);
    expect(await statesSeenBy(far)).toEqual(['deleted']);
  });
});
