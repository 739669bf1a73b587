import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestAws, type TestAws } from '../../../../test/support/aws-simulator.ts';

let aws: TestAws;
let client: SecretsManagerClient;

beforeEach(async () => {
  aws = await startTestAws({ world: { quotas: { 'secretsmanager.secretsPerRegion': 130 } } });
  client = aws.secretsManager();
});

afterEach(async () => aws.stop());

const TOKEN_1 = '11111111-1111-4111-8111-111111111111';
const TOKEN_2 = '22222222-2222-4222-8222-222222222222';
const DAY_MS = 86_400_000;

const create = (
  Name: string,
  SecretString: string,
  ClientRequestToken = TOKEN_1,
): Promise<{ ARN?: string | undefined }> =>
  client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));

const valueOf = async (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}): Promise<string> =>
  (await client.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString ?? '';

const force = (SecretId: string): Promise<unknown> =>
  client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

const fault = (name: string): object => expect.objectContaining({ name }) as object;

describe('creating a secret', () => {
  it('gives an ARN with six random characters, by which and by parts of which it is found', async () => {
    const { ARN = '' } = await create('app/db', 's1');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:app\/db-[A-Za-z0-9]{6}$/);
    expect(await valueOf(ARN)).toBe('s1');
    expect(await valueOf(ARN.slice(0, -7))).toBe('s1');
    expect(await valueOf('app/db')).toBe('s1');
  });

  it('may be repeated with the same token and value, and not with another value', async () => {
    const first = await create('a', 's1');
    const second = await create('a', 's1');
    expect(second).toMatchObject({ ARN: first.ARN, VersionId: TOKEN_1 });
    await expect(create('a', 's2')).rejects.toEqual(fault('ResourceExistsException'));
    await expect(create('a', 's1', TOKEN_2)).rejects.toEqual(fault('ResourceExistsException'));
  });

  it('is refused for a bad name, two values, a short token and a value too long', async () => {
    await expect(create('a b', 's')).rejects.toEqual(fault('ValidationException'));
    await expect(create('a', 'x'.repeat(65_537))).rejects.toEqual(fault('ValidationException'));
    await expect(create('a', 's', 'short')).rejects.toEqual(fault('InvalidParameterException'));
    const both = new CreateSecretCommand({ Name: 'a', SecretString: 's', SecretBinary: new Uint8Array([1]) });
    await expect(client.send(both)).rejects.toEqual(fault('InvalidParameterException'));
  });

  it('without a value makes a secret without versions', async () => {
    await client.send(new CreateSecretCommand({ Name: 'empty' }));
    await expect(valueOf('empty')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('AWSCURRENT') as string,
    });
  });

  it('is refused when the region is full', async () => {
    for (let index = 0; index < 130; index++) {
      await create(`s${index}`, 'x');
      aws.clock.advance(100);
    }
    await expect(create('one-more', 'x')).rejects.toEqual(fault('LimitExceededException'));
  });

  it('leaves other accounts and regions alone', async () => {
    await create('a', 's1');
    const elsewhere = aws.secretsManager({ region: 'us-east-1' }).send(new GetSecretValueCommand({ SecretId: 'a' }));
    await expect(elsewhere).rejects.toEqual(fault('ResourceNotFoundException'));
  });
});

