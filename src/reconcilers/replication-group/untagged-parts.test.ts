import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClients } from '../../../test/support/aws-clients.ts';
import { aPass } from '../../../test/support/pass.ts';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { aReplicationGroupState, OUR_TAGS } from '../../../test/support/replication-group-state.ts';
import { whileTimePasses } from '../../../test/support/virtual-time.ts';
import type { Aws, Tags } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../sandbox/aws/world-options.ts';
import { descriptionsOf } from './names.ts';
import { UnprovenResourceError } from './ownership.ts';
import { deleteParameterGroups } from './parameter-group.ts';
import { deleteSecurityGroup } from './security-group.ts';
import type { ReplicationGroupState } from './state.ts';
import { deleteSubnetGroup } from './subnet-group.ts';

/*
 * Somebody took the tags of a part, and by the time of its deletion the replication group that used it is gone: an operator
 * that has just started knows nothing else that proves whose it is.
 */

let world: RedisWorld;
let aws: Aws;
let pass: Pass;
let state: ReplicationGroupState;

beforeEach(async () => {
  world = await startRedisWorld();
  aws = createTestClients(world.aws);
  pass = aPass({ clock: world.aws.clock });
  const target = { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION, roleArn: undefined };
  state = aReplicationGroupState({
    elastiCache: aws.elastiCache(target, pass),
    ec2: aws.ec2(target, pass),
    secrets: aws.secretsManager(target, pass),
    tagging: aws.tagging(target, pass),
  });
});

afterEach(async () => {
  aws.close();
  await world.stop();
});

const carriedOut = <T>(work: Promise<T>): Promise<T> => whileTimePasses(world.aws, work);

const OURS = descriptionsOf('demo');

interface Made {
  readonly tags: Tags;
  readonly description?: string;
}

const createParameterGroup =
  (name: string) =>
  ({ tags, description = OURS.parameterGroup }: Made): Promise<unknown> =>
    state.clients.elastiCache.createParameterGroup({ name, family: 'redis7', description, tags });

const parts = [
  {
    part: 'subnet group',
    create: ({ tags, description = OURS.subnetGroup }: Made): Promise<unknown> =>
      state.clients.elastiCache.createSubnetGroup({ name: 'cm-demo', description, subnetIds: world.subnetIds, tags }),
    remove: deleteSubnetGroup,
  },
  { part: 'parameter group', create: createParameterGroup('cm-demo'), remove: deleteParameterGroups },
  { part: 'temporary parameter group', create: createParameterGroup('cm-demo-temp'), remove: deleteParameterGroups },
  {
    part: 'security group',
    create: ({ tags, description = OURS.securityGroup }: Made): Promise<unknown> =>
      state.clients.ec2.createSecurityGroup({ vpcId: world.vpcId, name: 'cm-demo', description, tags }),
    remove: deleteSecurityGroup,
  },
] as const;

describe.each(parts)('the deletion of a $part', ({ create, remove }) => {
  const [[TAG, OUR_NAME]] = Object.entries(OUR_TAGS) as [[string, string]];

  it('stops where it looks like ours and lost its tags, and says how to go on', async () => {
    await carriedOut(create({ tags: {} }));
    const before = await world.everything();
    const error = await carriedOut(remove(state, pass).catch((caught: unknown) => caught));
    expect(error).toBeInstanceOf(UnprovenResourceError);
    expect(String(error)).toContain(`delete it or tag it with ${TAG}=${OUR_NAME}`);
    expect(await world.everything()).toEqual(before);
  });

  it.each([
    { whose: 'its tags name somebody else', made: { tags: { [TAG]: 'kcp-system/other' } } },
    { whose: 'its description is not ours', made: { tags: {}, description: 'theirs' } },
  ])('leaves it as it is where $whose', async ({ made }) => {
    await carriedOut(create(made));
    const before = await world.everything();
    expect(await carriedOut<Outcome>(remove(state, pass))).toEqual(next);
    expect(await world.everything()).toEqual(before);
  });

  it('carries it out where the tags say that it is ours', async () => {
    const before = await world.everything();
    await carriedOut(create({ tags: OUR_TAGS }));
    expect(await world.everything()).not.toEqual(before);
    expect(await carriedOut<Outcome>(remove(state, pass))).toEqual(next);
    expect(await world.everything()).toEqual(before);
  });
});
