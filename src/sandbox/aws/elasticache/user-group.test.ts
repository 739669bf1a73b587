import {
  CreateUserCommand,
  CreateUserGroupCommand,
  DeleteUserCommand,
  DescribeUserGroupsCommand,
  DescribeUsersCommand,
  ModifyUserCommand,
  ModifyUserGroupCommand,
  type ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../../test/support/cache-groups.ts';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';

const PASSWORD = 'a-password-of-sixteen';

let aws: TestAws;
let cache: ElastiCacheClient;

beforeEach(async () => {
  aws = await startTestAws();
  cache = aws.elastiCache();
});

afterEach(async () => aws.stop());

const createUser = (UserId: string, UserName: string, Passwords = [PASSWORD]) =>
  cache.send(new CreateUserCommand({ UserId, UserName, Engine: 'redis', AccessString: 'on ~* +@all', Passwords }));
const createGroup = (UserIds: string[], UserGroupId = 'team') =>
  cache.send(new CreateUserGroupCommand({ UserGroupId, Engine: 'redis', UserIds }));
const group = async () => (await cache.send(new DescribeUserGroupsCommand({ UserGroupId: 'team' }))).UserGroups?.[0];

describe('users', () => {
  it('are there from the start as default, which nobody can change', async () => {
    const { Users } = await cache.send(new DescribeUsersCommand({}));
    expect(Users).toMatchObject([{ UserId: 'default', UserName: 'default', Status: 'active' }]);
    await expect(cache.send(new DeleteUserCommand({ UserId: 'default' }))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('are made, changed and deleted, and no answer has a password', async () => {
    const created = await createUser('anna', 'anna');
    expect(created).toMatchObject({ Status: 'active', Authentication: { Type: 'password', PasswordCount: 1 } });
    expect(JSON.stringify([created, aws.state()])).not.toContain(PASSWORD);
    await expect(createUser('anna', 'other')).rejects.toMatchObject({ name: 'UserAlreadyExistsFault' });
    await cache.send(new ModifyUserCommand({ UserId: 'anna', NoPasswordRequired: true }));
    await expect(cache.send(new DeleteUserCommand({ UserId: 'anna' }))).rejects.toMatchObject({
      name: 'InvalidUserStateFault',
    });
    aws.clock.advance(MINUTE_MS);
    await cache.send(new DeleteUserCommand({ UserId: 'anna' }));
    aws.clock.advance(MINUTE_MS);
    await expect(cache.send(new DescribeUsersCommand({ UserId: 'anna' }))).rejects.toMatchObject({
      name: 'UserNotFoundFault',
    });
  });

  it('need a password that Redis takes, or none by name', async () => {
    await expect(createUser('anna', 'anna', ['short'])).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await expect(createUser('anna', 'anna', [])).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    });
  });
});

describe('a user group', () => {
  it('needs a default user, users that exist, and names that differ', async () => {
    await createUser('anna', 'anna');
    await createUser('anna-2', 'anna');
    await expect(createGroup(['anna'])).rejects.toMatchObject({ name: 'DefaultUserRequired' });
    await expect(createGroup(['default', 'nobody'])).rejects.toMatchObject({ name: 'UserNotFoundFault' });
    await expect(createGroup(['default', 'anna', 'anna-2'])).rejects.toMatchObject({ name: 'DuplicateUserNameFault' });
  });

  it('shows a change as pending until it is active again', async () => {
    await createUser('anna', 'anna');
    expect(await createGroup(['default'])).toMatchObject({ Status: 'creating' });
    const add = () => cache.send(new ModifyUserGroupCommand({ UserGroupId: 'team', UserIdsToAdd: ['anna'] }));
    await expect(add()).rejects.toMatchObject({ name: 'InvalidUserGroupStateFault' });
    aws.clock.advance(MINUTE_MS);
    await add();
    expect(await group()).toMatchObject({
      Status: 'modifying',
      UserIds: ['default'],
      PendingChanges: { UserIdsToAdd: ['anna'] },
    });
    aws.clock.advance(MINUTE_MS);
    expect(await group()).toMatchObject({ Status: 'active', UserIds: ['default', 'anna'] });
    await expect(createGroup(['default'], 'TEAM')).rejects.toMatchObject({ name: 'UserGroupAlreadyExistsFault' });
  });
});
