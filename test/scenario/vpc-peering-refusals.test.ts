import { describe, expect, it } from 'vitest';
import { vpcPeeringKind } from '../../src/api/index.ts';
import { aScopeManifest } from '../support/manifests.ts';
import {
  aNetworkOf,
  aPeeringManifest,
  localOwner,
  peeredParts,
  PEERING_ENVIRONMENT,
  remoteOwner,
  STRANGER,
} from '../support/peering-scenario.ts';
import { denyPartner, type Obstacle, sharedObstacles, type Undo } from '../support/peering-obstacles.ts';
import { PARTNER, PEERING_ROLE } from '../support/peering-world.ts';
import { SharedEnvironment, STALLED } from '../support/shared-environment.ts';

/* What a VpcPeering says when it cannot be, before and after it was requested, and that it comes to be when it can. */

const MINUTE_MS = 60_000;
const shared = SharedEnvironment.start(PEERING_ENVIRONMENT, peeredParts);
const environment = () => shared.environment;
const local = () => localOwner(environment());
const remote = () => remoteOwner(environment());
const theirs = aNetworkOf(PARTNER, 'partner');
const shown = (reason: string) => shared.shown(vpcPeeringKind, 'demo-peering', reason);

function refuseRole(accountId: string): Undo {
  const end = shared.failing(({ operation, input }) =>
    operation === 'AssumeRole' && String(input.RoleArn).includes(accountId)
      ? { error: { code: 'AccessDenied', httpStatus: 403 } }
      : undefined,
  );
  return async () => end();
}

interface Refusal extends Obstacle {
  readonly network?: ReturnType<typeof aNetworkOf>;
}

describe('a VpcPeering', () => {
  it.each<Refusal>([
    {
      what: 'the remote VPC lacks the tag',
      arrange: async () => {
        const owner = await remote();
        await owner.deleteTags(owner.vpcId, 'demo');
        return () => owner.setTags(owner.vpcId, { demo: 'may peer' });
      },
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: /does not permit the peering: its owner has to give it a tag with the key "demo"; the value does not /,
    },
    {
      what: 'the remote role cannot be taken on',
      network: aNetworkOf(STRANGER, 'stranger'),
      arrange: async () => refuseRole(STRANGER),
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: new RegExp(
        `AssumeRole: AccessDenied.*; account ${STRANGER} has to have the role ${PEERING_ROLE}, and to let the operator take it on$`,
      ),
    },
    {
      what: 'the remote role may not see the VPC',
      arrange: async () => denyPartner(shared, 'ec2:DescribeVpcs'),
      reason: 'FailedLoadingRemoteVpcNetwork',
      message: new RegExp(
        `perform: ec2:DescribeVpcs .*; the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`,
      ),
    },
    {
      what: 'the remote VPC is missing',
      arrange: async () => {
        const owner = await remote();
        await owner.setTags(owner.vpcId, { Name: 'renamed' });
        return () => owner.setTags(owner.vpcId, { Name: 'partner' });
      },
      reason: 'VpcNotFound',
      message: new RegExp(`partner.* not found in account ${PARTNER}, region eu-west-1$`),
    },
    ...sharedObstacles(shared),
  ])('is not asked for while $what, and is Ready when that is mended', async (refusal) => {
    const { network = theirs, arrange, reason, message } = refusal;
    const mend = await arrange();
    await environment().advance(10_000);
    await environment().apply(aScopeManifest(), network, aPeeringManifest());
    expect(await shown(reason)).toMatchObject({ ...STALLED, message: expect.stringMatching(message) });
    expect(shared.takeWrites()).toEqual([]);
    await mend();
    await environment().untilReady(vpcPeeringKind, 'demo-peering', 20 * MINUTE_MS);
    expect(await shared.status(vpcPeeringKind, 'demo-peering')).toMatchObject({ state: 'active', progress: 'Current' });
  });

  it('whose request may not be accepted expires after a week, and is asked for again when it may', async () => {
    const allow = denyPartner(shared, 'ec2:AcceptVpcPeeringConnection');
    await environment().apply(aScopeManifest(), theirs, aPeeringManifest());
    expect(await shown('FailedAcceptingVpcPeeringConnection')).toMatchObject({
      ...STALLED,
      message: expect.stringMatching(new RegExp(`the role ${PEERING_ROLE} in account ${PARTNER} has to permit this`)),
    });
    const first = (await environment().find(vpcPeeringKind, 'demo-peering'))?.status?.id;
    environment().clock.advance(7 * 24 * 60 * MINUTE_MS);
    await environment().settle();
    const [connection] = await (await local()).connections();
    expect(connection).toMatchObject({ VpcPeeringConnectionId: first, Status: { Code: 'expired' } });
    await allow();
    await environment().untilReady(vpcPeeringKind, 'demo-peering', 20 * MINUTE_MS);
    expect((await environment().find(vpcPeeringKind, 'demo-peering'))?.status?.id).not.toBe(first);
  });

  it.each([
    { quota: 'ec2.failingPeeringRequests', state: 'failed', againMs: MINUTE_MS },
    { quota: 'ec2.rejectedPeeringRequests', state: 'rejected', againMs: 60 * MINUTE_MS },
  ])('that AWS or a person ends ($state) says so by its state, and is asked for again later', async (end) => {
    const { quota, state, againMs } = end;
    const doomed = (count: number) => ({ quotas: { [quota]: count } });
    shared.changeRules(doomed(1), doomed(0));
    await environment().apply(aScopeManifest(), theirs, aPeeringManifest());
    expect(await shown('FailedAcceptingVpcPeeringConnection')).toMatchObject({
      state,
      progress: 'Failed',
      message: expect.stringMatching(
        new RegExp(`^The peering pcx-\\w+ has ended \\(${state}\\).*; it is requested again later$`),
      ),
    });
    const waitedMs = await environment().untilReady(vpcPeeringKind, 'demo-peering');
    expect(waitedMs).toBeGreaterThan(againMs / 2);
    expect(await shared.status(vpcPeeringKind, 'demo-peering')).toMatchObject({ state: 'active', progress: 'Current' });
  });
});
