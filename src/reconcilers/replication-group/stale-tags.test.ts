import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisWorld, startRedisWorld } from '../../../test/support/redis-world.ts';
import { createTestClients } from '../../../test/support/aws-clients.ts';
import { aPass } from '../../../test/support/pass.ts';
import { aReplicationGroupState, OUR_TAGS } from '../../../test/support/replication-group-state.ts';
import { whileTimePasses } from '../../../test/support/virtual-time.ts';
import type { Aws } from '../../aws/index.ts';
import { next, type Outcome, type Pass } from '../../composed/index.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../sandbox/aws/world-options.ts';
import { deleteSecret } from './secret.ts';
import { deleteSecurityGroup } from './security-group.ts';
import { nothingObserved, type ReplicationGroupState } from './state.ts';

/*
 * The tagging service learns late what was made and what went: for minutes it may show the parts of an earlier object of
 * the same name, and not yet those of the one that is being deleted.
 */

let world: RedisWorld;
let aws: Aws;
let pass: Pass;

beforeEach(async () => {
  world = await startRedisWorld();
  aws = createTestClients(world.aws);
  pass = aPass({ clock: world.aws.clock });
});

afterEach(async () => {
  aws.close();
  await world.stop();
});

function aStateWithTagsOf(arn: string): ReplicationGroupState {
  const target = { accountId: DEFAULT_ACCOUNT, region: DEFAULT_REGION, roleArn: undefined };
  const clients = {
    elastiCache: aws.elastiCache(target, pass),
    ec2: aws.ec2(target, pass),
    secrets: aws.secretsManager(target, pass),
    tagging: aws.tagging(target, pass),
  };
  return aReplicationGroupState(clients, { observed: { ...nothingObserved(), tags: new Map([[arn, OUR_TAGS]]) } });
}

const carriedOut = <T>(work: Promise<T>): Promise<T> => whileTimePasses(world.aws, work);

describe('a deletion to which the tags show only what is gone already', () => {
  it('deletes the secret that has the name now', async () => {
    const state = aStateWithTagsOf(`arn:aws:secretsmanager:eu-central-1:123456789012:secret:cm-demo/authToken-OldOne`);
    const { secrets } = state.clients;
    const request = {
      name: 'cm-demo/authToken',
      secretString: 'a-token-of-ours-1234',
      description: '',
      tags: OUR_TAGS,
    };
    await carriedOut(secrets.createSecret(request));
    expect(await carriedOut<Outcome>(deleteSecret(state, pass))).toEqual(next);
    const { SecretList: left } = await world.aws.secretsManager().send(new ListSecretsCommand({}));
    expect(left).toEqual([]);
  });

  it.each([
    { whose: 'of ours', tags: OUR_TAGS, left: [] },
    { whose: 'of somebody else, which stays', tags: { Name: 'theirs' }, left: ['cm-demo'] },
  ])('looks for a security group of the name: $whose', async ({ tags, left }) => {
    const state = aStateWithTagsOf('arn:aws:ec2:eu-central-1:123456789012:security-group/sg-0123456789abcdef0');
    const { ec2 } = state.clients;
    const request = { vpcId: world.vpcId, name: 'cm-demo', description: 'of a Redis', tags };
    await carriedOut(ec2.createSecurityGroup(request));
    expect(await carriedOut<Outcome>(deleteSecurityGroup(state, pass))).toEqual(next);
    const Filters = [{ Name: 'group-name', Values: ['cm-demo'] }];
    const { SecurityGroups: found } = await world.aws.ec2().send(new DescribeSecurityGroupsCommand({ Filters }));
    expect(found?.map(({ GroupName: name }) => name)).toEqual(left);
  });

  it('asks EC2 no more than before where the tags tell the truth', async () => {
    const { ec2 } = aStateWithTagsOf('').clients;
    const request = { vpcId: world.vpcId, name: 'cm-demo', description: 'of a Redis', tags: OUR_TAGS };
    const id = await carriedOut(ec2.createSecurityGroup(request));
    const state = aStateWithTagsOf(`arn:aws:ec2:eu-central-1:123456789012:security-group/${id}`);
    world.takeCalls();
    expect(await carriedOut<Outcome>(deleteSecurityGroup(state, pass))).toEqual(next);
    expect(world.takeCalls()).toEqual(['DeleteSecurityGroup']);
  });
});
