import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisCluster, redisClusterKind } from '../../src/api/index.ts';
import type { KubeInput } from '../../src/kube/index.ts';
import { AppWorld } from '../support/app-story.ts';
import type { BothSides } from '../support/both-sides.ts';
import { partOf } from '../support/part.ts';
import type { Restoration } from '../support/restorable-kube.ts';

/*
 * In the middle of the story of an application developer their cluster, the control plane or both come back from a backup of
 * their etcd, while the operator goes on. It ends as is asked then, and nothing is left over. A Redis that is asked for before
 * and after is the same one: its data is there.
 */

const HOUR_MS = 3_600_000;

const RESTORATIONS: readonly Restoration[] = ['put forward', 'set back'];

let world: AppWorld;
beforeEach(async () => {
  world = await AppWorld.start({ hasPassage: true, isRestorable: true });
});
afterEach(() => world.stop());

/** Scope, its Network, and what is made for a Redis in its IpRange and a peering. */
const hasAll = ({ controlPlane }: BothSides): boolean => controlPlane.objects.length === 6;
const hasNothingOfUsers = ({ controlPlane }: BothSides): boolean => controlPlane.objects.length === 2;

/** That the Redis, its network and the peering stayed as they were: nothing was made anew, nothing deleted. */
function expectNothingRemade(): void {
  const lasting = /^(Create|Delete|Associate|Disassociate)(?!Tags|Route)/;
  expect(world.environment.takeCalls().filter((call) => lasting.test(call))).toEqual([]);
}

/** Whether the Secrets of both sides say the token with which the Redis answers, and it answers to no other. */
async function expectToken(): Promise<void> {
  const { controlPlane, user } = world.opened(await world.look());
  expect([controlPlane.length, user.length]).toEqual([1, 1]);
}

describe.each(partOf(RESTORATIONS))('a cluster of a user whose revisions are %s', (how) => {
  it('comes back without its objects: what they had goes, in AWS too', async () => {
    await world.tellUpTo('the module');
    const before = await world.outcome();
    await world.cluster.backUp();
    await world.tellChapter('a Redis and a peering');
    await world.cluster.restore(how);
    await world.untilReady(hasNothingOfUsers, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
  });

  it('comes back with its objects as they were just written: they find again what was made for them', async () => {
    await world.tellUpTo('the module');
    await world.environment.stopOperator();
    await world.askChapter('a Redis and a peering');
    await world.cluster.backUp();
    await world.environment.startOperator();
    await world.untilReady(hasAll, HOUR_MS);
    const before = await world.outcome();
    world.environment.takeCalls();
    await world.cluster.restore(how);
    await world.untilReady(hasAll, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
    expectNothingRemade();
  });
});

describe('a cluster of a user', () => {
  it('comes back with objects that were deleted since: they get all anew', async () => {
    await world.tellUpTo('a Redis and a peering');
    const before = await world.outcome();
    await world.cluster.backUp();
    await world.tellChapter('everything of the developer deleted at once');
    await world.cluster.restore('put forward');
    await world.untilReady(hasAll, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
  });

  it('comes back with an older token in its Secret, and an older size: the token is that of today again', async () => {
    await world.tellUpTo('a Redis and a peering');
    await world.cluster.backUp();
    await world.tellChapter('more shards, and another token');
    world.environment.takeCalls();
    await world.cluster.restore('put forward');
    await world.untilReady(hasShards(1), HOUR_MS);
    await expectToken();
    expectNothingRemade();
  });
});

function hasShards(count: number): (sides: BothSides) => boolean {
  return ({ controlPlane }) => controlPlane.objects.some(({ status }) => status?.['shardCount'] === count);
}

describe.each(partOf(RESTORATIONS))('a control plane whose revisions are %s', (how) => {
  it('comes back without what was made for users: it is made again, and finds what it had in AWS', async () => {
    await world.tellUpTo('the module');
    await world.environment.backUp();
    await world.tellChapter('a Redis and a peering');
    const before = await world.outcome();
    world.environment.takeCalls();
    await world.environment.restore(how);
    await world.untilReady(hasAll, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
    await expectToken();
    expectNothingRemade();
  });

  it('comes back with what was made for objects that are gone, and the module with them: it goes, in AWS too', async () => {
    await world.tellUpTo('a Redis and a peering');
    await world.environment.backUp();
    await world.tellChapter('everything of the developer deleted at once');
    const before = await world.outcome();
    await world.environment.restore(how);
    await world.untilReady(hasNothingOfUsers, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
  });
});

describe('a control plane', () => {
  it('comes back from the midst of making things: it goes on with them', async () => {
    await world.tellUpTo('the module');
    await world.askChapter('a Redis and a peering');
    await world.environment.until(async () =>
      (await world.look()).controlPlane.objects.some(({ kind }) => kind === redisClusterKind.kind),
    );
    await world.environment.backUp();
    await world.untilReady(hasAll, HOUR_MS);
    const before = await world.outcome();
    world.environment.takeCalls();
    await world.environment.restore('put forward');
    await world.untilReady(hasAll, HOUR_MS);
    expect(await world.outcome()).toEqual(before);
    expectNothingRemade();
  });

  it('comes back with an older token and size: users have those that they ask for, and a token that answers', async () => {
    await world.tellUpTo('a Redis and a peering');
    await world.environment.backUp();
    await world.tellChapter('more shards, and another token');
    const before = await world.outcome();
    world.environment.takeCalls();
    await world.environment.restore('put forward');
    await world.untilReady(hasShards(2), HOUR_MS);
    expect(await world.outcome()).toEqual(before);
    await expectToken();
    expectNothingRemade();
  });

  it('comes back with a second object for one of a user: both go with that', async () => {
    const atFirst = await world.outcome();
    await world.tellUpTo('a Redis and a peering');
    const { controlPlane } = await world.look();
    const first = controlPlane.objects.find(({ kind }) => kind === redisClusterKind.kind);
    if (first === undefined) throw new Error('There is no Redis');
    const { labels = {}, annotations = {}, namespace = '' } = first.metadata;
    const metadata = { namespace, name: randomUUID(), labels, annotations };
    await world.environment.kube.create(redisClusterKind, { metadata, spec: first.spec } as KubeInput<RedisCluster>);
    await world.untilReady(({ controlPlane }) => controlPlane.objects.length === 7, HOUR_MS);
    await world.tellChapter('everything of the developer deleted at once');
    await world.tellChapter('the cluster is let go');
    expect(await world.outcome()).toEqual({ aws: atFirst.aws, sides: world.nothing });
  });
});

describe('both', () => {
  it('come back from before a change: what was asked then is there, with the token of today', async () => {
    await world.tellUpTo('a Redis and a peering');
    await world.environment.backUp();
    await world.cluster.backUp();
    await world.tellChapter('more shards, and another token');
    world.environment.takeCalls();
    await Promise.all([world.environment.restore('put forward'), world.cluster.restore('put forward')]);
    await world.untilReady(hasShards(1), HOUR_MS);
    await expectToken();
    expectNothingRemade();
  });
});