describe('the versions of a secret', () => {
  const put = (SecretString: string, ClientRequestToken: string, VersionStages?: string[]): Promise<unknown> =>
    client.send(
      new PutSecretValueCommand({
        SecretId: 'a',
        SecretString,
        ClientRequestToken,
        ...(VersionStages && { VersionStages }),
      }),
    );

  beforeEach(async () => {
    await create('a', 's1');
  });

  it('are read as the current one, by label and by id', async () => {
    await put('s2', TOKEN_2);
    expect(await valueOf('a')).toBe('s2');
    expect(await valueOf('a', { VersionStage: 'AWSPREVIOUS' })).toBe('s1');
    expect(await valueOf('a', { VersionId: TOKEN_1 })).toBe('s1');
  });

  it('are not found by an unknown label or id, and refused by an id that has not the label', async () => {
    await expect(valueOf('a', { VersionStage: 'AWSPENDING' })).rejects.toEqual(fault('ResourceNotFoundException'));
    await expect(valueOf('a', { VersionId: TOKEN_2 })).rejects.toEqual(fault('ResourceNotFoundException'));
    const mismatch = valueOf('a', { VersionId: TOKEN_1, VersionStage: 'AWSPREVIOUS' });
    await expect(mismatch).rejects.toEqual(fault('InvalidRequestException'));
  });

  it('may be put again with the same token and value, and not with another value', async () => {
    await put('s2', TOKEN_2);
    await put('s2', TOKEN_2);
    await expect(put('s3', TOKEN_2)).rejects.toEqual(fault('ResourceExistsException'));
    expect(await valueOf('a')).toBe('s2');
  });

  it('pending ones become current by moving the label, the old one becomes previous', async () => {
    await put('s2', TOKEN_2, ['AWSPENDING']);
    expect(await valueOf('a')).toBe('s1');
    const move = { SecretId: 'a', VersionStage: 'AWSCURRENT', MoveToVersionId: TOKEN_2 };
    const withoutSource = client.send(new UpdateSecretVersionStageCommand(move));
    await expect(withoutSource).rejects.toEqual(fault('InvalidParameterException'));
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: TOKEN_1 }));
    expect(await valueOf('a')).toBe('s2');
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'a' }));
    expect(described.VersionIdsToStages).toEqual({
      [TOKEN_1]: ['AWSPREVIOUS'],
      [TOKEN_2]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  it('without a label are listed only when asked for', async () => {
    await put('s2', TOKEN_2);
    await put('s3', '33333333-3333-4333-8333-333333333333');
    const listed = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'a' }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).not.toContain(TOKEN_1);
    const all = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'a', IncludeDeprecated: true }));
    expect(all.Versions?.map(({ VersionId }) => VersionId)).toContain(TOKEN_1);
  });

  it('are made by an update with a value, and not by one of the description alone', async () => {
    await client.send(new UpdateSecretCommand({ SecretId: 'a', Description: 'd' }));
    expect(await client.send(new DescribeSecretCommand({ SecretId: 'a' }))).toMatchObject({
      Description: 'd',
      VersionIdsToStages: { [TOKEN_1]: ['AWSCURRENT'] },
    });
    await client.send(new UpdateSecretCommand({ SecretId: 'a', SecretString: 's2', ClientRequestToken: TOKEN_2 }));
    expect(await valueOf('a')).toBe('s2');
  });

  it('need a value', async () => {
    const empty = client.send(new PutSecretValueCommand({ SecretId: 'a' }));
    await expect(empty).rejects.toEqual(fault('InvalidRequestException'));
  });
});

describe('deleting a secret', () => {
  beforeEach(async () => {
    await create('a', 's1');
  });

  it('by force makes it unreadable at once and keeps its name for a short while', async () => {
    await force('a');
    await expect(valueOf('a')).rejects.toEqual(fault('InvalidRequestException'));
    await expect(create('a', 's2')).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('scheduled for deletion') as string,
    });
    aws.clock.advance(10_000);
    await expect(valueOf('a')).rejects.toEqual(fault('ResourceNotFoundException'));
    await create('a', 's2', TOKEN_2);
    expect(await valueOf('a')).toBe('s2');
  });

  it('by force succeeds for one that does not exist or is being deleted, and cannot be undone', async () => {
    await force('no-such');
    await force('a');
    await force('a');
    const restored = client.send(new RestoreSecretCommand({ SecretId: 'a' }));
    await expect(restored).rejects.toEqual(fault('ResourceNotFoundException'));
  });

  it('with a window keeps it restorable until the window ends', async () => {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }));
    expect(DeletionDate?.getTime()).toBe(aws.clock.now() + 7 * DAY_MS);
    await expect(client.send(new DeleteSecretCommand({ SecretId: 'a' }))).rejects.toEqual(
      fault('InvalidRequestException'),
    );
    aws.clock.advance(7 * DAY_MS - 1);
    await client.send(new RestoreSecretCommand({ SecretId: 'a' }));
    aws.clock.advance(30 * DAY_MS);
    expect(await valueOf('a')).toBe('s1');
  });

  it('with a window ends it when the window ends', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }));
    aws.clock.advance(7 * DAY_MS);
    const described = client.send(new DescribeSecretCommand({ SecretId: 'a' }));
    await expect(described).rejects.toEqual(fault('ResourceNotFoundException'));
  });

  it('may be hurried from a window to force', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 'a' }));
    await force('a');
    aws.clock.advance(10_000);
    await create('a', 's2', TOKEN_2);
    expect(await valueOf('a')).toBe('s2');
  });

  it('refuses a window out of range and a window with force', async () => {
    const windowOf = (RecoveryWindowInDays: number): Promise<unknown> =>
      client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays }));
    await expect(windowOf(6)).rejects.toEqual(fault('InvalidParameterException'));
    await expect(windowOf(31)).rejects.toEqual(fault('InvalidParameterException'));
    const both = { SecretId: 'a', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
    await expect(client.send(new DeleteSecretCommand(both))).rejects.toEqual(fault('InvalidParameterException'));
    expect(await valueOf('a')).toBe('s1');
  });

  it('is refused without force for one that does not exist', async () => {
    const deleted = client.send(new DeleteSecretCommand({ SecretId: 'no-such' }));
    await expect(deleted).rejects.toEqual(fault('ResourceNotFoundException'));
  });
});

