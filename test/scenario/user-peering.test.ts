import { DeleteVpcPeeringConnectionCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsVpcPeeringKind, networkKind, vpcPeeringKind } from '../../src/api/index.ts';
import { ANNOTATIONS } from '../../src/api/names.ts';
import { mergePatch } from '../../src/kube/index.ts';
import { aScopeManifest, changed, type Manifest } from '../support/manifests.ts';
import { NAMESPACE } from '../support/namespace.ts';
import { isThrough, peeredParts, PEERING_ENVIRONMENT, remoteOwner } from '../support/peering-scenario.ts';
import { denyPartner, type Obstacle, sharedObstacles } from '../support/peering-obstacles.ts';
import { PARTNER, PEERING_ROLE } from '../support/peering-world.ts';
import { SharedEnvironment, STALLED, WAITING } from '../support/shared-environment.ts';
import { SomebodyInAws } from '../support/somebody-in-aws.ts';
import { anAwsVpcPeeringManifest } from '../support/user-manifests.ts';
import { UserObjects } from '../support/user-objects.ts';

/* What a user sees of an AwsVpcPeering, in every state of it, and what both sides have in AWS then. */

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const shared = SharedEnvironment.start(PEERING_ENVIRONMENT, peeredParts);
const users = new UserObjects(shared);
const somebody = new SomebodyInAws(() => shared.environment);
const environment = () => shared.environment;
const remote = () => remoteOwner(environment());
const READY = { state: 'active', reason: 'Ready', progress: 'Current' } as const;

async function aPeering(fields: object = {}): Promise<Manifest> {
  const { vpcId, region, accountId } = await remote();
  const spec = { remoteVpcId: vpcId, remoteRegion: region, remoteAccountId: accountId, deleteRemotePeering: true };
  return changed(anAwsVpcPeeringManifest(), 'spec', { ...spec, ...fields });
}

const shown = (manifest: Manifest) => shared.status(awsVpcPeeringKind, manifest.metadata.name);

/** Tables of the remote VPC that lead to the peering. */
const remoteTables = async (): Promise<readonly string[]> =>
  (await (await remote()).routes()).filter(isThrough).map(({ table }) => table);

const connections = async () => (await remote()).connections();

const activeOnes = async (): Promise<readonly string[]> =>
  (await connections())
    .filter(({ Status }) => Status?.Code === 'active')
    .map(({ VpcPeeringConnectionId = '' }) => VpcPeeringConnectionId);

/** The owner of the remote VPC deletes the only one; gives which. */
async function endRemotely(): Promise<string> {
  const [VpcPeeringConnectionId = ''] = await activeOnes();
  await (await remote()).ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  return VpcPeeringConnectionId;
}

/** Nobody tells the operator what happens in AWS. */
async function lookNow({ metadata }: Manifest, request: string): Promise<void> {
  const annotations = { [ANNOTATIONS.reconcileNow]: request };
  await environment().kube.patch(awsVpcPeeringKind, metadata, mergePatch({ metadata: { annotations } }));
}

