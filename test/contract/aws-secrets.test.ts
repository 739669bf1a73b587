import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlreadyExists, isInvalidState, NotFoundError, type SecretsManagerClient } from '../../src/aws/index.ts';
import { type ContractAws, startContractAws } from '../support/aws-clients.ts';

let world: ContractAws;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  // At full speed the thirty days in which a deletion can be taken back would be over at once.
  world = await startContractAws({}, { lifeCycle: { speed: 1 } });
  secrets = world.aws.secretsManager(world.target, world.call());
});

afterEach(() => world.stop());

const aSecret = (name = 'cm-test/authToken', secretString = 'first') =>
  secrets.createSecret({ name, secretString, description: 'for tests', tags: { owner: 'me' } });

describe('secrets', () => {
  it('are created, described and read', async () => {
    const { arn, versionId } = await aSecret();
    expect(await secrets.describeSecret('cm-test/authToken')).toEqual({
      arn,
      name: 'cm-test/authToken',
      description: 'for tests',
      deletedDate: undefined,
      tags: { owner: 'me' },
      currentVersionId: versionId,
    });
    expect(await secrets.getSecretValue(arn)).toEqual({
      arn,
      name: 'cm-test/authToken',
      versionId,
      secretString: 'first',
    });
  });

  it('have a name once', async () => {
    await aSecret();
    await expect(aSecret('cm-test/authToken', 'other')).rejects.toSatisfy(isAlreadyExists);
  });

  it('are created once when a creation with the same version id is repeated', async () => {
    const request = { name: 'x', secretString: 'v', description: '', tags: {}, versionId: crypto.randomUUID() };
    const first = await secrets.createSecret(request);
    expect(await secrets.createSecret(request)).toEqual(first);
  });

  it('take a new value', async () => {
    await aSecret();
    const { versionId } = await secrets.putSecretValue('cm-test/authToken', 'second');
    expect(await secrets.getSecretValue('cm-test/authToken')).toMatchObject({ versionId, secretString: 'second' });
  });

  it('can be taken back from a deletion that was not forced', async () => {
    await aSecret();
    await secrets.deleteSecret('cm-test/authToken', { force: false });
    expect((await secrets.describeSecret('cm-test/authToken')).deletedDate).toBeInstanceOf(Date);
    await expect(secrets.getSecretValue('cm-test/authToken')).rejects.toSatisfy(isInvalidState);
    await secrets.restoreSecret('cm-test/authToken');
    await expect(secrets.getSecretValue('cm-test/authToken')).resolves.toMatchObject({ secretString: 'first' });
  });

  it('are tagged', async () => {
    await aSecret();
    await secrets.tagSecret('cm-test/authToken', { owner: 'you', more: 'x' });
    expect((await secrets.describeSecret('cm-test/authToken')).tags).toEqual({ owner: 'you', more: 'x' });
  });

  it('that do not exist say so, with their id', async () => {
    const absent = { name: 'NotFoundError', resource: 'secret', id: 'none' };
    await expect(secrets.describeSecret('none')).rejects.toMatchObject(absent);
    await expect(secrets.getSecretValue('none')).rejects.toMatchObject(absent);
    await expect(secrets.putSecretValue('none', 'v')).rejects.toBeInstanceOf(NotFoundError);
    await expect(secrets.deleteSecret('none', { force: false })).rejects.toBeInstanceOf(NotFoundError);
  });

  it('are read together when they are asked for in one moment, twenty a request', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `secret-${index}`);
    await Promise.all(names.map((name) => aSecret(name, `value of ${name}`)));
    world.simulator.journal.clear();
    const values = await Promise.all(names.map((name) => secrets.getSecretValue(name)));
    expect(values.map(({ secretString }) => secretString)).toEqual(names.map((name) => `value of ${name}`));
    expect(world.operations()).toEqual(['BatchGetSecretValue', 'BatchGetSecretValue']);
  });

  it('fail alone when they cannot be read among others', async () => {
    await aSecret('a', 'A');
    await aSecret('b', 'B');
    const answers = await Promise.allSettled(['a', 'none', 'b'].map((name) => secrets.getSecretValue(name)));
    expect(answers).toMatchObject([
      { value: { secretString: 'A' } },
      { reason: { name: 'NotFoundError', id: 'none' } },
      { value: { secretString: 'B' } },
    ]);
  });

  it('never stand in an error, even when AWS repeats them', async () => {
    const error = { code: 'InvalidParameterException', message: 'The value hunter2hunter2 is not good.' };
    world.simulator.faults.add({ service: 'secretsmanager', operation: 'CreateSecret', error });
    const failed = await aSecret('x', 'hunter2hunter2').catch((reason: unknown) => reason);
    expect(failed).toMatchObject({ kind: 'invalid-input', detail: 'The value [secret] is not good.' });
    expect(JSON.stringify(failed) + String(failed) + String((failed as Error).cause)).not.toContain('hunter2');
  });
});