describe('looking at secrets', () => {
  it('lists a page at a time, without those marked for deletion unless asked', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name, name);
    await client.send(new DeleteSecretCommand({ SecretId: 'c' }));
    const first = await client.send(new ListSecretsCommand({ MaxResults: 3 }));
    expect(first.SecretList?.map(({ Name }) => Name)).toEqual(['a', 'b', 'd']);
    const second = await client.send(new ListSecretsCommand({ MaxResults: 3, NextToken: first.NextToken }));
    expect(second.SecretList?.map(({ Name }) => Name)).toEqual(['e']);
    expect(second.NextToken).toBeUndefined();
    const all = await client.send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
    expect(all.SecretList).toHaveLength(5);
    const invented = client.send(new ListSecretsCommand({ NextToken: 'invented' }));
    await expect(invented).rejects.toEqual(fault('InvalidNextTokenException'));
  });

  it('filters by prefixes of name, description and tags, and by their absence', async () => {
    const tagged = { Tags: [{ Key: 'team', Value: 'red' }], Description: 'Main Database' };
    await client.send(new CreateSecretCommand({ Name: 'prod/db', SecretString: 'x', ...tagged }));
    await create('prod/cache', 'x');
    await create('dev/db', 'x');
    const namesFor = async (
      Key: 'name' | 'description' | 'tag-key' | 'tag-value',
      Values: string[],
    ): Promise<unknown> => {
      const { SecretList } = await client.send(
        new ListSecretsCommand({ Filters: [{ Key, Values }], SortOrder: 'desc' }),
      );
      return SecretList?.map(({ Name }) => Name);
    };
    expect(await namesFor('name', ['prod/'])).toEqual(['prod/db', 'prod/cache']);
    expect(await namesFor('name', ['!prod/'])).toEqual(['dev/db']);
    expect(await namesFor('description', ['main'])).toEqual(['prod/db']);
    expect(await namesFor('tag-key', ['team'])).toEqual(['prod/db']);
    expect(await namesFor('tag-value', ['Red'])).toEqual([]);
  });

  it('reads many values at once and says which it could not', async () => {
    await create('a', 's1');
    await create('b', 's2');
    await client.send(new DeleteSecretCommand({ SecretId: 'b' }));
    const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['a', 'b', 'c'] }));
    expect(batch.SecretValues).toEqual([expect.objectContaining({ Name: 'a', SecretString: 's1' })]);
    expect(batch.Errors?.map(({ SecretId, ErrorCode }) => `${SecretId} ${ErrorCode}`)).toEqual([
      'b InvalidRequestException',
      'c ResourceNotFoundException',
    ]);
    const filtered = new BatchGetSecretValueCommand({ Filters: [{ Key: 'name', Values: ['a'] }] });
    expect((await client.send(filtered)).SecretValues).toHaveLength(1);
    const neither = client.send(new BatchGetSecretValueCommand({}));
    await expect(neither).rejects.toEqual(fault('InvalidParameterException'));
  });

  it('shows tags as they are added, changed and removed', async () => {
    await create('a', 's1');
    const tag = (Tags: { Key: string; Value: string }[]): Promise<unknown> =>
      client.send(new TagResourceCommand({ SecretId: 'a', Tags }));
    await tag([{ Key: 'x', Value: '1' }]);
    await tag([
      { Key: 'x', Value: '2' },
      { Key: 'y', Value: '3' },
    ]);
    await client.send(new UntagResourceCommand({ SecretId: 'a', TagKeys: ['y', 'never'] }));
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: 'a' }));
    expect(Tags).toEqual([{ Key: 'x', Value: '2' }]);
    await expect(tag([{ Key: 'aws:x', Value: '' }])).rejects.toEqual(fault('InvalidParameterException'));
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    await expect(tag(many)).rejects.toEqual(fault('InvalidParameterException'));
  });

  it('answers tools that ask for a resource policy, although none can be set', async () => {
    await create('a', 's1');
    const answer = await client.send(new GetResourcePolicyCommand({ SecretId: 'a' }));
    expect(answer).toMatchObject({ Name: 'a' });
    expect(answer.ResourcePolicy).toBeUndefined();
  });

  it('never shows a value in the state of the simulator', async () => {
    await create('a', 'very-secret-value');
    const state = JSON.stringify(aws.state());
    expect(state).toContain('secret:a-');
    expect(state).not.toContain('very-secret-value');
  });
});