describe('an AwsVpcPeering', () => {
  beforeEach(() => environment().apply(aScopeManifest()));

  it.each<Obstacle>([
    {
      what: 'the remote VPC lacks the tag',
      arrange: async () => {
        const owner = await remote();
        await owner.deleteTags(owner.vpcId, 'demo');
        return () => owner.setTags(owner.vpcId, { demo: 'may peer' });
      },
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: /does not permit the peering: its owner has to give it a tag with the key "demo"/,
    },
    {
      what: 'the remote role may not see the VPC',
      arrange: async () => denyPartner(shared, 'ec2:DescribeVpcs'),
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: new RegExp(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`),
    },
    ...sharedObstacles(shared),
    {
      what: 'the remote role may not accept it',
      arrange: async () => denyPartner(shared, 'ec2:AcceptVpcPeeringConnection'),
      reason: 'FailedAcceptingVpcPeeringConnection',
      message: new RegExp(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`),
    },
  ])('says so while $what, and is active when that is mended', async ({ arrange, reason, message }) => {
    const manifest = await aPeering();
    const mend = await arrange();
    await environment().advance(10_000);
    await users.apply(manifest);
    expect(await users.shown(manifest, reason)).toMatchObject({
      progress: STALLED.progress,
      message: expect.stringMatching(message),
    });
    expect(await users.condition(manifest, 'Error')).toMatchObject({ reason });
    await mend();
    await environment().untilReady(awsVpcPeeringKind, manifest.metadata.name, 20 * MINUTE_MS);
    expect(await shown(manifest)).toMatchObject(READY);
  });

  it('with a VPC that does not exist says so, and goes', async () => {
    const manifest = await aPeering({ remoteVpcId: 'vpc-0123456789abcdef0' });
    await users.apply(manifest);
    expect(await users.shown(manifest, 'VpcNotFound')).toMatchObject({
      ...STALLED,
      message: expect.stringContaining(`vpc-0123456789abcdef0 not found in account ${PARTNER}, region eu-west-1`),
    });
  });

  it('warns of a route of somebody else, and has all others', async () => {
    const { id: table, remove } = await somebody.addRoute('10.180.0.0/22');
    const manifest = await aPeering();
    await users.apply(manifest);
    const { message } = await users.shown(manifest, 'FailedCreatingRoutes');
    expect(message).toContain(table);
    expect(await users.condition(manifest, 'Warning')).toMatchObject({ reason: 'FailedCreatingRoutes' });
    expect(await remoteTables()).not.toEqual([]);
    await remove();
    await users.untilReady(manifest);
    expect(await shown(manifest)).toMatchObject(READY);
  });

  it('that the other side ends soon says so, is asked for again, and goes meanwhile if nobody wants it any more', async () => {
    const manifest = await aPeering();
    await users.apply(manifest);
    await users.untilReady(manifest);
    const first = await endRemotely();
    await lookNow(manifest, 'after the first');
    expect(await users.shown(manifest, 'VpcPeeringConnectionEnded')).toMatchObject({
      state: 'deleted',
      progress: STALLED.progress,
      message: expect.stringMatching(
        new RegExp(`^The peering ${first} has ended \\(deleted\\).*; it is requested again later$`),
      ),
    });
    expect(await users.condition(manifest, 'Error')).toMatchObject({ reason: 'VpcPeeringConnectionEnded' });
    await users.untilReady(manifest);
    expect(await shown(manifest)).toMatchObject(READY);
    const second = await endRemotely();
    expect(second).not.toBe(first);
    await lookNow(manifest, 'after the second');
    await users.shown(manifest, 'VpcPeeringConnectionEnded');
    await environment().delete(manifest);
    await users.untilGone(manifest);
    expect([await activeOnes(), await remoteTables()]).toEqual([[], []]);
  });

  it.each([
    { quota: 'ec2.failingPeeringRequests', state: 'failed', againMs: MINUTE_MS },
    { quota: 'ec2.rejectedPeeringRequests', state: 'rejected', againMs: 60 * MINUTE_MS },
  ])(
    'whose request ends ($state) says so by its state, and is asked for again later',
    async ({ quota, state, againMs }) => {
      const doomed = (count: number) => ({ quotas: { [quota]: count } });
      shared.changeRules(doomed(1), doomed(0));
      const manifest = await aPeering();
      await users.apply(manifest);
      expect(await users.shown(manifest, 'FailedAcceptingVpcPeeringConnection')).toMatchObject({
        state,
        progress: STALLED.progress,
        message: expect.stringMatching(new RegExp(`has ended \\(${state}\\).*; it is requested again later$`)),
      });
      const waitedMs = await environment().untilReady(awsVpcPeeringKind, manifest.metadata.name);
      expect(waitedMs).toBeGreaterThan(againMs / 2);
      expect(await shown(manifest)).toMatchObject(READY);
    },
  );

  it('whose request expires, because nobody may accept it for a week, is asked for again, and active when somebody may', async () => {
    const permit = denyPartner(shared, 'ec2:AcceptVpcPeeringConnection');
    const manifest = await aPeering();
    await users.apply(manifest);
    await users.shown(manifest, 'FailedAcceptingVpcPeeringConnection');
    environment().clock.advance(WEEK_MS);
    await environment().settle();
    expect((await connections()).map(({ Status }) => Status?.Code)).toContain('expired');
    await permit();
    await environment().untilReady(awsVpcPeeringKind, manifest.metadata.name, 20 * MINUTE_MS);
    expect(await shown(manifest)).toMatchObject(READY);
    expect(await activeOnes()).toHaveLength(1);
  });

  it.each([
    {
      field: 'remoteRouteTableUpdateStrategy',
      value: 'NONE',
      state: 'active',
      message:
        /^It is not accepted: spec\.remoteRouteTableUpdateStrategy: .*details is immutable, apart from deleteRemotePeering\.$/,
      anew: 'Ready',
    },
    {
      field: 'remoteVpcId',
      value: 'vpc-0123456789abcdef0',
      state: 'Error',
      message:
        /^It is not accepted: spec\.remoteAccountId, spec\.remoteRegion, spec\.remoteVpcId: .*Network is immutable\.$/,
      anew: 'VpcNotFound',
    },
  ])('in place of one with another $field says so, leaves that one, and is as asked when made anew', async (other) => {
    const { field, value, state, message, anew } = other;
    const former = await aPeering();
    await users.apply(former);
    await users.untilReady(former);
    const before = await activeOnes();
    shared.takeWrites();
    const manifest = await aPeering({ [field]: value });
    await users.replaceByForce(manifest);
    expect(await users.shown(manifest, 'InvalidSpec')).toMatchObject({
      state,
      progress: STALLED.progress,
      message: expect.stringMatching(message),
    });
    expect(await users.condition(manifest, 'Error')).toMatchObject({ reason: 'InvalidSpec' });
    expect([await activeOnes(), shared.takeWrites()]).toEqual([before, []]);
    await environment().delete(manifest);
    await users.untilGone(manifest);
    expect([await activeOnes(), await remoteTables()]).toEqual([[], []]);
    await users.apply(manifest);
    await users.shown(manifest, anew);
    expect(await remoteTables()).toEqual([]);
  });

  it.each([
    { strategy: 'AUTO', tables: [true, true] },
    { strategy: 'MATCHED', tables: [false, true] },
    { strategy: 'UNMATCHED', tables: [true, false] },
    { strategy: 'NONE', tables: [false, false] },
  ])(
    'leads the remote tables that remoteRouteTableUpdateStrategy $strategy means to it',
    async ({ strategy, tables }) => {
      const owner = await remote();
      const [main = ''] = await owner.tables();
      const tagged = await owner.addTable({ demo: '' });
      shared.whenEmpty(() => owner.deleteTable(tagged));
      const manifest = await aPeering({ remoteRouteTableUpdateStrategy: strategy });
      await users.apply(manifest);
      await users.untilReady(manifest);
      const led = await remoteTables();
      expect([main, tagged].map((table) => led.includes(table))).toEqual(tables);
    },
  );

  it.each([
    { deleteRemotePeering: true, left: 0 },
    { deleteRemotePeering: false, left: 1 },
  ])('leaves $left remote routes behind with deleteRemotePeering $deleteRemotePeering', async (one) => {
    const { deleteRemotePeering, left } = one;
    // It may be changed, at any time.
    const manifest = await aPeering({ deleteRemotePeering: !deleteRemotePeering });
    await environment().apply(manifest);
    await users.untilReady(manifest);
    const { metadata } = manifest;
    await environment().kube.patch(awsVpcPeeringKind, metadata, mergePatch({ spec: { deleteRemotePeering } }));
    await users.untilReady(manifest);
    await environment().delete(manifest);
    await environment().untilGone(awsVpcPeeringKind, metadata.name);
    const owner = await remote();
    const routes = (await owner.routes()).filter(isThrough);
    expect(routes).toHaveLength(left);
    for (const { table, destination } of routes) await owner.deleteRoute(table, destination);
    const { items } = await environment().kube.list(vpcPeeringKind, { namespace: NAMESPACE });
    expect(items).toEqual([]);
  });

  it.each([
    { field: 'remoteVpcId', value: 'vpc-0123456789abcdef1' },
    { field: 'remoteRegion', value: 'eu-central-1' },
    { field: 'remoteAccountId', value: '333333333333' },
    { field: 'remoteRouteTableUpdateStrategy', value: 'NONE' },
  ])('has a $field that cannot be changed', async ({ field, value }) => {
    const manifest = await aPeering();
    await users.apply(manifest);
    const change = environment().kube.patch(
      awsVpcPeeringKind,
      manifest.metadata,
      mergePatch({ spec: { [field]: value } }),
    );
    await expect(change).rejects.toThrow(`${field} is immutable`);
  });
});

it('an AwsVpcPeering waits for the Scope of its cluster, and then for its network', async () => {
  const manifest = await aPeering();
  await users.apply(manifest);
  expect(await users.shown(manifest, 'MissingScope')).toMatchObject(WAITING);
  const permit = shared.failing(({ operation }) =>
    operation === 'DescribeVpcs' ? { error: { code: 'UnauthorizedOperation', httpStatus: 403 } } : undefined,
  );
  await environment().apply(aScopeManifest());
  expect(await users.shown(manifest, 'WaitingDependency')).toMatchObject(WAITING);
  permit();
  await users.untilReady(manifest);
  expect(await users.counterpart(networkKind, manifest)).toMatchObject({ spec: { type: 'external' } });
});
